package cli

import (
	"fmt"
	"os"
	"path"
	"path/filepath"

	"golang.org/x/mod/modfile"

	"github.com/witan-os/witan/gen/check"
	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/resolve"
)

// home is where the packages of wasi and witan are generated already.
const home = "github.com/witan-os/witan/generated"

type generate struct {
	WIT    string            `name:"wit" default:"wit" placeholder:"DIR" help:"Directory of the WIT package; packages that it uses are below its deps (default: wit)."`
	Out    string            `name:"out" default:"generated" placeholder:"DIR" help:"Directory to write to; generated files there that are no longer wanted are removed (default: generated)."`
	Module string            `name:"module" placeholder:"IMPORTPATH" help:"Import path of the output directory (default: found from go.mod)."`
	With   map[string]string `name:"with" mapsep:"none" placeholder:"NS[:PKG]=IMPORTPATH" help:"Import packages of a WIT namespace, or one package, from there instead of generating them (default: wasi and witan from Witan itself)."`
	Check  bool              `name:"check" help:"Write nothing; exit with 1 if a file is stale, missing or orphaned."`

	syscallFlags

	dir string // where relative paths begin; empty for the current directory
}

// Run generates, or checks, the Go packages.
func (c *generate) Run(e *env) error {
	out, err := c.render()
	if err != nil {
		return err
	}
	if c.Check {
		return c.check(e, out)
	}
	return out.write()
}

// output is everything that generating makes, before it is compared with what is there or written.
type output struct {
	dir    string // where the files belong
	files  []emit.File
	beside []sideFile
}

func (o output) write() error {
	if _, err := check.Write(o.dir, o.files); err != nil {
		return err
	}
	for _, f := range o.beside {
		if err := f.write(); err != nil {
			return err
		}
	}
	return nil
}

// render makes all files that the flags ask for, and writes nothing.
func (c *generate) render() (output, error) {
	opt, err := c.options()
	if err != nil {
		return output{}, err
	}
	tree, err := resolve.Load(c.WIT, resolve.Options{})
	if err != nil {
		return output{}, err
	}
	if err := layout.Compute(tree); err != nil {
		return output{}, err
	}
	out := output{dir: c.Out}
	if out.files, err = emit.Generate(tree, opt); err != nil {
		return output{}, err
	}
	if err := c.syscalls(tree, opt, &out); err != nil {
		return output{}, err
	}
	manifest, err := emit.Manifest(emit.Units(tree, opt), out.files)
	out.files = append(out.files, manifest)
	return out, err
}

// lockName is the file in a WIT directory that asks for a system call table.
const lockName = "syscalls.lock"

// findLock returns the path of the lock file, or "" if there is none.
func (c *generate) findLock() string {
	if c.Lock != "" {
		return c.path(c.Lock)
	}
	name := filepath.Join(c.path(c.WIT), lockName)
	if _, err := os.Stat(name); err != nil {
		return ""
	}
	return name
}

// path is where a path of the flags leads.
func (c *generate) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(c.dir, name)
}

// check reports what is not up to date.
func (c *generate) check(e *env, out output) error {
	diffs, err := check.Compare(out.dir, out.files)
	if err != nil {
		return err
	}
	for _, d := range diffs {
		fmt.Fprintln(e.stdout, d)
	}
	stale := len(diffs) > 0
	for _, f := range out.beside {
		if f.changed() {
			fmt.Fprintf(e.stdout, "%s: %s\n", check.Stale, f.path)
			stale = true
		}
	}
	if stale {
		fmt.Fprintf(e.stderr, "witgen: %s is not up to date with %s: run go generate\n", c.Out, c.WIT)
		return exitCode(Stale)
	}
	return nil
}

func (c *generate) options() (emit.Options, error) {
	opt := emit.Options{Module: c.Module, With: c.With}
	if opt.Module == "" {
		var err error
		if opt.Module, err = importPath(c.Out); err != nil {
			return opt, err
		}
	}
	if opt.With == nil && opt.Module != home {
		opt.With = map[string]string{"wasi": home + "/wasi", "witan": home + "/witan"}
	}
	return opt, nil
}

// importPath finds the import path of a directory, which need not exist yet, from the go.mod above it.
func importPath(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for root := abs; ; root = filepath.Dir(root) {
		data, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err == nil {
			module := modfile.ModulePath(data)
			if module == "" {
				return "", fmt.Errorf("%s names no module", filepath.Join(root, "go.mod"))
			}
			rel, err := filepath.Rel(root, abs)
			return path.Join(module, filepath.ToSlash(rel)), err
		}
		if root == filepath.Dir(root) {
			return "", fmt.Errorf("there is no go.mod above %s: give the import path with --module", dir)
		}
	}
}

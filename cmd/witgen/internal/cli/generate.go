package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"golang.org/x/mod/modfile"

	"github.com/witan-os/witan/gen/check"
	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/lock"
	"github.com/witan-os/witan/gen/model"
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
	Lock   string            `name:"syscalls" placeholder:"FILE" help:"Also write the system call table, with the numbers in this lock file; new functions get their numbers there (default: syscalls.lock in the WIT directory, if it is there)."`
	Check  bool              `name:"check" help:"Write nothing; exit with 1 if a file is stale, missing or orphaned."`
}

// Run generates, or checks, the Go packages.
func (c *generate) Run(e *env) error {
	opt, err := c.options()
	if err != nil {
		return err
	}
	tree, err := resolve.Load(c.WIT, resolve.Options{})
	if err != nil {
		return err
	}
	if err := layout.Compute(tree); err != nil {
		return err
	}
	files, err := emit.Generate(tree, opt)
	if err != nil {
		return err
	}
	c.findLock()
	var locked lockFile
	if c.Lock != "" {
		var table emit.File
		if table, locked, err = systable(tree, opt, c.Lock); err != nil {
			return err
		}
		files = append(files, table)
	}
	manifest, err := emit.Manifest(emit.Units(tree, opt), files)
	if err != nil {
		return err
	}
	files = append(files, manifest)
	if c.Check {
		return c.check(e, files, locked)
	}
	if _, err := check.Write(c.Out, files); err != nil {
		return err
	}
	return locked.write()
}

// lockName is the file in a WIT directory that asks for a system call table.
const lockName = "syscalls.lock"

func (c *generate) findLock() {
	if name := filepath.Join(c.WIT, lockName); c.Lock == "" {
		if _, err := os.Stat(name); err == nil {
			c.Lock = name
		}
	}
}

// check reports what is not up to date.
func (c *generate) check(e *env, files []emit.File, locked lockFile) error {
	diffs, err := check.Compare(c.Out, files)
	if err != nil {
		return err
	}
	for _, d := range diffs {
		fmt.Fprintln(e.stdout, d)
	}
	if locked.changed() {
		fmt.Fprintf(e.stdout, "%s: %s\n", check.Stale, locked.path)
	}
	if len(diffs) > 0 || locked.changed() {
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

// lockFile is the file with the system call numbers, as it is and as it should be. The zero value is no file.
type lockFile struct {
	path       string
	have, want []byte
}

func (l lockFile) changed() bool { return !bytes.Equal(l.have, l.want) }

func (l lockFile) write() error {
	if !l.changed() {
		return nil
	}
	return os.WriteFile(l.path, l.want, 0o666)
}

// systable makes the system call table with the numbers of a lock file, which need not exist yet.
func systable(tree *model.Tree, opt emit.Options, path string) (emit.File, lockFile, error) {
	have, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return emit.File{}, lockFile{}, err
	}
	numbers, err := lock.Parse(have)
	if err != nil {
		return emit.File{}, lockFile{}, fmt.Errorf("%s: %w", path, err)
	}
	table, err := emit.Systable(tree, opt, numbers)
	return table, lockFile{path, have, numbers.Format()}, err
}

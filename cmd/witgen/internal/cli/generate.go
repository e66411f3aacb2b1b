package cli

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/witan-os/witan/cmd/witgen/internal/config"
	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/cmd/witgen/internal/witfile"
	"github.com/witan-os/witan/gen/check"
	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/emit/goguest"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/lock"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
)

// home is where the packages of wasi and witan are generated already.
const home = "github.com/witan-os/witan/generated"

type generate struct {
	Dir string `arg:"" optional:"" name:"dir" configdir:"" placeholder:"DIR" help:"The directory of the project: its witgen.toml counts, and all paths are relative to it (default: the current one)."`

	WIT    string            `name:"wit" config:"wit" default:"wit" placeholder:"DIR" help:"Directory of the WIT package; packages that it uses are below its deps, but for WASI, which witgen has (default: wit)."`
	Out    string            `name:"out" config:"out" default:"generated" placeholder:"DIR" help:"Directory to write to; generated files there that are no longer wanted are removed (default: generated)."`
	Module string            `name:"module" config:"module" placeholder:"IMPORTPATH" help:"Import path of the output directory (default: found from go.mod)."`
	With   map[string]string `name:"with" config:"with" mapsep:"none" placeholder:"NS[:PKG[/INTERFACE]]=IMPORTPATH" help:"Import what is in a WIT namespace, one package or one interface from there instead of generating it. wasi and witan are imported from Witan itself, unless this says where from; without an IMPORTPATH it is generated. May be repeated."`

	WithoutTests bool `name:"without-tests" config:"without-tests" help:"Write no fakes and no fuzz targets, which serve tests."`

	guestFlags
	syscallFlags
	features
	errorFormat

	base string // that Dir is relative to; empty for the current directory
}

// features are the flags of commands that read WIT.
type features struct {
	Features    []string `name:"features" config:"features" placeholder:"NAME" help:"Enable features: without this, items behind @unstable gates are left out. Several are separated by commas."`
	AllFeatures bool     `name:"all-features" config:"all-features" help:"Enable all features."`
}

func (f features) options() resolve.Options {
	return resolve.Options{Features: f.Features, AllFeatures: f.AllFeatures}
}

// noting are the options with a note on stderr for each feature that is in no gate: what it is for would be left
// out without a word.
func (f features) noting(e *env) resolve.Options {
	opt := f.options()
	opt.Unknown = func(feature string) {
		fmt.Fprintf(e.stderr, "witgen: note: no gate in the WIT has feature %s\n", feature)
	}
	return opt
}

// Validate refuses flags that no code can come of. The parser calls it; what a file says has been checked there.
func (c *generate) Validate() error {
	if c.Module != "" && module.CheckImportPath(c.Module) != nil {
		return fmt.Errorf("--module: %q is no import path of Go", c.Module)
	}
	for _, packages := range slices.Sorted(maps.Keys(c.With)) {
		if !config.IsScope(packages) {
			return fmt.Errorf("--with: %q is neither a namespace nor a package or an interface of one: write NS, NS:PKG or "+
				"NS:PKG/INTERFACE, without a version", packages)
		}
		if where := c.With[packages]; where != "" && module.CheckImportPath(where) != nil {
			return fmt.Errorf("--with %s: %q is no import path of Go", packages, where)
		}
	}
	return nil
}

// Run generates the Go packages.
func (c *generate) Run(e *env) error {
	opt := c.noting(e)
	if c.ErrorFormat == "json" { // then stderr is for a program
		opt = c.options()
	}
	out, err := c.render(opt)
	if err != nil {
		return c.asked(e, err)
	}
	if c.ErrorFormat != "json" {
		noteMissing(e, out.missing)
	}
	return out.write()
}

// output is everything that generating makes, before it is compared with what is there or written.
type output struct {
	dir    string // where the files belong
	files  []emit.File
	beside []sideFile

	missing []goguest.LeftOut // functions of a guest's world that there is no code for
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

// compare says what writing would change. Paths are as the system has them, but with slashes.
func (o output) compare() ([]check.Difference, error) {
	diffs, err := check.Compare(o.dir, o.files)
	for i := range diffs {
		diffs[i].Path = filepath.ToSlash(filepath.Join(o.dir, filepath.FromSlash(diffs[i].Path)))
	}
	for _, f := range o.beside {
		if f.changed() {
			diffs = append(diffs, check.Difference{Kind: check.Stale, Path: filepath.ToSlash(f.path)})
		}
	}
	return diffs, err
}

// render makes all files that the flags ask for, from WIT that is read with these options, and writes nothing.
func (c *generate) render(read resolve.Options) (output, error) {
	if dir := c.path("."); !files.IsDir(dir) {
		return output{}, fmt.Errorf("there is no directory %s", dir)
	}
	if err := c.checkGuest(); err != nil {
		return output{}, err
	}
	read.Also = witfile.PackageOf(c.World)
	tree, err := witfile.Load(c.path(c.WIT), read)
	if err != nil {
		return output{}, err
	}
	if err := layout.Compute(tree); err != nil {
		return output{}, err
	}
	if c.Guest != "" {
		return c.renderGuest(tree)
	}
	return c.renderHost(tree)
}

// renderHost makes the Go packages of hosts.
func (c *generate) renderHost(tree *model.Tree) (output, error) {
	opt, err := c.emitOptions()
	if err != nil {
		return output{}, err
	}
	if err := c.checkWith(tree); err != nil {
		return output{}, err
	}
	if err := checkOwn(tree, opt); err != nil {
		return output{}, err
	}
	if err := c.checkElsewhere(emit.Externals(tree, opt)); err != nil {
		return output{}, err
	}
	out := output{dir: c.path(c.Out)}
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

// findLock returns the path of the lock file, which asks for a system call table, or "" if there is none.
func (c *generate) findLock() string {
	if c.Lock != "" {
		return c.path(c.Lock)
	}
	name := filepath.Join(c.path(c.WIT), lock.FileName)
	if _, err := os.Stat(name); err != nil {
		return ""
	}
	return name
}

// path is where a path of the flags leads.
func (c *generate) path(name string) string { return within(within(c.base, c.Dir), name) }

// within is where a path leads that is relative to a directory.
func within(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

func (c *generate) emitOptions() (emit.Options, error) {
	module, err := c.module()
	if err != nil {
		return emit.Options{}, err
	}
	opt := emit.Options{Module: module, With: map[string]string{}, Tests: !c.WithoutTests}
	if opt.Module != home {
		opt.With["wasi"] = home + "/wasi"
		opt.With["witan"] = home + "/witan"
	}
	maps.Copy(opt.With, c.With)
	return opt, nil
}

// module is the import path of the output directory.
func (c *generate) module() (string, error) {
	if c.Module != "" {
		return c.Module, nil
	}
	return importPath(c.path(c.Out))
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
			return "", fmt.Errorf("there is no go.mod above %s: give the import path with --module, or as module in witgen.toml", dir)
		}
	}
}

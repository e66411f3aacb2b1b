package guestbuild

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/witan-os/witan/cmd/witgen/internal/config"
	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/cmd/witgen/internal/witfile"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
)

// Language is what a guest is written in, as witgen.toml names it.
type Language string

// The languages that there are compilers for.
const (
	Go Language = "go"
	C  Language = "c"
)

// Options are what the caller says about guests, which goes before what their witgen.toml says.
type Options struct {
	Dir      string // that names of packages are relative to; "" for the current directory
	WIT      string // path of the WIT, from Dir; "" for that of witgen.toml
	World    string // as [witfile.World] takes it
	Features []string
	AllFeatures,
	Optimize bool // make it small rather than quickly
	Wrap     WrapOptions
	CacheDir string                           // where core modules are kept between builds; "" keeps nothing
	Progress func(format string, args ...any) // told about each long step
}

// Guest is something that can be built.
type Guest struct {
	Name     string // what the result is called if nobody says: the last element of the path
	Dir      string // with the source; "" for a package that belongs to another module
	Language Language
	World    *model.World // nil for a program that names none
	Out      string       // directory of the generated files

	target goTarget    // for Go
	tree   *model.Tree // that World is of
	opt    Options
}

// Find finds what is meant by the name of a package: a directory, an import path of the module that the current
// directory is in or of Go's own commands, or IMPORTPATH@VERSION of any module.
func Find(ctx context.Context, name string, opt Options) (*Guest, error) {
	g := &Guest{opt: opt}
	dir := opt.path(name)
	if !files.IsDir(dir) {
		return g, g.findImportPath(ctx, name)
	}
	settings, err := config.Load(dir)
	if err != nil {
		return nil, err
	}
	g.Dir = dir
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	g.Name = filepath.Base(abs)
	if g.Language, err = language(dir, settings); err != nil {
		return nil, err
	}
	if err := g.findWorld(settings); err != nil {
		return nil, err
	}
	if g.Language == Go {
		g.target, err = dirTarget(dir)
	}
	return g, err
}

// path is where a path leads that somebody wrote down in Dir.
func (o Options) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(o.Dir, name)
}

// findImportPath asks the go command about a package. One of the module at hand has a directory, where its witgen.toml
// may be.
func (g *Guest) findImportPath(ctx context.Context, name string) error {
	if strings.Contains(name, "...") {
		return fmt.Errorf("%s is a pattern, which may stand for several packages: name them one by one", name)
	}
	path := g.opt.path(name)
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && (looksLikePath(name) || filepath.Ext(name) != "") {
		return fmt.Errorf("%s is a file: name the directory that has the guest's source, %s", name, filepath.Dir(name))
	}
	if looksLikePath(name) {
		return &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	g.Language = Go
	g.Name = nameOf(name)
	if strings.Contains(name, "@") {
		g.target = goTarget{registry: name}
		return g.findWorld(config.Config{})
	}
	g.target = goTarget{dir: g.opt.Dir, pkg: name}
	dir, err := listDir(ctx, g.target)
	if err != nil {
		return err
	}
	settings, err := config.Load(dir)
	if err != nil {
		return err
	}
	g.Dir = dir
	return g.findWorld(settings)
}

// looksLikePath reports whether a name can only be that of a file or directory.
func looksLikePath(name string) bool {
	return filepath.IsAbs(name) || name == "." || name == ".." || strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../")
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// nameOf is what a package is called: the last element of its import path that is no version.
func nameOf(importPath string) string {
	importPath, _, _ = strings.Cut(importPath, "@")
	parts := strings.Split(importPath, "/")
	if n := len(parts); n > 1 && majorVersion.MatchString(parts[n-1]) {
		parts = parts[:n-1]
	}
	return parts[len(parts)-1]
}

// language is what a directory says or, if it doesn't, what its files are.
func language(dir string, settings config.Config) (Language, error) {
	if settings.Guest != "" {
		return Language(settings.Guest), nil
	}
	for _, l := range []struct {
		is      Language
		pattern string
	}{{Go, "*.go"}, {C, "*.c"}} {
		if list, err := filepath.Glob(filepath.Join(escapeGlob(dir), l.pattern)); err == nil && len(list) > 0 {
			return l.is, nil
		}
	}
	return "", fmt.Errorf("%s has no source of a guest: neither *.go nor *.c", dir)
}

// escapeGlob makes a path a pattern that matches nothing else.
func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// findWorld reads the WIT, if there is something that asks for a world.
func (g *Guest) findWorld(settings config.Config) error {
	g.Out = filepath.Join(g.Dir, filepath.FromSlash(cmp.Or(settings.Out, config.DefaultOut)))
	wit := g.opt.WIT
	world := cmp.Or(g.opt.World, settings.World)
	if wit == "" && world == "" && settings.Guest == "" {
		return nil
	}
	if wit != "" {
		wit = g.opt.path(wit)
	} else {
		wit = filepath.Join(g.Dir, filepath.FromSlash(cmp.Or(settings.WIT, witfile.Default)))
	}
	tree, err := witfile.Load(wit, resolve.Options{
		Features:    slices.Concat(g.opt.Features, settings.Features),
		AllFeatures: g.opt.AllFeatures || settings.AllFeatures,
		Also:        witfile.PackageOf(world),
	})
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the WIT of %s: %w", cmp.Or(g.Dir, g.Name), err)
	}
	if err != nil {
		return err
	}
	if err := layout.Compute(tree); err != nil {
		return err
	}
	g.tree = tree
	if g.World, err = witfile.World(tree, world); err != nil {
		return fmt.Errorf("%s: %w", cmp.Or(g.Dir, g.Name), err)
	}
	return nil
}

// isCommand reports whether the guest is a program that runs from its beginning to its end, rather than one whose
// functions are called.
func (g *Guest) isCommand() bool { return g.World == nil || g.World.IsCommand() }

package goguest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
)

// Options say where generated packages live.
type Options struct {
	// Module is the import path of the output directory.
	Module string
}

// Generate writes the packages for a guest of a world of the tree, whose representation has been computed. The files
// are sorted by path and depend on nothing but the arguments.
func Generate(tree *model.Tree, w *model.World, opt Options) ([]emit.File, error) {
	g := newGenerator(w, opt)
	if err := g.plan(tree); err != nil {
		return nil, err
	}
	for _, u := range g.units {
		if err := u.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", u.title(), err)
		}
		g.packages[u] = newPackage(g, u) // all have names before one is written
	}
	var files []emit.File
	for _, u := range g.units {
		list, err := g.packages[u].files()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", u.title(), err)
		}
		files = append(files, list...)
	}
	slices.SortFunc(files, func(a, b emit.File) int { return strings.Compare(a.Path, b.Path) })
	return files, nil
}

// generator carries what all files of one run share.
type generator struct {
	opt   Options
	world *model.World
	units []*unit
	dirs  gosrc.Names // of the units
	decls map[*model.Scope]map[*model.TypeDef]*gosrc.Declared

	packages           map[*unit]*pkg
	imported, exported map[*model.Scope]*unit // the package that has the types of a scope, by side
}

func newGenerator(w *model.World, opt Options) *generator {
	return &generator{
		opt: opt, world: w, dirs: gosrc.Names{}, decls: map[*model.Scope]map[*model.TypeDef]*gosrc.Declared{},
		packages: map[*unit]*pkg{}, imported: map[*model.Scope]*unit{}, exported: map[*model.Scope]*unit{},
	}
}

// declared returns the Go names of a type of any package. They are those that host code has, whatever is declared
// beside types on either side.
func (g *generator) declared(d *model.TypeDef) *gosrc.Declared {
	decls, ok := g.decls[d.Owner]
	if !ok {
		decls = gosrc.Declarations(d.Owner, gosrc.PackageNames())
		g.decls[d.Owner] = decls
	}
	return decls[d]
}

// check finds what can't be had in Go.
func (u *unit) check() error {
	var errs []error
	for _, fn := range u.exports {
		if n := exportFrame(fn); n > maxFrame {
			errs = append(errs, fmt.Errorf("function %s can't be exported by a program in Go: its parameters and result take %d bytes "+
				"as core values, and the compiler has room for %d", fn.Base, n, maxFrame))
		}
	}
	return errors.Join(errs...)
}

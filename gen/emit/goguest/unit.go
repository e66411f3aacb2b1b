package goguest

import (
	"fmt"
	"path"
	"slices"
	"strconv"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// side tells what a package is for.
type side uint8

const (
	imports side = iota // an interface that the world imports
	exports             // one that it exports
	world               // what the world has beside interfaces
)

// unit is what becomes one Go package.
type unit struct {
	side    side
	scope   *model.Scope
	key     string // what the component calls the interface; empty for the world
	imports []*model.Func
	exports []*model.Func

	dir  string // of the package, relative to the output directory
	name string // of the package

	left []*model.Func // functions for which there is no code

	items []*unit // of the world: the interfaces that it exports and that have something to implement
	runs  bool    // of the world: it exports wasi:cli/run and nothing else, which main answers
}

// exportsDir is the directory with the packages of what the world exports.
const exportsDir = "exports"

// plan finds the packages of a world and where they are.
func (g *generator) plan(tree *model.Tree) error {
	places := gosrc.Packages(tree)
	for _, item := range g.world.Imports {
		if i := item.Interface; i != nil {
			u := g.add(item, places, "")
			u.imports = u.supported(i.Funcs)
			if !item.Implements() {
				g.imported[u.scope] = u
			}
		}
	}
	place := places[&g.world.Scope]
	top := &unit{side: world, scope: &g.world.Scope}
	top.dir, top.name = g.place(place.Dir, place.Name)
	top.imports, top.exports = top.supported(model.Funcs(g.world.Imports)), top.supported(model.Funcs(g.world.Exports))
	g.imported[top.scope] = top
	if top.runs = g.world.IsCommand() && len(g.world.Exports) > 0; !top.runs {
		g.planExports(top, places)
	}
	if len(top.scope.Types)+len(top.imports)+len(top.exports)+len(top.items) > 0 || top.runs {
		g.units = append(g.units, top)
	}
	return g.checkHomes()
}

// planExports finds the packages of the interfaces that the world exports. A command has none: whoever runs it starts
// the Go runtime with main, and before that the runtime answers no call.
func (g *generator) planExports(top *unit, places map[*model.Scope]gosrc.Package) {
	for _, item := range g.world.Exports {
		if i := item.Interface; i != nil {
			u := g.add(item, places, exportsDir)
			u.side, u.exports = exports, u.supported(i.Funcs)
			if !item.Implements() {
				g.exported[u.scope] = u
			}
			if len(u.exports) > 0 {
				top.items = append(top.items, u)
			}
		}
	}
}

// add makes the unit of an interface. One under a plain name is a package of its own for each name, below that of the
// world: core modules import each from somewhere else.
func (g *generator) add(item *model.Item, places map[*model.Scope]gosrc.Package, below string) *unit {
	place := places[&item.Interface.Scope]
	if item.Implements() {
		name := gosrc.PackageName(&model.Scope{Package: g.world.Package, Name: item.Name})
		place = gosrc.Package{Dir: path.Join(places[&g.world.Scope].Dir, name), Name: name}
	}
	u := &unit{scope: &item.Interface.Scope, key: item.Key()}
	u.dir, u.name = g.place(path.Join(below, place.Dir), place.Name)
	g.units = append(g.units, u)
	return u
}

// place finds a directory for a package that no other has. Names that differ in WIT may be equal in Go.
func (g *generator) place(dir, name string) (string, string) {
	suffix := ""
	for n := 2; g.dirs[dir+suffix]; n++ {
		suffix = strconv.Itoa(n)
	}
	g.dirs[dir+suffix] = true
	return dir + suffix, name + suffix
}

// supported are those of some functions that do not pass streams and the like. The others are left out.
func (u *unit) supported(funcs []*model.Func) []*model.Func {
	var list []*model.Func
	for _, fn := range funcs {
		if passesAsync(fn.ABI) {
			u.left = append(u.left, fn)
		} else {
			list = append(list, fn)
		}
	}
	return list
}

// passesAsync reports whether a function passes streams, futures or error contexts. That it is asynchronous itself does
// not matter: a guest may call such a function, and be called, as if it were not.
func passesAsync(fn *abi.Func) bool {
	return fn.Result != nil && fn.Result.HasAsync() ||
		slices.ContainsFunc(fn.Params, func(p abi.Param) bool { return p.Type.HasAsync() })
}

// home is the unit that has the types of a scope, as a unit sees them: what is exported refers to other exports, as far
// as they are there.
func (g *generator) home(from *unit, s *model.Scope) *unit {
	if s == from.scope {
		return from
	}
	if from.side == exports {
		if u := g.exported[s]; u != nil {
			return u
		}
	}
	return g.imported[s]
}

// checkHomes makes sure that all types have one.
func (g *generator) checkHomes() error {
	for _, u := range g.units {
		for _, s := range u.foreign() {
			if g.home(u, s) == nil {
				return fmt.Errorf("%s uses types of %s, which the world %s does not import", u.title(), s.ID(), g.world.ID())
			}
		}
	}
	return nil
}

// title is what people know the unit as.
func (u *unit) title() string {
	if u.side == world {
		return u.scope.ID()
	}
	return u.key
}

// foreign are the other scopes whose types the unit uses, in order of their first use.
func (u *unit) foreign() []*model.Scope {
	var list []*model.Scope
	seen := map[*model.Scope]bool{u.scope: true}
	see := func(d *model.TypeDef) {
		if d != nil && !seen[d.Owner] {
			seen[d.Owner] = true
			list = append(list, d.Owner)
		}
	}
	for _, d := range u.scope.Types {
		see(d.Root())
	}
	gosrc.EachType(u.scope.Types, u.funcs(), func(t *model.Type) {
		see(t.Alias)
		see(t.Def)
		see(t.Resource)
	})
	return list
}

// funcs are all functions of the unit.
func (u *unit) funcs() []*model.Func {
	return append(u.imports[:len(u.imports):len(u.imports)], u.exports...)
}

// importModule is the name of the module that core modules import a function of the unit from.
func (u *unit) importModule() string {
	if u.side == world {
		return "$root"
	}
	return u.key
}

// exportName is what a core module calls a function that it exports.
func (u *unit) exportName(function string) string {
	if u.side == world {
		return function
	}
	return u.key + "#" + function
}

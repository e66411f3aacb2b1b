package cguest

import (
	"slices"
	"strings"

	"github.com/witan-os/witan/gen/model"
)

// view is one side from which a program sees types and functions: an interface as an import, an interface as an
// export, or what the world itself declares. A type of an interface that a world imports and exports is two types in
// C, because it is two in a component.
type view struct {
	scope  *model.Scope
	item   *model.Item // nil for the world's own
	export bool
	prefix string // of the C names of its types
	funcs  []*model.Func
	types  []*model.TypeDef
	docs   string
}

// views are all that a world gives.
type views struct {
	all      []*view
	imported map[*model.Scope]*view
	exported map[*model.Scope]*view
}

// newViews lists the views of the generator's world: imported interfaces, what is the world's own, exported
// interfaces. An interface stands behind those that it uses.
func newViews(g *generator) views {
	vs := views{imported: map[*model.Scope]*view{}, exported: map[*model.Scope]*view{}}
	prefixes := newScope(g.prefix)
	for _, i := range g.def.Imports {
		vs.addInterface(i, false, prefixes.claim, g)
	}
	vs.addWorld(g)
	for _, i := range g.def.Exports {
		vs.addInterface(i, true, prefixes.claim, g)
	}
	return vs
}

// addInterface adds an item of a world that is an interface.
func (vs *views) addInterface(i *model.Item, export bool, claim func(string) string, g *generator) {
	if i.Interface == nil {
		return
	}
	v := &view{
		scope: &i.Interface.Scope, item: i, export: export, prefix: claim(g.interfacePrefix(i, export)),
		funcs: i.Interface.Funcs, types: i.Interface.Types, docs: docs(i.Interface.Docs, i.Interface.Stability),
	}
	vs.all = append(vs.all, v)
	homes := vs.imported
	if export {
		homes = vs.exported
	}
	// An interface under its own name comes before the same under plain names: that is what others use.
	if homes[v.scope] == nil || i.Name == "" {
		homes[v.scope] = v
	}
}

// addWorld adds what the world has beside interfaces.
func (vs *views) addWorld(g *generator) {
	w := g.def
	own := &view{
		scope: &w.Scope, prefix: g.prefix, funcs: model.Funcs(w.Imports), types: w.Types,
		docs: docs(w.Docs, w.Stability),
	}
	vs.imported[own.scope] = own
	exports := &view{scope: &w.Scope, prefix: g.prefix, export: true, funcs: model.Funcs(w.Exports)}
	vs.all = append(vs.all, own, exports)
}

// interfacePrefix begins the C names of an interface's types: its name in full, or the plain name that it is imported
// or exported under. Versions are told apart only where the world has several of a package.
func (g *generator) interfacePrefix(i *model.Item, export bool) string {
	if i.Name != "" {
		return snake(i.Name)
	}
	p := i.Interface.Package
	parts := []string{p.Namespace, p.Name, i.Interface.Name}
	for _, other := range slices.Concat(model.Interfaces(g.def.Imports), model.Interfaces(g.def.Exports)) {
		if o := other.Package; o != p && o.Path() == p.Path() && p.Version != "" {
			parts = []string{p.Namespace, p.Name, p.Version, i.Interface.Name}
		}
	}
	if export {
		parts = append([]string{"exports"}, parts...)
	}
	return snake(strings.Join(parts, "-"))
}

// home is the view that a type is declared in, seen from another. What an export uses is an export if the world has it
// as one, and an import otherwise.
func (g *generator) home(from *view, d *model.TypeDef) *view {
	if from.scope == d.Owner && from.item != nil {
		return from
	}
	if v := g.views.exported[d.Owner]; v != nil && from.export {
		return v
	}
	return g.views.imported[d.Owner]
}

// inside is the view from which the parts of a type are seen: where its name is declared, if it has one.
func (g *generator) inside(v *view, t *model.Type) *view {
	d := t.Def
	if t.Alias != nil {
		d = t.Alias
	}
	for ; d != nil; d = d.Target() {
		v = g.home(v, d)
	}
	return v
}

// title describes the view in the generated files.
func (v *view) title() string {
	what := "imports"
	if v.export {
		what = "exports"
	}
	if v.item == nil {
		return "World " + v.scope.ID() + ": " + what
	}
	return strings.ToUpper(what[:1]) + what[1:len(what)-1] + " " + v.item.Key()
}

// importModule is the core module that the functions of an imported view come from.
func (v *view) importModule() string {
	if v.item == nil {
		return "$root"
	}
	return v.item.Key()
}

// resourceModule is the core module that the built-in functions for the view's resources come from.
func (v *view) resourceModule() string {
	if v.export {
		return "[export]" + v.importModule()
	}
	return v.importModule()
}

// exportName is the core name of a function that the view exports.
func (v *view) exportName(name string) string {
	if v.item == nil {
		return name
	}
	return v.item.Key() + "#" + name
}

// functionPrefix begins the C names of the view's functions.
func (v *view) functionPrefix() string {
	if v.item == nil && v.export {
		return "exports_" + v.prefix
	}
	return v.prefix
}

package resolve

import (
	"cmp"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
)

// worldBuilder makes a world: first of what its declaration says, later of what it includes and needs.
type worldBuilder struct {
	*scope
	item             *item
	imports, exports *side
	includes         []*syntax.Include
}

// resolveWorld resolves what the declaration of a world says.
func (r *resolver) resolveWorld(i *item) *worldBuilder {
	d := i.decl.(*syntax.World)
	file := i.list.file
	i.gate = r.gate(i.pkg, file, d.Gate, d.Name.Span)
	i.w = &model.World{Scope: model.Scope{
		Package: i.pkg.model, Name: d.Name.Name, Docs: text(d.Docs), Stability: stability(d.Gate), Place: place(file, d.Name.Span),
	}}
	b := &worldBuilder{
		scope: r.newScope(i.pkg, i.list, &i.w.Scope, i.gate), item: i, imports: newSide("import"), exports: newSide("export"),
	}
	b.declaredTypes(d.Items)
	for _, w := range d.Items {
		switch w := w.(type) {
		case *syntax.Import:
			b.extern(b.imports, w.Docs, w.Gate, w.Extern)
		case *syntax.Export:
			b.extern(b.exports, w.Docs, w.Gate, w.Extern)
		case *syntax.Resource:
			for _, f := range b.members(w) {
				b.imports.add(funcItem(f))
			}
		case *syntax.Include:
			b.includes = append(b.includes, w)
		}
	}
	return b
}

// declaredTypes resolves the types of a world, which are among its imports.
func (b *worldBuilder) declaredTypes(items []syntax.WorldItem) {
	var uses []*syntax.Use
	var defs []syntax.TypeDef
	for _, i := range items {
		switch i := i.(type) {
		case *syntax.Use:
			uses = append(uses, i)
		case syntax.TypeDef:
			defs = append(defs, i)
		}
	}
	b.resolveTypes(uses, defs, nil)
	for _, sym := range b.all {
		b.imports.claimed[fold(sym.name.Name)] = claim{sym.name.Name, "a type"}
	}
	for _, d := range b.model.Types {
		b.imports.add(&model.Item{Name: d.Name, Type: d, Place: d.Place})
	}
}

func funcItem(f *model.Func) *model.Item { return &model.Item{Name: f.Name, Func: f, Place: f.Place} }

// extern resolves an import or export.
func (b *worldBuilder) extern(to *side, docs syntax.Docs, gate syntax.Gate, e syntax.Extern) {
	file := b.list.file
	switch e := e.(type) {
	case *syntax.ExternFunc:
		f := b.function(function{docs, gate, e.Name, e.Type, model.Freestanding}, nil)
		if b.claim(to, e.Name, "a function") && f != nil {
			to.add(funcItem(f))
		}
	case *syntax.ExternInterface:
		i := b.inline(docs, gate, e)
		if b.claim(to, e.Name, "an interface") && i != nil {
			to.add(i)
		}
	case *syntax.ExternPath:
		i, off := b.path(docs, gate, &e.Path, e.Path.Name.Span)
		if i == nil {
			return
		}
		name := syntax.ID{Span: e.Path.Name.Span, Name: i.Interface.ID()}
		if b.claim(to, name, "an interface") && !off {
			to.add(i)
		}
	case *syntax.ExternNamedPath:
		i, off := b.path(docs, gate, &e.Path, e.Name.Span)
		if i != nil {
			i.Name, i.Place = e.Name.Name, place(file, e.Name.Span)
		}
		if b.claim(to, e.Name, "an interface") && i != nil && !off {
			to.add(i)
		}
	}
}

// inline resolves an interface that a world has in place. It returns nil if it is left out.
func (b *worldBuilder) inline(docs syntax.Docs, gate syntax.Gate, e *syntax.ExternInterface) *model.Item {
	file := b.list.file
	feature := b.r.gate(b.pkg, file, gate, e.Name.Span)
	m := &model.Interface{Scope: model.Scope{
		Package: b.pkg.model, World: b.item.w, Name: e.Name.Name, Docs: text(docs), Stability: stability(gate), Place: place(file, e.Name.Span),
	}}
	s := b.r.newScope(b.pkg, b.list, &m.Scope, cmp.Or(b.gate, feature))
	s.interfaceItems(m, e.Items)
	if feature != "" {
		return nil
	}
	return &model.Item{Name: e.Name.Name, Interface: m, Stability: m.Stability, ExternalID: externalID(gate), Place: m.Place}
}

// path resolves an interface under its own name. Off says that it is left out.
func (b *worldBuilder) path(docs syntax.Docs, gate syntax.Gate, path *syntax.UsePath, at syntax.Span) (i *model.Item, off bool) {
	file := b.list.file
	feature := b.r.gate(b.pkg, file, gate, at)
	off = feature != "" || b.gate != ""
	target := b.r.item(b.pkg, b.list, path, false, off)
	if target == nil || target.iface == nil {
		return nil, off
	}
	if target.gate != "" && !off {
		b.r.reportGated(file, at, path.Name.Name, target.gate)
		return nil, off
	}
	return &model.Item{
		Interface: target.iface, Docs: text(docs), Stability: stability(gate), ExternalID: externalID(gate), Place: place(file, path.Name.Span),
	}, off
}

// finish adds to a world what it includes, and what is needed for it.
func (b *worldBuilder) finish() {
	for _, i := range b.includes {
		b.include(i)
	}
	if b.gate != "" || b.item.unknown {
		return
	}
	b.elaborate()
	w := b.item.w
	w.Imports, w.Exports = b.imports.items, b.exports.items
	w.Types = nil
	for _, i := range w.Imports {
		if i.Type != nil {
			w.Types = append(w.Types, i.Type)
		}
	}
	b.pkg.model.Worlds = append(b.pkg.model.Worlds, w)
}

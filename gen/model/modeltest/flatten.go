package modeltest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

type tree struct {
	Root     string
	Packages []pkg
}

type pkg struct {
	ID, Docs   string
	Interfaces []scope
	Worlds     []world
}

type scope struct {
	ID, TrackID string
	Declared    declared
	Types       []typeDef
	Funcs       []fn
}

type world struct {
	Scope            scope
	Imports, Exports []item
}

type item struct {
	Key       string
	What      string // the ID of an interface or the name of a type, where it is not written out here
	InPlace   *scope
	Func      *fn
	Declared  declared
	Implement bool
}

// declared is what declarations have in common.
type declared struct {
	Docs       string
	Stability  model.Stability
	ExternalID string
}

type typeDef struct {
	Name     string
	Declared declared
	Resource string // its name in signatures
	AliasOf  string
	Type     string
	Parts    []part // with documentation of their own
	IsError  bool
}

type part struct{ Name, Docs, Type string }

type fn struct {
	Name, Base string
	Declared   declared
	Async      bool
	Kind       model.FuncKind
	Resource   string
	Params     []part
	Result     string
}

type flattener struct{ docs, stability, root, itemDocs bool }

func flatten(t *model.Tree, ignore []Ignore) tree {
	f := flattener{
		docs: !slices.Contains(ignore, Docs), stability: !slices.Contains(ignore, Stability),
		root: !slices.Contains(ignore, Root), itemDocs: !slices.Contains(ignore, ItemDocs),
	}
	var out tree
	if f.root && t.Root != nil {
		out.Root = t.Root.ID()
	}
	for _, p := range t.Packages {
		flat := pkg{ID: p.ID(), Docs: f.text(p.Docs)}
		for _, i := range p.Interfaces {
			flat.Interfaces = append(flat.Interfaces, f.iface(i))
		}
		for _, w := range p.Worlds {
			flat.Worlds = append(flat.Worlds, world{f.scope(&w.Scope), f.items(w, w.Imports), f.items(w, w.Exports)})
		}
		out.Packages = append(out.Packages, flat)
	}
	return out
}

func (f flattener) text(docs string) string {
	if f.docs {
		return docs
	}
	return ""
}

func (f flattener) declared(docs string, s model.Stability, externalID string) declared {
	if !f.stability {
		s = model.Stability{}
	}
	return declared{f.text(docs), s, externalID}
}

func (f flattener) iface(i *model.Interface) scope {
	out := f.scope(&i.Scope)
	for _, fn := range i.Funcs {
		out.Funcs = append(out.Funcs, f.fn(fn))
	}
	return out
}

func (f flattener) scope(s *model.Scope) scope {
	out := scope{ID: scopeName(s), TrackID: s.TrackID(), Declared: f.declared(s.Docs, s.Stability, "")}
	for _, d := range s.Types {
		out.Types = append(out.Types, f.typeDef(s, d))
	}
	return out
}

// scopeName is the scope's name in full; that of an interface in place has the world's.
func scopeName(s *model.Scope) string {
	if s.World != nil {
		return s.World.ID() + "#" + s.Name
	}
	return s.ID()
}

func (f flattener) items(w *model.World, items []*model.Item) []item {
	var out []item
	for _, i := range items {
		flat := item{Key: i.Key(), Declared: f.declared(i.Docs, i.Stability, i.ExternalID), Implement: i.Implements()}
		if !f.itemDocs {
			flat.Declared.Docs = ""
		}
		switch {
		case i.Func != nil:
			fn := f.fn(i.Func)
			flat.Func = &fn
		case i.Type != nil:
			flat.What = name(i.Type)
		case i.Interface.World == w:
			in := f.iface(i.Interface)
			flat.InPlace = &in
		default:
			flat.What = scopeName(&i.Interface.Scope)
		}
		out = append(out, flat)
	}
	return out
}

func (f flattener) fn(fun *model.Func) fn {
	out := fn{
		Name: fun.Name, Base: fun.Base, Async: fun.Async, Kind: fun.Kind,
		Declared: f.declared(fun.Docs, fun.Stability, fun.ExternalID),
	}
	if fun.Resource != nil {
		out.Resource = name(fun.Resource)
	}
	for _, p := range fun.Params {
		out.Params = append(out.Params, part{Name: p.Name, Type: spell(p.Type)})
	}
	out.Result = spell(fun.Result)
	return out
}

func (f flattener) typeDef(in *model.Scope, d *model.TypeDef) typeDef {
	out := typeDef{Name: d.Name, Declared: f.declared(d.Docs, d.Stability, d.ExternalID), IsError: d.IsError}
	if d.Owner != in {
		out.Name = name(d) // in a scope that is not its owner
	}
	if d.Resource != nil {
		out.Resource = d.Resource.Name
	}
	if d.AliasOf != nil {
		out.AliasOf = name(d.AliasOf)
	}
	switch t := d.Type; {
	case t == nil:
	case t.Def == d:
		out.Type, out.Parts = t.Kind.String(), f.parts(t)
	default:
		out.Type = spell(t)
	}
	return out
}

func (f flattener) parts(t *model.Type) []part {
	var out []part
	for _, p := range t.Fields {
		out = append(out, part{p.Name, f.text(p.Docs), spell(p.Type)})
	}
	for _, p := range t.Cases {
		out = append(out, part{p.Name, f.text(p.Docs), spell(p.Type)})
	}
	for _, p := range t.Labels {
		out = append(out, part{Name: p.Name, Docs: f.text(p.Docs)})
	}
	return out
}

// name is the name of a type in full.
func name(d *model.TypeDef) string { return scopeName(d.Owner) + "." + d.Name }

// spell writes a type where it is used, with names in full. An alias is followed by what it stands for.
func spell(t *model.Type) string {
	switch {
	case t == nil:
		return ""
	case t.Alias != nil:
		target := *t
		target.Alias = nil
		return name(t.Alias) + " (" + spell(&target) + ")"
	case t.Def != nil:
		return t.Kind.String() + " " + name(t.Def)
	}
	var inside []string
	add := func(p *model.Type) { inside = append(inside, spell(p)) }
	switch t.Kind {
	case abi.Tuple:
		for _, f := range t.Fields {
			add(f.Type)
		}
	case abi.Result:
		add(t.OK())
		add(t.Err())
	case abi.Own, abi.Borrow:
		inside = append(inside, name(t.Resource))
		if t.Handle != nil {
			inside = append(inside, "as "+name(t.Handle))
		}
	case abi.Map:
		add(t.Key)
		add(t.Elem)
	case abi.FixedList:
		add(t.Elem)
		inside = append(inside, fmt.Sprint(t.Len))
	case abi.List, abi.Option, abi.Stream, abi.Future:
		add(t.Elem)
	default:
		return t.Kind.String()
	}
	return t.Kind.String() + "<" + strings.Join(inside, ", ") + ">"
}

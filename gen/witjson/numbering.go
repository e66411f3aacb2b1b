package witjson

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// numbering writes types and gives them their indices, package by package.
//
// Within a package the types of interfaces and worlds come first, in order, each behind what it is made of, and what
// the parameters and results of functions are made of behind the types of their interface. A type without a name that
// occurs again is the same one. An own handle is different: it is no type of its own where WIT is parsed, so it
// gets its index later, before the first that has it as a part, or, if only functions have it, behind all types of
// the package.
type numbering struct {
	owner func(*model.Scope) choice
	types []*typeJSON
	defs  map[*model.TypeDef]int
	parts map[string]int // the types without a name of a package, by their JSON
	owns  map[int]int    // the own handles of a package, by their resource
}

// pkg numbers the types of a package.
func (n *numbering) pkg(p *model.Package) {
	n.parts, n.owns = map[string]int{}, map[int]int{}
	for _, i := range p.Interfaces {
		n.iface(i)
	}
	for _, w := range p.Worlds {
		n.scope(&w.Scope)
		for _, items := range [][]*model.Item{w.Imports, w.Exports} {
			for _, item := range items {
				switch {
				case item.Func != nil:
					n.signature(item.Func)
				case item.Interface != nil && item.Interface.World == w:
					n.iface(item.Interface)
				}
			}
		}
	}
}

func (n *numbering) iface(i *model.Interface) {
	n.scope(&i.Scope)
	for _, f := range i.Funcs {
		n.signature(f)
	}
}

func (n *numbering) scope(s *model.Scope) {
	for _, d := range s.Types {
		n.def(d)
	}
}

// signature numbers what parameters and results are made of.
func (n *numbering) signature(f *model.Func) {
	for _, p := range f.Params {
		n.part(p.Type, nil)
	}
	if f.Result != nil {
		n.part(f.Result, nil)
	}
}

// function writes a function, whose types are all numbered but for own handles.
func (n *numbering) function(f *model.Func) *functionJSON {
	out := &functionJSON{
		Name: f.Name, Kind: n.functionKind(f), Params: []memberJSON{},
		Docs: docsOf(f.Docs), Stability: stabilityOf(f.Stability), ExternalID: f.ExternalID,
	}
	for _, p := range f.Params {
		out.Params = append(out.Params, memberJSON{Name: p.Name, Type: n.ref(p.Type)})
	}
	if f.Result != nil {
		out.Result = n.ref(f.Result)
	}
	return out
}

func (n *numbering) functionKind(f *model.Func) any {
	prefix := ""
	if f.Async {
		prefix = "async-"
	}
	switch f.Kind {
	case model.Method:
		return choice{prefix + "method", n.def(f.Resource)}
	case model.Static:
		return choice{prefix + "static", n.def(f.Resource)}
	case model.Constructor:
		return choice{"constructor", n.def(f.Resource)}
	}
	return prefix + "freestanding"
}

// def is the index of a type with a name. One that stands behind what uses it is numbered where it is used.
func (n *numbering) def(d *model.TypeDef) int {
	if i, ok := n.defs[d]; ok {
		return i
	}
	out := &typeJSON{Name: &d.Name, Docs: docsOf(d.Docs), Stability: stabilityOf(d.Stability), ExternalID: d.ExternalID}
	switch target := d.Target(); {
	case target != nil:
		out.Kind = choice{"type", n.def(target)}
	case d.Resource != nil:
		out.Kind = "resource"
	default:
		out.Kind = n.kind(d.Type, out.Stability)
	}
	out.Owner = n.owner(d.Owner)
	n.defs[d] = n.add(out)
	return n.defs[d]
}

func (n *numbering) add(t *typeJSON) int {
	n.types = append(n.types, t)
	return len(n.types) - 1
}

// part numbers a type without a name, unless it is an own handle or has no parts. Its stability is that of the type
// that it is part of or, if that has none, that of its own parts.
func (n *numbering) part(t *model.Type, s *stabilityJSON) {
	switch {
	case t.Alias != nil:
		n.def(t.Alias)
	case t.Def != nil:
		n.def(t.Def)
	case t.Kind == abi.Own:
		n.def(handled(t))
	case !primitiveKind(t.Kind):
		kind := n.kind(t, s)
		key := partKey(kind)
		if _, ok := n.parts[key]; ok {
			return
		}
		if s == nil {
			s = n.stabilityOfParts(t)
		}
		n.parts[key] = n.add(&typeJSON{Kind: kind, Stability: s})
	}
}

// stabilityOfParts is the stability of the first part that has one.
func (n *numbering) stabilityOfParts(t *model.Type) *stabilityJSON {
	if t.Kind == abi.Borrow {
		return stabilityOf(handled(t).Stability)
	}
	for _, p := range parts(t) {
		switch {
		case p.Kind == abi.Own && p.Alias == nil:
			if s := stabilityOf(handled(p).Stability); s != nil {
				return s
			}
		case n.numbered(p):
			if s := n.types[n.ref(p).(int)].Stability; s != nil {
				return s
			}
		}
	}
	return nil
}

// numbered tells that a type is referred to by index.
func (n *numbering) numbered(t *model.Type) bool {
	return t.Alias != nil || t.Def != nil || !primitiveKind(t.Kind)
}

// handled is what a handle was written with: a resource or an alias of one.
func handled(t *model.Type) *model.TypeDef {
	if t.Handle != nil {
		return t.Handle
	}
	return t.Resource
}

// ref is how a type is referred to: by name or index.
func (n *numbering) ref(t *model.Type) any {
	switch {
	case t.Alias != nil:
		return n.def(t.Alias)
	case t.Def != nil:
		return n.def(t.Def)
	case t.Kind == abi.Own:
		return n.own(n.def(handled(t)))
	case primitiveKind(t.Kind):
		return t.Kind.String()
	}
	return n.parts[partKey(n.shape(t))]
}

// own is the index of the own handle of a resource.
func (n *numbering) own(resource int) int {
	i, ok := n.owns[resource]
	if !ok {
		i = n.add(&typeJSON{Kind: choice{"handle", choice{"own", resource}}})
		n.owns[resource] = i
	}
	return i
}

package resolve

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/runtime/abi"
)

// traits are what the checks want to know of a named type.
type traits struct {
	depth  int  // of types in types
	borrow bool // it has borrowed handles
}

// resolveTypes makes all names of a scope known and resolves its types: first those that it uses, then its own,
// each behind those that it is made of.
func (s *scope) resolveTypes(uses []*syntax.Use, defs []syntax.TypeDef, funcs []*syntax.Func) {
	known := make([]used, len(uses))
	for i, u := range uses {
		known[i] = s.declareUse(u)
	}
	symbols := s.declareDefs(defs)
	for _, f := range funcs {
		s.declare(&symbol{name: f.Name, function: true})
	}
	for _, u := range known {
		s.resolveUse(u)
	}
	for _, i := range s.defOrder(defs, symbols) {
		s.define(symbols[i], defs[i])
	}
}

func (s *scope) declareDefs(defs []syntax.TypeDef) []*symbol {
	symbols := make([]*symbol, len(defs))
	for i, d := range defs {
		h := d.Head()
		symbols[i] = &symbol{name: h.Name, gate: s.r.gate(s.pkg, s.list.file, h.Gate, h.Name.Span)}
		s.declare(symbols[i])
		if s.gate != "" && symbols[i].gate == "" {
			s.r.reportUngated(s.list.file, h.Name, s.model.Name, s.gate)
		}
	}
	return symbols
}

// defOrder returns the indices of definitions, each behind those that it is made of. Those that are made of
// themselves are left out.
func (s *scope) defOrder(defs []syntax.TypeDef, symbols []*symbol) []int {
	index := make(map[*symbol]int, len(symbols))
	for i, sym := range symbols {
		index[sym] = i
	}
	needs := make([][]edge[syntax.ID], len(defs))
	for i, d := range defs {
		visitNames(d, func(name syntax.ID) {
			if to, ok := index[s.find(name.Name)]; ok {
				needs[i] = append(needs[i], edge[syntax.ID]{to, name})
			}
		})
	}
	order, circles := inOrder(needs)
	for _, c := range circles {
		s.report(c.at.Span, RuleCycle, fmt.Sprintf("type `%s` needs itself", c.at.Name),
			describeCircle(c.nodes, func(n int) string { return defs[n].Head().Name.Name }))
	}
	return order
}

// define resolves a type definition.
func (s *scope) define(sym *symbol, d syntax.TypeDef) {
	h := d.Head()
	def := &model.TypeDef{
		Owner: s.model, Name: h.Name.Name, Docs: text(h.Docs), Stability: stability(h.Gate),
		ExternalID: externalID(h.Gate), Place: place(s.list.file, h.Name.Span),
	}
	t := &typer{scope: s, blamed: h.Name, off: sym.gate != "" || s.gate != ""}
	switch d := d.(type) {
	case *syntax.Resource:
		def.Resource = newResource(def)
		s.checkMethods(d)
	case *syntax.TypeAlias:
		t.aliasDef(def, d)
	default:
		def.Type = t.shape(d)
		def.Type.Def = def
	}
	if t.failed {
		return // its name is known, and no more
	}
	if t.depth >= MaxTypeDepth {
		s.reportTooDeep(h.Name)
		return
	}
	s.r.traits[def] = traits{depth: t.depth + 1, borrow: t.borrow}
	sym.def = def
	if sym.gate == "" {
		s.model.Types = append(s.model.Types, def)
	}
}

// newResource is what a resource is for the ABI. Those that can stand in for each other have the same name.
func newResource(d *model.TypeDef) *abi.Resource {
	return &abi.Resource{Name: d.Owner.TrackID() + "/" + d.Name}
}

// aliasDef resolves "type a = …".
func (t *typer) aliasDef(def *model.TypeDef, d *syntax.TypeAlias) {
	n, ok := d.Type.(*syntax.NamedType)
	if !ok {
		def.Type = t.typ(d.Type, 0)
		return
	}
	target := t.def(n.ID, 0)
	if target == nil {
		t.failed = true
		return
	}
	t.r.alias(def, target)
}

// shape resolves what is between the braces of a definition.
func (t *typer) shape(d syntax.TypeDef) *model.Type {
	file := t.list.file
	switch d := d.(type) {
	case *syntax.Record:
		m := &model.Type{Kind: abi.Record, Fields: make([]model.Field, len(d.Fields))}
		seen := t.distinct("field")
		for i, f := range d.Fields {
			seen(f.Name)
			t.blamed = f.Name
			m.Fields[i] = model.Field{Name: f.Name.Name, Docs: text(f.Docs), Place: place(file, f.Name.Span), Type: t.typ(f.Type, 0)}
		}
		return m
	case *syntax.Variant:
		m := &model.Type{Kind: abi.Variant, Cases: make([]model.Case, len(d.Cases))}
		seen := t.distinct("case")
		for i, c := range d.Cases {
			seen(c.Name)
			m.Cases[i] = model.Case{Name: c.Name.Name, Docs: text(c.Docs), Place: place(file, c.Name.Span), Type: t.optional(c.Type, 0)}
		}
		return m
	case *syntax.Enum:
		m := &model.Type{Kind: abi.Enum, Cases: make([]model.Case, len(d.Cases))}
		seen := t.distinct("case")
		for i, c := range d.Cases {
			seen(c.Name)
			m.Cases[i] = model.Case{Name: c.Name.Name, Docs: text(c.Docs), Place: place(file, c.Name.Span)}
		}
		return m
	case *syntax.Flags:
		m := &model.Type{Kind: abi.Flags, Labels: make([]model.Label, len(d.Flags))}
		seen := t.distinct("flag")
		for i, f := range d.Flags {
			seen(f.Name)
			m.Labels[i] = model.Label{Name: f.Name.Name, Docs: text(f.Docs), Place: place(file, f.Name.Span)}
		}
		return m
	}
	panic(fmt.Sprintf("resolve: there is no shape for %T", d))
}

// distinct returns a function that reports names which it has seen before.
func (s *scope) distinct(what string) func(syntax.ID) {
	seen := map[string]syntax.ID{}
	return func(name syntax.ID) {
		first, taken := seen[fold(name.Name)]
		if !taken {
			seen[fold(name.Name)] = name
			return
		}
		message := fmt.Sprintf("there are two %ss `%s`", what, name.Name)
		if first.Name != name.Name {
			message = fmt.Sprintf("%s `%s` differs from `%s` in case only, which makes no difference", what, name.Name, first.Name)
		}
		s.report(name.Span, RuleDuplicate, message, "")
	}
}

// visitNames visits the names of types that a definition is made of.
func visitNames(d syntax.TypeDef, visit func(syntax.ID)) {
	switch d := d.(type) {
	case *syntax.TypeAlias:
		visitTypeNames(d.Type, visit)
	case *syntax.Record:
		for _, f := range d.Fields {
			visitTypeNames(f.Type, visit)
		}
	case *syntax.Variant:
		for _, c := range d.Cases {
			visitTypeNames(c.Type, visit)
		}
	}
}

func visitTypeNames(t syntax.Type, visit func(syntax.ID)) {
	switch t := t.(type) {
	case *syntax.NamedType:
		visit(t.ID)
	case *syntax.Own:
		visit(t.Resource)
	case *syntax.Borrow:
		visit(t.Resource)
	case *syntax.List:
		visitTypeNames(t.Element, visit)
	case *syntax.Map:
		visitTypeNames(t.Key, visit)
		visitTypeNames(t.Value, visit)
	case *syntax.Option:
		visitTypeNames(t.Some, visit)
	case *syntax.Result:
		visitTypeNames(t.OK, visit)
		visitTypeNames(t.Err, visit)
	case *syntax.Tuple:
		for _, part := range t.Types {
			visitTypeNames(part, visit)
		}
	case *syntax.Future:
		visitTypeNames(t.Payload, visit)
	case *syntax.Stream:
		visitTypeNames(t.Element, visit)
	}
}

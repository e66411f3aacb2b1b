package binary

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

var primitives = [...]abi.Kind{
	component.Bool: abi.Bool, component.S8: abi.S8, component.U8: abi.U8, component.S16: abi.S16, component.U16: abi.U16,
	component.S32: abi.S32, component.U32: abi.U32, component.S64: abi.S64, component.U64: abi.U64,
	component.F32: abi.F32, component.F64: abi.F64, component.Char: abi.Char, component.String: abi.String,
	component.ErrorContext: abi.ErrorContext,
}

// parts converts the parts of a type one after the other, with the names by which they were written.
type parts struct {
	*scope
	names []*component.Synonym
}

func (s *scope) parts(of component.Type) *parts { return &parts{s, component.Synonyms(of)} }

// next converts the next part, which may be missing.
func (p *parts) next(t component.ValueType) *model.Type {
	if t == nil {
		return nil
	}
	var name *component.Synonym
	if len(p.names) > 0 {
		name, p.names = p.names[0], p.names[1:]
	}
	return p.use(t, name)
}

// use converts a type where it is used, by its name if it has one.
func (s *scope) use(t component.ValueType, name *component.Synonym) *model.Type {
	s.node()
	if p, ok := t.(component.Primitive); ok {
		if def := s.synonym(name); def != nil {
			if def = s.visible(def); def != nil {
				return byName(def)
			}
		}
		return &model.Type{Kind: primitives[p]}
	}
	def := s.find(t)
	if def == nil {
		return s.anonymous(t)
	}
	local := s.visible(def)
	switch {
	case local != nil:
		return byName(local)
	case nominal(def.Type.Kind):
		s.failUnusable(def)
	}
	return s.shape(t)
}

// anonymous converts a type that has no name.
func (s *scope) anonymous(t component.ValueType) *model.Type {
	out := s.shape(t)
	if nominal(out.Kind) {
		s.fail("it uses a type without a name, of the kind %s", out.Kind)
	}
	return out
}

// shape converts a type by its parts.
func (s *scope) shape(t component.ValueType) *model.Type {
	p := s.parts(t)
	switch t := t.(type) {
	case component.Primitive:
		return &model.Type{Kind: primitives[t]}
	case *component.Record:
		return s.record(t)
	case *component.Variant:
		return s.variant(t)
	case *component.Enum:
		out := &model.Type{Kind: abi.Enum}
		for _, l := range t.Labels {
			s.node()
			out.Cases = append(out.Cases, model.Case{Name: l})
		}
		return out
	case *component.Flags:
		out := &model.Type{Kind: abi.Flags}
		for _, l := range t.Labels {
			s.node()
			out.Labels = append(out.Labels, model.Label{Name: l})
		}
		return out
	case *component.Tuple:
		out := &model.Type{Kind: abi.Tuple}
		for _, part := range t.Types {
			out.Fields = append(out.Fields, model.Field{Type: p.next(part)})
		}
		return out
	case *component.List:
		if t.Len > 0 {
			return &model.Type{Kind: abi.FixedList, Elem: p.next(t.Elem), Len: t.Len}
		}
		return &model.Type{Kind: abi.List, Elem: p.next(t.Elem)}
	case *component.Option:
		return &model.Type{Kind: abi.Option, Elem: p.next(t.Some)}
	case *component.Map:
		key := p.next(t.Key)
		key.Alias = nil // text writes it as the primitive type that it is
		return &model.Type{Kind: abi.Map, Key: key, Elem: p.next(t.Value)}
	case *component.Stream:
		return &model.Type{Kind: abi.Stream, Elem: p.next(t.Elem)}
	case *component.Future:
		return &model.Type{Kind: abi.Future, Elem: p.next(t.Elem)}
	case *component.Own:
		return s.handle(abi.Own, t.Resource)
	case *component.Borrow:
		return s.handle(abi.Borrow, t.Resource)
	}
	result := t.(*component.Result)
	return &model.Type{Kind: abi.Result, Cases: []model.Case{
		{Name: "ok", Type: p.next(result.OK)}, {Name: "error", Type: p.next(result.Err)},
	}}
}

func (s *scope) record(t *component.Record) *model.Type {
	out, p := &model.Type{Kind: abi.Record}, s.parts(t)
	for _, f := range t.Fields {
		s.node()
		s.in("field "+quoted(f.Label), func() {
			out.Fields = append(out.Fields, model.Field{Name: f.Label, Type: p.next(f.Type)})
		})
	}
	return out
}

func (s *scope) variant(t *component.Variant) *model.Type {
	out, p := &model.Type{Kind: abi.Variant}, s.parts(t)
	for _, c := range t.Cases {
		s.node()
		s.in("case "+quoted(c.Label), func() {
			out.Cases = append(out.Cases, model.Case{Name: c.Label, Type: p.next(c.Type)})
		})
	}
	return out
}

func (s *scope) handle(k abi.Kind, r *component.Resource) *model.Type {
	def := s.find(r)
	if def == nil {
		s.fail("it uses a resource type without a name")
	}
	local := s.visible(def)
	if local == nil {
		s.failUnusable(def)
	}
	t := &model.Type{Kind: k, Resource: local.Root()}
	if local != t.Resource {
		t.Handle = local
	}
	return t
}

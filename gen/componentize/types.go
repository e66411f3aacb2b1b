package componentize

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// space writes WIT types as component types into one scope of the format. Types without a name are written once,
// and named ones where the scope has them.
type space struct {
	w     *component.TypeWriter
	known map[string]uint32 // types without a name, by what they are made of
	named func(from *item, d *model.TypeDef) uint32
}

func newSpace(w *component.TypeWriter, named func(*item, *model.TypeDef) uint32) *space {
	return &space{w, map[string]uint32{}, named}
}

var primitives = map[abi.Kind]component.Primitive{
	abi.Bool: component.Bool, abi.S8: component.S8, abi.U8: component.U8, abi.S16: component.S16, abi.U16: component.U16,
	abi.S32: component.S32, abi.U32: component.U32, abi.S64: component.S64, abi.U64: component.U64,
	abi.F32: component.F32, abi.F64: component.F64, abi.Char: component.Char, abi.String: component.String,
	abi.ErrorContext: component.ErrorContext,
}

// ref is a type in an item, where it is used; nil is none.
func (s *space) ref(in *item, t *model.Type) component.TypeRef {
	switch {
	case t == nil:
		return component.TypeRef{}
	case t.Alias != nil:
		return component.RefTo(s.named(in, t.Alias))
	case t.Def != nil:
		return component.RefTo(s.named(in, t.Def))
	}
	if p, ok := primitives[t.Kind]; ok {
		return p.Ref()
	}
	return component.RefTo(s.unnamed(in, t))
}

// unnamed is a type without a name.
func (s *space) unnamed(in *item, t *model.Type) uint32 {
	refs, resource := s.operands(in, t)
	key := fmt.Sprint(t.Kind, t.Kind == abi.FixedList, t.Len, refs, resource)
	if i, ok := s.known[key]; ok {
		return i
	}
	s.known[key] = s.compound(t, refs, resource)
	return s.known[key]
}

// shape writes a type that is to get a name, by its parts. It is not shared with those that get none: there are tools
// that take the name for another name of these.
func (s *space) shape(in *item, t *model.Type) uint32 {
	switch t.Kind {
	case abi.Record:
		return s.w.Record(s.parts(in, t.Fields)...)
	case abi.Variant:
		return s.w.Variant(s.cases(in, t)...)
	case abi.Enum:
		return s.w.Enum(caseNames(t)...)
	case abi.Flags:
		return s.w.Flags(labels(t)...)
	}
	refs, resource := s.operands(in, t)
	return s.compound(t, refs, resource)
}

// operands are what a type without a name is made of.
func (s *space) operands(in *item, t *model.Type) (refs []component.TypeRef, resource uint32) {
	switch t.Kind {
	case abi.Own, abi.Borrow:
		return nil, s.named(in, handled(t))
	case abi.Tuple:
		for _, f := range t.Fields {
			refs = append(refs, s.ref(in, f.Type))
		}
	case abi.Result:
		return []component.TypeRef{s.ref(in, t.OK()), s.ref(in, t.Err())}, 0
	case abi.Map:
		return []component.TypeRef{s.ref(in, t.Key), s.ref(in, t.Elem)}, 0
	case abi.List, abi.FixedList, abi.Option, abi.Stream, abi.Future:
		return []component.TypeRef{s.ref(in, t.Elem)}, 0
	}
	return refs, 0
}

// compound writes a type that is made of others.
func (s *space) compound(t *model.Type, refs []component.TypeRef, resource uint32) uint32 {
	switch t.Kind {
	case abi.Own:
		return s.w.Own(resource)
	case abi.Borrow:
		return s.w.Borrow(resource)
	case abi.Tuple:
		return s.w.Tuple(refs...)
	case abi.Result:
		return s.w.Result(refs[0], refs[1])
	case abi.Map:
		return s.w.Map(refs[0], refs[1])
	case abi.List:
		return s.w.List(refs[0])
	case abi.FixedList:
		return s.w.FixedList(refs[0], t.Len)
	case abi.Option:
		return s.w.Option(refs[0])
	case abi.Stream:
		return s.w.Stream(refs[0])
	case abi.Future:
		return s.w.Future(refs[0])
	}
	return s.w.Primitive(primitives[t.Kind])
}

func (s *space) parts(in *item, fields []model.Field) []component.TypePart {
	parts := make([]component.TypePart, len(fields))
	for i, f := range fields {
		parts[i] = component.TypePart{Label: f.Name, Type: s.ref(in, f.Type)}
	}
	return parts
}

func (s *space) cases(in *item, t *model.Type) []component.TypePart {
	parts := make([]component.TypePart, len(t.Cases))
	for i, c := range t.Cases {
		parts[i] = component.TypePart{Label: c.Name, Type: s.ref(in, c.Type)}
	}
	return parts
}

func caseNames(t *model.Type) []string {
	names := make([]string, len(t.Cases))
	for i, c := range t.Cases {
		names[i] = c.Name
	}
	return names
}

func labels(t *model.Type) []string {
	names := make([]string, len(t.Labels))
	for i, l := range t.Labels {
		names[i] = l.Name
	}
	return names
}

// function is the type of a function.
func (s *space) function(in *item, f *model.Func) uint32 {
	params := make([]component.TypePart, len(f.Params))
	for i, p := range f.Params {
		params[i] = component.TypePart{Label: p.Name, Type: s.ref(in, p.Type)}
	}
	if f.Async {
		return s.w.AsyncFunc(params, s.ref(in, f.Result))
	}
	return s.w.Func(params, s.ref(in, f.Result))
}

// bound is what a named type stands for in the import or export that names it: another name, some resource type, or
// a type that it defines.
func (s *space) bound(in *item, d *model.TypeDef) component.ExternDesc {
	switch target := d.Target(); {
	case target != nil:
		return component.TypeDesc(s.named(in, target))
	case d.Resource != nil:
		return component.ResourceDesc()
	}
	return component.TypeDesc(s.shape(in, d.Type))
}

func typeName(d *model.TypeDef) component.ExternName {
	return component.ExternName{Name: d.Name, ExternalID: d.ExternalID}
}

func funcName(f *model.Func) component.ExternName {
	return component.ExternName{Name: f.Name, ExternalID: f.ExternalID}
}

// externName is the name of an instance.
func (i *item) externName() component.ExternName {
	return component.ExternName{Name: i.name, Implements: i.implements, ExternalID: i.externalID}
}

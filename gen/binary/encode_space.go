package binary

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// space is the scope of a component type or, inside of one, of an instance type, while it is being written.
type space struct {
	*encoder
	outer *space
	world *component.ComponentTypeWriter // of a component type
	w     *component.InstanceTypeWriter

	types     map[*model.TypeDef]uint32
	anonymous map[string]uint32 // types without a name, by what they are made of
	have      map[*model.Scope]uint32
}

// declarator declares an import or export.
type declarator func(component.ExternName, component.ExternDesc) uint32

func (e *encoder) newComponentSpace() *space {
	t := component.NewComponentType()
	s := e.newSpace(nil, &t.InstanceTypeWriter)
	s.world = t
	return s
}

func (e *encoder) newSpace(outer *space, w *component.InstanceTypeWriter) *space {
	return &space{
		encoder: e, outer: outer, w: w,
		types: map[*model.TypeDef]uint32{}, anonymous: map[string]uint32{}, have: map[*model.Scope]uint32{},
	}
}

// instance declares an instance that has the types of an interface and some functions. From then on, the types come
// from there.
func (s *space) instance(declare declarator, name component.ExternName, i *model.Scope, funcs []*model.Func) {
	t := component.NewInstanceType()
	inner := s.newSpace(s, t)
	for _, d := range i.Types {
		inner.typeDef(t.Export, d)
	}
	for _, f := range funcs {
		inner.function(t.Export, f)
	}
	declare(name, component.InstanceDesc(s.w.InstanceType(t)))
	s.have[i] = s.w.Len(component.SortInstance) - 1
	for _, d := range i.Types {
		delete(s.types, d) // what was there of the interface under another name
	}
}

// typeDef declares a named type.
func (s *space) typeDef(declare declarator, d *model.TypeDef) {
	s.in("type "+d.Name, func() {
		name := externName(d.Name, d.ExternalID)
		switch target := d.Target(); {
		case target != nil:
			s.types[d] = declare(name, component.TypeDesc(s.find(target)))
		case d.Resource != nil:
			s.types[d] = declare(name, component.ResourceDesc())
		default:
			s.types[d] = declare(name, component.TypeDesc(s.shape(d.Type)))
		}
	})
}

// function declares a function.
func (s *space) function(declare declarator, f *model.Func) {
	s.in("function "+f.Name, func() {
		params := make([]component.TypePart, len(f.Params))
		for i, p := range f.Params {
			params[i] = component.TypePart{Label: p.Name, Type: s.use(p.Type)}
		}
		var t uint32
		if result := s.optional(f.Result); f.Async {
			t = s.w.AsyncFunc(params, result)
		} else {
			t = s.w.Func(params, result)
		}
		declare(externName(f.Name, f.ExternalID), component.FuncDesc(t))
	})
}

// find is the index of a named type, which may have to be brought in: from an instance that has it, or from the
// scope around this one.
func (s *space) find(d *model.TypeDef) uint32 {
	i, ok := s.types[d]
	if ok {
		return i
	}
	instance, ok := s.have[d.Owner]
	switch {
	case ok:
		i = s.w.AliasExport(component.SortType, instance, d.Name)
	case s.outer != nil:
		i = s.w.AliasOuter(component.SortType, 1, s.outer.find(d))
	default:
		s.fail("it uses %s of %s, which is not there", d.Name, d.Owner.ID())
	}
	s.types[d] = i
	return i
}

// primitiveOf is the way back of [primitives].
var primitiveOf = func() map[abi.Kind]component.Primitive {
	m := map[abi.Kind]component.Primitive{}
	for p, k := range primitives {
		m[k] = component.Primitive(p)
	}
	return m
}()

// use refers to a type where it is used.
func (s *space) use(t *model.Type) component.TypeRef {
	switch {
	case t.Alias != nil:
		return component.RefTo(s.find(t.Alias))
	case t.Def != nil:
		return component.RefTo(s.find(t.Def))
	}
	if p, ok := primitiveOf[t.Kind]; ok {
		return p.Ref()
	}
	return component.RefTo(s.unnamed(t))
}

func (s *space) optional(t *model.Type) component.TypeRef {
	if t == nil {
		return component.TypeRef{}
	}
	return s.use(t)
}

// unnamed is the index of a type that has no name, of which a scope needs no more than one.
func (s *space) unnamed(t *model.Type) uint32 {
	key := s.key(t)
	i, ok := s.anonymous[key]
	if !ok {
		i = s.shape(t)
		s.anonymous[key] = i
	}
	return i
}

// key is the same for types without a name that are made of the same parts.
func (s *space) key(t *model.Type) string {
	var refs []component.TypeRef
	for _, part := range []*model.Type{t.Key, t.Elem} {
		refs = append(refs, s.optional(part))
	}
	for _, f := range t.Fields {
		refs = append(refs, s.use(f.Type))
	}
	for _, c := range t.Cases {
		refs = append(refs, s.optional(c.Type))
	}
	resource := uint32(0)
	if t.Resource != nil {
		resource = s.find(handled(t))
	}
	return fmt.Sprint(t.Kind, t.Len, resource, refs)
}

// handled is the resource type of a handle, as it was written.
func handled(t *model.Type) *model.TypeDef {
	if t.Handle != nil {
		return t.Handle
	}
	return t.Resource
}

// shape defines a type by its parts.
func (s *space) shape(t *model.Type) uint32 {
	w := s.w
	if p, ok := primitiveOf[t.Kind]; ok {
		return w.Primitive(p)
	}
	switch t.Kind {
	case abi.Record:
		return w.Record(s.fields(t)...)
	case abi.Variant:
		cases := make([]component.TypePart, len(t.Cases))
		for i, c := range t.Cases {
			cases[i] = component.TypePart{Label: c.Name, Type: s.optional(c.Type)}
		}
		return w.Variant(cases...)
	case abi.Enum, abi.Flags:
		return s.labels(t)
	case abi.Tuple:
		var parts []component.TypeRef
		for _, f := range s.fields(t) {
			parts = append(parts, f.Type)
		}
		return w.Tuple(parts...)
	case abi.Own:
		return w.Own(s.find(handled(t)))
	case abi.Borrow:
		return w.Borrow(s.find(handled(t)))
	default:
		return s.wrapper(t)
	}
}

func (s *space) fields(t *model.Type) []component.TypePart {
	if len(t.Fields) == 0 {
		s.fail("a %s without fields has no encoding", t.Kind)
	}
	fields := make([]component.TypePart, len(t.Fields))
	for i, f := range t.Fields {
		fields[i] = component.TypePart{Label: f.Name, Type: s.use(f.Type)}
	}
	return fields
}

// maxFlags is the number of flags that a type of components can have.
const maxFlags = 32

func (s *space) labels(t *model.Type) uint32 {
	var labels []string
	for _, c := range t.Cases {
		labels = append(labels, c.Name)
	}
	for _, l := range t.Labels {
		labels = append(labels, l.Name)
	}
	if t.Kind == abi.Enum {
		return s.w.Enum(labels...)
	}
	if len(labels) == 0 || len(labels) > maxFlags {
		s.fail("components have flags types of 1 to %d labels, and this one has %d", maxFlags, len(labels))
	}
	return s.w.Flags(labels...)
}

// wrapper defines a type of one or two parts.
func (s *space) wrapper(t *model.Type) uint32 {
	switch t.Kind {
	case abi.List:
		return s.w.List(s.use(t.Elem))
	case abi.FixedList:
		return s.w.FixedList(s.use(t.Elem), t.Len)
	case abi.Option:
		return s.w.Option(s.use(t.Elem))
	case abi.Result:
		ok := s.optional(t.OK())
		return s.w.Result(ok, s.optional(t.Err()))
	case abi.Map:
		key := s.use(t.Key)
		return s.w.Map(key, s.use(t.Elem))
	case abi.Stream:
		return s.w.Stream(s.optional(t.Elem))
	case abi.Future:
		return s.w.Future(s.optional(t.Elem))
	}
	s.fail("a type of the kind %s has no encoding", t.Kind)
	return 0
}

package component

// define writes a type of any kind but a resource type, by its parts. In a component these have indices; in a type
// they may get them now.
func (e *encoder) define(t Type) uint32 {
	e.checkType(t)
	e.deeper()
	defer func() { e.depth-- }()
	w := e.scope.w
	switch t := t.(type) {
	case *FuncType:
		return e.function(w, t)
	case *InstanceType:
		return w.InstanceType(e.instanceType(t))
	case *ComponentType:
		return w.ComponentType(e.componentType(t))
	case *Resource:
		e.fail("a resource type is defined in a component, not in a type")
	case ValueType:
		return e.value(w, t)
	}
	e.fail("there are no types like %T", t)
	return 0
}

func (e *encoder) function(w *TypeWriter, t *FuncType) uint32 {
	p := partsOf(e, t)
	params := p.fields(t.Params)
	result := p.next(t.Result)
	if t.Async {
		return w.AsyncFunc(params, result)
	}
	return w.Func(params, result)
}

// value writes a value type.
func (e *encoder) value(w *TypeWriter, t ValueType) uint32 {
	p := partsOf(e, t)
	switch t := t.(type) {
	case Primitive:
		return w.Primitive(t)
	case *Record:
		return w.Record(p.fields(t.Fields)...)
	case *Variant:
		cases := make([]TypePart, len(t.Cases))
		for i, c := range t.Cases {
			cases[i] = TypePart{c.Label, p.next(c.Type)}
		}
		return w.Variant(cases...)
	case *Flags:
		return w.Flags(t.Labels...)
	case *Enum:
		return w.Enum(t.Labels...)
	case *Tuple:
		types := make([]TypeRef, len(t.Types))
		for i, part := range t.Types {
			types[i] = p.needed(part)
		}
		return w.Tuple(types...)
	case *Own:
		return w.Own(e.resource(t.Resource))
	case *Borrow:
		return w.Borrow(e.resource(t.Resource))
	default:
		return p.wrapper(w, t)
	}
}

// wrapper writes a type of one or two parts.
func (p *encodeParts) wrapper(w *TypeWriter, t ValueType) uint32 {
	switch t := t.(type) {
	case *List:
		elem := p.needed(t.Elem)
		if t.Len > 0 {
			return w.FixedList(elem, t.Len)
		}
		return w.List(elem)
	case *Option:
		return w.Option(p.needed(t.Some))
	case *Result:
		ok := p.next(t.OK)
		return w.Result(ok, p.next(t.Err))
	case *Map:
		key := p.needed(t.Key)
		return w.Map(key, p.needed(t.Value))
	case *Stream:
		return w.Stream(p.next(t.Elem))
	case *Future:
		return w.Future(p.next(t.Elem))
	}
	p.e.fail("there are no types like %T", t)
	return 0
}

// encodeParts refers to the parts of a type, one after the other, by the names that they were written with.
type encodeParts struct {
	e     *encoder
	names []*Synonym
}

func partsOf(e *encoder, t Type) *encodeParts { return &encodeParts{e, Synonyms(t)} }

// next refers to the next part, which may be missing.
func (p *encodeParts) next(t ValueType) TypeRef {
	if t == nil {
		return TypeRef{}
	}
	return p.needed(t)
}

// needed refers to the next part, which must be there.
func (p *encodeParts) needed(t ValueType) TypeRef {
	var name *Synonym
	if len(p.names) > 0 {
		name, p.names = p.names[0], p.names[1:]
	}
	return p.e.ref(t, name)
}

func (p *encodeParts) fields(list []Field) []TypePart {
	out := make([]TypePart, len(list))
	for i, f := range list {
		out[i] = TypePart{f.Label, p.needed(f.Type)}
	}
	return out
}

// ref refers to a value type where it is used.
func (e *encoder) ref(t ValueType, name *Synonym) TypeRef {
	p, ok := t.(Primitive)
	if !ok || name != nil {
		return RefTo(e.find(t, name))
	}
	e.checkType(p)
	return p.Ref()
}

func (e *encoder) optional(t ValueType, name *Synonym) TypeRef {
	if t == nil {
		return TypeRef{}
	}
	return e.ref(t, name)
}

func (e *encoder) resource(r *Resource) uint32 {
	if r == nil {
		e.fail("a handle is to no resource type")
	}
	return e.find(r, nil)
}

// checkType refuses what is none of the types that there are.
func (e *encoder) checkType(t Type) {
	if absent(t) {
		e.fail("a type is missing")
	}
	if p, ok := t.(Primitive); ok && int(p) >= len(primitiveNames) {
		e.fail("the primitive type %d does not exist", p)
	}
}

func (e *encoder) instanceType(t *InstanceType) *InstanceTypeWriter {
	w := NewInstanceType()
	e.enterType(&w.TypeWriter, t.core)
	e.scope.exports = &externQueue{list: t.Exports, write: w.Export}
	e.drain(e.scope.exports)
	e.leave()
	return w
}

func (e *encoder) componentType(t *ComponentType) *ComponentTypeWriter {
	w := NewComponentType()
	e.enterType(&w.TypeWriter, t.core)
	e.scope.imports = &externQueue{list: t.Imports, write: w.Import}
	e.scope.exports = &externQueue{list: t.Exports, write: w.Export}
	e.drain(e.scope.imports)
	e.drain(e.scope.exports)
	e.leave()
	return w
}

// enterType opens the scope of a type and writes the core types that were declared there: they may refer to each
// other by index.
func (e *encoder) enterType(w *TypeWriter, core []coreDecl) {
	e.enter(&encodeScope{w: w, inType: true, reachable: map[any]exportedType{}, walked: map[*InstanceType]bool{}})
	for _, d := range core {
		first := w.coreDecl(d)
		for i, t := range d.types {
			e.scope.addCoreType(t, first+uint32(i))
		}
	}
}

func (e *encoder) drain(q *externQueue) {
	for q.next < len(q.list) {
		e.externNext(q)
	}
}

// desc is the type of an import or export.
func (e *encoder) desc(t ExternType) ExternDesc {
	switch t.Sort {
	case SortFunc:
		return FuncDesc(findAs[*FuncType](e, t.Type))
	case SortComponent:
		return ComponentDesc(findAs[*ComponentType](e, t.Type))
	case SortInstance:
		if it, ok := t.Type.(*InstanceType); ok && it != nil && it.declared != nil {
			t.Type = it.declared
		}
		return InstanceDesc(findAs[*InstanceType](e, t.Type))
	case SortCoreModule:
		return ModuleDesc(e.findModule(t.Module))
	case SortValue:
		v, _ := t.Type.(ValueType)
		return ValueDesc(e.ref(v, nil))
	case SortType:
		return e.typeDesc(t)
	default:
		e.fail("what is imported or exported has the sort %d", t.Sort)
		return ExternDesc{}
	}
}

// findAs is the index of a type of one kind.
func findAs[T Type](e *encoder, t Type) uint32 {
	if _, ok := t.(T); !ok && t != nil {
		e.fail("its type is %s", describe(t))
	}
	return e.find(t, nil)
}

// typeDesc is what a type is another name of. In what was built by hand, that is the type itself.
func (e *encoder) typeDesc(t ExternType) ExternDesc {
	switch {
	case t.Abstract:
		return ResourceDesc()
	case t.SynonymOf != nil:
		return TypeDesc(e.find(t.Type, t.SynonymOf))
	}
	e.checkType(t.Type)
	if of := Origin(t.Type); of != nil {
		return TypeDesc(e.find(of, nil))
	}
	return TypeDesc(e.find(t.Type, nil))
}

package component

// typeDef reads an entry of the type section.
func (d *decoder) typeDef() Def {
	at := d.pos
	t := d.defType()
	d.scope.appendType(t, nil)
	return &TypeDef{At: At(at), Type: t}
}

// defType reads a type of any kind.
func (d *decoder) defType() Type {
	at := d.pos
	d.written = d.written[:0]
	code := d.byte("type")
	switch code {
	case codeFunc:
		return d.funcType(at, false)
	case codeAsyncFunc:
		d.need(at, FeatureAsync)
		return d.funcType(at, true)
	case codeComponent:
		return d.componentType(at)
	case codeInstance:
		return d.instanceType(at)
	case codeResource:
		return d.resourceType(at)
	default:
		t := d.defValType(at, code)
		d.noteSynonyms(t)
		return t
	}
}

func (d *decoder) funcType(at int, async bool) Type {
	t := &FuncType{Async: async, Params: d.fields("parameter")}
	l := newLayout()
	for _, p := range t.Params {
		l.field(p.Type)
	}
	resultAt := d.pos
	t.Result = d.resultList()
	if t.Result != nil {
		if t.Result.facts().borrows {
			d.fail(resultAt, "the result contains a borrow, which cannot outlive its call")
		}
		l.contains(t.Result)
	}
	l.bytes = 0 // a function is no value: only its parts are bounded in bytes
	t.facted = d.close(at, &l)
	d.noteSynonyms(t)
	return t
}

// resultList reads the result of a function, nil for none.
func (d *decoder) resultList() ValueType {
	if !d.flag("form of the result") {
		return d.part()
	}
	d.expect(0, "number of named results")
	return nil
}

func (d *decoder) resourceType(at int) Type {
	if d.scope.kind != inComponent {
		d.fail(at, "resource types are defined in components, not in types: a type imports or exports them")
	}
	r := &Resource{Local: true}
	repAt := d.pos
	r.Rep = CoreValType(d.byte("representation"))
	switch r.Rep {
	case CoreI32:
	case CoreI64:
		d.need(repAt, FeatureMemory64)
	default:
		d.fail(repAt, "0x%02x cannot represent a resource: the representation is i32 or i64", byte(r.Rep))
	}
	if r.HasDtor = d.flag("presence of a destructor"); r.HasDtor {
		dtorAt := d.pos
		r.Dtor = d.index(SortCoreFunc)
		d.needCoreType(dtorAt, "the destructor", r.Dtor, &CoreFuncType{Params: []CoreValType{r.Rep}})
	}
	return d.scope.newResource(r)
}

func (d *decoder) instanceType(at int) Type {
	s := d.enter(inInstanceType, at)
	n := d.count("declarator", maxDefs)
	for range n {
		d.declarator(d.byte("declarator"))
	}
	d.leave()
	t := d.instanceTypeOf(at, s.exports.list, s.binder)
	t.core = s.coreDecls
	return t
}

func (d *decoder) componentType(at int) Type {
	s := d.enter(inComponentType, at)
	n := d.count("declarator", maxDefs)
	for range n {
		if code := d.byte("declarator"); code == 0x03 {
			d.define(d.pos)
			d.importDecl()
		} else {
			d.declarator(code)
		}
	}
	d.leave()
	return d.componentTypeOf(at, s)
}

// declarator reads what both component and instance types may contain.
func (d *decoder) declarator(code byte) {
	at := d.pos
	d.define(at)
	s := d.scope
	switch code {
	case 0x00:
		types := d.coreTypes()
		s.coreTypes = append(s.coreTypes, types...)
		s.coreDecls = append(s.coreDecls, coreDecl{types: types, raw: d.since(at)})
	case 0x01:
		t := d.defType()
		s.appendType(t, nil)
	case 0x02:
		d.aliasDecl()
	case 0x04:
		d.exportDecl()
	default:
		d.fail(at-1, "declarator 0x%02x is unknown here", code)
	}
}

// instanceTypeOf makes an instance type of exports. The binder owns the resource types that are still
// to be brought by an instance; it is nil if there are none.
func (d *decoder) instanceTypeOf(at int, exports []Extern, b *binder) *InstanceType {
	l := newLayout()
	l.externs(exports)
	return &InstanceType{
		Exports: exports, exportIndex: indexExterns(exports), binder: b, facted: d.close(at, &l),
	}
}

func (d *decoder) componentTypeOf(at int, s *scope) *ComponentType {
	l := newLayout()
	l.externs(s.imports.list)
	l.externs(s.exports.list)
	return &ComponentType{
		Imports: s.imports.list, Exports: s.exports.list,
		importIndex: indexExterns(s.imports.list), exportIndex: indexExterns(s.exports.list),
		binder: s.binder, core: s.coreDecls, facted: d.close(at, &l),
	}
}

func (l *layout) externs(list []Extern) {
	for i := range list {
		l.nodes++
		if t := list[i].Type.Type; t != nil {
			l.contains(t)
		}
	}
}

// describe names the kind of a type for an error message.
func describe(t Type) string {
	switch t := t.(type) {
	case Primitive:
		return t.String()
	case *FuncType:
		return "a function type"
	case *ComponentType:
		return "a component type"
	case *InstanceType:
		return "an instance type"
	case *Resource:
		return "a resource type"
	case *Record:
		return "a record type"
	case *Variant:
		return "a variant type"
	case *List:
		return "a list type"
	case *Tuple:
		return "a tuple type"
	case *Flags:
		return "a flags type"
	case *Enum:
		return "an enum type"
	case *Option:
		return "an option type"
	case *Result:
		return "a result type"
	case *Map:
		return "a map type"
	case *Own:
		return "an own type"
	case *Borrow:
		return "a borrow type"
	case *Stream:
		return "a stream type"
	default:
		return "a future type"
	}
}

package component

// coreDecl is a core type, a recursive group of them or an alias of one, as it stands in a file. Core types may
// refer to others by index in ways that [CoreType] does not keep.
type coreDecl struct {
	types []CoreType
	raw   []byte
	alias bool
}

// coreDecl writes such a declaration and returns the index of the first type.
func (w *TypeWriter) coreDecl(d coreDecl) uint32 {
	section := byte(sectionCoreType)
	if d.alias {
		section = sectionAlias
	}
	first := w.entry(section, SortCoreType, d.raw)
	w.sizes[SortCoreType] = first + uint32(len(d.types))
	return first
}

func (e *encoder) coreTypeDef(d *CoreTypeDef) {
	first := e.scope.w.Len(SortCoreType)
	if d.raw != nil {
		e.scope.w.coreDecl(coreDecl{types: d.Types, raw: d.raw})
	} else {
		if len(d.Types) != 1 {
			e.fail("it has %s, and only a group of a decoded component has not one", quantity(len(d.Types), "core type"))
		}
		e.defineCore(d.Types[0])
	}
	for i, t := range d.Types {
		e.scope.addCoreType(t, first+uint32(i))
	}
}

// defineCore writes a core type that was built by hand.
func (e *encoder) defineCore(t CoreType) uint32 {
	if absent(t) {
		e.fail("a core type is missing")
	}
	switch t := t.(type) {
	case *CoreFuncType:
		e.checkCoreFunc(t)
		return e.scope.w.CoreFuncType(t)
	case *CoreModuleType:
		for i := range t.Imports {
			e.checkCore(&t.Imports[i].CoreExternType)
		}
		for i := range t.Exports {
			e.checkCore(&t.Exports[i].CoreExternType)
		}
		return e.scope.w.CoreModuleType(t)
	}
	e.fail("a type of the garbage collection proposal cannot be built by hand")
	return 0
}

func (e *encoder) checkCore(t *CoreExternType) {
	switch t.Sort {
	case SortCoreFunc, SortCoreTag:
		e.checkCoreFunc(t.Func)
	case SortCoreTable, SortCoreGlobal:
		e.checkCoreVal(t.Val)
	case SortCoreMemory:
	default:
		e.fail("a core module has nothing of the sort %d", t.Sort)
	}
}

func (e *encoder) checkCoreFunc(t *CoreFuncType) {
	if t == nil {
		e.fail("the type of a core function is missing")
	}
	for _, list := range [][]CoreValType{t.Params, t.Results} {
		for _, v := range list {
			e.checkCoreVal(v)
		}
	}
}

func (e *encoder) checkCoreVal(t CoreValType) {
	if t == CoreRef || t == CoreRefNull {
		e.fail("a reference to a core type by index cannot be built by hand")
	}
}

// findModule is the index of a core module type in the scope, which it may get now.
func (e *encoder) findModule(t *CoreModuleType) uint32 {
	if t == nil {
		e.fail("the type of the core module is missing")
	}
	s := e.scope
	if i, ok := s.knownCore[t]; ok {
		return i
	}
	if !s.inType {
		e.fail("it uses a core module type, which no definition before it defines")
	}
	count := uint32(1)
	for out := s.parent; out != nil; out = out.parent {
		if i, ok := out.knownCore[t]; ok {
			s.knownCore[t] = s.w.AliasOuter(SortCoreType, count, i)
			return s.knownCore[t]
		}
		count++
	}
	s.knownCore[t] = e.defineCore(t)
	return s.knownCore[t]
}

package component

// CoreFuncType writes the type of a core function. References to types by index have none here, and cannot be
// written.
func (w *TypeWriter) CoreFuncType(t *CoreFuncType) uint32 {
	var o output
	o.coreFuncType(t)
	return w.entry(sectionCoreType, SortCoreType, o)
}

// CoreModuleType writes the type of a core module, with the function types that it needs.
func (w *TypeWriter) CoreModuleType(t *CoreModuleType) uint32 {
	m := moduleTypeWriter{known: map[string]uint32{}}
	for i := range t.Imports {
		m.externImport(&t.Imports[i])
	}
	for i := range t.Exports {
		m.externExport(&t.Exports[i])
	}
	o := output{codeModuleType}
	o.count(m.count)
	o.raw(m.out)
	return w.entry(sectionCoreType, SortCoreType, o)
}

func (o *output) coreFuncType(t *CoreFuncType) {
	o.byte(codeCoreFunc)
	o.coreVals(t.Params)
	o.coreVals(t.Results)
}

func (o *output) coreVals(types []CoreValType) {
	o.count(len(types))
	for _, t := range types {
		o.byte(byte(t))
	}
}

// moduleTypeWriter writes the declarations of a core module type.
type moduleTypeWriter struct {
	out   output
	count int
	known map[string]uint32 // indices of function types, by what they look like in binary
}

func (m *moduleTypeWriter) declare(code byte, contents output) {
	m.out.byte(code)
	m.out.raw(contents)
	m.count++
}

func (m *moduleTypeWriter) externImport(i *CoreImport) {
	var o output
	o.name(i.Module)
	o.name(i.Name)
	m.extern(&o, i.CoreExternType)
	m.declare(0x00, o)
}

func (m *moduleTypeWriter) externExport(x *CoreExtern) {
	var o output
	o.name(x.Name)
	m.extern(&o, x.CoreExternType)
	m.declare(0x03, o)
}

func (m *moduleTypeWriter) extern(o *output, t CoreExternType) {
	switch t.Sort {
	case SortCoreTable:
		o.byte(0x01, byte(t.Val))
		o.limits(t.Limits, defaultPageLog2)
	case SortCoreMemory:
		o.byte(0x02)
		o.limits(t.Limits, t.Limits.PageLog2)
	case SortCoreGlobal:
		o.byte(0x03, byte(t.Val))
		o.flag(t.Mutable)
	case SortCoreTag:
		o.byte(0x04, 0)
		o.u32(m.funcType(t.Func))
	default:
		o.byte(0x00)
		o.u32(m.funcType(t.Func))
	}
}

// funcType is the index of a function type in the module type.
func (m *moduleTypeWriter) funcType(t *CoreFuncType) uint32 {
	var o output
	o.coreFuncType(t)
	i, ok := m.known[string(o)]
	if !ok {
		i = uint32(len(m.known))
		m.known[string(o)] = i
		m.declare(0x01, o)
	}
	return i
}

func (o *output) limits(l CoreLimits, pageLog2 uint32) {
	var bits byte
	for _, b := range []struct {
		set bool
		bit byte
	}{
		{l.HasMax, limitsMax}, {l.Shared, limitsShared}, {l.Wide, limitsWide}, {pageLog2 != defaultPageLog2, limitsPage},
	} {
		if b.set {
			bits |= b.bit
		}
	}
	o.byte(bits)
	o.u64(l.Min)
	if l.HasMax {
		o.u64(l.Max)
	}
	if bits&limitsPage != 0 {
		o.u32(pageLog2)
	}
}

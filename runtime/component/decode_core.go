package component

// The opcodes of core types. A module type has the opcode of a type that can be extended, which therefore
// needs a prefix outside of modules.
const (
	codeModuleType   = 0x50
	codeCoreSub      = 0x50
	codeCoreSubFinal = 0x4f
	codeCoreGroup    = 0x4e
	codeCoreFunc     = 0x60
	codeCoreStruct   = 0x5f
	codeCoreArray    = 0x5e
	codeCoreI8       = 0x78
	codeCoreI16      = 0x77
)

// coreTypeDef reads an entry of the core type section.
func (d *decoder) coreTypeDef() Def {
	at := d.pos
	types := d.coreTypes()
	d.scope.coreTypes = append(d.scope.coreTypes, types...)
	return &CoreTypeDef{At: At(at), Types: types, raw: d.since(at)}
}

// coreTypes reads a core type: one, or those of a recursive group.
func (d *decoder) coreTypes() []CoreType {
	at := d.pos
	switch d.peek("core type") {
	case codeModuleType:
		if d.scope.kind == inModuleType {
			d.fail(at, "a module type cannot define module types")
		}
		d.pos++
		return []CoreType{d.coreModuleType(at)}
	case 0x00: // tells a type that can be extended, whose opcode follows, from a module type
		d.needHeapTypes(at)
		d.pos++
		return []CoreType{d.coreSubType(1)}
	case codeCoreGroup:
		d.needHeapTypes(at)
		d.pos++
		return d.coreGroup()
	default:
		return []CoreType{d.coreSubType(1)}
	}
}

// coreGroup reads types that may refer to each other.
func (d *decoder) coreGroup() []CoreType {
	n := d.count("core type", maxVector)
	types := make([]CoreType, n)
	for i := range types {
		d.define(d.pos)
		types[i] = d.coreSubType(n)
	}
	return types
}

// coreSubType reads a composite type, perhaps with the types that it extends. group is the number of
// types that are being defined together and may be referred to by now.
func (d *decoder) coreSubType(group int) CoreType {
	at := d.pos
	if b := d.peek("core type"); b == codeCoreSub || b == codeCoreSubFinal {
		d.needHeapTypes(at)
		d.pos++
		n := d.count("supertype", 1)
		for range n {
			d.coreTypeUse(group)
		}
	}
	return d.coreCompType(group)
}

func (d *decoder) coreCompType(group int) CoreType {
	at := d.pos
	switch code := d.byte("core type"); code {
	case codeCoreFunc:
		return &CoreFuncType{
			Params:  d.coreValTypes("core parameter", group),
			Results: d.coreValTypes("core result", group),
		}
	case codeCoreStruct:
		d.needHeapTypes(at)
		n := d.count("core field", maxVector)
		for range n {
			d.coreField(group)
		}
		return &CoreHeapType{}
	case codeCoreArray:
		d.needHeapTypes(at)
		d.coreField(group)
		return &CoreHeapType{Array: true}
	default:
		d.fail(at, "type form 0x%02x is unknown", code)
		return nil
	}
}

// needHeapTypes refuses types of the garbage collection proposal unless they are enabled. What a core
// module has inside is up to the engine that compiles it.
func (d *decoder) needHeapTypes(at int) {
	if d.scope.kind != inModule {
		d.need(at, FeatureGarbageCollected)
	}
}

func (d *decoder) coreField(group int) {
	if b := d.peek("core field type"); b == codeCoreI8 || b == codeCoreI16 {
		d.pos++
	} else {
		d.coreValType(group)
	}
	d.flag("mutability of the field")
}

func (d *decoder) coreValTypes(noun string, group int) []CoreValType {
	n := d.count(noun, maxVector)
	types := make([]CoreValType, n)
	for i := range types {
		types[i] = d.coreValType(group)
	}
	return types
}

// coreValType reads a core value type. References to types by index keep their opcode only.
func (d *decoder) coreValType(group int) CoreValType {
	at := d.pos
	t := CoreValType(d.byte("core value type"))
	if _, ok := coreValNames[t]; !ok {
		d.fail(at, "0x%02x is not a core value type", byte(t))
	}
	if t == CoreRef || t == CoreRefNull {
		d.heapType(group)
	}
	return t
}

// heapType reads what a reference refers to: an abstract type or a type index.
func (d *decoder) heapType(group int) {
	at := d.pos
	b := d.peek("heap type")
	if !isOpcode(b) {
		d.coreTypeUse(group)
		return
	}
	d.pos++
	if _, ok := coreValNames[CoreValType(b)]; !ok || b < 0x69 || b > 0x74 {
		d.fail(at, "0x%02x is not a heap type", b)
	}
}

// coreTypeUse reads the index of a core type from inside a type definition, which may refer to the
// types of its own group.
func (d *decoder) coreTypeUse(group int) {
	at := d.pos
	i := d.u32("core type index")
	types := d.scope.coreTypes
	if int64(i) >= int64(len(types)+group) {
		d.checkIndex(at, d.scope, SortCoreType, i)
	}
	if int64(i) >= int64(len(types)) {
		return
	}
	if _, ok := types[i].(*CoreModuleType); ok {
		d.fail(at, "core type index %d is a module type, which has no references", i)
	}
}

func (d *decoder) coreModuleType(at int) CoreType {
	d.enter(inModuleType, at)
	t := &CoreModuleType{}
	n := d.count("module declarator", maxDefs)
	for range n {
		d.moduleDeclarator(t)
	}
	d.leave()
	return t
}

func (d *decoder) moduleDeclarator(t *CoreModuleType) {
	at := d.pos
	d.define(at)
	switch code := d.byte("module declarator"); code {
	case 0x00:
		d.coreImport(t)
	case 0x01:
		types := d.coreTypes()
		d.scope.coreTypes = append(d.scope.coreTypes, types...)
	case 0x02:
		d.coreAlias()
	case 0x03:
		name := d.name("name of the core export")
		d.addCoreExport(at, t, CoreExtern{Name: name, CoreExternType: d.coreExternType()})
	default:
		d.fail(at, "module declarator 0x%02x is unknown", code)
	}
}

// coreAlias reads the one kind of alias that a module type may have: a core type from further out.
func (d *decoder) coreAlias() {
	at := d.pos
	if d.coreSort() != SortCoreType {
		d.fail(at, "a module type can alias core types only")
	}
	d.expect(0x01, "kind of alias")
	target, index := d.outer(SortCoreType)
	t := target.coreTypes[index]
	if _, ok := t.(*CoreModuleType); ok {
		d.fail(at, "a module type cannot contain module types")
	}
	d.scope.coreTypes = append(d.scope.coreTypes, t)
}

// coreImport reads an import of a core module or of its type.
func (d *decoder) coreImport(t *CoreModuleType) CoreImport {
	at := d.pos
	i := CoreImport{Module: d.name("module name of the core import")}
	i.Name = d.name("name of the core import")
	i.CoreExternType = d.coreExternType()
	if !t.addImport(i) {
		d.fail(at, "two core imports have the names %q %q", clip(i.Module), clip(i.Name))
	}
	return i
}

func (d *decoder) addCoreExport(at int, t *CoreModuleType, x CoreExtern) {
	if !t.addExport(x) {
		d.fail(at, "two core exports have the name %q", clip(x.Name))
	}
}

// coreExternType reads the kind and type of a core entity.
func (d *decoder) coreExternType() CoreExternType {
	at := d.pos
	switch code := d.byte("kind of core entity"); code {
	case 0x00:
		return CoreExternType{Sort: SortCoreFunc, Func: d.coreFuncType()}
	case 0x01:
		return d.tableType()
	case 0x02:
		return CoreExternType{Sort: SortCoreMemory, Limits: d.limits(true)}
	case 0x03:
		return d.globalType()
	case 0x04:
		return d.tagType()
	default:
		d.fail(at, "kind 0x%02x of a core entity is unknown", code)
		return CoreExternType{}
	}
}

func (d *decoder) tableType() CoreExternType {
	elem := d.coreValType(0)
	return CoreExternType{Sort: SortCoreTable, Val: elem, Limits: d.limits(false)}
}

func (d *decoder) globalType() CoreExternType {
	val := d.coreValType(0)
	return CoreExternType{Sort: SortCoreGlobal, Val: val, Mutable: d.flag("mutability of the global")}
}

func (d *decoder) tagType() CoreExternType {
	d.expect(0, "attribute of the tag")
	return CoreExternType{Sort: SortCoreTag, Func: d.coreFuncType()}
}

// coreFuncType reads the index of a core function type.
func (d *decoder) coreFuncType() *CoreFuncType {
	at := d.pos
	i := d.index(SortCoreType)
	t, ok := d.scope.coreTypes[i].(*CoreFuncType)
	if !ok {
		d.fail(at, "core type index %d is not a function type", i)
	}
	return t
}

// The bits of the byte that begins limits.
const (
	limitsMax    = 1 << 0
	limitsShared = 1 << 1
	limitsWide   = 1 << 2
	limitsPage   = 1 << 3
)

const defaultPageLog2 = 16

func (d *decoder) limits(memory bool) CoreLimits {
	at := d.pos
	bits := d.byte("limits")
	allowed := byte(limitsMax | limitsWide)
	if memory {
		allowed |= limitsShared | limitsPage
	}
	if bits&^allowed != 0 {
		d.fail(at, "the bits 0x%02x of the limits are unknown", bits&^allowed)
	}
	l := CoreLimits{HasMax: bits&limitsMax != 0, Shared: bits&limitsShared != 0, Wide: bits&limitsWide != 0}
	l.Min = d.limit(l.Wide)
	if l.HasMax {
		l.Max = d.limit(l.Wide)
		if l.Max < l.Min {
			d.fail(at, "the maximum %d is below the minimum %d", l.Max, l.Min)
		}
	}
	if l.Shared && !l.HasMax {
		d.fail(at, "a shared memory needs a maximum")
	}
	if memory {
		l.PageLog2 = d.pageSize(bits)
		d.checkMemory(at, l)
	}
	return l
}

func (d *decoder) limit(wide bool) uint64 {
	if wide {
		return d.u64("limit")
	}
	return uint64(d.u32("limit"))
}

func (d *decoder) pageSize(bits byte) uint32 {
	if bits&limitsPage == 0 {
		return defaultPageLog2
	}
	at := d.pos
	log2 := d.u32("page size")
	if log2 != 0 && log2 != defaultPageLog2 {
		d.fail(at, "pages of 2^%d bytes are not possible: they have 1 or 65536 bytes", log2)
	}
	return log2
}

// checkMemory compares the limits of a memory with what its indices can reach.
func (d *decoder) checkMemory(at int, l CoreLimits) {
	bits := uint32(32)
	if l.Wide {
		bits = 64
	}
	if bits-l.PageLog2 == 64 {
		return
	}
	if most := uint64(1) << (bits - l.PageLog2); l.Min > most || l.Max > most {
		d.fail(at, "the memory is larger than %d pages", most)
	}
}

package component

// What a core module shows to the outside, its imports and exports with their types, is what a component
// can be checked against. The rest of a module, code above all, is the business of the engine that
// compiles it, which also validates what is read here once more.

// The sections of a core module that tell what it shows, by their ids.
const (
	moduleTypes     = 1
	moduleImports   = 2
	moduleFunctions = 3
	moduleTables    = 4
	moduleMemories  = 5
	moduleGlobals   = 6
	moduleExports   = 7
	moduleTags      = 13
)

// moduleSectionNames are the names of the sections that are read.
var moduleSectionNames = map[byte]string{
	moduleTypes: "type", moduleImports: "import", moduleFunctions: "function", moduleTables: "table",
	moduleMemories: "memory", moduleGlobals: "global", moduleExports: "export", moduleTags: "tag",
}

// DecodeModule reads what a core module shows that is a file of its own, not a part of a component. The
// error is an [*Error], as that of [Decode].
func DecodeModule(data []byte, features Features) (t *CoreModuleType, err error) {
	d := &decoder{data: data, end: len(data), features: features, section: "core module", entry: noEntry}
	defer d.report(&err)
	kind, err := Sniff(data)
	if err == nil && kind != KindModule {
		err = &Error{Offset: 4, Entry: noEntry, Rule: "this is a component, where a core module is expected"}
	}
	if err != nil {
		return nil, err
	}
	return d.moduleShape(), nil
}

// moduleShape reads the core module between pos and end, whose header is known to be whole and right.
func (d *decoder) moduleShape() *CoreModuleType {
	d.scope = &scope{kind: inModule, parent: d.scope}
	t := &CoreModuleType{}
	d.pos += headerSize
	for d.pos < d.end {
		d.moduleSection(t)
	}
	d.leave()
	return t
}

// moduleSection reads one section of a core module, or passes over it.
func (d *decoder) moduleSection(t *CoreModuleType) {
	id := d.byte("section id of the core module")
	sizeAt := d.pos
	size := d.u32("size of the section of the core module")
	if int64(size) > int64(d.end-d.pos) {
		d.fail(sizeAt, "section %d of the core module has %s, but %s left",
			id, quantity(int(size), "byte"), existing(d.end-d.pos, "byte"))
	}
	name, known := moduleSectionNames[id]
	if !known {
		d.pos += int(size)
		return
	}
	outer, outerName := d.end, d.section
	d.end, d.section = d.pos+int(size), outerName+", "+name
	d.moduleEntries(d.moduleEntry(t, id))
	if d.pos != d.end {
		d.fail(d.pos, "the section has %s left over", quantity(d.end-d.pos, "byte"))
	}
	d.end, d.section = outer, outerName
}

func (d *decoder) moduleEntries(read func()) {
	n := d.count("entry", maxDefs)
	for range n {
		read()
	}
}

// moduleEntry gives the function that reads one entry of a section that has a name here.
func (d *decoder) moduleEntry(t *CoreModuleType, id byte) func() {
	switch id {
	case moduleTypes:
		return d.moduleTypeEntry
	case moduleImports:
		return func() {
			i := d.coreImport(t)
			d.addCore(i.CoreExternType)
		}
	case moduleFunctions:
		return func() { d.addCore(CoreExternType{Sort: SortCoreFunc, Func: d.coreFuncType()}) }
	case moduleTables:
		return func() { d.addCore(d.tableDef()) }
	case moduleMemories:
		return func() { d.addCore(CoreExternType{Sort: SortCoreMemory, Limits: d.limits(true)}) }
	case moduleGlobals:
		return func() {
			d.addCore(d.globalType())
			d.constExpr()
		}
	case moduleExports:
		return func() { d.moduleExport(t) }
	default:
		return func() { d.addCore(d.tagType()) }
	}
}

func (d *decoder) moduleTypeEntry() {
	d.define(d.pos)
	var types []CoreType
	if d.peek("core type") == codeCoreGroup {
		d.pos++
		types = d.coreGroup()
	} else {
		types = []CoreType{d.coreSubType(1)}
	}
	d.scope.coreTypes = append(d.scope.coreTypes, types...)
}

// codeTableInit begins a table whose elements have an initial value.
const codeTableInit = 0x40

func (d *decoder) tableDef() CoreExternType {
	if d.peek("table") != codeTableInit {
		return d.tableType()
	}
	d.pos++
	d.expect(0, "second byte of the table")
	t := d.tableType()
	d.constExpr()
	return t
}

func (d *decoder) moduleExport(t *CoreModuleType) {
	at := d.pos
	d.define(at)
	name := d.name("name of the core export")
	sortAt := d.pos
	code := d.byte("kind of core entity")
	sort, ok := coreSortCodes[code]
	if !ok || !sort.isCoreEntity() {
		d.fail(sortAt, "kind 0x%02x of a core entity is unknown", code)
	}
	i := d.index(sort)
	d.addCoreExport(at, t, CoreExtern{Name: name, CoreExternType: d.scope.core[sort][i]})
}

// The instructions that constant expressions may have and that stand alone or with one immediate.
const (
	opEnd       = 0x0b
	opGlobalGet = 0x23
	opI32Const  = 0x41
	opI64Const  = 0x42
	opF32Const  = 0x43
	opF64Const  = 0x44
	opI32Add    = 0x6a
	opI32Sub    = 0x6b
	opI32Mul    = 0x6c
	opI64Add    = 0x7c
	opI64Sub    = 0x7d
	opI64Mul    = 0x7e
	opRefNull   = 0xd0
	opRefFunc   = 0xd2
	opGC        = 0xfb // a prefix
	opVector    = 0xfd // a prefix
)

// constExpr passes over a constant expression.
func (d *decoder) constExpr() {
	for {
		at := d.pos
		switch op := d.byte("constant expression"); op {
		case opEnd:
			return
		case opI32Const, opI64Const, opGlobalGet, opRefNull, opRefFunc:
			d.skipInteger()
		case opF32Const:
			d.skip(4, "constant")
		case opF64Const:
			d.skip(8, "constant")
		case opVector:
			d.vectorConst(at)
		case opGC:
			d.heapConst(at)
		case opI32Add, opI32Sub, opI32Mul, opI64Add, opI64Sub, opI64Mul:
		default:
			d.fail(at, "the instruction 0x%02x cannot stand in a constant expression", op)
		}
	}
}

// vectorConst passes over the one vector instruction that is constant, v128.const.
func (d *decoder) vectorConst(at int) {
	if op := d.u32("instruction"); op != 12 {
		d.fail(at, "the vector instruction %d cannot stand in a constant expression", op)
	}
	d.skip(16, "constant")
}

// heapConst passes over an instruction that makes a struct, an array or an i31, or converts a reference.
func (d *decoder) heapConst(at int) {
	switch op := d.u32("instruction"); op {
	case 0x00, 0x01, 0x06, 0x07: // struct.new, array.new, and both with defaults: a type
		d.skipInteger()
	case 0x08: // array.new_fixed: a type and a length
		d.skipInteger()
		d.skipInteger()
	case 0x1a, 0x1b, 0x1c: // any.convert_extern, extern.convert_any, ref.i31
	default:
		d.fail(at, "the instruction 0xfb %d cannot stand in a constant expression", op)
	}
}

// skipInteger passes over an integer of any width.
func (d *decoder) skipInteger() {
	for d.byte("integer")&0x80 != 0 {
	}
}

func (d *decoder) skip(n int, what string) {
	if n > d.end-d.pos {
		d.fail(d.pos, "the %s is cut off", what)
	}
	d.pos += n
}

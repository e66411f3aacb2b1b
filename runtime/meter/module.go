package meter

import (
	"errors"
	"fmt"
	"math"

	"github.com/witan-os/witan/internal/coremodule/opcode"
)

// This file reads a module: its index spaces, and where function indices stand outside of code.

// module is what has to be known of a module in order to rewrite it. Positions are offsets in wasm.
type module struct {
	wasm     []byte
	mark     string // what its name in the result is to begin with
	sections []section
	types    []funcType
	funcs    []uint32 // the type of each function, imported ones first
	imported int      // how many functions are imported
	globals  int      // how many there are, imported ones included
	tables   [][]byte // the type of each table's elements
	elements []int    // how many elements each segment has
	data     []int    // how many bytes each segment has
	tags     int
	memory   bool
	bodies   []span
	start    uint32 // the start function, if there is one
	starts   bool

	refs      []uint32 // where function indices stand outside of code, ascending
	exported  []bool   // of each function
	addressed []bool   // of each function: there may be references to it
	unbound   bool     // references to functions may come from outside, or go there

	importModules map[string]bool
	exportNames   map[string]bool
}

type section struct {
	id byte
	span
}

// span is a part of the module.
type span struct{ start, end int }

type funcType struct {
	raw      []byte // the vectors of parameters and results
	params   []byte // the value types, without their number
	nparams  int
	nresults int
}

// Sections, by their ids.
const (
	sectionCustom   = 0
	sectionType     = 1
	sectionImport   = 2
	sectionFunction = 3
	sectionTable    = 4
	sectionMemory   = 5
	sectionGlobal   = 6
	sectionExport   = 7
	sectionStart    = 8
	sectionElement  = 9
	sectionCode     = 10
	sectionData     = 11
	sectionCount    = 12
	sectionTag      = 13
)

// order is the place of each section in a module, from 1.
var order = [sectionTag + 1]int{
	sectionType: 1, sectionImport: 2, sectionFunction: 3, sectionTable: 4, sectionMemory: 5, sectionTag: 6, sectionGlobal: 7,
	sectionExport: 8, sectionStart: 9, sectionElement: 10, sectionCount: 11, sectionCode: 12, sectionData: 13,
}

const header = "\x00asm\x01\x00\x00\x00"

func readModule(wasm []byte) (*module, error) {
	if len(wasm) < len(header) || string(wasm[:len(header)]) != header {
		return nil, &Error{0, errors.New(`not a core module: it does not begin with \0asm and version 1`)}
	}
	if len(wasm) > math.MaxInt32 {
		return nil, &Error{0, fmt.Errorf("a module of %d bytes is larger than %d", len(wasm), math.MaxInt32)}
	}
	m := &module{wasm: wasm, importModules: map[string]bool{}, exportNames: map[string]bool{}}
	r := &reader{data: wasm, pos: len(header)}
	last := 0
	for r.more() {
		at := r.pos
		id := r.byte()
		size := r.u32()
		start := r.pos
		r.skip(uint64(size))
		if r.err != nil {
			return nil, r.err
		}
		if id > sectionTag {
			return nil, &Error{at, errors.New("there is no such section")}
		}
		if id != sectionCustom {
			if order[id] <= last {
				return nil, &Error{at, errors.New("the section is out of order")}
			}
			last = order[id]
		}
		m.sections = append(m.sections, section{id, span{start, r.pos}})
		if err := m.readSection(id, &reader{data: wasm[:r.pos], pos: start}); err != nil {
			return nil, err
		}
	}
	if defined := len(m.funcs) - m.imported; defined != len(m.bodies) {
		return nil, &Error{len(wasm), fmt.Errorf("%d functions are declared and %d have code", defined, len(m.bodies))}
	}
	return m, nil
}

func (m *module) readSection(id byte, r *reader) error {
	switch id {
	case sectionCustom:
		return nil
	case sectionStart:
		m.start, m.starts = m.funcRef(r), true
	case sectionCount:
		r.u32()
	default:
		for range r.count() {
			if m.entry(id, r); r.err != nil {
				return r.err
			}
		}
	}
	if r.err == nil && r.pos != len(r.data) {
		r.failf("%d bytes are left over in the section", len(r.data)-r.pos)
	}
	return r.err
}

// entry reads one entry of a section that is a vector.
func (m *module) entry(id byte, r *reader) {
	switch id {
	case sectionType:
		m.typeEntry(r)
	case sectionImport:
		m.importEntry(r)
	case sectionFunction:
		m.addFunc(r.index("type", len(m.types)))
	case sectionTable:
		m.table(r)
	case sectionMemory:
		limits(r)
		m.memory = true
	case sectionTag:
		r.byte()
		r.index("type", len(m.types))
		m.tags++
	case sectionGlobal:
		m.globalType(r)
		m.constExpr(r)
		m.globals++
	case sectionExport:
		m.exportEntry(r)
	case sectionElement:
		m.elementSegment(r)
	case sectionCode:
		m.bodyEntry(r)
	case sectionData:
		m.dataSegment(r)
	}
}

func (m *module) addFunc(typ uint32) {
	m.funcs = append(m.funcs, typ)
	m.exported = append(m.exported, false)
	m.addressed = append(m.addressed, false)
}

func (m *module) typeEntry(r *reader) {
	if form := r.byte(); r.err == nil && form != 0x60 {
		r.failf("type form %#x is not supported: only function types are", form)
	}
	start := r.pos
	t := funcType{}
	t.params, t.nparams = m.valueTypes(r)
	_, t.nresults = m.valueTypes(r)
	if r.err == nil {
		t.raw = m.wasm[start:r.pos]
		m.types = append(m.types, t)
	}
}

// valueTypes reads a vector of value types.
func (m *module) valueTypes(r *reader) (types []byte, n int) {
	n = r.count()
	start := r.pos
	for range n {
		if isReference(m.valueType(r)) {
			m.unbound = true
		}
	}
	if r.err != nil {
		return nil, 0
	}
	return r.data[start:r.pos], n
}

// The first bytes of reference types that name what they refer to.
const (
	refNullable    = 0x63
	refNonNullable = 0x64
)

// isReference tells a type of references, which may be to functions, by its first byte.
func isReference(code byte) bool { return code < 0x7b }

// valueType passes over a value type and returns its first byte.
func (m *module) valueType(r *reader) byte {
	code := r.byte()
	if code == refNullable || code == refNonNullable {
		m.heapType(r)
	}
	return code
}

// heapType passes over a heap type. An index must be one of the module itself: the rewriting adds types.
func (m *module) heapType(r *reader) {
	if t := r.s33(); t >= int64(len(m.types)) {
		r.failf("there is no type %d", t)
	}
}

func limits(r *reader) {
	flags := r.byte()
	if flags > 3 {
		r.failf("limits with flags %#x are not supported", flags)
	}
	r.u32()
	if flags&1 != 0 {
		r.u32()
	}
}

func (m *module) globalType(r *reader) {
	if isReference(m.valueType(r)) {
		m.unbound = true
	}
	r.byte()
}

func (m *module) importEntry(r *reader) {
	from := r.name()
	r.name()
	switch kind := r.byte(); kind {
	case 0:
		m.addFunc(r.index("type", len(m.types)))
		m.imported++
	case 1:
		m.table(r)
		m.unbound = true
	case 2:
		limits(r)
		m.memory = true
	case 3:
		m.globalType(r)
		m.globals++
	case 4:
		r.byte()
		r.index("type", len(m.types))
		m.tags++
	default:
		r.failf("imports of kind %#x are unknown", kind)
	}
	m.importModules[string(from)] = true
}

// table reads a table's type, or its definition with an initialiser.
func (m *module) table(r *reader) {
	initialised := r.peek() == 0x40
	if initialised {
		r.skip(2)
	}
	start := r.pos
	m.valueType(r)
	elem := r.data[start:r.pos]
	limits(r)
	if initialised {
		m.constExpr(r)
	}
	m.tables = append(m.tables, elem)
}

// funcRef reads a function index and notes where it stands.
func (m *module) funcRef(r *reader) uint32 {
	at := r.pos
	i := r.index("function", len(m.funcs))
	if r.err == nil {
		m.refs = append(m.refs, uint32(at))
	}
	return i
}

func (m *module) exportEntry(r *reader) {
	name := r.name()
	switch kind := r.byte(); kind {
	case 0:
		if i := m.funcRef(r); r.err == nil {
			m.exported[i] = true
		}
	case 1:
		r.index("table", len(m.tables))
		m.unbound = true
	case 3:
		r.index("global", m.globals)
	default:
		r.u32()
	}
	m.exportNames[string(name)] = true
}

// constExpr passes over a constant expression.
func (m *module) constExpr(r *reader) {
	for r.err == nil {
		switch op := opcode.Code(r.byte()); op {
		case opcode.End:
			return
		case opcode.I32Const:
			r.s33()
		case opcode.I64Const:
			r.skipInt64()
		case opcode.F32Const:
			r.skip(4)
		case opcode.F64Const:
			r.skip(8)
		case opcode.GlobalGet:
			r.index("global", m.globals)
		case opcode.RefNull:
			m.heapType(r)
		case opcode.RefFunc:
			if i := m.funcRef(r); r.err == nil {
				m.addressed[i] = true
			}
		case 0xfd:
			if sub := r.byte(); r.err == nil && opcode.Code(sub) != opcode.V128Const-opcode.Vector {
				r.failf("opcode 0xfd %#x is not allowed in a constant expression", sub)
			}
			r.skip(16)
		case opcode.I32Add, opcode.I32Sub, opcode.I32Mul, opcode.I64Add, opcode.I64Sub, opcode.I64Mul:
		default:
			r.failf("opcode %#x is not allowed in a constant expression", uint16(op))
		}
	}
}

// elementSegment reads a segment. The three low bits of its flags say: passive or declarative, with table
// index or declarative, with expressions.
func (m *module) elementSegment(r *reader) {
	flags := r.u32()
	if flags > 7 {
		r.failf("element segments with flags %#x are unknown", flags)
		return
	}
	if flags&1 == 0 {
		if flags&2 != 0 {
			r.u32()
		}
		m.constExpr(r)
	}
	if flags&3 != 0 {
		if flags&4 != 0 {
			m.valueType(r)
		} else {
			r.byte()
		}
	}
	n := r.count()
	for range n {
		if flags&4 != 0 {
			m.constExpr(r)
		} else if i := m.funcRef(r); r.err == nil {
			m.addressed[i] = true
		}
		if r.err != nil {
			return
		}
	}
	m.elements = append(m.elements, n)
}

func (m *module) bodyEntry(r *reader) {
	size := r.u32()
	if size > maxBodySize {
		r.failf("a function of %d bytes is larger than %d", size, maxBodySize)
	}
	start := r.pos
	r.skip(uint64(size))
	m.bodies = append(m.bodies, span{start, r.pos})
}

func (m *module) dataSegment(r *reader) {
	flags := r.u32()
	if flags > 2 {
		r.failf("data segments with flags %#x are unknown", flags)
		return
	}
	if flags == 2 {
		r.u32()
	}
	if flags != 1 {
		m.constExpr(r)
	}
	n := r.count()
	r.skip(uint64(n))
	m.data = append(m.data, n)
}

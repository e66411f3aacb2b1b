package meter

import "github.com/witan-os/witan/internal/leb128"

// This file is about instructions that move any amount of data at once. What they move is charged, and they
// are made to move it in chunks, with a check before each. That is done in functions which the module gets
// for it; an instruction that moves little is left where it is.

const (
	chunkBytes    = 1 << 20
	chunkElements = 1 << 17
	chunkUnits    = 1 << 14 // of either
	// directBytes is what memory.fill and memory.copy do themselves. The weights of the instructions are for
	// so much.
	directBytes = 4096
)

// helpers are the functions that the module gets.
type helpers struct {
	*module
	types  []byte // encoded, of the types that the module gets
	ntypes uint32
	index  map[helper]uint32
	list   []helper
	typ    []uint32 // of each, among the module's types
	bodies []byte   // encoded, with their sizes
}

// helper says what a function does: an instruction with its immediates.
type helper struct {
	op   opcode
	a, b uint32
}

func newHelpers(m *module) *helpers {
	h := &helpers{module: m, index: map[helper]uint32{}}
	h.addType([]byte{0x60, 0, 1, typeI32})                   // yield
	h.addType([]byte{0x60, 3, typeI32, typeI32, typeI32, 0}) // move
	return h
}

// The types that every module gets, behind its own.
const (
	yieldType = 0
	moveType  = 1
)

func (h *helpers) addType(encoded []byte) uint32 {
	h.types = append(h.types, encoded...)
	h.ntypes++
	return h.typeIndex(h.ntypes - 1)
}

func (h *helpers) typeIndex(added uint32) uint32 { return uint32(len(h.module.types)) + added }

// name is what a stack trace calls the function: the instruction in its place.
func (k helper) name() string {
	return map[opcode]string{
		opMemoryFill: "memory.fill", opMemoryCopy: "memory.copy", opMemoryInit: "memory.init",
		opTableFill: "table.fill", opTableCopy: "table.copy", opTableInit: "table.init",
	}[k.op]
}

// bulk writes instruction i, or what stands for it.
func (e *emitter) bulk(i int) {
	k := e.helperFor(i)
	switch {
	case k.op == opNop:
		e.raw(i)
	case k.op == opMemoryFill || k.op == opMemoryCopy:
		if e.size == maxLocals {
			e.op(opCall, e.helper(k))
			return
		}
		e.op(opLocalTee, e.size)
		e.op(opLocalGet, e.size)
		e.constant(opI32Const, directBytes)
		e.op(opI32GtU)
		e.op(opIf)
		e.out = appendInt(e.out, int64(e.helpers.typeIndex(moveType)))
		e.op(opCall, e.helper(k))
		e.op(opElse)
		e.raw(i)
		e.op(opEnd)
	default:
		e.op(opCall, e.helper(k))
	}
}

// helperFor is the helper that may have to do instruction i; its op is opNop if none has to.
func (e *emitter) helperFor(i int) helper {
	in := &e.code[i]
	r := e.immediatesOf(in)
	k := helper{op: in.op}
	switch in.op {
	case opMemoryInit:
		if k.a = in.arg; e.dataSize(k.a) <= chunkBytes {
			k.op = opNop
		}
	case opTableInit:
		if k.a, k.b = r.u32(), r.u32(); e.elements[k.a] <= chunkElements {
			k.op = opNop
		}
	case opTableCopy:
		k.a, k.b = r.u32(), r.u32()
	case opTableFill:
		k.a = r.u32()
	}
	return k
}

// dataSize is the number of bytes of a data segment. The engine refuses a module that has no such segment.
func (m *module) dataSize(segment uint32) int {
	if uint64(segment) >= uint64(len(m.data)) {
		return 0
	}
	return m.data[segment]
}

// initUnits is what an instruction that reads a segment counts for, besides its weight. More than a chunk is
// charged by a helper.
func (p *planner) initUnits(in *instr) uint32 {
	switch n := 0; in.op {
	case opMemoryInit:
		n = p.dataSize(in.arg)
		if n <= chunkBytes {
			return uint32(n) / (chunkBytes / chunkUnits)
		}
	case opTableInit:
		n = p.elements[in.arg]
		if n <= chunkElements {
			return uint32(n) / (chunkElements / chunkUnits)
		}
	}
	return 0
}

// helper returns the index of a helper function, which is made at first.
func (e *emitter) helper(k helper) uint32 {
	h := e.helpers
	if i, ok := h.index[k]; ok {
		return i
	}
	i := e.yield + 1 + uint32(len(e.bodies)) + uint32(len(h.list))
	h.index[k] = i
	h.list = append(h.list, k)
	w := &emitter{planner: e.planner, helpers: h, yield: e.yield, counter: e.counter}
	w.move(k)
	typ := h.typeIndex(moveType)
	if k.op == opTableFill {
		typ = h.addType(append(append([]byte{0x60, 3, typeI32}, e.tables[k.a]...), typeI32, 0))
	}
	h.typ = append(h.typ, typ)
	h.bodies = append(leb128.AppendUint(h.bodies, uint64(len(w.out))), w.out...)
	return i
}

// The parameters of a helper that moves.
const (
	to, from, count = 0, 1, 2
)

// move writes a function that does an instruction in chunks.
func (w *emitter) move(k helper) {
	w.out = append(w.out, 0) // no locals
	w.trapBeyond(k)
	chunk := int64(chunkBytes)
	if k.onTable() {
		chunk = chunkElements
	}
	if k.op == opMemoryCopy || k.op == opTableCopy {
		// Where the two overlap, what is read must not have been written: upwards only to lower places.
		w.op(opLocalGet, to)
		w.op(opLocalGet, from)
		w.op(opI32GtU)
		w.op(opIf, voidType)
		w.chunks(k, chunk, true)
		w.op(opElse)
		w.chunks(k, chunk, false)
		w.op(opEnd)
	} else {
		w.chunks(k, chunk, false)
	}
	w.op(opGlobalGet, w.counter)
	w.op(opLocalGet, count)
	w.constant(opI32Const, shift(chunk/chunkUnits))
	w.op(opI32ShrU)
	w.op(opI32Sub)
	w.op(opGlobalSet, w.counter)
	w.op(opLocalGet, to)
	w.op(opLocalGet, from)
	w.op(opLocalGet, count)
	w.original(k)
	w.op(opEnd)
}

// shift is the logarithm of a power of two.
func shift(power int64) (n int64) {
	for ; power > 1; power /= 2 {
		n++
	}
	return n
}

func (k helper) onTable() bool {
	return k.op == opTableFill || k.op == opTableCopy || k.op == opTableInit
}

// chunks moves chunks until at most one is left, from the end downwards or from the start upwards.
func (w *emitter) chunks(k helper, chunk int64, down bool) {
	w.op(opBlock, voidType)
	w.op(opLoop, voidType)
	w.op(opLocalGet, count)
	w.constant(opI32Const, chunk)
	w.op(opI32LeU)
	w.op(opBrIf, 1)
	w.check(chunkUnits)
	if down {
		w.advance(count, -chunk)
		w.sum(to, count)
		w.sum(from, count)
	} else {
		w.op(opLocalGet, to)
		w.op(opLocalGet, from)
	}
	w.constant(opI32Const, chunk)
	w.original(k)
	if !down {
		w.advance(count, -chunk)
		w.advance(to, chunk)
		if k.op != opMemoryFill && k.op != opTableFill {
			w.advance(from, chunk)
		}
	}
	w.op(opBr, 0)
	w.op(opEnd)
	w.op(opEnd)
}

func (w *emitter) advance(local uint32, by int64) {
	w.op(opLocalGet, local)
	w.constant(opI32Const, by)
	w.op(opI32Add)
	w.op(opLocalSet, local)
}

func (w *emitter) sum(a, b uint32) {
	w.op(opLocalGet, a)
	w.op(opLocalGet, b)
	w.op(opI32Add)
}

// trapBeyond has the instruction itself trap, before anything is moved, if it would.
func (w *emitter) trapBeyond(k helper) {
	switch k.op {
	case opMemoryFill:
		w.beyond(to, w.memoryBytes)
	case opMemoryCopy:
		w.beyond(to, w.memoryBytes)
		w.beyond(from, w.memoryBytes)
		w.op(opI32Or)
	case opMemoryInit:
		w.beyond(to, w.memoryBytes)
		w.beyond(from, func() { w.constant(opI64Const, int64(w.dataSize(k.a))) })
		w.op(opI32Or)
	case opTableFill:
		w.beyond(to, w.tableSize(k.a))
	case opTableCopy:
		w.beyond(to, w.tableSize(k.a))
		w.beyond(from, w.tableSize(k.b))
		w.op(opI32Or)
	case opTableInit:
		w.beyond(to, w.tableSize(k.b))
		w.beyond(from, func() { w.constant(opI64Const, int64(w.elements[k.a])) })
		w.op(opI32Or)
	}
	w.op(opIf, voidType)
	w.op(opLocalGet, to)
	w.op(opLocalGet, from)
	w.op(opLocalGet, count)
	w.original(k)
	w.op(opReturn)
	w.op(opEnd)
}

// beyond leaves whether a local and the count reach beyond a size, which is an i64.
func (w *emitter) beyond(local uint32, size func()) {
	w.op(opLocalGet, local)
	w.op(opI64ExtendI32U)
	w.op(opLocalGet, count)
	w.op(opI64ExtendI32U)
	w.op(opI64Add)
	size()
	w.op(opI64GtU)
}

func (w *emitter) memoryBytes() {
	w.op(opMemorySize, 0)
	w.op(opI64ExtendI32U)
	w.constant(opI64Const, 16)
	w.op(opI64Shl)
}

func (w *emitter) tableSize(table uint32) func() {
	return func() {
		w.op(opTableSize, table)
		w.op(opI64ExtendI32U)
	}
}

// original writes the instruction that a helper does.
func (w *emitter) original(k helper) {
	switch k.op {
	case opMemoryFill:
		w.op(k.op, 0)
	case opMemoryCopy:
		w.op(k.op, 0, 0)
	case opMemoryInit:
		w.op(k.op, k.a, 0)
	case opTableCopy, opTableInit:
		w.op(k.op, k.a, k.b)
	default:
		w.op(k.op, k.a)
	}
}

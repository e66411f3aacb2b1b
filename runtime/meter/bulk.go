package meter

import (
	"github.com/witan-os/witan/internal/coremodule/opcode"
	"github.com/witan-os/witan/internal/leb128"
)

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
	op   opcode.Code
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
	return map[opcode.Code]string{
		opcode.MemoryFill: "memory.fill", opcode.MemoryCopy: "memory.copy", opcode.MemoryInit: "memory.init",
		opcode.TableFill: "table.fill", opcode.TableCopy: "table.copy", opcode.TableInit: "table.init",
	}[k.op]
}

// bulk writes instruction i, or what stands for it.
func (e *emitter) bulk(i int) {
	k := e.helperFor(i)
	switch {
	case k.op == opcode.Nop:
		e.raw(i)
	case k.op == opcode.MemoryFill || k.op == opcode.MemoryCopy:
		if e.size == maxLocals {
			e.op(opcode.Call, e.helper(k))
			return
		}
		e.op(opcode.LocalTee, e.size)
		e.op(opcode.LocalGet, e.size)
		e.constant(opcode.I32Const, directBytes)
		e.op(opcode.I32GtU)
		e.op(opcode.If)
		e.out = leb128.AppendInt(e.out, int64(e.helpers.typeIndex(moveType)))
		e.op(opcode.Call, e.helper(k))
		e.op(opcode.Else)
		e.raw(i)
		e.op(opcode.End)
	default:
		e.op(opcode.Call, e.helper(k))
	}
}

// helperFor is the helper that may have to do instruction i; its op is opcode.Nop if none has to.
func (e *emitter) helperFor(i int) helper {
	in := &e.code[i]
	r := e.immediatesOf(in)
	k := helper{op: in.op}
	switch in.op {
	case opcode.MemoryInit:
		if k.a = in.arg; e.dataSize(k.a) <= chunkBytes {
			k.op = opcode.Nop
		}
	case opcode.TableInit:
		if k.a, k.b = r.u32(), r.u32(); e.elements[k.a] <= chunkElements {
			k.op = opcode.Nop
		}
	case opcode.TableCopy:
		k.a, k.b = r.u32(), r.u32()
	case opcode.TableFill:
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
	case opcode.MemoryInit:
		n = p.dataSize(in.arg)
		if n <= chunkBytes {
			return uint32(n) / (chunkBytes / chunkUnits)
		}
	case opcode.TableInit:
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
	if k.op == opcode.TableFill {
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
	if k.op == opcode.MemoryCopy || k.op == opcode.TableCopy {
		// Where the two overlap, what is read must not have been written: upwards only to lower places.
		w.op(opcode.LocalGet, to)
		w.op(opcode.LocalGet, from)
		w.op(opcode.I32GtU)
		w.op(opcode.If, voidType)
		w.chunks(k, chunk, true)
		w.op(opcode.Else)
		w.chunks(k, chunk, false)
		w.op(opcode.End)
	} else {
		w.chunks(k, chunk, false)
	}
	w.op(opcode.GlobalGet, w.counter)
	w.op(opcode.LocalGet, count)
	w.constant(opcode.I32Const, shift(chunk/chunkUnits))
	w.op(opcode.I32ShrU)
	w.op(opcode.I32Sub)
	w.op(opcode.GlobalSet, w.counter)
	w.op(opcode.LocalGet, to)
	w.op(opcode.LocalGet, from)
	w.op(opcode.LocalGet, count)
	w.original(k)
	w.op(opcode.End)
}

// shift is the logarithm of a power of two.
func shift(power int64) (n int64) {
	for ; power > 1; power /= 2 {
		n++
	}
	return n
}

func (k helper) onTable() bool {
	return k.op == opcode.TableFill || k.op == opcode.TableCopy || k.op == opcode.TableInit
}

// chunks moves chunks until at most one is left, from the end downwards or from the start upwards.
func (w *emitter) chunks(k helper, chunk int64, down bool) {
	w.op(opcode.Block, voidType)
	w.op(opcode.Loop, voidType)
	w.op(opcode.LocalGet, count)
	w.constant(opcode.I32Const, chunk)
	w.op(opcode.I32LeU)
	w.op(opcode.BrIf, 1)
	w.check(chunkUnits)
	if down {
		w.advance(count, -chunk)
		w.sum(to, count)
		w.sum(from, count)
	} else {
		w.op(opcode.LocalGet, to)
		w.op(opcode.LocalGet, from)
	}
	w.constant(opcode.I32Const, chunk)
	w.original(k)
	if !down {
		w.advance(count, -chunk)
		w.advance(to, chunk)
		if k.op != opcode.MemoryFill && k.op != opcode.TableFill {
			w.advance(from, chunk)
		}
	}
	w.op(opcode.Br, 0)
	w.op(opcode.End)
	w.op(opcode.End)
}

func (w *emitter) advance(local uint32, by int64) {
	w.op(opcode.LocalGet, local)
	w.constant(opcode.I32Const, by)
	w.op(opcode.I32Add)
	w.op(opcode.LocalSet, local)
}

func (w *emitter) sum(a, b uint32) {
	w.op(opcode.LocalGet, a)
	w.op(opcode.LocalGet, b)
	w.op(opcode.I32Add)
}

// trapBeyond has the instruction itself trap, before anything is moved, if it would.
func (w *emitter) trapBeyond(k helper) {
	switch k.op {
	case opcode.MemoryFill:
		w.beyond(to, w.memoryBytes)
	case opcode.MemoryCopy:
		w.beyond(to, w.memoryBytes)
		w.beyond(from, w.memoryBytes)
		w.op(opcode.I32Or)
	case opcode.MemoryInit:
		w.beyond(to, w.memoryBytes)
		w.beyond(from, func() { w.constant(opcode.I64Const, int64(w.dataSize(k.a))) })
		w.op(opcode.I32Or)
	case opcode.TableFill:
		w.beyond(to, w.tableSize(k.a))
	case opcode.TableCopy:
		w.beyond(to, w.tableSize(k.a))
		w.beyond(from, w.tableSize(k.b))
		w.op(opcode.I32Or)
	case opcode.TableInit:
		w.beyond(to, w.tableSize(k.b))
		w.beyond(from, func() { w.constant(opcode.I64Const, int64(w.elements[k.a])) })
		w.op(opcode.I32Or)
	}
	w.op(opcode.If, voidType)
	w.op(opcode.LocalGet, to)
	w.op(opcode.LocalGet, from)
	w.op(opcode.LocalGet, count)
	w.original(k)
	w.op(opcode.Return)
	w.op(opcode.End)
}

// beyond leaves whether a local and the count reach beyond a size, which is an i64.
func (w *emitter) beyond(local uint32, size func()) {
	w.op(opcode.LocalGet, local)
	w.op(opcode.I64ExtendI32U)
	w.op(opcode.LocalGet, count)
	w.op(opcode.I64ExtendI32U)
	w.op(opcode.I64Add)
	size()
	w.op(opcode.I64GtU)
}

func (w *emitter) memoryBytes() {
	w.op(opcode.MemorySize, 0)
	w.op(opcode.I64ExtendI32U)
	w.constant(opcode.I64Const, 16)
	w.op(opcode.I64Shl)
}

func (w *emitter) tableSize(table uint32) func() {
	return func() {
		w.op(opcode.TableSize, table)
		w.op(opcode.I64ExtendI32U)
	}
}

// original writes the instruction that a helper does.
func (w *emitter) original(k helper) {
	switch k.op {
	case opcode.MemoryFill:
		w.op(k.op, 0)
	case opcode.MemoryCopy:
		w.op(k.op, 0, 0)
	case opcode.MemoryInit:
		w.op(k.op, k.a, 0)
	case opcode.TableCopy, opcode.TableInit:
		w.op(k.op, k.a, k.b)
	default:
		w.op(k.op, k.a)
	}
}

package meter

import (
	"slices"

	"github.com/witan-os/witan/internal/coremodule/opcode"
)

// This file decodes the code of one function. What the rewriting relies on is checked here: that blocks nest
// and indices are in range. Operand types are left to the engine.

// instr is one instruction.
type instr struct {
	pos uint32 // of the opcode
	arg uint32 // its label, index or constant; for a block the instruction that ends it
	op  opcode.Code
}

// function is a function as decoded. There is one for all functions in turn, so that its slices are
// allocated once.
type function struct {
	*module
	index  int // among the module's own functions
	typ    *funcType
	groups int    // how many groups of locals are declared
	decl   span   // their encoding
	locals []byte // the first byte of each local's type, parameters first
	code   []instr
	end    int // where the code ends

	open []int // instructions that opened the blocks around the current one
}

// decode reads function i.
func (f *function) decode(i int) error {
	body := f.bodies[i]
	r := &reader{data: f.wasm[:body.end], pos: body.start}
	f.index, f.end = i, body.end
	f.typ = &f.types[f.funcs[f.imported+i]]
	f.readLocals(r)
	f.code, f.open = f.code[:0], f.open[:0]
	for done := false; !done && r.err == nil; {
		done = f.instruction(r)
	}
	if r.err == nil && r.more() {
		r.failf("%d bytes follow the end of the function", body.end-r.pos)
	}
	return r.err
}

func (f *function) readLocals(r *reader) {
	f.locals = f.locals[:0]
	p := &reader{data: f.typ.params}
	for p.more() {
		f.locals = append(f.locals, f.valueType(p))
	}
	f.groups = r.count()
	f.decl.start = r.pos
	for range f.groups {
		n := r.u32()
		typ := f.valueType(r)
		if r.err == nil && uint64(len(f.locals))+uint64(n) > maxLocals {
			r.failf("the function has more than %d local variables", maxLocals)
		}
		if r.err != nil {
			return
		}
		f.locals = append(f.locals, slices.Repeat([]byte{typ}, int(n))...)
	}
	f.decl.end = r.pos
}

// instruction decodes one instruction and reports whether it ends the function.
func (f *function) instruction(r *reader) (last bool) {
	in := instr{pos: uint32(r.pos)}
	in.op = f.opcode(r)
	if in.op == opcode.End || in.op == opcode.Else {
		last = f.close(r, in.op)
	}
	in.arg = f.immediates(r, in.op)
	f.code = append(f.code, in)
	return last
}

func (f *function) opcode(r *reader) opcode.Code {
	op := opcode.Code(r.byte())
	switch op {
	case 0xfc:
		op = f.prefixed(r, opcode.Misc, r.u32())
	case 0xfe:
		op = f.prefixed(r, opcode.Atomic, r.u32())
	case 0xfd:
		// The engine takes a byte for the opcode, and its continuation for a nop, so only that is let through.
		sub := r.byte()
		if sub >= 0x80 && r.byte() != 1 {
			r.failf("the vector instruction is unknown, or its opcode not in the shortest form")
		}
		op = f.prefixed(r, opcode.Vector, uint32(sub))
	}
	if r.err == nil && op.Immediates() == opcode.ImmUnknown {
		r.failf("opcode %#x is unknown", uint16(op))
	}
	return op
}

func (f *function) prefixed(r *reader, base opcode.Code, sub uint32) opcode.Code {
	if sub > 0xff {
		r.failf("opcode %#x is unknown", sub)
		return opcode.Nop
	}
	return base + opcode.Code(sub)
}

// close handles end and else: the block's opener learns where it ends, or goes on. It reports whether the
// function has ended.
func (f *function) close(r *reader, op opcode.Code) bool {
	n := len(f.open)
	if n == 0 {
		if op == opcode.Else {
			r.failf("there is no if for this else")
		}
		return true
	}
	opener := &f.code[f.open[n-1]]
	if op == opcode.Else {
		if opener.op != opcode.If || opener.arg != 0 {
			r.failf("there is no if for this else")
		}
		opener.arg = uint32(len(f.code)) // until its end is known
		return false
	}
	opener.arg = uint32(len(f.code))
	f.open = f.open[:n-1]
	return false
}

// immediates passes over what follows an opcode and returns what is needed of it.
func (f *function) immediates(r *reader, op opcode.Code) uint32 {
	switch op.Immediates() {
	case opcode.ImmBlockType:
		f.blockType(r)
		f.open = append(f.open, len(f.code))
	case opcode.ImmTryTable:
		f.blockType(r)
		f.clauses(r, func(_ byte, _, label uint32) {
			if uint64(label) > uint64(len(f.open)) {
				r.failf("there is no label %d", label)
			}
		})
		f.open = append(f.open, len(f.code))
	case opcode.ImmLabel:
		return f.label(r)
	case opcode.ImmLabels:
		for range r.count() {
			f.label(r)
		}
		f.label(r)
	case opcode.ImmFunc:
		return r.index("function", len(f.funcs))
	case opcode.ImmCallIndirect:
		typ := r.index("type", len(f.types))
		r.index("table", len(f.tables))
		return typ
	case opcode.ImmType:
		return r.index("type", len(f.types))
	case opcode.ImmLocal:
		return r.index("local variable", len(f.locals))
	case opcode.ImmGlobal:
		return r.index("global", f.globals)
	case opcode.ImmTable:
		return r.index("table", len(f.tables))
	case opcode.ImmTables:
		r.index("table", len(f.tables))
		r.index("table", len(f.tables))
	case opcode.ImmElement:
		r.index("element segment", len(f.elements))
	case opcode.ImmTableInit:
		segment := r.index("element segment", len(f.elements))
		r.index("table", len(f.tables))
		return segment
	case opcode.ImmData:
		r.u32() // data segments come after the code
	case opcode.ImmMemoryInit:
		segment := r.u32()
		f.memoryIndex(r)
		return segment
	case opcode.ImmMemory:
		f.memoryIndex(r)
	case opcode.ImmMemories:
		f.memoryIndex(r)
		f.memoryIndex(r)
	case opcode.ImmTag:
		r.index("tag", f.tags)
	case opcode.ImmMemArg:
		memArg(r)
	case opcode.ImmMemArgLane:
		memArg(r)
		r.byte()
	case opcode.ImmByte:
		r.byte()
	case opcode.ImmI32:
		return uint32(r.s33())
	case opcode.ImmI64:
		r.skipInt64()
	case opcode.Imm4:
		r.skip(4)
	case opcode.Imm8:
		r.skip(8)
	case opcode.Imm16:
		r.skip(16)
	case opcode.ImmSelect:
		if r.byte() != 1 {
			r.failf("a select has one type")
		}
		f.valueType(r)
	case opcode.ImmHeapType:
		f.heapType(r)
	}
	return 0
}

func memArg(r *reader) {
	if align := r.u32(); r.err == nil && align >= 32 {
		r.failf("alignment %d is not supported", align)
	}
	r.u32()
}

func (f *function) memoryIndex(r *reader) {
	if r.byte() != 0 {
		r.failf("there is one memory, with index 0 in one byte")
	}
	if !f.memory {
		r.failf("there is no memory")
	}
}

func (f *function) label(r *reader) uint32 { return r.index("label", len(f.open)+1) }

// blockType passes over the type of a block, and returns its encoding and the number of parameters.
func (f *function) blockType(r *reader) (raw []byte, params int) {
	start := r.pos
	switch t := r.s33(); {
	case t >= 0:
		if t >= int64(len(f.types)) {
			r.failf("there is no type %d", t)
			return nil, 0
		}
		params = f.types[t].nparams
	case t == refNullable-0x80 || t == refNonNullable-0x80:
		f.heapType(r)
	}
	return r.data[start:r.pos], params
}

// Kinds of catch clauses. Those up to catchRefKind name a tag.
const (
	catchRefKind = 1
	catchKinds   = 4
)

// clauses passes over catch clauses and gives the kind, the tag and the label of each. Not all kinds
// have a tag.
func (f *function) clauses(r *reader, each func(kind byte, tag, label uint32)) {
	for range r.count() {
		kind, tag := r.byte(), uint32(0)
		switch {
		case kind <= catchRefKind:
			tag = r.index("tag", f.tags)
		case kind >= catchKinds:
			r.failf("catch clauses of kind %#x are unknown", kind)
		}
		each(kind, tag, r.u32())
	}
}

// immediatesOf returns a reader behind the opcode of an instruction that was decoded.
func (f *function) immediatesOf(in *instr) *reader {
	r := &reader{data: f.wasm[:f.end], pos: int(in.pos)}
	f.opcode(r)
	return r
}

// encoding returns the bytes of instruction i.
func (f *function) encoding(i int) []byte {
	end := f.end
	if i+1 < len(f.code) {
		end = int(f.code[i+1].pos)
	}
	return f.wasm[f.code[i].pos:end]
}

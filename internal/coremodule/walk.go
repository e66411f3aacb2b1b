package coremodule

import (
	"errors"

	"github.com/witan-os/witan/internal/coremodule/opcode"
)

// Ref is an index somewhere in a module.
type Ref struct {
	Space Space
	Index uint32
	// Op is the instruction that has it, if it stands in code.
	Op opcode.Code
	// Start and End are where its encoding is, from the beginning of what was walked through. They are the same
	// where the index is 0 because nothing is said about it.
	Start, End int
	// signed says that the number is encoded as a signed one, as that of a block's type is.
	signed bool
}

// Walk goes through the code of a function, which begins with its locals, and calls visit for each index that stands there:
// those of entries of the module, not those of locals and labels. The error is an [*Error], for code that is
// malformed, or that has instructions which are unknown here.
func Walk(body []byte, visit func(Ref)) error {
	w := &walker{reader: reader{data: body}, visit: visit}
	w.body()
	return w.err
}

// walker reads pieces of a module that have indices in them.
type walker struct {
	reader
	visit func(Ref) // nil if nobody wants to know
	op    opcode.Code
}

// ref reads an index.
func (w *walker) ref(s Space) uint32 {
	start := w.pos
	i := w.u32()
	w.found(Ref{Space: s, Index: i, Start: start, End: w.pos})
	return i
}

// implied is an index that is 0 because nothing is said.
func (w *walker) implied(s Space) { w.found(Ref{Space: s, Start: w.pos, End: w.pos}) }

func (w *walker) found(r Ref) {
	if w.err == nil && w.visit != nil {
		r.Op = w.op
		w.visit(r)
	}
}

func (w *walker) body() {
	for range w.count() {
		w.u32()
		w.valueType()
	}
	last := opcode.Nop
	for w.more() {
		last = w.instruction()
	}
	if w.err == nil && last != opcode.End {
		w.fail(errCutOff)
	}
}

// expression passes over a constant expression, which has no blocks.
func (w *walker) expression() {
	for w.err == nil {
		if w.instruction() == opcode.End {
			break
		}
	}
	w.op = 0
}

func (w *walker) instruction() opcode.Code {
	at := w.pos
	w.op = w.opcode()
	w.immediates(at)
	return w.op
}

func (w *walker) opcode() opcode.Code {
	op := opcode.Code(w.byte())
	var base opcode.Code
	switch op {
	case 0xfc:
		base = opcode.Misc
	case 0xfd:
		base = opcode.Vector
	case 0xfe:
		base = opcode.Atomic
	default:
		return op
	}
	sub := w.u32()
	if sub > 0xff {
		w.failf("opcode %#x %d is unknown", op, sub)
		return opcode.Nop
	}
	return base + opcode.Code(sub)
}

// immediates passes over what follows the opcode of the instruction that began at an offset.
func (w *walker) immediates(at int) {
	switch w.op.Immediates() {
	case opcode.ImmNone:
	case opcode.ImmBlockType:
		w.blockType()
	case opcode.ImmTryTable:
		w.blockType()
		w.clauses()
	case opcode.ImmLabel, opcode.ImmLocal:
		w.u32()
	case opcode.ImmLabels:
		for range w.count() {
			w.u32()
		}
		w.u32()
	case opcode.ImmFunc:
		w.ref(Func)
	case opcode.ImmCallIndirect:
		w.ref(Type)
		w.ref(Table)
	case opcode.ImmGlobal:
		w.ref(Global)
	case opcode.ImmTable:
		w.ref(Table)
	case opcode.ImmTables:
		w.ref(Table)
		w.ref(Table)
	case opcode.ImmElement:
		w.ref(Elem)
	case opcode.ImmTableInit:
		w.ref(Elem)
		w.ref(Table)
	case opcode.ImmData:
		w.ref(Data)
	case opcode.ImmMemoryInit:
		w.ref(Data)
		w.ref(Memory)
	case opcode.ImmMemory:
		w.ref(Memory)
	case opcode.ImmMemories:
		w.ref(Memory)
		w.ref(Memory)
	case opcode.ImmTag:
		w.ref(Tag)
	case opcode.ImmMemArg:
		w.memoryArgument()
	case opcode.ImmMemArgLane:
		w.memoryArgument()
		w.byte()
	case opcode.ImmByte:
		w.byte()
	case opcode.ImmI32, opcode.ImmI64:
		w.skipInt()
	case opcode.Imm4:
		w.skip(4)
	case opcode.Imm8:
		w.skip(8)
	case opcode.Imm16:
		w.skip(16)
	case opcode.ImmSelect:
		for range w.count() {
			w.valueType()
		}
	case opcode.ImmHeapType:
		if w.s33() >= 0 {
			w.fail(errTyped)
		}
	case opcode.ImmType: // call_ref and return_call_ref
		w.fail(errTyped)
	default:
		w.pos = at
		w.failf("opcode %#x is unknown", w.peek())
	}
}

var errTyped = errors.New("typed references to functions are not supported")

// The first bytes of reference types that name what they refer to.
const (
	refNullable    = 0x63
	refNonNullable = 0x64
)

func (w *walker) valueType() {
	if t := w.byte(); t == refNullable || t == refNonNullable {
		w.fail(errTyped)
	}
}

func (w *walker) blockType() {
	start := w.pos
	t := w.s33()
	switch {
	case t >= 0:
		w.found(Ref{Space: Type, Index: uint32(t), Start: start, End: w.pos, signed: true})
	case t == refNullable-0x80, t == refNonNullable-0x80:
		w.fail(errTyped)
	}
}

// Kinds of catch clauses. Those up to catchRefKind name a tag.
const (
	catchRefKind = 1
	catchKinds   = 4
)

func (w *walker) clauses() {
	for range w.count() {
		switch kind := w.byte(); {
		case kind <= catchRefKind:
			w.ref(Tag)
		case kind >= catchKinds:
			w.failf("catch clauses of kind %#x are unknown", kind)
		}
		w.u32()
	}
}

// namesMemory is the bit of an alignment that says that the index of a memory follows.
const namesMemory = 0x40

func (w *walker) memoryArgument() {
	if w.u32()&namesMemory != 0 {
		w.ref(Memory)
	} else {
		w.implied(Memory)
	}
	w.skipInt()
}

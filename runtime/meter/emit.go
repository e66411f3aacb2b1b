package meter

import (
	"fmt"

	"github.com/witan-os/witan/internal/coremodule/opcode"
	"github.com/witan-os/witan/internal/leb128"
)

// This file writes the code of functions. A checked loop becomes
//
//	block $exit (result T)  loop $again  block $cold
//	  loop $loop (result T)
//	    global.get $counter  i32.const units  i32.sub  global.set $counter
//	    global.get $counter  i32.const 0  i32.lt_s  br_if $cold
//	    …                                     ;; the body; labels outside are three further out
//	  end
//	  br $exit
//	end
//	local.get x  i32.const 0  i32.add  local.set x     ;; for what the loop keeps in locals
//	call $yield  global.set $counter  br $again
//	end  unreachable  end
//
// The call is apart from the loop because values that live across a call are kept on the stack, and with the
// call inside, the engine would load and store them in each round. The sums end the life of the old values:
// without them it would still keep some of them in both places. The body of a function whose entry is
// checked is wrapped in the same way.

// emitter writes one function after the other.
type emitter struct {
	*planner
	out     []byte
	helpers *helpers
	yield   uint32 // function index
	counter uint32 // global index

	inline bool // make all checks where they stand
	nest   []nested
	top    uint32 // how many labels are open in out, the function's own not counted
	next   int    // the next charge
	size   uint32 // the local variable for sizes; none if it is beyond all
	copies copies
}

// nested is a block around the current instruction.
type nested struct {
	label uint32 // which of the labels in out it has
	apart int    // the loop instruction, if its check is apart; or -1
}

// emit appends the code of the planned function, without its size.
func (e *emitter) emit() error {
	start := len(e.out)
	for _, e.inline = range []bool{false, true} {
		e.out = e.out[:start]
		e.body()
		if len(e.out)-start <= maxBodySize {
			return nil
		}
	}
	return &Error{e.bodies[e.index].start, fmt.Errorf("the function would be larger than %d bytes with its charges", maxBodySize)}
}

func (e *emitter) body() {
	e.nest, e.top, e.next = e.nest[:0], 0, 0
	e.locals32()
	form := e.formOf(e.entry)
	switch form {
	case formCharge:
		e.charge(e.entry.units)
	case formInline:
		e.check(e.entry.units)
	case formApart:
		e.op(opcode.Loop, voidType)
		e.op(opcode.Block, voidType)
		e.charge(e.entry.units)
		e.isSpent()
		e.op(opcode.BrIf, 0)
		e.top = 2
	}
	e.copies.begin(e.function)
	last := len(e.code) - 1
	for i := 0; i < last; i++ {
		if n := e.unchanged(i); n > i {
			e.out = append(e.out, e.wasm[e.code[i].pos:e.code[n].pos]...)
			i = n - 1
			continue
		}
		e.instruction(i)
	}
	if form == formApart {
		e.op(opcode.Return)
		e.op(opcode.End)
		e.copies.parameters(e)
		e.refill()
		e.op(opcode.Br, 0)
		e.op(opcode.End)
		e.op(opcode.Unreachable)
	}
	e.op(opcode.End)
}

// voidType is the type of a block without results.
const voidType = 0x40

const typeI32 = 0x7f

// locals32 writes the declarations of locals, with one more if sizes need it.
func (e *emitter) locals32() {
	decl := e.wasm[e.decl.start:e.decl.end]
	e.size = uint32(len(e.locals))
	if len(e.locals) == maxLocals || !e.movesMemory() {
		e.size = maxLocals
		e.out = append(leb128.AppendUint(e.out, uint64(e.groups)), decl...)
		return
	}
	e.out = append(leb128.AppendUint(e.out, uint64(e.groups)+1), decl...)
	e.out = append(e.out, 1, typeI32)
}

func (e *emitter) movesMemory() bool {
	for i := range e.code {
		if op := e.code[i].op; op == opcode.MemoryFill || op == opcode.MemoryCopy {
			return true
		}
	}
	return false
}

// formOf is the form that a charge gets.
func (e *emitter) formOf(c charge) form {
	if e.inline && c.form == formApart {
		return formInline
	}
	return c.form
}

// unchanged returns the first instruction from i on that is not copied as it is.
func (e *emitter) unchanged(i int) int {
	next := len(e.code) - 1
	if e.next < len(e.charges) {
		next = e.charges[e.next].at
	}
	for i < next && copied[e.code[i].op] {
		i++
	}
	return i
}

// copied are the instructions that stay as they are.
var copied = func() (c [opcode.Codes]bool) {
	for op := range opcode.Code(opcode.Codes) {
		switch op.Immediates() {
		case opcode.ImmBlockType, opcode.ImmTryTable, opcode.ImmLabel, opcode.ImmLabels, opcode.ImmFunc:
		default:
			c[op] = true
		}
	}
	for _, op := range []opcode.Code{
		opcode.End, opcode.Throw, opcode.ThrowRef, opcode.MemoryGrow, opcode.ReturnCallIndirect, opcode.ReturnCallRef,
		opcode.MemoryFill, opcode.MemoryCopy, opcode.MemoryInit, opcode.TableFill, opcode.TableCopy, opcode.TableInit, opcode.TableGrow,
	} {
		c[op] = false
	}
	return c
}()

func (e *emitter) instruction(i int) {
	for e.next < len(e.charges) && e.charges[e.next].at == i && !e.charges[e.next].loop {
		e.check(e.charges[e.next].units)
		e.next++
	}
	in := &e.code[i]
	if units := surcharge(in.op); units > 0 {
		e.charge(units)
	}
	switch in.op {
	case opcode.Loop:
		e.loop(i)
	case opcode.Block, opcode.If:
		e.raw(i)
		e.open(-1)
	case opcode.TryTable:
		e.tryTable(in)
		e.open(-1)
	case opcode.End:
		e.end()
	case opcode.Br, opcode.BrIf, opcode.BrOnNull, opcode.BrOnNonNull:
		e.op(in.op, e.label(in.arg))
	case opcode.BrTable:
		e.brTable(in)
	case opcode.Call, opcode.RefFunc:
		e.op(in.op, e.moved(in.arg))
	case opcode.ReturnCall, opcode.ReturnCallIndirect, opcode.ReturnCallRef:
		e.tailCall(i)
	case opcode.MemoryFill, opcode.MemoryCopy, opcode.MemoryInit, opcode.TableFill, opcode.TableCopy, opcode.TableInit:
		e.bulk(i)
	default:
		e.raw(i)
	}
}

// raw copies instruction i.
func (e *emitter) raw(i int) { e.out = append(e.out, e.encoding(i)...) }

// op writes an instruction with indices, labels, or a block type of one byte.
func (e *emitter) op(op opcode.Code, operands ...uint32) {
	switch {
	case op < opcode.Misc:
		e.out = append(e.out, byte(op))
	case op < opcode.Vector:
		e.out = leb128.AppendUint(append(e.out, 0xfc), uint64(op-opcode.Misc))
	default:
		e.out = leb128.AppendUint(append(e.out, 0xfd), uint64(op-opcode.Vector))
	}
	for _, x := range operands {
		e.out = leb128.AppendUint(e.out, uint64(x))
	}
}

func (e *emitter) constant(op opcode.Code, value int64) {
	e.out = leb128.AppendInt(append(e.out, byte(op)), value)
}

// moved is the index of a function in the result, where yield is the last imported function.
func (m *module) moved(function uint32) uint32 {
	if function < uint32(m.imported) {
		return function
	}
	return function + 1
}

// open notes that a block has begun.
func (e *emitter) open(apart int) {
	e.top++
	e.nest = append(e.nest, nested{e.top, apart})
}

// label is how far out a label is in the result.
func (e *emitter) label(label uint32) uint32 {
	n := len(e.nest) - 1 - int(label)
	if n < 0 {
		return e.top
	}
	return e.top - e.nest[n].label
}

func (e *emitter) brTable(in *instr) {
	r := e.immediatesOf(in)
	n := r.count()
	e.op(opcode.BrTable, uint32(n))
	for range n + 1 {
		e.out = leb128.AppendUint(e.out, uint64(e.label(r.u32())))
	}
}

func (e *emitter) tryTable(in *instr) {
	r := e.immediatesOf(in)
	typ, _ := e.blockType(r)
	e.op(opcode.TryTable)
	e.out = append(e.out, typ...)
	clauses := 0
	var encoded []byte
	e.clauses(r, func(kind byte, tag, label uint32) {
		encoded = append(encoded, kind)
		if kind <= catchRefKind {
			encoded = leb128.AppendUint(encoded, uint64(tag))
		}
		encoded = leb128.AppendUint(encoded, uint64(e.label(label)))
		clauses++
	})
	e.out = append(leb128.AppendUint(e.out, uint64(clauses)), encoded...)
}

func (e *emitter) loop(i int) {
	c := charge{form: formNone}
	if e.next < len(e.charges) && e.charges[e.next].at == i {
		c = e.charges[e.next]
		e.next++
	}
	form := e.formOf(c)
	if form == formApart {
		typ, _ := e.blockType(e.immediatesOf(&e.code[i]))
		e.op(opcode.Block)
		e.out = append(e.out, typ...)
		e.op(opcode.Loop, voidType)
		e.op(opcode.Block, voidType)
		e.top += 3
	}
	e.raw(i)
	switch form {
	case formNone:
	case formInline:
		e.check(c.units)
	default:
		e.charge(c.units)
	}
	if form != formApart {
		e.open(-1)
		return
	}
	e.isSpent()
	e.op(opcode.BrIf, 1)
	e.open(i)
}

func (e *emitter) end() {
	n := len(e.nest) - 1
	b := e.nest[n]
	e.nest = e.nest[:n]
	e.op(opcode.End)
	e.top--
	if b.apart < 0 {
		return
	}
	e.op(opcode.Br, 2)
	e.op(opcode.End)
	e.copies.carried(e, b.apart)
	e.refill()
	e.op(opcode.Br, 0)
	e.op(opcode.End)
	e.op(opcode.Unreachable)
	e.op(opcode.End)
	e.top -= 3
}

// charge takes units off the counter.
func (e *emitter) charge(units uint32) {
	e.op(opcode.GlobalGet, e.counter)
	e.constant(opcode.I32Const, int64(units))
	e.op(opcode.I32Sub)
	e.op(opcode.GlobalSet, e.counter)
}

// isSpent leaves whether the counter is below zero. The counter may be at zero: what was charged is paid for.
func (e *emitter) isSpent() {
	e.op(opcode.GlobalGet, e.counter)
	e.constant(opcode.I32Const, 0)
	e.op(opcode.I32LtS)
}

// refill calls yield for the next grant.
func (e *emitter) refill() {
	e.op(opcode.Call, e.yield)
	e.op(opcode.GlobalSet, e.counter)
}

// check charges, and yields where it stands.
func (e *emitter) check(units uint32) {
	e.charge(units)
	e.isSpent()
	e.op(opcode.If, voidType)
	e.refill()
	e.op(opcode.End)
}

package meter

import "github.com/witan-os/witan/internal/coremodule/opcode"

// This file keeps tail calls away from a mistake of the engine, which has nothing to do with metering; but this is
// where the code of guests passes by.
//
// wazero 1.12 keeps the address of what it jumps to in a register. When a call takes all registers for integers,
// which are seven for parameters on amd64, a tail call of an imported function, or through a table, overwrites the
// last of them: the callee gets part of an address instead of a value. Such a call is made an ordinary one, which
// takes a place on the stack. With more parameters the engine does the same by itself.

// tailIntegers is how many integers a tail call may pass on every machine: one less than the fewest that take all
// registers, six on arm64.
const tailIntegers = 5

// tailCall writes instruction i, a tail call.
func (e *emitter) tailCall(i int) {
	in := &e.code[i]
	var typ *funcType
	if in.op == opcode.ReturnCall {
		typ = &e.types[e.funcs[in.arg]]
	} else {
		typ = &e.types[in.arg]
	}
	direct := in.op == opcode.ReturnCall && int(in.arg) >= e.imported
	switch {
	case direct || typ.integers() <= tailIntegers:
		if in.op == opcode.ReturnCall {
			e.op(opcode.ReturnCall, e.moved(in.arg))
		} else {
			e.raw(i)
		}
		return
	case in.op == opcode.ReturnCall:
		e.op(opcode.Call, e.moved(in.arg))
	default:
		// The two forms of a call have the same operands, and opcode.Codes of one byte.
		e.op(in.op - opcode.ReturnCall + opcode.Call)
		e.out = append(e.out, e.encoding(i)[1:]...)
	}
	e.op(opcode.Return)
}

// integers returns how many parameters may be in registers for integers.
func (t *funcType) integers() int {
	n := t.nparams
	for _, p := range t.params {
		if p == 0x7b || p == 0x7c || p == 0x7d { // v128, f64, f32
			n--
		}
	}
	return n
}

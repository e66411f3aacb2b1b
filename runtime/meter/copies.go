package meter

import "github.com/witan-os/witan/internal/coremodule/opcode"

// This file finds the locals that a loop carries from one round to the next.

// maxCopies bounds how many of a loop's locals are copied where it yields. A loop that carries more has them on
// the stack anyway, and copies would only add to the work.
const maxCopies = 12

// copies finds the locals to copy. It may look at each instruction a few times only, so that loops inside
// loops don't make the work quadratic.
type copies struct {
	*function
	left  int      // how many instructions it may still look at
	round uint32   // numbers the loops
	seen  []uint32 // of each local: in which loop it was met last, and how
}

// How a local was met first in a loop, in the low bits of seen.
const (
	met     = 4 // loops are numbered in steps of this
	metRead = 1
	metSet  = 2
)

func (c *copies) begin(f *function) {
	c.function, c.left, c.round = f, 4*len(f.code), 0
	c.seen = append(c.seen[:0], make([]uint32, len(f.locals))...)
}

// carried writes copies of the locals that a loop reads before it assigns to them.
func (c *copies) carried(e *emitter, loop int) {
	end := int(c.code[loop].arg)
	if c.left -= end - loop; c.left < 0 {
		return
	}
	c.round += met
	n, start := 0, len(e.out)
	for i := loop + 1; i < end; i++ {
		in := &c.code[i]
		switch in.op {
		case opcode.LocalGet:
			if c.seen[in.arg] < c.round {
				c.seen[in.arg] = c.round + metRead
			}
		case opcode.LocalSet, opcode.LocalTee:
			if c.seen[in.arg] == c.round+metRead {
				if n++; n > maxCopies {
					e.out = e.out[:start]
					return
				}
				e.copyLocal(in.arg, c.locals[in.arg])
			}
			c.seen[in.arg] = c.round + metSet
		}
	}
}

// parameters writes copies of the function's parameters.
func (c *copies) parameters(e *emitter) {
	if c.typ.nparams > maxCopies {
		return
	}
	for i := range c.typ.nparams {
		e.copyLocal(uint32(i), c.locals[i])
	}
}

// copyLocal writes an assignment of a local to itself, in a way that the engine does not see through.
func (e *emitter) copyLocal(i uint32, typ byte) {
	if typ < 0x7b {
		return // a reference
	}
	e.op(opcode.LocalGet, i)
	switch typ {
	case 0x7f:
		e.constant(opcode.I32Const, 0)
		e.op(opcode.I32Add)
	case 0x7e:
		e.constant(opcode.I64Const, 0)
		e.op(opcode.I64Add)
	case 0x7d:
		e.op(opcode.I32ReinterpretF32)
		e.op(opcode.F32ReinterpretI32)
	case 0x7c:
		e.op(opcode.I64ReinterpretF64)
		e.op(opcode.F64ReinterpretI64)
	case 0x7b:
		e.op(opcode.LocalGet, i)
		e.op(opcode.V128Or)
	}
	e.op(opcode.LocalSet, i)
}

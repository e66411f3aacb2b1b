package meter

import "github.com/witan-os/witan/internal/coremodule/opcode"

// This file tells how many units each instruction counts for.

// weights are the units of each opcode, about three for a nanosecond. Loads and stores count for more than
// they usually take, because the first touch of a page is slow. Calls are counted in plan.go, and what
// charges for itself where it stands (see surcharge) is not counted here.
var weights = func() (w [opcode.Codes]uint16) {
	set := func(from, to opcode.Code, units uint16) {
		for op := from; op <= to; op++ {
			w[op] = units
		}
	}
	set(0, opcode.Codes-1, 1)
	for _, op := range []opcode.Code{
		opcode.Nop, opcode.Block, opcode.Loop, opcode.Else, opcode.End, opcode.Drop, opcode.LocalGet, opcode.LocalSet, opcode.LocalTee,
		opcode.I32Const, opcode.I64Const, opcode.F32Const, opcode.F64Const,
	} {
		w[op] = 0
	}
	w[opcode.BrTable] = 2
	set(0x28, 0x35, 2)  // loads
	set(0x36, 0x3e, 4)  // stores
	set(0x6d, 0x70, 10) // i32 division
	set(0x7f, 0x82, 10) // i64 division
	set(0x91, 0x91, 6)  // f32.sqrt
	set(0x95, 0x95, 6)  // f32.div
	set(0x9f, 0x9f, 10) // f64.sqrt
	set(0xa3, 0xa3, 10) // f64.div
	set(opcode.TableGet, opcode.TableSet, 4)
	set(opcode.MemoryInit, opcode.MemoryFill, 60)
	w[opcode.TableInit], w[opcode.TableCopy], w[opcode.TableFill] = 60, 60, 60
	set(opcode.Vector, opcode.Vector+10, 2)
	set(opcode.Vector+11, opcode.Vector+11, 4)
	set(opcode.Vector+84, opcode.Vector+93, 4)
	set(opcode.Vector+0xe3, opcode.Vector+0xe3, 10) // f32x4.sqrt
	set(opcode.Vector+0xe7, opcode.Vector+0xe7, 10) // f32x4.div
	set(opcode.Vector+0xef, opcode.Vector+0xef, 20) // f64x2.sqrt
	set(opcode.Vector+0xf3, opcode.Vector+0xf3, 20) // f64x2.div
	set(opcode.Atomic, opcode.Atomic+0x4e, 20)
	for op := range w {
		if surcharge(opcode.Code(op)) > 0 {
			w[op] = 0
		}
	}
	return w
}()

// surcharge gives the units of what takes long and is done seldom. They are charged where it is done, so
// that a loop which has it on some path does not pay for it each time.
func surcharge(op opcode.Code) uint32 {
	switch op {
	case opcode.TryTable, // which copies the stack, that can't be seen to be too large before the guest yields
		opcode.Throw, opcode.ThrowRef,
		opcode.TableGrow: // which copies a table
		return maxCharge
	case opcode.MemoryGrow:
		return 4096
	}
	return 0
}

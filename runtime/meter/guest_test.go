package meter_test

import (
	"math/rand/v2"

	"github.com/witan-os/witan/internal/leb128"
)

// This file makes random modules that are valid, end, and have one of every kind of code that the rewriting
// treats in a way of its own.

// guest writes a module with a few functions of type (i32 i64 f64) -> i32, exported as "f0", "f1" and so on.
// The memory is exported as "memory". The global "steps" counts down at each loop that may run forever and at
// each entry; at zero the guest traps, so the value of the global that the host sets bounds its work.
type guest struct {
	*rand.Rand
	code   []byte
	labels []label
	size   int // how much code the function may still have
}

// label is a place to branch to, with or without an i32.
type label struct{ takes bool }

const (
	guestFuncs   = 5
	guestSegment = 40 // bytes of the data segment
)

// The types of the module.
const (
	typeFunc  = 0 // i32 i64 f64 -> i32
	typeUnary = 1 // i32 -> i32
	typeTag   = 2 // i32 ->
)

// The locals of each function, parameters first.
var i32Locals = []byte{0, 3, 4, 5}

const (
	localI64  = 1
	localF64  = 2
	localF32  = 6
	localV128 = 7
)

func makeGuest(seed1, seed2 uint64) []byte {
	g := &guest{Rand: rand.New(rand.NewPCG(seed1, seed2))}
	wasm := []byte("\x00asm\x01\x00\x00\x00")
	section := func(id byte, body ...byte) {
		wasm = append(leb128.AppendUint(append(wasm, id), uint64(len(body))), body...)
	}
	section(1, 3, 0x60, 3, 0x7f, 0x7e, 0x7c, 1, 0x7f, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 1, 0x7f, 0)
	section(3, guestFuncs, 0, 0, 0, 0, 0)
	section(4, 2, 0x70, 0, 8, 0x70, 1, 8, 64)
	section(5, 1, 1, 2, 5)
	section(13, 1, 0, typeTag)
	section(6, 1, 0x7f, 1, 0x41, 0, 0x0b)
	exports := []byte{2 + guestFuncs}
	exports = append(append(exports, "\x06memory\x02\x00"...), "\x05steps\x03\x00"...)
	for i := range byte(guestFuncs) {
		exports = append(exports, 2, 'f', '0'+i, 0, i)
	}
	section(7, exports...)
	section(9, 2, 0, 0x41, 0, 0x0b, guestFuncs, 0, 1, 2, 3, 4, 1, 0, guestFuncs, 4, 3, 2, 1, 0)
	section(12, 1)
	bodies := []byte{guestFuncs}
	for range guestFuncs {
		body := g.body()
		bodies = append(leb128.AppendUint(bodies, uint64(len(body))), body...)
	}
	section(10, bodies...)
	segment := append([]byte{1, 1, guestSegment}, make([]byte, guestSegment)...)
	for i := range guestSegment {
		segment[3+i] = byte(i + 1)
	}
	section(11, segment...)
	return wasm
}

func (g *guest) op(code ...byte) { g.code = append(g.code, code...) }

func (g *guest) i32(n int32) {
	g.op(0x41)
	for ; n < -64 || n > 63; n >>= 7 {
		g.op(byte(n) | 0x80)
	}
	g.op(byte(n) & 0x7f)
}

func (g *guest) body() []byte {
	g.code, g.labels, g.size = nil, []label{{takes: true}}, 20+g.IntN(150)
	g.op(4, 3, 0x7f, 1, 0x7d, 1, 0x7b, 0, 0x7f) // three i32, an f32, a v128, and a group of none
	g.step()
	g.statements()
	g.value(2)
	g.op(0x0b)
	return g.code
}

// step takes a step, or traps if there is none left.
func (g *guest) step() {
	g.op(0x23, 0, 0x45, 0x04, 0x40, 0x00, 0x0b) // global.get eqz if unreachable end
	g.op(0x23, 0, 0x41, 1, 0x6b, 0x24, 0)       // global.get const sub global.set
}

func (g *guest) local() byte { return i32Locals[g.IntN(len(i32Locals))] }

func (g *guest) statements() {
	for n := 1 + g.IntN(5); n > 0 && g.size > 0; n-- {
		g.statement()
	}
}

// in writes statements inside of a block, whose opening is written.
func (g *guest) in(l label, inside func()) {
	g.labels = append(g.labels, l)
	inside()
	g.labels = g.labels[:len(g.labels)-1]
	g.op(0x0b)
}

func (g *guest) statement() {
	g.size--
	switch g.IntN(26) {
	case 0, 1, 2:
		g.value(3)
		g.op(0x21, g.local())
	case 3:
		g.address()
		g.value(2)
		g.op([]byte{0x36, 0x3a, 0x3b}[g.IntN(3)], 0, 0) // stores
	case 4:
		g.op(0x02, 0x40)
		g.in(label{}, g.statements)
	case 5, 6:
		g.op(0x03, 0x40)
		g.in(label{}, func() { g.step(); g.statements(); g.again() })
	case 7:
		g.op(0x20, g.local(), 0x03, typeUnary) // a loop with a parameter
		g.in(label{takes: true}, func() { g.op(0x21, g.local()); g.step(); g.statements(); g.again(); g.value(2) })
		g.op(0x21, g.local())
	case 8:
		g.op(0x03, 0x7f) // a loop with a result
		g.in(label{}, func() { g.step(); g.statements(); g.again(); g.value(2) })
		g.op(0x21, g.local())
	case 9:
		g.value(2)
		g.op(0x04, 0x40)
		g.in(label{}, func() {
			g.statements()
			if g.IntN(2) == 0 {
				g.op(0x05)
				g.statements()
			}
		})
	case 10, 11:
		g.branchIf()
	case 12:
		g.branch()
	case 13:
		g.branchTable()
	case 14, 15:
		g.constantLoop(1 + g.IntN(2))
	case 16:
		g.value(2)
		g.op(0x1a)
	case 17:
		g.bulk()
	case 18:
		g.tableOp()
	case 19:
		g.op(0x20, localI64, 0x42, 3, 0x7e, 0x20, g.local(), 0xad, 0x7c, 0x21, localI64) // i64.mul extend add
	case 20:
		g.op(0x20, localF64, 0x20, localF64, 0xa0, 0x9f, 0x21, localF64) // f64.add sqrt
		g.op(0x20, localF32, 0x20, g.local(), 0xb2, 0x92, 0x21, localF32)
	case 21:
		g.op(0x20, localV128, 0x20, g.local(), 0xfd, 0x11, 0xfd, 0xae, 0x01, 0x21, localV128) // i32x4.splat add
	case 22:
		g.try()
	case 23:
		if g.IntN(3) == 0 {
			g.value(1)
			g.op(0x08, 0) // throw
		}
	case 24:
		if g.IntN(4) == 0 {
			g.value(2)
			g.op(0x0f) // return
		} else if g.IntN(4) == 0 {
			g.tailCall()
		}
	case 25:
		g.i32(int32(g.IntN(2)))
		g.op(0x40, 0, 0x1a) // memory.grow
	}
}

// again may go back to the beginning of the loop.
func (g *guest) again() {
	if g.IntN(4) == 0 {
		return
	}
	if takes := g.labels[len(g.labels)-1].takes; takes {
		g.value(1)
		g.value(2)
		g.op(0x0d, 0, 0x1a)
		return
	}
	g.value(2)
	g.op(0x0d, 0)
}

func (g *guest) branchIf() {
	n := g.IntN(len(g.labels))
	takes := g.labels[len(g.labels)-1-n].takes
	if takes {
		g.value(1)
	}
	g.value(2)
	g.op(0x0d, byte(n))
	if takes {
		g.op(0x1a)
	}
}

func (g *guest) branch() {
	if g.IntN(3) > 0 {
		return
	}
	n := g.IntN(len(g.labels))
	if g.labels[len(g.labels)-1-n].takes {
		g.value(1)
	}
	g.op(0x0c, byte(n))
}

func (g *guest) branchTable() {
	last := g.IntN(len(g.labels))
	takes := g.labels[len(g.labels)-1-last].takes
	if takes {
		g.value(1)
	}
	g.value(2)
	targets := []byte{}
	for n := range g.labels {
		if g.labels[len(g.labels)-1-n].takes == takes && g.IntN(2) == 0 {
			targets = append(targets, byte(n))
		}
	}
	g.op(0x0e, byte(len(targets)))
	g.op(append(targets, byte(last))...)
}

// constantLoop counts to a constant, or almost does: it may branch out, or have its counter changed.
func (g *guest) constantLoop(depth int) {
	x := i32Locals[1+(depth+g.IntN(2))%3]
	step := int32(1 + g.IntN(3))
	first := int32(g.IntN(10))
	rounds := int32(1 + g.IntN(6))
	g.i32(first)
	g.op(0x21, x, 0x03, 0x40)
	g.in(label{}, func() {
		g.op(0x20, x, 0x20, x, 0x36, 0, 0) // i32.store
		if g.IntN(3) == 0 {
			g.step()
			g.statements()
		}
		if depth > 1 {
			g.constantLoop(depth - 1)
			g.step() // the inner loop may have changed x
		}
		g.op(0x20, x)
		g.i32(step)
		g.op(0x6a, 0x22, x)
		g.i32(first + rounds*step)
		g.op(0x47, 0x0d, 0)
	})
}

// amount is a size or an address of a bulk operation: often within bounds, sometimes across them.
func (g *guest) amount() {
	switch g.IntN(6) {
	case 0:
		g.value(1)
	case 1:
		g.i32(int32(g.IntN(1 << 17)))
	case 2:
		g.i32(1<<17 - int32(g.IntN(4)))
	case 3:
		g.i32(int32(4090 + g.IntN(12)))
	default:
		g.i32(int32(g.IntN(64)))
	}
}

func (g *guest) bulk() {
	g.amount()
	g.amount()
	switch g.IntN(3) {
	case 0:
		g.amount()
		g.op(0xfc, 11, 0) // memory.fill
	case 1:
		g.amount()
		g.op(0xfc, 10, 0, 0) // memory.copy
	default:
		g.i32(int32(g.IntN(guestSegment + 2)))
		g.op(0xfc, 8, 0, 0) // memory.init
		if g.IntN(5) == 0 {
			g.op(0xfc, 9, 0) // data.drop
		}
	}
}

func (g *guest) index() { g.i32(int32(g.IntN(10))) }

func (g *guest) tableOp() {
	switch g.IntN(5) {
	case 0:
		g.index()
		g.index()
		g.index()
		g.op(0xfc, 14, byte(g.IntN(2)), byte(g.IntN(2))) // table.copy
	case 1:
		g.index()
		g.index()
		g.index()
		g.op(0xfc, 12, 1, byte(g.IntN(2))) // table.init
	case 2:
		g.index()
		g.op(0xd2, byte(g.IntN(guestFuncs))) // ref.func
		g.index()
		g.op(0xfc, 17, byte(g.IntN(2))) // table.fill
	case 3:
		g.op(0xd2, byte(g.IntN(guestFuncs)))
		g.index()
		g.op(0xfc, 15, 1, 0x21, g.local()) // table.grow
	default:
		g.op(0xfc, 16, byte(g.IntN(2)), 0x21, g.local()) // table.size
	}
}

// try catches what is thrown inside, with its value or without.
func (g *guest) try() {
	g.op(0x02, 0x7f) // block (result i32)
	g.in(label{takes: true}, func() {
		g.op(0x02, 0x40) // block
		g.in(label{}, func() {
			g.op(0x1f, 0x40) // try_table
			if g.IntN(2) == 0 {
				g.op(1, 0, 0, 1) // catch tag 0, to the outer block
			} else {
				g.op(1, 2, 0) // catch_all, to the inner one
			}
			g.in(label{}, g.statements)
		})
		g.value(1)
	})
	g.op(0x21, g.local())
}

func (g *guest) tailCall() {
	g.value(1)
	g.op(0x20, localI64, 0x20, localF64)
	if g.IntN(2) == 0 {
		g.op(0x12, byte(g.IntN(guestFuncs)))
		return
	}
	g.index()
	g.op(0x13, typeFunc, byte(g.IntN(2)))
}

// address leaves an address within the memory.
func (g *guest) address() {
	g.value(1)
	g.i32(0xfff8)
	g.op(0x71)
}

// value leaves an i32.
func (g *guest) value(depth int) {
	if g.size--; depth == 0 || g.size < 0 {
		if g.IntN(2) == 0 {
			g.i32(int32(g.IntN(256)) - 100)
		} else {
			g.op(0x20, g.local())
		}
		return
	}
	switch g.IntN(13) {
	case 0:
		g.value(0)
	case 1, 2, 3:
		g.value(depth - 1)
		g.value(depth - 1)
		g.op([]byte{0x6a, 0x6b, 0x6c, 0x71, 0x73, 0x74, 0x48, 0x4d, 0x46}[g.IntN(9)])
	case 4:
		g.value(depth - 1)
		g.value(depth - 1)
		g.op(0x6e) // i32.div_u
	case 5:
		g.address()
		g.op(0x28, 0, 0)
	case 6:
		g.value(depth - 1)
		g.op(0x45)
	case 7:
		g.value(depth - 1)
		g.op(0x22, g.local())
	case 8:
		g.op(0x02, 0x7f)
		g.in(label{takes: true}, func() { g.statements(); g.value(depth - 1) })
	case 9:
		g.value(depth - 1)
		g.op(0x04, 0x7f)
		g.in(label{takes: true}, func() { g.statements(); g.value(depth - 1); g.op(0x05); g.value(depth - 1) })
	case 10:
		g.value(depth - 1)
		g.op(0x20, localI64, 0x20, localF64, 0x10, byte(g.IntN(guestFuncs)))
	case 11:
		g.value(depth - 1)
		g.op(0x20, localI64, 0x20, localF64)
		g.index()
		g.op(0x11, typeFunc, byte(g.IntN(2)))
	default:
		g.op(0x20, localI64, 0xa7, 0x20, localV128, 0xfd, 0x1b, 2, 0x73) // wrap, extract_lane, xor
	}
}

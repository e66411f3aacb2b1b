package fuse

import (
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
)

// This file moves strings.

// highBits are the bits that no ASCII character has.
const highBits = 0x8080808080808080

// moveString moves a string.
func (g *gen) moveString(from, to place) {
	if from.side.encoding == abi.UTF8 && to.side.encoding == abi.UTF8 {
		g.moveUTF8(from, to)
		return
	}
	ptr, units := g.pair(from)
	g.get(ptr)
	g.get(units)
	g.callTextMove(from.side, to.side)
	g.set(units)
	g.set(ptr)
	g.store(to, 0, opI32Store, 0, func() { g.get(ptr) })
	g.store(to, 1, opI32Store, 4, func() { g.get(units) })
}

// moveUTF8 moves a string that is UTF-8 on both sides. One of 8 to 16 bytes, if it is ASCII, is checked and copied
// with the same two loads.
func (g *gen) moveUTF8(from, to place) {
	ptr, n := g.pair(from)
	g.get(n)
	g.i32(abi.MaxString)
	g.emit(opI32GtU)
	g.trapIf(fmt.Sprintf("a string of %%[1]d bytes is longer than %d", abi.MaxString), n, none)
	g.checkBounds(from.side, ptr, n)
	first, last, at := g.local(abi.I64), g.local(abi.I64), g.local(abi.I32)
	checked := g.open(opBlock)
	g.isFew(n)
	g.when(func() {
		g.loadEnds(from.side, ptr, n, first, last)
		g.get(first)
		g.get(last)
		g.emit(opI64Or)
		g.i64(highBits)
		g.emit(opI64And, opI64Eqz)
		g.branch(opBrIf, checked)
	})
	g.window(from.side, ptr)
	g.window(from.side, ptr)
	g.get(n)
	g.emit(opI32Add)
	g.call(g.scan(farUTF8, from.side))
	g.emit(opI32Eqz)
	g.trapIf("the string of %[2]d bytes at %#[1]x is not valid UTF-8", ptr, n)
	g.end()
	g.alloc(to.side, 1, func() { g.get(n) }, at)
	g.isFew(n)
	g.choose(func() { g.storeEnds(to.side, at, n, first, last) },
		func() { g.copyAny(to.side, at, from.side, ptr, n) })
	g.storePair(to, at, n)
}

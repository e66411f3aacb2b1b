package fuse

import (
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
)

// This file moves lists, and copies bytes.

// pair moves the address and length of a string or list out of a place, into new locals.
func (g *gen) pair(p place) (ptr, n int) {
	ptr, n = g.local(abi.I32), g.local(abi.I32)
	g.load(p, 0, opI32Load, 0)
	g.set(ptr)
	g.load(p, 1, opI32Load, 4)
	g.set(n)
	return ptr, n
}

func (g *gen) storePair(p place, ptr, n int) {
	g.store(p, 0, opI32Store, 0, func() { g.get(ptr) })
	if p.flat == nil || len(p.castsOf(1)) > 0 {
		g.store(p, 1, opI32Store, 4, func() { g.get(n) })
	}
}

// moveList moves a list. Elements whose bytes are their value are copied at once.
func (g *gen) moveList(t *abi.Type, from, to place) {
	elem := t.Elem
	ptr, n := g.pair(from)
	bytes := g.listBytes(n, elem.Size)
	g.checkAligned(ptr, elem.Align)
	g.checkBounds(from.side, ptr, bytes)
	at := g.local(abi.I32)
	g.alloc(to.side, elem.Align, func() { g.get(bytes) }, at)
	if g.isDense(elem) {
		g.copy(to.side, at, from.side, ptr, bytes)
	} else {
		g.moveElements(elem, from.side, ptr, to.side, at, bytes)
	}
	g.storePair(to, at, n)
}

// listBytes computes how many bytes a list of n elements has.
func (g *gen) listBytes(n int, size uint32) int {
	g.get(n)
	g.i32(abi.MaxSize / size)
	g.emit(opI32GtU)
	g.trapIf(fmt.Sprintf("a list of %%[1]d elements of %d bytes is larger than %d bytes", size, abi.MaxSize), n, none)
	if size == 1 {
		return n
	}
	bytes := g.local(abi.I32)
	g.get(n)
	g.i32(size)
	g.emit(opI32Mul)
	g.set(bytes)
	return bytes
}

func (g *gen) moveElements(elem *abi.Type, from *side, ptr int, to *side, at, bytes int) {
	defer g.in("element")()
	g.loops++
	defer func() { g.loops-- }()
	src, dst, end := g.local(abi.I32), g.local(abi.I32), g.local(abi.I32)
	g.get(ptr)
	g.tee(src)
	g.get(bytes)
	g.emit(opI32Add)
	g.set(end)
	g.get(at)
	g.set(dst)
	done := g.open(opBlock)
	next := g.open(opLoop)
	g.get(src)
	g.get(end)
	g.emit(opI32Eq)
	g.branch(opBrIf, done)
	g.move(elem, place{side: from, addr: src}, place{side: to, addr: dst})
	for _, l := range []int{src, dst} {
		g.get(l)
		g.i32(elem.Size)
		g.emit(opI32Add)
		g.set(l)
	}
	g.branch(opBr, next)
	g.end()
	g.end()
}

// isDense reports whether each byte of a value counts and any bytes are a value.
func (g *gen) isDense(t *abi.Type) bool {
	dense, known := g.dense[t]
	if known {
		return dense
	}
	switch t.Kind {
	case abi.S8, abi.U8, abi.S16, abi.U16, abi.S32, abi.U32, abi.S64, abi.U64, abi.F32, abi.F64:
		dense = true
	case abi.Flags:
		dense = uint32(len(t.Labels)) == 8*t.Size
	case abi.Record, abi.Tuple:
		var size uint32
		dense = true
		for _, f := range t.Fields {
			size += f.Type.Size
			dense = dense && g.isDense(f.Type)
		}
		dense = dense && size == t.Size
	}
	g.dense[t] = dense
	return dense
}

// copy copies n bytes. A few are copied by two loads that may overlap: that is faster than the
// instruction for any number.
func (g *gen) copy(to *side, at int, from *side, ptr, n int) {
	first, last := g.local(abi.I64), g.local(abi.I64)
	g.isFew(n)
	g.choose(func() {
		g.loadEnds(from, ptr, n, first, last)
		g.storeEnds(to, at, n, first, last)
	}, func() { g.copyAny(to, at, from, ptr, n) })
}

func (g *gen) copyAny(to *side, at int, from *side, ptr, n int) {
	g.window(to, at)
	g.window(from, ptr)
	g.get(n)
	g.call(g.copier(from, to))
}

// copier is the function (to, from, bytes) that copies. It is a function of its own because in wazero 1.12 one with
// memory.copy saves eight vector registers whenever it is called, which takes longer than a small call altogether.
func (g *gen) copier(from, to *side) int {
	h := helper{name: "copy", fromFar: from.far != nil, toFar: to.far != nil}
	return g.help(h, abi.Signature{Params: i32s(3)}, func(c *code) {
		if h.fromFar || h.toFar {
			g.copyApart(c, from, to)
			return
		}
		for i := range c.params {
			c.get(i)
		}
		c.emit(opMemoryCopy)
	})
}

// isFew puts on the stack whether n is from 8 to 16.
func (g *gen) isFew(n int) {
	g.get(n)
	g.i32(8)
	g.emit(opI32Sub)
	g.i32(8)
	g.emit(opI32LeU)
}

// loadEnds reads the first and the last 8 of n bytes.
func (g *gen) loadEnds(from *side, ptr, n, first, last int) {
	g.get(ptr)
	g.access(from, opI64Load, 0)
	g.set(first)
	g.lastEight(ptr, n)
	g.access(from, opI64Load, 0)
	g.set(last)
}

func (g *gen) storeEnds(to *side, at, n, first, last int) {
	g.get(at)
	g.get(first)
	g.access(to, opI64Store, 0)
	g.lastEight(at, n)
	g.get(last)
	g.access(to, opI64Store, 0)
}

// lastEight puts the address of the last 8 of n bytes on the stack.
func (g *gen) lastEight(ptr, n int) {
	g.get(ptr)
	g.get(n)
	g.emit(opI32Add)
	g.i32(8)
	g.emit(opI32Sub)
}

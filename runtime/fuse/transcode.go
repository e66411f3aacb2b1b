package fuse

import (
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
)

// This file moves strings between two encodings, as runtime/transcode does it in Go: the same checks, and the same
// calls of the receiver's realloc.

// textForm is how one string stands in memory. Of the encodings, [abi.Latin1OrUTF16] has two.
type textForm uint8

const (
	utf8Form textForm = iota
	utf16Form
	latin1Form
)

var formNames = [...]string{"UTF-8", "UTF-16", "Latin-1"}

// width is the size of a code unit in bytes.
func (f textForm) width() uint32 {
	if f == utf16Form {
		return 2
	}
	return 1
}

// callTextMove calls the function that moves strings to a side. It takes an address and a length from the stack and
// leaves others there.
func (g *gen) callTextMove(from, to *side) {
	m := g.texts[to]
	if m == nil {
		m = &textMove{gen: g, from: from, to: to}
		g.texts[to] = m
		m.code, m.index = g.module.define(abi.Signature{Params: i32s(3), Results: i32s(2)})
		m.checks.fail, m.checks.site = g.fail, m.newSite
		m.function()
	}
	g.i32(uint32(len(g.sites)))
	g.call(m.index)
	for _, format := range m.formats {
		g.addSite(format)
	}
}

// textMove writes the function (address, length, site) -> (address, length) that moves a string. Lengths are as
// the canonical ABI passes them. Wherever strings are moved there are as many trap sites as the function needs;
// it is told the first one's number.
type textMove struct {
	checks
	gen      *gen
	from, to *side
	index    int
	formats  []string // of the trap sites

	n, bytes   int // locals: the string's length in code units, and in bytes
	here, stop int // locals: where in the window the rest of the string is
	block      int // local: the new string's address
	there      int // local: where in the window its rest goes
	length     int // local: the new string's length, as passed
}

// The parameters.
const (
	textPtr = iota
	textLength
	textSite
)

func (m *textMove) newSite(format string) {
	m.get(textSite)
	m.i32(uint32(len(m.formats)))
	m.emit(opI32Add)
	m.formats = append(m.formats, format)
}

func (m *textMove) function() {
	for _, l := range []*int{&m.n, &m.bytes, &m.here, &m.stop, &m.block, &m.there, &m.length} {
		*l = m.local(abi.I32)
	}
	switch m.from.encoding {
	case abi.UTF8:
		m.move(utf8Form)
	case abi.UTF16:
		m.move(utf16Form)
	default:
		m.get(textLength)
		m.i32(abi.UTF16Tag)
		m.emit(opI32And)
		m.choose(func() { m.move(utf16Form) }, func() { m.move(latin1Form) })
	}
	m.get(m.block)
	m.get(m.length)
}

// move moves a string of a known form.
func (m *textMove) move(f textForm) {
	m.lift(f)
	switch m.to.encoding {
	case abi.UTF8:
		m.toUTF8(f)
	case abi.UTF16:
		m.toUTF16(f)
	default:
		switch {
		case m.from.encoding != abi.Latin1OrUTF16:
			m.toLatin1OrUTF16(f)
		case f == utf16Form:
			m.toProbablyUTF16()
		default:
			m.begin(2, m.n)
			m.copyRest()
			m.is(m.length, func() { m.get(m.n) })
		}
	}
}

// lift checks the string where it comes from.
func (m *textMove) lift(f textForm) {
	m.get(textLength)
	if f == utf16Form && m.from.encoding == abi.Latin1OrUTF16 {
		m.i32(abi.UTF16Tag - 1)
		m.emit(opI32And)
	}
	m.tee(m.n)
	m.i32(abi.MaxString / f.width())
	m.emit(opI32GtU)
	m.trapIf(fmt.Sprintf("a string of %%[1]d code units of %d bytes is longer than %d bytes", f.width(), abi.MaxString), m.n, none)
	m.checkAligned(textPtr, m.from.encoding.Align())
	m.is(m.bytes, func() { m.times(m.n, f.width()) })
	m.checkBounds(m.from, textPtr, m.bytes)
	m.is(m.here, func() { m.window(m.from, textPtr) })
	m.is(m.stop, func() { m.sum(m.here, m.bytes) })
	switch f {
	case utf8Form:
		m.scan(farUTF8)
	case utf16Form:
		m.scan(farUTF16)
	default:
		return
	}
	m.emit(opI32Eqz)
	m.trapIf("the string of %[2]d bytes at %#[1]x is not valid "+formNames[f], textPtr, m.bytes)
}

// scan puts on the stack whether the string has a property.
func (m *textMove) scan(name string) {
	m.get(m.here)
	m.get(m.stop)
	m.call(m.gen.scan(name, m.from))
}

// toUTF8 hopes for ASCII, of which every encoding has as many units.
func (m *textMove) toUTF8(f textForm) {
	m.begin(1, m.n)
	m.is(m.length, func() { m.get(m.n) })
	m.convert(f, latin1Form, 0x80)
	m.unlessDone(func() {
		worst := uint32(2)
		if f == utf16Form {
			worst = 3
		}
		done, room := m.local(abi.I32), m.local(abi.I32)
		m.is(done, m.written)
		m.is(room, func() { m.times(m.n, worst) })
		m.grow(m.n, 1, room)
		m.window(m.to, m.block)
		m.get(done)
		m.emit(opI32Add)
		m.set(m.there)
		m.convert(f, utf8Form, 0)
		m.is(m.length, m.written)
		m.shrink(room, 1, m.length)
	})
}

// toUTF16 knows how much room it needs, unless it would have to read UTF-8 for that.
func (m *textMove) toUTF16(f textForm) {
	room := m.local(abi.I32)
	m.is(room, func() { m.times(m.n, 2) })
	m.begin(2, room)
	if f == utf16Form {
		m.copyRest()
		m.is(m.length, func() { m.get(m.n) })
		return
	}
	m.convert(f, utf16Form, 0)
	m.is(m.bytes, m.written)
	if f == utf8Form {
		m.shrink(room, 2, m.bytes)
	}
	m.get(m.bytes)
	m.i32(1)
	m.emit(opI32ShrU)
	m.set(m.length)
}

// toLatin1OrUTF16 hopes for Latin-1 and widens what it has written when there is another character.
func (m *textMove) toLatin1OrUTF16(f textForm) {
	m.begin(2, m.n)
	m.convert(f, latin1Form, 0x100)
	m.is(m.length, m.written)
	m.get(m.here)
	m.get(m.stop)
	m.emit(opI32LtU)
	m.choose(func() {
		room := m.local(abi.I32)
		m.is(room, func() { m.times(m.n, 2) })
		m.grow(m.n, 2, room)
		m.widen()
		if f == utf16Form {
			m.copyRest()
		} else {
			m.convert(f, utf16Form, 0)
		}
		m.is(m.bytes, m.written)
		m.shrink(room, 2, m.bytes)
		m.get(m.bytes)
		m.i32(1)
		m.emit(opI32ShrU)
		m.tagged()
	}, func() { m.shrink(m.n, 2, m.length) })
}

// widen makes UTF-16 of the Latin-1 characters that are in place, the last first: of those that it overwrites none
// is still needed.
func (m *textMove) widen() {
	narrow, first := m.local(abi.I32), m.local(abi.I32)
	m.is(first, func() { m.window(m.to, m.block) })
	m.is(narrow, func() { m.sum(first, m.length) })
	m.is(m.there, func() { m.sum(narrow, m.length) })
	wide := m.local(abi.I32)
	m.is(wide, func() { m.get(m.there) })
	done := m.open(opBlock)
	next := m.open(opLoop)
	m.get(narrow)
	m.get(first)
	m.emit(opI32Eq)
	m.branch(opBrIf, done)
	m.add(narrow, ^uint32(0))
	m.add(wide, ^uint32(1))
	to := m.to.shown()
	m.get(wide)
	m.get(narrow)
	m.access(to, opI32Load8U, 0)
	m.access(to, opI32Store16, 0)
	m.branch(opBr, next)
	m.end()
	m.end()
}

// toProbablyUTF16 is for text that was not Latin-1 where it comes from, and so hardly will be here.
func (m *textMove) toProbablyUTF16() {
	m.begin(2, m.bytes)
	m.copyRest()
	m.scan(farLatin1)
	m.choose(func() {
		m.is(m.there, func() { m.window(m.to, m.block) })
		m.convert(utf16Form, latin1Form, 0x100)
		m.realloc(m.to, func() { m.get(m.block); m.get(m.bytes) }, 1, func() { m.get(m.n) }, m.block)
		m.is(m.length, func() { m.get(m.n) })
	}, func() {
		m.get(m.n)
		m.tagged()
	})
}

// begin has the receiver allocate as many bytes as a local says.
func (m *textMove) begin(align uint32, size int) {
	m.alloc(m.to, align, func() { m.get(size) }, m.block)
	m.is(m.there, func() { m.window(m.to, m.block) })
}

// copyRest copies the rest of the string as it is.
func (m *textMove) copyRest() {
	rest := func() {
		m.get(m.stop)
		m.get(m.here)
		m.emit(opI32Sub)
	}
	m.get(m.there)
	m.get(m.here)
	rest()
	m.call(m.gen.copier(m.from, m.to))
	m.get(m.there)
	rest()
	m.emit(opI32Add)
	m.set(m.there)
}

// convert writes the rest of the string, up to the first character that is not below limit, if that is not 0.
func (m *textMove) convert(from, to textForm, limit uint32) {
	m.get(m.here)
	m.get(m.stop)
	m.get(m.there)
	m.call(m.gen.converter(from, to, limit, m.from, m.to))
	m.set(m.there)
	m.set(m.here)
}

// written puts on the stack how many bytes of the new string are there.
func (m *textMove) written() {
	m.get(m.there)
	m.window(m.to, m.block)
	m.emit(opI32Sub)
}

func (m *textMove) unlessDone(then func()) {
	m.get(m.here)
	m.get(m.stop)
	m.emit(opI32LtU)
	m.when(then)
}

// grow makes the block larger, from old bytes to room, both locals.
func (m *textMove) grow(old int, align uint32, room int) {
	m.realloc(m.to, func() { m.get(m.block); m.get(old) }, align, func() { m.get(room) }, m.block)
}

// shrink gives back what the string does not need of its room.
func (m *textMove) shrink(room int, align uint32, size int) {
	m.get(size)
	m.get(room)
	m.emit(opI32LtU)
	m.when(func() { m.grow(room, align, size) })
}

// is sets a local.
func (m *textMove) is(local int, value func()) {
	value()
	m.set(local)
}

// tagged makes the number of code units on the stack the new string's length, which is in UTF-16.
func (m *textMove) tagged() {
	m.i32(abi.UTF16Tag)
	m.emit(opI32Or)
	m.set(m.length)
}

// times puts a multiple of a local on the stack.
func (m *textMove) times(local int, factor uint32) {
	m.get(local)
	if factor != 1 {
		m.i32(factor)
		m.emit(opI32Mul)
	}
}

func (m *textMove) sum(a, b int) {
	m.get(a)
	m.get(b)
	m.emit(opI32Add)
}

package fuse

import "github.com/witan-os/witan/runtime/abi"

// This file converts text that is known to be valid from one form to another.

// converter is the function (address, end, to) -> (address, to) that converts text up to its end, or up to the first
// character that is not below limit, if that is not 0. It returns where it stopped on both sides.
func (l *library) converter(source, target textForm, limit uint32, from, to *side) int {
	sig := abi.Signature{Params: i32s(3), Results: i32s(2)}
	h := helper{"convert", source, target, limit, from.far != nil, to.far != nil}
	return l.help(h, sig, func(c *code) {
		v := &converter{
			code: c, source: source, target: target, from: from.shown(), to: to.shown(),
			bound: limit, here: 0, limit: 1, there: 2,
			char: c.local(abi.I32), size: c.local(abi.I32),
		}
		v.function()
	})
}

// converter writes such a function.
type converter struct {
	*code
	source, target textForm
	from, to       *side
	bound          uint32
	here, limit    int // locals: addresses of the next character and behind the last
	there          int // local: where the next character goes
	char, size     int // locals: the character, and how many bytes it takes at here
}

// function converts eight characters at once as long as they are easy. It is back at that after a character that
// was not.
func (v *converter) function() {
	done := v.open(opBlock)
	next := v.open(opLoop)
	if v.from.far == nil && v.to.far == nil {
		v.eights(next)
	}
	one := v.open(opLoop)
	v.get(v.here)
	v.get(v.limit)
	v.emit(opI32GeU)
	v.branch(opBrIf, done)
	v.decode()
	if v.bound != 0 {
		v.get(v.char)
		v.i32(v.bound)
		v.emit(opI32GeU)
		v.branch(opBrIf, done)
	}
	v.get(v.here)
	v.get(v.size)
	v.emit(opI32Add)
	v.set(v.here)
	v.encode()
	v.get(v.char)
	v.i32(0x80)
	v.emit(opI32LtU)
	v.branch(opBrIf, one)
	v.branch(opBr, next)
	v.end()
	v.end()
	v.end()
	v.get(v.here)
	v.get(v.there)
}

// eights converts eight characters that take one code unit on both sides and goes to next, unless there are no
// such.
func (v *converter) eights(next label) {
	width := 8 * v.source.width()
	slow := v.open(opBlock)
	v.get(v.limit)
	v.get(v.here)
	v.emit(opI32Sub)
	v.i32(width)
	v.emit(opI32LtU)
	v.branch(opBrIf, slow)
	v.easy()
	v.branch(opBrIf, slow)
	v.get(v.there)
	v.get(v.here)
	switch {
	case v.source == utf16Form: // to one of eight bits
		v.at(opV128Load, 0)
		v.get(v.here)
		v.at(opV128Load, 0)
		v.emit(opI8x16Narrow, opI64x2Lane)
		v.at(opI64Store, 0)
	case v.target == utf16Form:
		v.at(opV128Load8x8, 0)
		v.at(opV128Store, 0)
	default:
		v.at(opI64Load, 0)
		v.at(opI64Store, 0)
	}
	v.add(v.here, width)
	v.add(v.there, 8*v.target.width())
	v.branch(opBr, next)
	v.end()
}

// easy puts 0 on the stack if the next eight code units are characters that need nothing but another width.
func (v *converter) easy() {
	switch {
	case v.source == utf16Form:
		mask := uint32(0xff80)
		if v.target == latin1Form && v.bound != 0x80 {
			mask = beyondLatin1
		}
		v.get(v.here)
		v.at(opV128Load, 0)
		v.splat(mask)
		v.emit(opV128And, opV128Any)
	case v.source == latin1Form && v.target == utf16Form:
		v.i32(0)
	default:
		v.get(v.here)
		v.at(opI64Load, 0)
		v.i64(highBits)
		v.emit(opI64And, opI64Eqz, opI32Eqz)
	}
}

// decode reads the character at here.
func (v *converter) decode() {
	if v.source == utf16Form {
		v.decodeUTF16()
		return
	}
	v.byte(0)
	v.set(v.char)
	v.i32(1)
	v.set(v.size)
	if v.source == utf8Form {
		v.get(v.char)
		v.i32(0x80)
		v.emit(opI32GeU)
		v.when(func() {
			v.below(0xe0, func() { v.sequence(2, 0x1f) }, func() {
				v.below(0xf0, func() { v.sequence(3, 0x0f) }, func() { v.sequence(4, 0x07) })
			})
		})
	}
}

func (v *converter) byte(at uint32) { v.read(opI32Load8U, at) }

// read puts a code unit on the stack that is some bytes behind here.
func (v *converter) read(op opcode, at uint32) {
	v.address(v.from, v.here, at)
	v.access(v.from, op, at)
}

// below runs then if the character is below n, and otherwise if not.
func (v *converter) below(n uint32, then, otherwise func()) {
	v.get(v.char)
	v.i32(n)
	v.emit(opI32LtU)
	v.choose(then, otherwise)
}

// sequence decodes a character of n bytes, of which the first has bits of the character under a mask.
func (v *converter) sequence(n, mask uint32) {
	v.get(v.char)
	v.i32(mask)
	v.emit(opI32And)
	for i := uint32(1); i < n; i++ {
		v.i32(6)
		v.emit(opI32Shl)
		v.byte(i)
		v.i32(0x3f)
		v.emit(opI32And, opI32Or)
	}
	v.set(v.char)
	v.i32(n)
	v.set(v.size)
}

// pairs is what the two halves of a surrogate pair add up to, the first one shifted, for U+0000.
const pairs = surrogates<<10 + lowSurrogates - 0x10000

func (v *converter) decodeUTF16() {
	v.i32(2)
	v.set(v.size)
	v.read(opI32Load16U, 0)
	v.tee(v.char)
	v.i32(surrogateMask)
	v.emit(opI32And)
	v.i32(surrogates)
	v.emit(opI32Eq)
	v.when(func() {
		v.get(v.char)
		v.i32(10)
		v.emit(opI32Shl)
		v.read(opI32Load16U, 2)
		v.emit(opI32Add)
		v.i32(pairs)
		v.emit(opI32Sub)
		v.set(v.char)
		v.i32(4)
		v.set(v.size)
	})
}

// encode writes the character.
func (v *converter) encode() {
	switch v.target {
	case latin1Form:
		v.write(opI32Store8, 1, func() { v.get(v.char) })
	case utf16Form:
		if v.source == latin1Form {
			v.write(opI32Store16, 2, func() { v.get(v.char) })
			return
		}
		v.below(0x10000, func() { v.write(opI32Store16, 2, func() { v.get(v.char) }) }, v.writePair)
	default:
		v.below(0x80, func() { v.writeSequence(1, 0) }, func() {
			v.below(0x800, func() { v.writeSequence(2, 0xc0) }, func() {
				v.below(0x10000, func() { v.writeSequence(3, 0xe0) }, func() { v.writeSequence(4, 0xf0) })
			})
		})
	}
}

// write writes a code unit of some bytes.
func (v *converter) write(op opcode, size uint32, unit func()) {
	v.get(v.there)
	unit()
	v.access(v.to, op, 0)
	v.add(v.there, size)
}

func (v *converter) writePair() {
	v.write(opI32Store16, 2, func() {
		v.get(v.char)
		v.i32(10)
		v.emit(opI32ShrU)
		v.i32(surrogates - 0x10000>>10)
		v.emit(opI32Add)
	})
	v.write(opI32Store16, 2, func() {
		v.get(v.char)
		v.i32(0x3ff)
		v.emit(opI32And)
		v.i32(lowSurrogates)
		v.emit(opI32Or)
	})
}

// writeSequence writes the character as n bytes, the first of them with the bits lead.
func (v *converter) writeSequence(n, lead uint32) {
	for i := range n {
		v.write(opI32Store8, 1, func() {
			v.get(v.char)
			if shift := 6 * (n - 1 - i); shift != 0 {
				v.i32(shift)
				v.emit(opI32ShrU)
			}
			if i > 0 {
				v.i32(0x3f)
				v.emit(opI32And)
				lead = 0x80
			}
			if lead != 0 {
				v.i32(lead)
				v.emit(opI32Or)
			}
		})
	}
}

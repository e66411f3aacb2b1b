package fuse

import "github.com/witan-os/witan/runtime/abi"

// This file checks UTF-8: the function (address, end) -> whether that is UTF-8.

// validator writes the function that checks UTF-8: it skips ASCII by 64 and by 8 bytes and decodes the rest
// one character at a time.
type validator struct {
	*code
	here, limit, char int   // locals: addresses of the next byte and behind the last; the character
	more, invalid     label // where to go behind a character, and what ends the function
}

func (v *validator) function() {
	v.here, v.limit, v.char = 0, 1, v.local(abi.I32)
	v.invalid = v.open(opBlock)
	v.more = v.open(opLoop)
	v.skipASCII(64)
	v.skipASCII(8)
	done := v.open(opBlock)
	next := v.open(opLoop)
	v.get(v.here)
	v.get(v.limit)
	v.emit(opI32Eq)
	v.branch(opBrIf, done)
	v.get(v.here)
	v.at(opI32Load8U, 0)
	v.tee(v.char)
	v.i32(0x80)
	v.emit(opI32LtU)
	v.choose(func() {
		v.advance(1)
		v.branch(opBr, next)
	}, func() {
		v.sequence(2, 0xe0, 0xc0, 0x80)
		v.sequence(3, 0xf0, 0xe0, 0x800)
		v.sequence(4, 0xf8, 0xf0, 0x10000)
		v.branch(opBr, v.invalid)
	})
	v.end()
	v.end()
	v.i32(1)
	v.emit(opReturn)
	v.end()
	v.end()
	v.i32(0)
}

func (v *validator) advance(n uint32) {
	v.get(v.here)
	v.i32(n)
	v.emit(opI32Add)
	v.set(v.here)
}

// isShort puts on the stack whether fewer than n bytes are left.
func (v *validator) isShort(n uint32) {
	v.get(v.limit)
	v.get(v.here)
	v.emit(opI32Sub)
	v.i32(n)
	v.emit(opI32LtU)
}

// skipASCII passes over as many blocks of 8 or 64 ASCII characters as there are.
func (v *validator) skipASCII(n uint32) {
	stop := v.open(opBlock)
	next := v.open(opLoop)
	v.isShort(n)
	v.branch(opBrIf, stop)
	if n == 8 {
		v.get(v.here)
		v.at(opI64Load, 0)
		v.i64(highBits)
		v.emit(opI64And, opI64Eqz, opI32Eqz)
	} else {
		for at := n - 16; ; at -= 16 { // the last first: that is in bounds, then all are
			v.get(v.here)
			v.at(opV128Load, at)
			if at < n-16 {
				v.emit(opV128Or)
			}
			if at == 0 {
				break
			}
		}
		v.emit(opI8x16Bits)
	}
	v.branch(opBrIf, stop)
	v.advance(n)
	v.branch(opBr, next)
	v.end()
	v.end()
}

// sequence passes over a character of n bytes if the first byte, under mask, is lead. least is the first
// character that needs as many bytes.
func (v *validator) sequence(n, mask, lead, least uint32) {
	v.get(v.char)
	v.i32(mask)
	v.emit(opI32And)
	v.i32(lead)
	v.emit(opI32Eq)
	v.when(func() {
		v.isShort(n)
		v.branch(opBrIf, v.invalid)
		v.get(v.char)
		v.i32(^mask & 0xff)
		v.emit(opI32And)
		v.set(v.char)
		for i := uint32(1); i < n; i++ {
			v.continuation(i)
		}
		v.refuse(0, least)
		switch n {
		case 3:
			v.refuse(0xd800, 0xe000) // surrogates
		case 4:
			v.refuse(0x110000, 0x200000)
		}
		v.advance(n)
		v.branch(opBr, v.more)
	})
}

// continuation adds byte i of the character.
func (v *validator) continuation(i uint32) {
	b := v.local(abi.I32)
	v.get(v.here)
	v.at(opI32Load8U, i)
	v.tee(b)
	v.i32(0xc0)
	v.emit(opI32And)
	v.i32(0x80)
	v.emit(opI32Ne)
	v.branch(opBrIf, v.invalid)
	v.get(v.char)
	v.i32(6)
	v.emit(opI32Shl)
	v.get(b)
	v.i32(0x3f)
	v.emit(opI32And, opI32Or)
	v.set(v.char)
}

// refuse makes the characters from first up to end invalid.
func (v *validator) refuse(first, end uint32) {
	v.get(v.char)
	v.i32(first)
	v.emit(opI32Sub)
	v.i32(end - first)
	v.emit(opI32LtU)
	v.branch(opBrIf, v.invalid)
}

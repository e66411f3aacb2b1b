// Package leb128 reads and writes the variable-length integers of the WebAssembly binary formats.
//
// Readers take the bytes that are left and return the value and how many bytes it took. They accept
// padded encodings up to the longest the core specification allows for the width, and nothing longer,
// so a decoder that uses them never walks past a hostile run of continuation bits.
package leb128

import "errors"

var (
	// ErrTruncated says that the bytes ended inside an integer.
	ErrTruncated = errors.New("the integer is cut off")
	// ErrTooLong says that an integer has more bytes than its width can need.
	ErrTooLong = errors.New("the integer has too many bytes")
	// ErrTooLarge says that the last byte carries bits beyond the integer's width.
	ErrTooLarge = errors.New("the integer does not fit its width")
)

// Uint32 reads an unsigned integer of at most 32 bits.
func Uint32(b []byte) (v uint32, n int, err error) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint32(b[0]), 1, nil
	}
	wide, n, err := unsigned(b, 32)
	return uint32(wide), n, err
}

// Uint64 reads an unsigned integer of at most 64 bits.
func Uint64(b []byte) (v uint64, n int, err error) { return unsigned(b, 64) }

// Int33 reads a signed integer of at most 33 bits: the width that holds both every type index and
// the negative opcodes that share its place.
func Int33(b []byte) (v int64, n int, err error) { return signed(b, 33) }

// AppendUint appends v in its shortest encoding.
func AppendUint(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// AppendInt appends v, which is signed, in its shortest encoding.
func AppendInt(b []byte, v int64) []byte {
	for v < -0x40 || v >= 0x40 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v)&0x7f)
}

func unsigned(b []byte, width uint) (v uint64, n int, err error) {
	for shift := uint(0); ; shift += 7 {
		if shift >= width {
			return 0, 0, ErrTooLong
		}
		if n == len(b) {
			return 0, 0, ErrTruncated
		}
		c := b[n]
		n++
		v |= uint64(c&0x7f) << shift
		if c&0x80 != 0 {
			continue
		}
		if left := width - shift; left < 7 && c>>left != 0 {
			return 0, 0, ErrTooLarge
		}
		return v, n, nil
	}
}

func signed(b []byte, width uint) (v int64, n int, err error) {
	for shift := uint(0); ; shift += 7 {
		if shift >= width {
			return 0, 0, ErrTooLong
		}
		if n == len(b) {
			return 0, 0, ErrTruncated
		}
		c := b[n]
		n++
		v |= int64(c&0x7f) << shift
		if c&0x80 != 0 {
			continue
		}
		if left := width - shift; left < 7 && !signExtends(c, left) {
			return 0, 0, ErrTooLarge
		}
		if shift+7 < 64 && c&0x40 != 0 {
			v |= -1 << (shift + 7)
		}
		return v, n, nil
	}
}

// signExtends tells whether the bits of a last byte above its significant ones repeat the sign.
func signExtends(c byte, significant uint) bool {
	above := int8(c<<1) >> significant // bit 7 is the continuation bit: shifted out
	return above == 0 || above == -1
}

package lz4

import (
	"encoding/binary"
	"errors"
)

// ErrCorrupt is the error of a block that is none, or is one of data of another size.
var ErrCorrupt = errors.New("a damaged block of LZ4")

// Unpack fills dst with the data of a block, all of it and nothing else. The block may be anything; what dst has after an
// error is of no use.
func Unpack(dst, block []byte) error {
	d, s := 0, 0
	for s < len(block) {
		token := block[s]
		n, next := length(block, s+1, int(token>>4))
		if s = next; n > len(block)-s || n > len(dst)-d {
			return ErrCorrupt
		}
		if n <= 2*wordSize && len(block)-s >= 2*wordSize && len(dst)-d >= 2*wordSize {
			copyWord(dst[d:], block[s:])
			copyWord(dst[d+wordSize:], block[s+wordSize:])
		} else {
			copy(dst[d:], block[s:s+n])
		}
		d, s = d+n, s+n
		if s == len(block) && d == len(dst) {
			return nil
		}
		if len(block)-s < 2 {
			return ErrCorrupt
		}
		offset := int(binary.LittleEndian.Uint16(block[s:]))
		n, s = length(block, s+2, int(token&longest))
		if n += minMatch; offset == 0 || offset > d || n > len(dst)-d {
			return ErrCorrupt
		}
		repeat(dst, d, offset, n)
		d += n
	}
	return ErrCorrupt
}

// length reads the rest of a length, and returns where it ends. One that is cut off ends at the end of the block.
func length(block []byte, at, n int) (sum, end int) {
	if n < longest {
		return n, at
	}
	for at < len(block) {
		more := block[at]
		n, at = n+int(more), at+1
		if more != 255 {
			break
		}
	}
	return n, at
}

// repeat writes n bytes at d that are the same as those that lie offset before. Words may reach past them, into what is
// written later.
func repeat(dst []byte, d, offset, n int) {
	from := d - offset
	if offset >= wordSize && n <= 4*wordSize && len(dst)-d >= 4*wordSize {
		for i := 0; i < n; i += wordSize {
			copyWord(dst[d+i:], dst[from+i:])
		}
		return
	}
	for end := d + n; d < end; {
		d += copy(dst[d:end], dst[from:d])
	}
}

func copyWord(to, from []byte) {
	binary.LittleEndian.PutUint64(to, binary.LittleEndian.Uint64(from))
}

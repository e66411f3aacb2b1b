package metal

import (
	"bytes"
	"encoding/binary"
)

// The .bss of a Go program is large, 32 MiB and more, and most of it is never
// touched; to clear it at boot costs more than to unpack the whole program. So a
// program on metal says how much of it must be zero when it is entered: as far as
// the kernel's own variables go. The rest the kernel gives cleared pages on first
// use, see releaseTail.

// bssNote is this as the image builder finds it in the program's data. The mark is
// there to be found; its numbers are random.
type bssNote struct {
	mark [2]uint64
	last *vmaTable // the variable that ends last of those that handlers use
	size uint64    // of it
}

const (
	bssMarkLow  = 0x5c0e_a917_63d8_2fb4
	bssMarkHigh = 0xd142_7bf6_09ce_85a3

	bssNoteSize = 4 * 8
)

// FindCleared returns the first address up to which the loader must clear the .bss
// of a program, given its data segments. It reports false for a program that does
// not say, all of which must be cleared.
func FindCleared(segments [][]byte) (end uint64, ok bool) {
	mark := binary.LittleEndian.AppendUint64(nil, bssMarkLow)
	mark = binary.LittleEndian.AppendUint64(mark, bssMarkHigh)
	for _, data := range segments {
		i := bytes.Index(data, mark)
		if i < 0 || len(data)-i < bssNoteSize {
			continue
		}
		last, size := binary.LittleEndian.Uint64(data[i+16:]), binary.LittleEndian.Uint64(data[i+24:])
		if last+size >= last {
			return last + size, true
		}
	}
	return 0, false
}

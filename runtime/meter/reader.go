package meter

import (
	"errors"
	"fmt"

	"github.com/witan-os/witan/internal/leb128"
)

// This file reads the integers and vectors of the binary format.

// reader reads a part of a module. After the first error it stays where it is and returns zeros.
type reader struct {
	data []byte // the module up to the end of the part
	pos  int    // an offset in the module
	err  error
}

var errCutOff = errors.New("the module is cut off here")

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = &Error{r.pos, err}
	}
}

func (r *reader) failf(format string, args ...any) { r.fail(fmt.Errorf(format, args...)) }

// more tells whether there is something left to read.
func (r *reader) more() bool { return r.err == nil && r.pos < len(r.data) }

func (r *reader) byte() byte {
	if !r.more() {
		r.fail(errCutOff)
		return 0
	}
	r.pos++
	return r.data[r.pos-1]
}

// peek returns the next byte without passing over it.
func (r *reader) peek() byte {
	if !r.more() {
		return 0
	}
	return r.data[r.pos]
}

// skip passes over n bytes.
func (r *reader) skip(n uint64) {
	if r.err == nil && n > uint64(len(r.data)-r.pos) {
		r.fail(errCutOff)
	}
	if r.err == nil {
		r.pos += int(n)
	}
}

func (r *reader) u32() uint32 {
	if r.more() && r.data[r.pos] < 0x80 {
		r.pos++
		return uint32(r.data[r.pos-1])
	}
	if r.err != nil {
		return 0
	}
	v, n, err := leb128.Uint32(r.data[r.pos:])
	if err != nil {
		r.fail(err)
		return 0
	}
	r.pos += n
	return v
}

// s33 reads a signed integer of at most 33 bits, which includes those of 32.
func (r *reader) s33() int64 {
	if r.err != nil {
		return 0
	}
	v, n, err := leb128.Int33(r.data[r.pos:])
	if err != nil {
		r.fail(err)
		return 0
	}
	r.pos += n
	return v
}

// skipInt64 passes over a 64-bit integer. Its last byte is for the engine to check.
func (r *reader) skipInt64() {
	for range 10 {
		if r.byte() < 0x80 {
			return
		}
	}
	r.fail(leb128.ErrTooLong)
}

// count reads the length of a vector. Every element takes a byte at least, so a length that exceeds the
// bytes left is refused before anything is allocated for it.
func (r *reader) count() int {
	n := r.u32()
	if r.err == nil && uint64(n) > uint64(len(r.data)-r.pos) {
		r.failf("a vector claims %d elements and %d bytes are left", n, len(r.data)-r.pos)
	}
	if r.err != nil {
		return 0
	}
	return int(n)
}

// name reads a name. Whether it is valid UTF-8 is for the engine to say.
func (r *reader) name() []byte {
	n := uint64(r.u32())
	start := r.pos
	r.skip(n)
	if r.err != nil {
		return nil
	}
	return r.data[start:r.pos]
}

// index reads an index and checks it against the size of its space.
func (r *reader) index(space string, size int) uint32 {
	at := r.pos
	i := r.u32()
	if r.err == nil && uint64(i) >= uint64(size) {
		r.pos = at
		r.failf("there is no %s %d", space, i)
	}
	if r.err != nil {
		return 0
	}
	return i
}

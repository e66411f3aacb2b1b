package coremodule

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/witan-os/witan/internal/leb128"
)

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

// s33 reads a signed integer of at most 33 bits.
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

// skipInt passes over an integer of at most 64 bits.
func (r *reader) skipInt() {
	for range 10 {
		if r.byte() < 0x80 {
			return
		}
	}
	r.fail(leb128.ErrTooLong)
}

// count reads the length of a vector. Every element takes a byte at least, so a length that exceeds the bytes left is
// refused before anything is allocated for it.
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

// bytes passes over so many bytes as a number in front of them says.
func (r *reader) bytes() []byte {
	n := r.u32()
	start := r.pos
	r.skip(uint64(n))
	if r.err != nil {
		return nil
	}
	return r.data[start:r.pos]
}

func (r *reader) name() string {
	at := r.pos
	b := r.bytes()
	if !utf8.Valid(b) {
		r.pos = at
		r.failf("a name is not valid UTF-8")
	}
	return string(b)
}

// part passes over a part with its size in front, and returns a reader of it.
func (r *reader) part() reader {
	n := r.u32()
	start := r.pos
	r.skip(uint64(n))
	return reader{data: r.data[:r.pos], pos: start, err: r.err}
}

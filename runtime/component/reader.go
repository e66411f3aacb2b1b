package component

import (
	"fmt"
	"unicode/utf8"

	"github.com/witan-os/witan/internal/leb128"
)

// decoder holds the state of one pass over a file. Decoding and checking are the same pass, because an
// index can only be judged against what stands before it.
//
// A broken rule panics with an [*Error], which DecodeWith recovers: the rules number in the hundreds,
// and returning each through every caller would bury the format under error handling. Nothing else
// that panics is recovered.
type decoder struct {
	data     []byte
	pos, end int
	features Features

	section string
	entry   int

	scope *scope
	defs  int // definitions so far, against maxDefs
	work  int // type nodes copied, compared or checked so far, against maxTypeWork

	written []*Synonym // the names of the parts of the type that is being read
}

// fail reports a rule that does not hold at a byte of the file.
func (d *decoder) fail(at int, format string, args ...any) {
	panic(&Error{Offset: int64(at), Section: d.section, Entry: d.entry, Rule: fmt.Sprintf(format, args...)})
}

// report ends the decoding of a file: it makes what [decoder.fail] has reported an error.
func (d *decoder) report(err *error) {
	switch r := recover().(type) {
	case nil:
	case *Error:
		*err = r
	default:
		panic(r)
	}
}

// need refuses what uses a feature that is switched off.
func (d *decoder) need(at int, f Features) {
	if d.features&f == 0 {
		d.fail(at, "this needs a feature that is not enabled: %s", featureNames[f])
	}
}

// since is what was read from a byte on.
func (d *decoder) since(at int) []byte { return d.data[at:d.pos:d.pos] }

func (d *decoder) rest() []byte { return d.data[d.pos:d.end] }

func (d *decoder) byte(what string) byte {
	if d.pos == d.end {
		d.fail(d.pos, "the %s is cut off", what)
	}
	b := d.data[d.pos]
	d.pos++
	return b
}

func (d *decoder) peek(what string) byte {
	if d.pos == d.end {
		d.fail(d.pos, "the %s is cut off", what)
	}
	return d.data[d.pos]
}

// expect reads a byte that can have one value only.
func (d *decoder) expect(want byte, what string) {
	at := d.pos
	if b := d.byte(what); b != want {
		d.fail(at, "the %s is 0x%02x, which must be 0x%02x", what, b, want)
	}
}

// flag reads a byte that is 0 or 1.
func (d *decoder) flag(what string) bool {
	at := d.pos
	b := d.byte(what)
	if b > 1 {
		d.fail(at, "the %s is 0x%02x, which must be 0x00 or 0x01", what, b)
	}
	return b == 1
}

func (d *decoder) u32(what string) uint32 {
	v, n, err := leb128.Uint32(d.rest())
	if err != nil {
		d.fail(d.pos, "the %s cannot be read: %v", what, err)
	}
	d.pos += n
	return v
}

func (d *decoder) u64(what string) uint64 {
	v, n, err := leb128.Uint64(d.rest())
	if err != nil {
		d.fail(d.pos, "the %s cannot be read: %v", what, err)
	}
	d.pos += n
	return v
}

// count reads the length of a vector, which is bounded by a limit and by the bytes that are left: an
// entry takes at least one.
func (d *decoder) count(noun string, limit int) int {
	at := d.pos
	n := d.u32("number of " + plural(noun))
	if uint64(n) > uint64(limit) {
		d.fail(at, "%d %s are more than the limit of %d", n, plural(noun), limit)
	}
	if int(n) > d.end-d.pos {
		d.fail(at, "%s cannot fit in what is left: %s", quantity(int(n), noun), quantity(d.end-d.pos, "byte"))
	}
	return int(n)
}

// name reads a length and that many bytes of UTF-8.
func (d *decoder) name(what string) string {
	at := d.pos
	n := d.u32("length of the " + what)
	if n > maxNameBytes {
		d.fail(at, "the %s has %d bytes, the limit is %d", what, n, maxNameBytes)
	}
	if int(n) > d.end-d.pos {
		d.fail(at, "the %s has %s, but %s left", what, quantity(int(n), "byte"), existing(d.end-d.pos, "byte"))
	}
	b := d.data[d.pos : d.pos+int(n)]
	if !utf8.Valid(b) {
		d.fail(d.pos, "the %s is not valid UTF-8", what)
	}
	d.pos += int(n)
	return string(b)
}

// spend counts steps of work on types against the limit of the file.
func (d *decoder) spend(at, steps int) {
	if d.work += steps; d.work > maxTypeWork {
		d.fail(at, "the types of the file take more than %d steps to compare and copy", maxTypeWork)
	}
}

// define counts a definition or declarator against the limit of the file.
func (d *decoder) define(at int) {
	if d.defs++; d.defs > maxDefs {
		d.fail(at, "the file has more than %d definitions", maxDefs)
	}
}

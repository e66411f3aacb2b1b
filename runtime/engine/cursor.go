package engine

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/witan-os/witan/internal/leb128"
)

// cursor reads a section of a core module. After the first error it stays where it is and returns zeros.
type cursor struct {
	data []byte // the module up to the end of the section
	pos  int
	err  error
}

// lacking is the error of a module that may be valid, but uses what the engine does not have. It is an
// [errors.ErrUnsupported].
type lacking string

func (e lacking) Error() string { return string(e) }

func (lacking) Is(target error) bool { return target == errors.ErrUnsupported }

var errCutOff = errors.New("the section is cut off")

func (c *cursor) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *cursor) byte() byte { return c.next(1)[0] }

// next takes n bytes; in error it returns n zeros, for small n only.
func (c *cursor) next(n int) []byte {
	if c.err == nil && n > len(c.data)-c.pos {
		c.fail(errCutOff)
	}
	if c.err != nil {
		return make([]byte, n)
	}
	c.pos += n
	return c.data[c.pos-n : c.pos]
}

func (c *cursor) u32() uint32 {
	if c.err != nil {
		return 0
	}
	v, n, err := leb128.Uint32(c.data[c.pos:])
	if err != nil {
		c.fail(err)
		return 0
	}
	c.pos += n
	return v
}

// skipInt passes over an integer of any width.
func (c *cursor) skipInt() {
	for c.byte()&0x80 != 0 {
	}
}

// count yields as often as a vector's length says, and stops at an error.
func (c *cursor) count() func(yield func() bool) {
	return func(yield func() bool) {
		for n := c.u32(); n > 0 && c.err == nil; n-- {
			if !yield() {
				return
			}
		}
	}
}

func (c *cursor) bytes() []byte {
	n := c.u32()
	if c.err == nil && uint64(n) > uint64(len(c.data)-c.pos) {
		c.fail(errCutOff)
	}
	if c.err != nil {
		return nil
	}
	return c.next(int(n))
}

func (c *cursor) name() string {
	b := c.bytes()
	if !utf8.Valid(b) {
		c.fail(errors.New("a name is not valid UTF-8"))
	}
	return string(b)
}

// slice returns the bytes that read passes over.
func (c *cursor) slice(read func()) []byte {
	start := c.pos
	read()
	return c.data[start:c.pos]
}

func (c *cursor) funcType() FuncType {
	if form := c.byte(); c.err == nil && form != 0x60 {
		c.fail(lacking(fmt.Sprintf("type form %#x is not supported: only function types are", form)))
	}
	return FuncType{c.bytes(), c.bytes()}
}

func (c *cursor) limits() {
	flags := c.byte()
	switch {
	case flags&4 != 0:
		c.fail(lacking("memories and tables with indices of 64 bits are not supported"))
	case flags&2 != 0:
		c.fail(lacking("shared memories are not supported"))
	case flags&8 != 0:
		c.fail(lacking("memories with pages of another size are not supported"))
	}
	c.skipInt()
	if flags&1 != 0 {
		c.skipInt()
	}
}

// valueType passes over a value type; a reference to a type by index has more than one byte.
func (c *cursor) valueType() {
	if t := c.byte(); t == 0x63 || t == 0x64 {
		c.skipInt()
	}
}

func (c *cursor) tableType() {
	c.valueType()
	c.limits()
}

// tableDef reads a table's definition, with or without an initialiser, and returns its type.
func (c *cursor) tableDef() []byte {
	initialised := c.err == nil && c.pos < len(c.data) && c.data[c.pos] == 0x40
	if initialised {
		c.next(2)
	}
	typ := c.slice(c.tableType)
	if initialised {
		c.constExpr()
	}
	return typ
}

func (c *cursor) globalType() {
	c.valueType()
	c.byte()
}

// constExpr passes over the initialiser of a global.
func (c *cursor) constExpr() {
	for c.err == nil {
		switch op := c.byte(); op {
		case 0x0b: // end
			return
		case 0x41, 0x42, 0x23, 0xd2: // i32.const, i64.const, global.get, ref.func
			c.skipInt()
		case 0x43: // f32.const
			c.next(4)
		case 0x44: // f64.const
			c.next(8)
		case 0xd0: // ref.null
			c.next(1)
		case 0xfd: // v128.const
			c.skipInt()
			c.next(16)
		case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e: // add, sub and mul of i32 and i64
		case 0xfb:
			c.fail(lacking("garbage-collected values are not supported"))
		default:
			c.fail(fmt.Errorf("opcode %#x is not allowed in a constant expression", op))
		}
	}
}

// valueNames shows value types in the text format.
func valueNames(types []byte) string {
	s := "("
	for i, t := range types {
		if i > 0 {
			s += " "
		}
		name, ok := valueTypeNames[t]
		if !ok {
			name = fmt.Sprintf("%#x", t)
		}
		s += name
	}
	return s + ")"
}

var valueTypeNames = map[byte]string{
	0x7f: "i32", 0x7e: "i64", 0x7d: "f32", 0x7c: "f64", 0x7b: "v128", 0x70: "funcref", 0x6f: "externref",
}

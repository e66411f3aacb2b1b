package inspect

import (
	"unicode/utf8"

	"github.com/witan-os/witan/internal/leb128"
)

// cursor reads a core module from the front. What is wrong ends the description, see [fail].
type cursor struct {
	data []byte
	pos  int
	end  int    // of the section, or of the module between sections
	base int64  // where the module stands in the file
	name string // of the section
}

func (c *cursor) fail(at int, format string, args ...any) {
	section := "core module"
	if c.name != "" {
		section += ", " + c.name
	}
	fail(c.base+int64(at), section, format, args...)
}

func (c *cursor) byte() byte {
	if c.pos >= c.end {
		c.fail(c.pos, "the bytes end inside an entry")
	}
	c.pos++
	return c.data[c.pos-1]
}

func (c *cursor) skip(n int) {
	if n > c.end-c.pos {
		c.fail(c.pos, "the bytes end inside an entry")
	}
	c.pos += n
}

func (c *cursor) u32() uint32 {
	v, n, err := leb128.Uint32(c.data[c.pos:c.end])
	if err != nil {
		c.fail(c.pos, "%v", err)
	}
	c.pos += n
	return v
}

func (c *cursor) u64() uint64 {
	v, n, err := leb128.Uint64(c.data[c.pos:c.end])
	if err != nil {
		c.fail(c.pos, "%v", err)
	}
	c.pos += n
	return v
}

// skipInt passes over an integer of any width.
func (c *cursor) skipInt() {
	for c.byte()&0x80 != 0 {
	}
}

func (c *cursor) string() string {
	at := c.pos
	n := c.u32()
	if int64(n) > int64(c.end-c.pos) {
		c.fail(at, "a name of %d bytes does not fit in the %d that are left", n, c.end-c.pos)
	}
	b := c.data[c.pos : c.pos+int(n)]
	if !utf8.Valid(b) {
		c.fail(c.pos, "a name is not valid UTF-8")
	}
	c.pos += int(n)
	return string(b)
}

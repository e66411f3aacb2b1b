package overlay

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// TestContentIsLikeBytes compares content with a plain slice.
func TestContentIsLikeBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c content
		var model []byte
		// Offsets around the borders of pages are the interesting ones.
		position := rapid.Custom(func(t *rapid.T) int {
			return max(0, rapid.IntRange(0, 4).Draw(t, "page")*pageSize+rapid.IntRange(-3, 3).Draw(t, "delta"))
		})
		grow := func(size int) {
			if size > len(model) {
				model = append(model, make([]byte, size-len(model))...)
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"write": func(t *rapid.T) {
				at, n := position.Draw(t, "offset"), position.Draw(t, "length")
				p := bytes.Repeat([]byte{rapid.ByteRange(1, 255).Draw(t, "byte")}, n)
				if n == 0 {
					return // callers do not write nothing
				}
				c.writeAt(p, uint64(at))
				grow(at + n)
				copy(model[at:], p)
			},
			"setSize": func(t *rapid.T) {
				size := position.Draw(t, "size")
				c.setSize(uint64(size))
				grow(size)
				model = model[:size:size]
			},
			"read": func(t *rapid.T) {
				at, n := position.Draw(t, "offset"), position.Draw(t, "length")
				got := bytes.Repeat([]byte{0xaa}, n) // to be overwritten by holes too
				got = got[:c.readAt(got, uint64(at))]
				want := model[min(at, len(model)):min(at+n, len(model))]
				if !bytes.Equal(got, want) {
					t.Fatalf("read at %d gives %d bytes, want %d, or other ones", at, len(got), len(want))
				}
			},
			"": func(t *rapid.T) {
				if c.size != uint64(len(model)) || uint64(len(c.pages)) != pagesFor(c.size) {
					t.Fatalf("%d bytes in %d pages, want %d bytes", c.size, len(c.pages), len(model))
				}
			},
		})
	})
}

func TestHolesTakeNoPages(t *testing.T) {
	var c content
	c.setSize(100 * pageSize)
	c.writeAt([]byte("x"), 50*pageSize)
	allocated := 0
	for _, p := range c.pages {
		if p != nil {
			allocated++
		}
	}
	if allocated != 1 {
		t.Errorf("one byte in a hole allocates %d pages", allocated)
	}
}

func TestReadAllocatesNothing(t *testing.T) {
	var c content
	c.writeAt(make([]byte, 3*pageSize), 1)
	buf := make([]byte, 2*pageSize)
	if n := testing.AllocsPerRun(100, func() { c.readAt(buf, 5) }); n != 0 {
		t.Errorf("a read allocates %v times", n)
	}
}

package screen

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/witan-os/witan/kernel/metal"
)

// naive is a picture that is drawn dot by dot.
type naive struct {
	width, height int
	dots          []uint32
}

func (n *naive) set(x, y uint64, pixel uint32) {
	if x < uint64(n.width) && y < uint64(n.height) {
		n.dots[int(y)*n.width+int(x)] = pixel
	}
}

func (n *naive) bytes() []byte {
	var out []byte
	for _, p := range n.dots {
		out = append(out, byte(p), byte(p>>8), byte(p>>16), byte(p>>24))
	}
	return out
}

// TestDrawing draws at random, on displays with gaps between their rows, too.
func TestDrawing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	number := func(limit int) uint32 {
		if r.IntN(8) == 0 {
			return ^uint32(0) - uint32(r.IntN(3))
		}
		return uint32(r.IntN(limit))
	}
	for range 200 {
		width, height := 1+r.IntN(40), 1+r.IntN(40)
		s := New(width, height)
		stride := width*bytesPerPixel + 4*r.IntN(10)
		s.display = &metal.Screen{
			Width: width, Height: height, Stride: stride, Format: metal.BGRX, Pixels: make([]byte, stride*height),
		}
		n := &naive{width, height, make([]uint32, width*height)}
		for range 30 {
			x, y, w, h := number(50), number(50), number(50), number(50)
			switch r.IntN(2) {
			case 0:
				pixel := r.Uint32()
				s.Fill(x, y, w, h, pixel)
				for j := range uint64(min(h, 100)) {
					for i := range uint64(min(w, 100)) {
						n.set(uint64(x)+i, uint64(y)+j, pixel)
					}
				}
			case 1:
				w, h = w%50+1, h%50
				pixels := make([]byte, w*h*bytesPerPixel)
				for i := range pixels {
					pixels[i] = byte(r.Uint32())
				}
				if err := s.Draw(x, y, w, pixels); err != nil {
					t.Fatal(err)
				}
				for i := range uint64(w * h) {
					p := pixels[4*i:]
					n.set(uint64(x)+i%uint64(w), uint64(y)+i/uint64(w), uint32(p[0])|uint32(p[1])<<8|uint32(p[2])<<16|uint32(p[3])<<24)
				}
			}
		}
		got, err := s.Capture(0, 0, uint32(width), uint32(height))
		if err != nil || !bytes.Equal(got, n.bytes()) {
			t.Fatalf("%d × %d: the pictures differ, %v", width, height, err)
		}
		for y := range height {
			line := got[y*width*bytesPerPixel:][:width*bytesPerPixel]
			if !bytes.Equal(line, s.display.Pixels[y*stride:][:len(line)]) {
				t.Fatalf("%d × %d: line %d does not show", width, height, y)
			}
		}
	}
}

func TestRedFirst(t *testing.T) {
	s := New(2, 1)
	s.display = &metal.Screen{Width: 2, Height: 1, Stride: 8, Format: metal.RGBX, Pixels: make([]byte, 8)}
	s.Fill(1, 0, 1, 1, 0x112233)
	if want := []byte{0, 0, 0, 0, 0x11, 0x22, 0x33, 0}; !bytes.Equal(s.display.Pixels, want) {
		t.Errorf("% x, want % x", s.display.Pixels, want)
	}
	if r, g, b, _ := s.Image().At(1, 0).RGBA(); r != 0x1111 || g != 0x2222 || b != 0x3333 {
		t.Errorf("the image has %x %x %x", r, g, b)
	}
}

func TestDrawingErrors(t *testing.T) {
	s := New(4, 4)
	for _, test := range []struct {
		width uint32
		bytes int
	}{{0, 16}, {2, 7}, {2, 12}, {^uint32(0), 16}} {
		if err := s.Draw(0, 0, test.width, make([]byte, test.bytes)); err != ErrRows {
			t.Errorf("%d bytes in rows of %d pixels: %v", test.bytes, test.width, err)
		}
	}
	for _, r := range [][4]uint32{{0, 0, 5, 1}, {0, 0, 1, 5}, {4, 4, 1, 1}, {^uint32(0), 0, 2, 1}, {0, 1, 1, ^uint32(0)}} {
		if _, err := s.Capture(r[0], r[1], r[2], r[3]); err != ErrRange {
			t.Errorf("capture of %v: %v", r, err)
		}
	}
	if p, err := s.Capture(4, 4, 0, 0); len(p) != 0 || err != nil {
		t.Errorf("capture of nothing: %d bytes, %v", len(p), err)
	}
}

func TestNewIsBounded(t *testing.T) {
	if w, h := New(-1, 1<<30).Size(); w != 1 || h != MaxSide {
		t.Errorf("%d × %d", w, h)
	}
}

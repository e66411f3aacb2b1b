// Package screen keeps a picture that several can draw on, and shows it where the machine has a display. Memory that
// shows is slow to read, and laid out as the display wants it; so the picture is kept in ordinary memory, in one
// layout, and what changes is copied. Hosted there is nothing to copy to, and programs draw just the same.
package screen

import (
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"sync"

	"github.com/witan-os/witan/kernel/metal"
)

// bytesPerPixel are blue, green, red, and one that does not matter.
const bytesPerPixel = 4

// MaxSide bounds width and height of a screen in pixels.
const MaxSide = 4096

// What drawing can fail with.
var (
	ErrRange = errors.New("screen: the rectangle is not within the picture")
	ErrRows  = errors.New("screen: the pixels are not whole rows")
)

// A Screen is a picture. Any number of goroutines may draw.
type Screen struct {
	width, height int

	mu      sync.Mutex
	picture []byte        // rows without gaps
	display *metal.Screen // nil if nothing shows
}

// New makes a black picture that nobody sees. Sizes are in pixels and at most [MaxSide].
func New(width, height int) *Screen {
	width, height = min(max(width, 1), MaxSide), min(max(height, 1), MaxSide)
	return &Screen{width: width, height: height, picture: make([]byte, width*height*bytesPerPixel)}
}

// Open makes a black picture that the machine's display shows. The size is the display's if the firmware has chosen
// it. It can be had once.
func Open(width, height int) (*Screen, error) {
	display, err := metal.OpenScreen(width, height)
	if err != nil {
		return nil, err
	}
	s := New(display.Width, display.Height)
	s.display = display
	s.show(0, 0, s.width, s.height)
	return s, nil
}

// Size returns the picture's size in pixels. It does not change.
func (s *Screen) Size() (width, height int) { return s.width, s.height }

// Fill gives a rectangle one colour: 0xRRGGBB. What is outside of the picture is left out.
func (s *Screen) Fill(x, y, width, height, pixel uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.clip(x, y, width, height)
	if r.Empty() {
		return
	}
	first := s.row(r.Min.X, r.Min.Y, r.Dx())
	for i := 0; i < len(first); i += bytesPerPixel {
		binary.LittleEndian.PutUint32(first[i:], pixel)
	}
	for line := r.Min.Y + 1; line < r.Max.Y; line++ {
		copy(s.row(r.Min.X, line, r.Dx()), first)
	}
	s.show(r.Min.X, r.Min.Y, r.Dx(), r.Dy())
}

// Draw copies rows of pixels, so many in a row, to a place. What is outside of the picture is left out.
func (s *Screen) Draw(x, y, width uint32, pixels []byte) error {
	stride := uint64(width) * bytesPerPixel
	if stride == 0 || uint64(len(pixels))%stride != 0 {
		return ErrRows
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	height := uint64(len(pixels)) / stride
	r := s.clip(x, y, width, uint32(min(height, MaxSide)))
	for line := range r.Dy() {
		copy(s.row(r.Min.X, r.Min.Y+line, r.Dx()), pixels[uint64(line)*stride:])
	}
	s.show(r.Min.X, r.Min.Y, r.Dx(), r.Dy())
	return nil
}

// Capture returns the pixels of a rectangle within the picture, row by row.
func (s *Screen) Capture(x, y, width, height uint32) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if uint64(x)+uint64(width) > uint64(s.width) || uint64(y)+uint64(height) > uint64(s.height) {
		return nil, ErrRange
	}
	out := make([]byte, 0, int(width)*int(height)*bytesPerPixel)
	for line := range int(height) {
		out = append(out, s.row(int(x), int(y)+line, int(width))...)
	}
	return out, nil
}

// Image returns a copy of the picture.
func (s *Screen) Image() image.Image {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := image.NewRGBA(image.Rect(0, 0, s.width, s.height))
	for i := 0; i < len(s.picture); i += bytesPerPixel {
		p := s.picture[i : i+bytesPerPixel]
		out.SetRGBA(i/bytesPerPixel%s.width, i/bytesPerPixel/s.width, color.RGBA{R: p[2], G: p[1], B: p[0], A: 0xff})
	}
	return out
}

// clip returns the part of a rectangle that lies in the picture.
func (s *Screen) clip(x, y, width, height uint32) image.Rectangle {
	left, top := min(uint64(x), uint64(s.width)), min(uint64(y), uint64(s.height))
	return image.Rect(
		int(left), int(top),
		int(min(left+uint64(width), uint64(s.width))), int(min(top+uint64(height), uint64(s.height))),
	)
}

// row returns width pixels of the picture.
func (s *Screen) row(x, y, width int) []byte {
	at := (y*s.width + x) * bytesPerPixel
	return s.picture[at : at+width*bytesPerPixel]
}

// show copies a rectangle of the picture to the display.
func (s *Screen) show(x, y, width, height int) {
	d := s.display
	if d == nil || width == 0 {
		return
	}
	for line := y; line < y+height; line++ {
		from := s.row(x, line, width)
		to := d.Pixels[line*d.Stride+x*bytesPerPixel:][:len(from)]
		if d.Format == metal.BGRX {
			copy(to, from)
			continue
		}
		for i := 0; i < len(from); i += bytesPerPixel {
			to[i], to[i+1], to[i+2] = from[i+2], from[i+1], from[i]
		}
	}
}

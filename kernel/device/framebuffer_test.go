package device

import (
	"bytes"
	"errors"
	"testing"

	"github.com/witan-os/witan/kernel/capability"
)

// slate is a picture of 4 × 2 pixels that fills whatever is drawn.
type slate struct{ pixels [32]byte }

func (*slate) Size() (int, int) { return 4, 2 }

func (s *slate) Fill(_, _, _, _, pixel uint32) {
	for i := range s.pixels {
		s.pixels[i] = byte(pixel)
	}
}

func (s *slate) Draw(_, _, width uint32, pixels []byte) error {
	if width == 0 || len(pixels)%(4*int(width)) != 0 {
		return errors.New("no whole rows")
	}
	copy(s.pixels[:], pixels)
	return nil
}

func (s *slate) Capture(_, _, width, height uint32) ([]byte, error) {
	return s.pixels[:4*width*height], nil
}

func TestFramebuffer(t *testing.T) {
	ref := capability.New(NewFramebuffer(&slate{}), capability.Read|capability.Write, 0)
	if w, h, err := PictureSize(ref); w != 4 || h != 2 || err != nil {
		t.Errorf("the size is %d × %d, %v", w, h, err)
	}
	if err := Fill(ref, 0, 0, 4, 2, 7); err != nil {
		t.Error(err)
	}
	if err := Draw(ref, 0, 0, 1, []byte{1, 2, 3, 4}); err != nil {
		t.Error(err)
	}
	got, err := Capture(ref, 0, 0, 2, 1)
	if want := []byte{1, 2, 3, 4, 7, 7, 7, 7}; !bytes.Equal(got, want) || err != nil {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}

func TestFramebufferRefuses(t *testing.T) {
	ref := capability.New(NewFramebuffer(&slate{}), capability.Read|capability.Write, 0)
	look, err := ref.Derive(capability.Read, 0)
	if err != nil {
		t.Fatal(err)
	}
	var denied *capability.Denied
	if err := Fill(look, 0, 0, 1, 1, 0); !errors.As(err, &denied) {
		t.Errorf("filling without the right to: %v", err)
	}
	var outside *RangeError
	for _, r := range [][4]uint32{{1, 0, 4, 1}, {0, 1, 1, 2}, {1<<32 - 1, 0, 1, 1}, {0, 1<<32 - 1, 1, 1<<32 - 1}} {
		if _, err := Capture(look, r[0], r[1], r[2], r[3]); !errors.As(err, &outside) {
			t.Errorf("capturing %v: %v", r, err)
		}
	}
	if err := Draw(ref, 0, 0, 3, make([]byte, 16)); !errors.As(err, &outside) {
		t.Errorf("drawing a part of a row: %v", err)
	}
	ref.Revoke()
	if _, err := Capture(look, 0, 0, 1, 1); !errors.Is(err, capability.ErrRevoked) {
		t.Errorf("capturing after the end: %v", err)
	}
}

package display

import (
	"errors"
	"slices"
	"testing"

	witcap "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/display"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/hostimpl/witan/internal/fakekernel"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
)

// slate is a picture of 3 × 2 pixels that keeps what was drawn last, as it came.
type slate struct{ last []byte }

func (*slate) Size() (int, int) { return 3, 2 }

func (s *slate) Fill(x, y, width, height, pixel uint32) {
	s.last = []byte{byte(x), byte(y), byte(width), byte(height), byte(pixel)}
}

func (s *slate) Draw(x, y, width uint32, pixels []byte) error {
	s.last = append([]byte{byte(x), byte(y), byte(width)}, pixels...)
	return nil
}

func (s *slate) Capture(x, y, width, height uint32) ([]byte, error) {
	return []byte{byte(x), byte(y), byte(width), byte(height)}, nil
}

func TestFramebuffer(t *testing.T) {
	s := &slate{}
	ref := object.New(device.NewFramebuffer(s), object.Read|object.Write|object.Grant, 0)
	k := fakekernel.New()
	p := provider{&capability.Holder{Kernel: k, ID: 1}}
	c, err := p.Keep(ref)
	if err != nil {
		t.Fatal(err)
	}
	look, err := c.Value().Derive(t.Context(), witcap.RightsRead, 0)
	if err != nil {
		t.Fatal(err)
	}
	own, err := p.FramebufferOpen(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	f := own.Value()
	if mode, err := f.Mode(t.Context()); mode != (wit.Mode{Width: 3, Height: 2}) || err != nil {
		t.Errorf("the mode is %v, %v", mode, err)
	}
	if err := f.Fill(t.Context(), 1, 2, 3, 4, 5); err != nil || !slices.Equal(s.last, []byte{1, 2, 3, 4, 5}) {
		t.Errorf("filled %v, %v", s.last, err)
	}
	if err := f.Draw(t.Context(), 1, 2, 1, []byte{6, 7, 8, 9}); err != nil || !slices.Equal(s.last, []byte{1, 2, 1, 6, 7, 8, 9}) {
		t.Errorf("drew %v, %v", s.last, err)
	}
	if got, err := f.Capture(t.Context(), 1, 0, 2, 1, []byte{0}); err != nil || !slices.Equal(got, []byte{0, 1, 0, 2, 1}) {
		t.Errorf("captured %v, %v", got, err)
	}
	if _, err := f.Capture(t.Context(), 1, 0, 3, 1, nil); !errors.Is(err, witcap.ErrorOutOfRange) {
		t.Errorf("capturing what is not there: %v", err)
	}
	only, err := p.FramebufferOpen(t.Context(), look)
	if err != nil {
		t.Fatal(err)
	}
	if err := only.Value().Fill(t.Context(), 0, 0, 1, 1, 0); !errors.Is(err, witcap.ErrorDenied) {
		t.Errorf("drawing on what one may look at: %v", err)
	}
}

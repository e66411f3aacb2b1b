package metaltest

import (
	"testing"

	"github.com/witan-os/witan/kernel/metal"
)

// TestScreen looks at what it has drawn; that it shows is seen from outside, see
// kernel/driver/screentest.
func TestScreen(t *testing.T) {
	inVM(t)
	if _, err := metal.OpenScreen(1<<20, 1); err != metal.ErrScreenMode {
		t.Errorf("a screen that is too wide: %v", err)
	}
	s, err := metal.OpenScreen(640, 480)
	if err != nil {
		t.Fatal(err)
	}
	if s.Width != 640 || s.Height != 480 || s.Stride < 4*s.Width || len(s.Pixels) != s.Stride*s.Height || s.Format != metal.BGRX {
		t.Fatalf("%d × %d, stride %d, %d bytes, format %d", s.Width, s.Height, s.Stride, len(s.Pixels), s.Format)
	}
	for i := range s.Pixels {
		s.Pixels[i] = byte(i)
	}
	for i, b := range s.Pixels {
		if b != byte(i) {
			t.Fatalf("byte %d is %d", i, b)
		}
	}
	if _, err := metal.OpenScreen(640, 480); err != metal.ErrDeviceBusy {
		t.Errorf("the screen again: %v", err)
	}
}

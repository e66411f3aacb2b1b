package metal

import "testing"

func TestCovers(t *testing.T) {
	entries := []memoryEntry{
		{start: 0x3000, size: 0x1000, kind: memorySleep},
		{start: 0x1000, size: 0x2000, kind: memoryUsable},
		{start: 0x4000, size: 0x1000, kind: 2},
		{start: 0x5000, size: ^uint64(0), kind: memoryUsable}, // the firmware's mistake wraps around
	}
	for _, c := range []struct {
		start, end uint64
		want       bool
	}{
		{0x1000, 0x3000, true},
		{0x1800, 0x2800, true},
		{0x1000, 0x4000, true},
		{0x1000, 0x4001, false},
		{0x0fff, 0x2000, false},
		{0x4000, 0x4001, false},
		{0x5000, 0x6000, false},
		{0x2000, 0x2000, true},
	} {
		if got := covers(entries, c.start, c.end); got != c.want {
			t.Errorf("%#x to %#x: %v", c.start, c.end, got)
		}
	}
}

func TestLaunchElsewhere(t *testing.T) {
	if Active() {
		t.Skip("tells what happens under an ordinary kernel")
	}
	info := validBootInfo()
	if err := Launch(0x40_1000, info); err != ErrNotOnMetal {
		t.Errorf("error %v", err)
	}
	if _, memory := LoadArea(); memory != nil || Usable(0, 1) || Info() != (BootInfo{}) {
		t.Error("there is a machine")
	}
}

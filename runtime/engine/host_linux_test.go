package engine

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// executable is how much memory of the process holds machine code that no file backs.
func executable(t *testing.T) (bytes uint64) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(maps)) {
		var from, to, offset, inode uint64
		var mode, device string
		if _, err := fmt.Sscanf(line, "%x-%x %s %x %s %d", &from, &to, &mode, &offset, &device, &inode); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(mode, "x") && inode == 0 {
			bytes += to - from
		}
	}
	return bytes
}

// TestHostModulesLeaveNothing makes and closes host modules, whose machine code must go with them.
func TestHostModulesLeaveNothing(t *testing.T) {
	e := newEngine(t)
	cycle := func() {
		m, err := e.Host(t.Context(), []HostFunc{{Name: "f", Code: GoFunc(func(context.Context, []uint64) {})}})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	cycle()
	before := executable(t)
	for range 200 {
		cycle()
	}
	// The engine unmaps code that is closed when a collector has found it and a finalizer has run: on a busy machine
	// that takes any time.
	const slack = 100 << 10
	after := executable(t)
	for deadline := time.Now().Add(patience); after > before+slack && time.Now().Before(deadline); after = executable(t) {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	if after > before+slack {
		t.Errorf("there were %d bytes of machine code, and now there are %d", before, after)
	}
}

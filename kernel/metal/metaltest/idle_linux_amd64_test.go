package metaltest

import (
	"runtime"
	"testing"
	"time"

	"github.com/witan-os/witan/kernel/metal"
)

// TestIdleTimes sleeps, then works: idle time grows with the first, on all CPUs together by about
// what they did not work.
func TestIdleTimes(t *testing.T) {
	inVM(t)
	sum := func() (all time.Duration) {
		times := metal.IdleTimes()
		if len(times) != runtime.NumCPU() {
			t.Fatalf("idle times of %d CPUs, of %d", len(times), runtime.NumCPU())
		}
		for i, d := range times {
			if d < 0 {
				t.Errorf("CPU %d was idle for %v", i, d)
			}
			all += d
		}
		return all
	}
	start, before := time.Now(), sum()
	time.Sleep(300 * time.Millisecond)
	idle, passed := sum()-before, time.Since(start)
	if idle <= 0 || idle > passed*time.Duration(runtime.NumCPU())+50*time.Millisecond {
		t.Errorf("in %v of sleep %d CPUs were idle for %v", passed, runtime.NumCPU(), idle)
	}
}

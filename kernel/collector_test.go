package kernel

import (
	"context"
	"math"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/witan-os/witan/runtime/vm"
)

// collects reports at which percentage of growth the collector runs; -1 is for never.
func collects() int {
	percent := debug.SetGCPercent(-1)
	debug.SetGCPercent(percent)
	return percent
}

// TestHoldCollector has the collector off while a system boots, and on again when its first program runs.
func TestHoldCollector(t *testing.T) {
	const usual = 150
	defer debug.SetGCPercent(debug.SetGCPercent(usual))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	for _, tt := range []struct {
		name           string
		limit          int64
		manifest       string
		status         int
		booting, later int
	}{
		{"with a limit", 1 << 40, asProcesses, 0, -1, usual},
		{"with a limit, programs", 1 << 40, `run = [["probe", "success"]]`, 0, -1, usual},
		{"with a limit, a boot that fails", 1 << 40, "run = [[]]", StatusBad, -1, 0},
		{"without one", math.MaxInt64, asProcesses, 0, usual, usual},
	} {
		t.Run(tt.name, func(t *testing.T) {
			debug.SetMemoryLimit(tt.limit)
			booting, later := 0, 0
			m := &watchingBoard{board: &board{metal: true, disk: imageOf(t, filesOf(t, tt.manifest+probeComponent))}, seen: &booting}
			host := control(func(p *vm.Process) (uint64, error) {
				later = collects()
				return success, nil
			})
			var s streams
			status := boot(context.Background(), nil, strings.NewReader(""), &s.out, &s.err, []vm.Provider{host, On(m)})
			if status != tt.status || booting != tt.booting || later != tt.later || collects() != usual {
				t.Errorf("status %d, want %d; at the boot %d, want %d; in a program %d, want %d; in the end %d: %s",
					status, tt.status, booting, tt.booting, later, tt.later, collects(), &s.err)
			}
		})
	}
}

// watchingBoard notes whether the collector runs when the kernel looks at the ramdisk.
type watchingBoard struct {
	*board
	seen *int
}

// Ramdisk implements Machine.
func (m *watchingBoard) Ramdisk() []byte {
	*m.seen = collects()
	return m.board.Ramdisk()
}

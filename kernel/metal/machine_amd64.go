//go:build linux

package metal

import (
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// The machine as the program sees it. This runs as ordinary Go code.

// Stages that the kernel passes before the Go runtime runs.
const (
	stageLoader = iota
	stageTraps
	stageMemory
	stageClock
	stageRuntime
	kernelStages
)

var stageNames = [kernelStages]string{"loader", "traps", "memory", "clock", "runtime"}

// stageTSC is when each was reached.
var stageTSC [kernelStages]uint64

// markTSC records a kernel stage.
func markTSC(stage int) { stageTSC[stage] = readTSC() }

// maxMarks bounds the stages that the program records.
const maxMarks = 16

var marks struct {
	sync.Mutex
	list []Timing
}

func init() { machineMark("init") }

func isActive() bool { return active }

func machineRamdisk() []byte {
	if !active || ramdisk.size == 0 {
		return nil
	}
	return ramdiskBytes()
}

// sinceEntry converts a TSC value to the time since the kernel's entry.
func sinceEntry(tsc uint64) time.Duration {
	return time.Duration(scaled(tsc-clock.boot, clock.scale))
}

func machineTimings() []Timing {
	if !active {
		return nil
	}
	var all []Timing
	for i, name := range stageNames {
		all = append(all, Timing{name, sinceEntry(stageTSC[i])})
	}
	marks.Lock()
	defer marks.Unlock()
	return append(all, marks.list...)
}

func machineMark(stage string) {
	if !active {
		return
	}
	now := sinceEntry(readTSC())
	marks.Lock()
	defer marks.Unlock()
	if len(marks.list) < maxMarks {
		marks.list = append(marks.list, Timing{stage, now})
	}
}

// counters is what handlers count.
var counters Counters

func machineCount() Counters {
	c := counters
	c.MemoryUsed = uint64(frames.used) * pageSize
	return c
}

func machineAddEntropy(p []byte) int {
	if !active || len(p) == 0 {
		return 0
	}
	n, _, e := syscall.RawSyscall(callAddEntropy, uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)), 0)
	if e != 0 {
		return 0
	}
	return int(n)
}

func machineIdleTimes() []time.Duration {
	if !active {
		return nil
	}
	times := make([]time.Duration, cpuCount)
	for i := range times {
		c := cpuByIndex(i)
		times[i] = time.Duration(atomic.LoadUint64(&c.idleTime))
		// A CPU that is idle now has been so since it chose its idle thread.
		if since := atomic.LoadUint64(&c.switched); atomic.LoadUintptr(&c.threadAddress) == c.idle {
			times[i] += max(time.Duration(nanotime()-since), 0)
		}
	}
	return times
}

func machineReboot() {
	if active {
		// The only error is that of a wrong command.
		_ = syscall.Reboot(syscall.LINUX_REBOOT_CMD_RESTART)
	}
}

func machineMemory() uint64 {
	if !active {
		return 0
	}
	return frames.memory.total
}

func machineCPUs() int {
	if !active {
		return 0
	}
	return cpuCount
}

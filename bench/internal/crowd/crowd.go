// Package crowd measures what many instances of one component cost a process: how long it takes to make them, and
// how much memory they keep. It wants a process that has done nothing else.
package crowd

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/witan-os/witan/bench/internal/turns"
)

// Subject makes n instances at a time. The instances must stay alive; each is called once, with the function that
// came with it, because an instance that nobody calls has not paid for everything yet. Only the making is timed.
func Subject(instantiate func() (call func() error, err error)) turns.Subject {
	return func(n int) (turns.Sample, error) {
		calls := make([]func() error, n)
		resident, heap := memory()
		start := time.Now()
		for i := range calls {
			var err error
			if calls[i], err = instantiate(); err != nil {
				return turns.Sample{}, err
			}
		}
		elapsed := time.Since(start)
		for _, call := range calls {
			if err := call(); err != nil {
				return turns.Sample{}, err
			}
		}
		nowResident, nowHeap := memory()
		runtime.KeepAlive(calls)
		return turns.Sample{Elapsed: elapsed, Mallocs: -1, Resident: nowResident - resident, Heap: nowHeap - heap}, nil
	}
}

// memory tells how much of the process is in memory, 0 where the system does not say, and how large Go's heap is.
func memory() (resident, heap int64) {
	runtime.GC()
	runtime.GC() // the first one runs finalizers, which free more
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return residentBytes(), int64(stats.HeapAlloc)
}

func residentBytes() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var size, resident int64
	if _, err := fmt.Fscan(bytes.NewReader(text), &size, &resident); err != nil {
		return 0
	}
	return resident * int64(os.Getpagesize())
}

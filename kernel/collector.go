package kernel

import (
	"math"
	"runtime/debug"
	"sync"
)

// holdCollector keeps Go's collector from running while the system boots, and returns what ends that. What is allocated
// until the first program runs stays, so that the collector would find nothing; it would run some three times though, as it
// does whenever a small heap doubles. Where memory is scarce it runs nevertheless: only a program with GOMEMLIMIT, which
// metal sets, goes without it.
func holdCollector() (release func()) {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		return func() {}
	}
	percent := debug.SetGCPercent(-1)
	return sync.OnceFunc(func() { debug.SetGCPercent(percent) })
}

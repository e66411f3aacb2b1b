package testutil

import "runtime"

// Allocated is how many bytes f allocates. Go only counts for the whole process, in which the runtime and other
// goroutines allocate as well; so f runs several times, and the least counts.
func Allocated(f func()) uint64 {
	least := allocated(f)
	for range 4 {
		least = min(least, allocated(f))
	}
	return least
}

func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

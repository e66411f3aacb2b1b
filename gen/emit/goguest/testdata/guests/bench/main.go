// A guest that answers calls as fast as it can, and makes as many as it is told to.
package main

import (
	"runtime"

	guestscalars "outsider.test/app/gen/exports/test/features/v1/scalars"
	gueststrings "outsider.test/app/gen/exports/test/features/v1/strings"
	"outsider.test/app/gen/test/features/v1/scalars"
	"outsider.test/app/gen/test/features/v1/strings"
)

func main() {}

func init() {
	guestscalars.Export(numbers{})
	gueststrings.Export(texts{})
}

type texts struct{}

func (texts) OfString(v string) string { return v }

func (texts) Join(a, b string) string { return a + b }

// numbers implements what the tests use; calling any other function panics.
type numbers struct{ guestscalars.Guest }

func (numbers) OfU32(v uint32) uint32 { return v }

// OfU64 calls the host n times with a number.
func (numbers) OfU64(n uint64) uint64 {
	sum := uint64(0)
	for i := range n {
		sum += uint64(scalars.OfU32(uint32(i)))
	}
	return sum
}

// OfS64 calls the host n times with a string of 16 bytes.
func (numbers) OfS64(n int64) int64 {
	sum := int64(0)
	for range n {
		sum += int64(len(strings.OfString("sixteen bytes ok")))
	}
	return sum
}

// OfS32 is the number of bytes, divided by v, that the program has from the system.
func (numbers) OfS32(v int32) int32 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int32(m.Sys / uint64(v))
}

// Add counts the allocations of n calls of the functions above, the first or the second.
func (n numbers) Add(which int32, calls int64) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if which == 0 {
		n.OfU64(uint64(calls))
	} else {
		n.OfS64(calls)
	}
	runtime.ReadMemStats(&after)
	return int64(after.Mallocs - before.Mallocs)
}

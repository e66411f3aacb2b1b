package audit

import "sync/atomic"

// Counters count the system calls of one process, by number. Any goroutine may read while they are counted.
//
// Counting is an atomic addition. Where one goroutine alone counts, a load and a store would do, but on amd64 the store
// alone takes longer than the addition, see BenchmarkCount.
type Counters struct{ counts []atomic.Uint64 }

// NewCounters makes counters for system calls with numbers below n.
func NewCounters(n int) *Counters { return &Counters{make([]atomic.Uint64, n)} }

// Count counts a call. Numbers that there are no counters for are not counted.
func (c *Counters) Count(call uint16) {
	if int(call) < len(c.counts) {
		c.counts[call].Add(1)
	}
}

// Of is how often a call was made.
func (c *Counters) Of(call uint16) uint64 {
	if int(call) < len(c.counts) {
		return c.counts[call].Load()
	}
	return 0
}

// Total is how many calls were made.
func (c *Counters) Total() uint64 {
	var sum uint64
	for i := range c.counts {
		sum += c.counts[i].Load()
	}
	return sum
}

//go:build linux

package metal

import "sync/atomic"

// CPUs remember translations (in their TLBs). When an entry of the page tables
// loses rights or its page, all CPUs must forget it before the call that asked for
// it returns, and before the page is used for anything else: code would still be
// written after it became executable, and freed memory would still change.
//
// So each such event has a number, and each CPU knows up to which it has forgotten
// everything. Those that run the program are interrupted; those that wait for a
// lock look by themselves, or when they have it; those that are idle do it before
// they run a thread.

// staleEvents is the number of the last event. It changes under memoryLock and
// kernelLock.
var staleEvents uint64

// staleRanges are the pages of the last events, by number. CPUs read them without
// a lock: see forgetPages.
var staleRanges [staleMemory]pageSpan

const (
	staleMemory = 16

	// flushAllAbove is the number of pages from which forgetting everything is
	// cheaper than forgetting page by page.
	flushAllAbove = 32
)

// pageSpan is a range of pages.
type pageSpan struct{ start, end uintptr }

// maxStaleFrames is how many frames wait for CPUs to forget them before the CPUs
// are asked to.
const maxStaleFrames = 512

// stalePages collects what one change of the page tables takes away. It is used
// under memoryLock.
type stalePages struct {
	pages  int  // entries that changed and that this CPU may remember
	others bool // other CPUs must forget, too
	span   pageSpan
	frames [maxStaleFrames]uintptr
	n      int
}

// stale is the only one, as it is too large for a handler's stack.
var stale stalePages

// changed notes that the entry for va was was, and now is entry.
func (s *stalePages) changed(va, was, entry uintptr) {
	if was&pagePresent == 0 {
		return // no CPU remembers such an entry
	}
	if s.pages == 0 {
		s.span.start = va // changes come in the order of their addresses
	}
	s.span.end = va + pageSize
	if s.pages++; s.pages <= flushAllAbove {
		invalidatePage(va)
	}
	const granting = pagePresent | pageWritable
	if (was^entry)&frameMask != 0 || was&granting&^entry != 0 || entry&^was&pageNoExecute != 0 {
		s.others = true
	}
}

// drop notes that a frame has lost its last mapping. It returns to the pool when
// no CPU remembers it.
func (s *stalePages) drop(c *cpu, frame uintptr) {
	if s.n == maxStaleFrames {
		s.settle(c)
	}
	s.frames[s.n] = frame
	s.n++
}

// settle makes all CPUs forget what was noted.
func (s *stalePages) settle(c *cpu) {
	if s.pages > flushAllAbove {
		writeCR3(readCR3())
	}
	if s.others && cpuCount > 1 {
		c.interruptOthers(s.span)
	}
	for _, frame := range s.frames[:s.n] {
		frames.release(frame)
	}
	s.pages, s.others, s.n = 0, false, 0
}

// recordStale makes an event of the pages in span, and returns its number. What c
// knew of them it has forgotten already.
func (c *cpu) recordStale(span pageSpan) uint64 {
	event := staleEvents + 1
	slot := &staleRanges[event%staleMemory]
	atomic.StoreUintptr(&slot.start, span.start)
	atomic.StoreUintptr(&slot.end, span.end)
	atomic.StoreUint64(&staleEvents, event)
	atomic.StoreUint64(&c.forgotten, event)
	return event
}

// interruptOthers makes all other CPUs forget the pages in span, and waits until
// those that could use them have.
func (c *cpu) interruptOthers(span pageSpan) {
	counters.Shootdowns++
	event := c.recordStale(span)
	for i := range cpuCount {
		if other := cpuByIndex(i); other != c && !other.isIdle() && !kernelLock.hasWaiter(other) {
			localAPIC.interrupt(other.apicID, vectorForget)
		}
	}
	deadline := nanotime() + lockPatience
	for i := range cpuCount {
		other := cpuByIndex(i)
		if other.isIdle() {
			continue
		}
		for atomic.LoadUint64(&other.forgotten) < event && !kernelLock.hasWaiter(other) {
			spinHint()
			if nanotime() > deadline {
				failWithOthers("a CPU does not forget translations", c)
			}
		}
	}
}

// forgetStale forgets what the events took away that c has not seen yet.
func (c *cpu) forgetStale() {
	event, seen := atomic.LoadUint64(&staleEvents), atomic.LoadUint64(&c.forgotten)
	if seen == event {
		return
	}
	if !forgetPages(seen, event) {
		writeCR3(readCR3())
	}
	atomic.StoreUint64(&c.forgotten, event)
}

// forgetPages forgets the pages of the events after seen, up to event. It reports
// false when everything must be forgotten: because that is cheaper, or because it
// takes an event that there may be no record of any more. The next event is written
// over the oldest record before it gets its number, so one record less counts than
// there are.
func forgetPages(seen, event uint64) bool {
	if event-seen >= staleMemory {
		return false
	}
	pages := uintptr(0)
	for e := seen + 1; e <= event; e++ {
		slot := &staleRanges[e%staleMemory]
		start, end := atomic.LoadUintptr(&slot.start), atomic.LoadUintptr(&slot.end)
		if pages += (end - start) / pageSize; pages > flushAllAbove {
			return false
		}
		for ; start < end; start += pageSize {
			invalidatePage(start)
		}
	}
	return atomic.LoadUint64(&staleEvents)-seen < staleMemory
}

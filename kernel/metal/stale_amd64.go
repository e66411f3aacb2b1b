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
// lock look by themselves; those that are idle do it before they run a thread.

// staleEvents is the number of the last event. It changes under memoryLock and
// kernelLock.
var staleEvents uint64

// maxStaleFrames is how many frames wait for CPUs to forget them before the CPUs
// are asked to.
const maxStaleFrames = 512

// stalePages collects what one change of the page tables takes away. It is used
// under memoryLock.
type stalePages struct {
	pages  int  // entries that changed and that this CPU may remember
	others bool // other CPUs must forget, too
	frames [maxStaleFrames]uintptr
	n      int
}

// stale is the only one, as it is too large for a handler's stack.
var stale stalePages

// flushAllAbove is the number of pages from which forgetting everything is cheaper
// than forgetting page by page.
const flushAllAbove = 32

// changed notes that the entry for va was was, and now is entry.
func (s *stalePages) changed(va, was, entry uintptr) {
	if was&pagePresent == 0 {
		return // no CPU remembers such an entry
	}
	if s.pages++; s.pages <= flushAllAbove {
		invalidatePage(va)
	}
	const gained = pagePresent | pageWritable
	if (was^entry)&frameMask != 0 || was&gained&^entry != 0 || entry&^was&pageNoExecute != 0 {
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
		c.interruptOthers()
	}
	for _, frame := range s.frames[:s.n] {
		frames.release(frame)
	}
	s.pages, s.others, s.n = 0, false, 0
}

// interruptOthers makes all other CPUs forget all translations, and waits until
// those that could use them have.
func (c *cpu) interruptOthers() {
	counters.Shootdowns++
	event := atomic.AddUint64(&staleEvents, 1)
	atomic.StoreUint64(&c.forgotten, event)
	for i := range cpuCount {
		if other := cpuByIndex(i); other != c && !other.isIdle() {
			localAPIC.interrupt(other.apicID, vectorForget)
		}
	}
	deadline := nanotime() + lockPatience
	for i := range cpuCount {
		other := cpuByIndex(i)
		if other.isIdle() {
			continue
		}
		for atomic.LoadUint64(&other.forgotten) < event {
			spinHint()
			if nanotime() > deadline {
				failWithOthers("a CPU does not forget translations", c)
			}
		}
	}
}

// forgetStale forgets all translations if an event has not been seen yet.
func (c *cpu) forgetStale() {
	if event := atomic.LoadUint64(&staleEvents); atomic.LoadUint64(&c.forgotten) != event {
		writeCR3(readCR3())
		atomic.StoreUint64(&c.forgotten, event)
	}
}

//go:build linux

package metal

import (
	"math/bits"
	"sync/atomic"
)

// The kernel lock is wanted on each way into the kernel, so CPUs do wait for it. In a
// virtual machine that has more CPUs than its host, a CPU that waits by trying again takes
// the very time that the holder needs. So it tries for some microseconds, and then halts
// until the holder wakes it.
//
// It halts inside of a handler, where no other interrupt may come. Those are held back by
// their priority, which only the interrupt that wakes is above.

const (
	vectorWake   = firstInterrupt + interruptCount
	wakePriority = vectorWake / 16 // of an interrupt it is the upper half of its vector

	triesBeforeHalt = 50

	// endOfInterrupt is the address of the local APIC's register, as a signed constant,
	// which assembly takes.
	//lint:ignore U1000 assembly uses it
	endOfInterrupt = directBase + apicPhysical + apicEOI - 1<<64
)

// haltingLock is a lock whose waiters halt. The zero value is free.
type haltingLock struct {
	spinLock
	waiters uint32 // by index, the CPUs that halt or are about to
}

func wakeEntryAddress() uintptr

// haltUntilWoken lets interrupts in, and returns with interrupts off after one.
func haltUntilWoken()

// holdBack keeps interrupts out up to a priority. All are above 0.
func holdBack(priority uintptr)

// acquire takes the lock for c. A CPU that waits is not asked to forget translations, and
// has to look for itself when it has the lock.
func (l *haltingLock) acquire(c *cpu) {
	for range triesBeforeHalt {
		if l.try() {
			return
		}
		c.forgetStale()
		spinHint()
	}
	holdBack(wakePriority - 1)
	self := uint32(1) << c.index
	for {
		atomic.OrUint32(&l.waiters, self)
		c.forgetStale() // whoever did not see the bit waits for that
		if l.try() {
			break
		}
		haltUntilWoken()
	}
	atomic.AndUint32(&l.waiters, ^self)
	holdBack(0)
}

// hasWaiter reports whether c is halted until the lock is free, or about to be. Only the
// holder can rely on it.
func (l *haltingLock) hasWaiter(c *cpu) bool {
	return atomic.LoadUint32(&l.waiters)>>c.index&1 != 0
}

// release gives the lock of c away, and wakes the next CPU that waits, if there is one.
// That one may find the lock taken again. It then waits anew, and the taker wakes it.
func (l *haltingLock) release(c *cpu) {
	l.unlock()
	waiters := atomic.LoadUint32(&l.waiters)
	if waiters == 0 {
		return
	}
	after := waiters >> c.index << c.index // so that each has its turn
	if after == 0 {
		after = waiters
	}
	next := bits.TrailingZeros32(after)
	if self := uint32(1) << next; atomic.AndUint32(&l.waiters, ^self)&self != 0 {
		localAPIC.interrupt(cpuByIndex(next).apicID, vectorWake)
	}
}

//go:build linux

package metal

import "sync/atomic"

// Handlers run with interrupts off, so only other CPUs can disturb them. Three
// locks keep those out, always taken in this order:
//
//	kernelLock   all that threads, signals, descriptors and devices are; held
//	             by a handler from its start until the next thread is chosen;
//	             see kernellock_amd64.go for how it is waited for
//	memoryLock   areas, page tables and memory files; a page fault takes this
//	             one only, as it may nest in a handler that holds the first
//	frames.lock  the pool of page frames
//
// areas changes under both of the first two, so that either is enough to read it.
// Under memoryLock nothing may touch memory of the program: the page fault would
// wait for its own CPU.

var (
	kernelLock haltingLock
	memoryLock spinLock
)

// spinLock is a lock that is waited for by trying again. The zero value is free.
type spinLock struct{ held uint32 }

// lock takes a lock whose holders wait for nothing.
func (l *spinLock) lock() {
	for !atomic.CompareAndSwapUint32(&l.held, 0, 1) {
		for atomic.LoadUint32(&l.held) != 0 {
			spinHint()
		}
	}
}

// lockPatience is how long a CPU waits for another one, in nanoseconds, before it
// ends the machine. Nothing that a handler does takes as long, even where the host
// is busy with other machines.
const lockPatience = 60 * nanosPerSecond

// acquire takes a lock whose holder may be waiting for other CPUs to forget
// translations: while this one waits it answers.
func (l *spinLock) acquire(c *cpu) {
	if atomic.CompareAndSwapUint32(&l.held, 0, 1) {
		return
	}
	deadline := nanotime() + lockPatience
	for {
		c.forgetStale()
		if l.try() {
			return
		}
		spinHint()
		if nanotime() > deadline {
			failWithOthers("a CPU waits for the memory lock in vain", c)
		}
	}
}

// try takes the lock if it is free.
func (l *spinLock) try() bool {
	return atomic.LoadUint32(&l.held) == 0 && atomic.CompareAndSwapUint32(&l.held, 0, 1)
}

func (l *spinLock) unlock() { atomic.StoreUint32(&l.held, 0) }

//go:build linux

package metal

import "sync/atomic"

// The futex calls that the Go runtime's locks and notes are built on. Whoever
// wakes holds the same lock as whoever goes to sleep, so looking at the word and
// going to sleep are one step for them.

const (
	futexWait    = 0
	futexWake    = 1
	futexCommand = 0x7f // without FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME
)

// sysFutex serves futex(addr, op, val, timeout). A timeout is relative.
func sysFutex(t *thread) uintptr {
	f := &t.frame
	if f.di&3 != 0 || !accessible(f.di, 4, protRead) {
		return errno(efault)
	}
	switch f.si & futexCommand {
	case futexWait:
		return waitFutex(t)
	case futexWake:
		return wakeFutex(f.di, f.dx)
	}
	return errno(enosys)
}

func waitFutex(t *thread) uintptr {
	f := &t.frame
	deadline := noDeadline
	if f.r10 != 0 {
		d, ok := timespecAt(f.r10)
		if !ok {
			return errno(efault)
		}
		deadline = deadlineAfter(d)
	}
	if atomic.LoadUint32(at[uint32](f.di)) != uint32(f.dx) {
		return errno(eagain)
	}
	t.block(threadFutex, f.di, deadline)
	return 0
}

func wakeFutex(address, count uintptr) uintptr {
	woken := uintptr(0)
	for woken < count {
		id := waiters.first(address)
		if id == noThread {
			break
		}
		threadByID(id).wakeWith(0)
		woken++
	}
	return woken
}

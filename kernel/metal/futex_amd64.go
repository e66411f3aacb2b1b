//go:build linux

package metal

// The futex calls that the Go runtime's locks and notes are built on. Handlers
// run to their end with interrupts off, so looking at the word and going to
// sleep are one step.

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
	if *at[uint32](f.di) != uint32(f.dx) {
		return errno(eagain)
	}
	t.futex = f.di
	t.block(threadFutex, deadline)
	return 0
}

func wakeFutex(address, count uintptr) uintptr {
	woken := uintptr(0)
	for id := 1; id < threadsEnd && woken < count; id++ {
		if threads[id] == 0 {
			continue
		}
		if t := threadByID(id); t.state == threadFutex && t.futex == address {
			t.wakeWith(0)
			woken++
		}
	}
	return woken
}

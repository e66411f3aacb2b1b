//go:build linux

package metal

// epoll and eventfd, for the Go runtime's network poller: any time.Sleep makes
// the runtime wait in epoll_pwait, and an eventfd is how other threads wake it.
// One epoll instance watches event sources: descriptors that can become ready.

// eventSource is the part of a descriptor that epoll and eventfd use.
type eventSource struct {
	watched bool
	edge    bool   // report each change once, not as long as it lasts
	told    bool   // the last change was reported
	data    uint64 // returned by epoll_pwait
	count   uint64 // eventfd's counter, or the number of interrupts
}

// ready reports whether epoll_pwait is to return e.
func (e *eventSource) ready() bool { return e.watched && e.count != 0 && !(e.edge && e.told) }

// signal adds to the counter.
func (e *eventSource) signal(n uint64) {
	e.count += n
	e.told = false
	notifyPollers()
}

// epollEvent is struct epoll_event, which is packed.
type epollEvent struct {
	events uint32
	data   [2]uint32
}

const (
	epollEventSize = 12
	epollIn        = 1
	epollEdge      = 1 << 31
	epollAdd       = 1
	epollDelete    = 2
	epollModify    = 3
)

// sysEpollCreate1 serves epoll_create1.
func sysEpollCreate1(*thread) uintptr { return openDescriptor(descriptor{kind: fdPoll}) }

// sysEventfd2 serves eventfd2(initial, flags).
func sysEventfd2(t *thread) uintptr {
	return openDescriptor(descriptor{kind: fdEvent, event: eventSource{count: uint64(t.frame.di)}})
}

// sysEpollCtl serves epoll_ctl(epoll, op, fd, event). Descriptors that are always
// ready, files and the serial lines, are refused with EPERM, as Linux does for
// files; the standard library then reads and writes them directly.
func sysEpollCtl(t *thread) uintptr {
	f := &t.frame
	poll, d := descriptorOf(f.di), descriptorOf(f.dx)
	if poll == nil || poll.kind != fdPoll || d == nil {
		return errno(ebadf)
	}
	if d.kind != fdEvent && d.kind != fdInterrupt {
		return errno(eperm)
	}
	switch f.si {
	case epollAdd, epollModify:
		if !accessible(f.r10, epollEventSize, protRead) {
			return errno(efault)
		}
		e := at[epollEvent](f.r10)
		d.event.watched = e.events&epollIn != 0
		d.event.edge = e.events&epollEdge != 0
		d.event.told = false
		d.event.data = uint64(e.data[0]) | uint64(e.data[1])<<32
	case epollDelete:
		d.event.watched = false
	default:
		return errno(einval)
	}
	notifyPollers()
	return 0
}

// sysEpollWait serves epoll_wait and epoll_pwait(epoll, events, max, timeout in
// milliseconds).
func sysEpollWait(t *thread) uintptr {
	f := &t.frame
	poll := descriptorOf(f.di)
	if poll == nil || poll.kind != fdPoll {
		return errno(ebadf)
	}
	if f.dx == 0 || f.dx > maxDescriptors*4 || !accessible(f.si, f.dx*epollEventSize, protWrite) {
		return errno(einval)
	}
	if n := collectEvents(f.si, f.dx); n > 0 {
		return n
	}
	switch timeout := int32(f.r10); {
	case timeout == 0:
		return 0
	case timeout < 0:
		t.block(threadPolling, waitEvents, noDeadline)
	default:
		t.block(threadPolling, waitEvents, deadlineAfter(uint64(timeout)*1_000_000))
	}
	t.events, t.maxEvents = f.si, f.dx
	return 0
}

// collectEvents stores up to limit events at address and returns how many.
func collectEvents(address, limit uintptr) uintptr {
	n := uintptr(0)
	for fd := range descriptors {
		d := &descriptors[fd]
		if n == limit || !d.event.ready() {
			continue
		}
		d.event.told = true
		*at[epollEvent](address + n*epollEventSize) = epollEvent{
			events: epollIn,
			data:   [2]uint32{uint32(d.event.data), uint32(d.event.data >> 32)},
		}
		n++
	}
	return n
}

// notifyPollers wakes the threads in epoll_pwait if there are events for them.
// All of them wait for the same.
func notifyPollers() {
	for id := waiters.first(waitEvents); id != noThread; id = waiters.first(waitEvents) {
		t := threadByID(id)
		n := collectEvents(t.events, t.maxEvents)
		if n == 0 {
			return
		}
		t.wakeWith(n)
	}
}

// readEvent and writeEvent serve read and write on an eventfd. Interrupts are read
// like one.
func readEvent(d *descriptor, buffer, size uintptr) uintptr {
	if size < 8 {
		return errno(einval)
	}
	if d.event.count == 0 {
		return errno(eagain)
	}
	*at[uint64](buffer) = d.event.count
	d.event.count = 0
	return 8
}

func writeEvent(d *descriptor, buffer, size uintptr) uintptr {
	if size < 8 {
		return errno(einval)
	}
	add := *at[uint64](buffer)
	if add >= ^uint64(0)-d.event.count {
		return errno(eagain)
	}
	d.event.signal(add)
	return 8
}

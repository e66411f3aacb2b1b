//go:build wasip1

package adapter

// This file waits: for clocks, for standard streams, and not at all for files, which are always ready.

//go:wasmimport wasi:io/poll@0.2.12 poll
func poll(pollables address, count uint32, result address)

//go:wasmimport wasi:io/poll@0.2.12 [method]pollable.ready
func pollableReady(pollable uint32) bool

//go:wasmimport wasi:io/poll@0.2.12 [method]pollable.block
func pollableBlock(pollable uint32)

//go:wasmimport wasi:io/poll@0.2.12 [resource-drop]pollable
func dropPollable(pollable uint32)

//go:wasmimport wasi:clocks/monotonic-clock@0.2.12 subscribe-duration
func subscribeDuration(duration uint64) (pollable uint32)

//go:wasmimport wasi:clocks/monotonic-clock@0.2.12 subscribe-instant
func subscribeInstant(instant uint64) (pollable uint32)

//go:wasmimport wasi:io/streams@0.2.12 [method]input-stream.subscribe
func inputSubscribe(stream uint32) (pollable uint32)

//go:wasmimport wasi:io/streams@0.2.12 [method]output-stream.subscribe
func outputSubscribe(stream uint32) (pollable uint32)

// eventtype is what is waited for.
type eventtype uint32

const (
	eventtypeClock   eventtype = 0
	eventtypeFdRead  eventtype = 1
	eventtypeFdWrite eventtype = 2
)

// subclockflagsAbstime is set if a clock's timeout is a time and not a duration.
const subclockflagsAbstime = 1

// The record subscription.
const (
	subscriptionUserdata guest = 0
	subscriptionTag      guest = 8
	subscriptionClockID  guest = 16
	subscriptionTimeout  guest = 24
	subscriptionFlags    guest = 40
	subscriptionFd       guest = 16
	sizeOfSubscription         = 48
)

// The record event.
const (
	eventUserdata guest = 0
	eventError    guest = 8
	eventType     guest = 10
	eventNbytes   guest = 16
	eventFlags    guest = 24
	sizeOfEvent         = 32
)

// maxSubscriptions bounds what is waited for in one call: for every file descriptor in both directions, and some clocks.
const maxSubscriptions = 2*maxDescriptors + 64

// A wait is what is known of a subscription, in bytes from its beginning.
const (
	waitState    address = 0
	waitPollable address = 4
	waitNbytes   address = 8 // how many bytes can be read or written
	sizeOfWait           = 16
)

// The state of a wait is the errno of its event once it is ready, or this.
const notReady errno = 1 << 16

//go:wasmexport poll_oneoff
func pollOneoff(subscriptions, events guest, count uint32, occurred guest) errno {
	begin()
	if count == 0 || count > maxSubscriptions {
		return errnoInval
	}
	checkRange(subscriptions, count*sizeOfSubscription)
	checkRange(events, count*sizeOfEvent)
	openDescriptors()
	waits := allocate(8, count*sizeOfWait)
	pollables := allocate(4, count*4)
	pending := uint32(0)
	for i := range count {
		wait := waits + address(i*sizeOfWait)
		subscribe(subscriptions+guest(i*sizeOfSubscription), wait)
		if errno(load32(wait+waitState)) == notReady {
			store32(pollables+address(pending*4), load32(wait+waitPollable))
			pending++
		}
	}
	await(waits, count, pollables, pending)
	n := uint32(0)
	for i := range count {
		wait := waits + address(i*sizeOfWait)
		if errno(load32(wait+waitState)) != notReady {
			deliverEvent(events+guest(n*sizeOfEvent), subscriptions+guest(i*sizeOfSubscription), wait)
			n++
		}
	}
	for i := range pending {
		dropPollable(load32(pollables + address(i*4)))
	}
	guestStore32(occurred, n)
	return errnoSuccess
}

// openDescriptors has the table filled before anything is allocated.
func openDescriptors() { descriptorOf(maxDescriptors) }

// subscribe begins a wait.
func subscribe(subscription guest, wait address) {
	store64(wait+waitNbytes, 0)
	e := errnoInval
	switch eventtype(guestLoad8(subscription + subscriptionTag)) {
	case eventtypeClock:
		e = subscribeClock(subscription, wait)
	case eventtypeFdRead:
		e = descriptorOf(guestLoad32(subscription + subscriptionFd)).subscribeRead(wait)
	case eventtypeFdWrite:
		e = descriptorOf(guestLoad32(subscription + subscriptionFd)).subscribeWrite(wait)
	}
	store32(wait+waitState, uint32(e))
}

// subscribeClock waits with the monotonic clock, for the time of the other, too: that has no pollables.
func subscribeClock(subscription guest, wait address) errno {
	timeout := guestLoad64(subscription + subscriptionTimeout)
	absolute := guestLoad16(subscription+subscriptionFlags)&subclockflagsAbstime != 0
	id := clockid(guestLoad32(subscription + subscriptionClockID))
	var pollable uint32
	switch {
	case id != clockidMonotonic && id != clockidRealtime:
		return id.missing()
	case !absolute:
		pollable = subscribeDuration(timeout)
	case id == clockidMonotonic:
		pollable = subscribeInstant(timeout)
	default:
		now := uint64(wallClock())
		pollable = subscribeDuration(max(timeout, now) - now)
	}
	store32(wait+waitPollable, pollable)
	return notReady
}

func (d descriptor) subscribeRead(wait address) errno {
	switch d.kind() {
	case kindStdin:
		store64(wait+waitNbytes, 1) // at least, unless it is the end
		store32(wait+waitPollable, inputSubscribe(d.inputStream()))
		return notReady
	case kindFile:
		size, e := d.fileSize()
		if e != errnoSuccess {
			return e
		}
		at := d.position()
		store64(wait+waitNbytes, max(size, at)-at)
		return errnoSuccess
	}
	return errnoBadf
}

func (d descriptor) subscribeWrite(wait address) errno {
	store64(wait+waitNbytes, chunk)
	switch d.kind() {
	case kindStdout, kindStderr:
		store32(wait+waitPollable, outputSubscribe(d.outputStream()))
		return notReady
	case kindFile:
		return errnoSuccess
	}
	return errnoBadf
}

// await waits until one wait is ready, unless one is so from the beginning, and marks all that are.
func await(waits address, count uint32, pollables address, pending uint32) {
	switch {
	case pending < count:
		for i := range count {
			wait := waits + address(i*sizeOfWait)
			if errno(load32(wait+waitState)) == notReady && pollableReady(load32(wait+waitPollable)) {
				store32(wait+waitState, uint32(errnoSuccess))
			}
		}
	case count == 1:
		pollableBlock(load32(pollables))
		store32(waits+waitState, uint32(errnoSuccess))
	default:
		poll(pollables, pending, resultAt)
		ready, n := address(load32(resultAt)), load32(resultAt+4)
		for i := range n {
			which := load32(ready + address(i*4))
			if which >= count {
				unreachable()
			}
			store32(waits+address(which*sizeOfWait)+waitState, uint32(errnoSuccess))
		}
	}
}

func deliverEvent(event, subscription guest, wait address) {
	tag := guestLoad8(subscription + subscriptionTag)
	guestStore64(event+eventUserdata, guestLoad64(subscription+subscriptionUserdata))
	guestStore16(event+eventError, load32(wait+waitState))
	guestStore8(event+eventType, tag)
	nbytes := uint64(0)
	if errno(load32(wait+waitState)) == errnoSuccess && eventtype(tag) != eventtypeClock {
		nbytes = load64(wait + waitNbytes)
	}
	guestStore64(event+eventNbytes, nbytes)
	guestStore16(event+eventFlags, 0)
}

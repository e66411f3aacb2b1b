//go:build linux

package metal

// Which thread runs where, and for how long. A thread that becomes runnable is
// given to a CPU: an idle one if there is any, which is then interrupted, else the
// one it ran on last, where it waits in a queue. A CPU takes threads from its own
// queue, and when that is empty from another one. It is idle when nothing waits
// anywhere.
//
// A running thread gives way when it blocks or yields, or when others wait and its
// time is up. That is a slice after it got the CPU, or a grain where the CPU's queue
// has a thread that another thread woke, or at once where it has one that a device
// or a timer woke.

const (
	// timeSlice is how long a thread may run while others wait, in nanoseconds.
	timeSlice = 10_000_000

	// wakeGrain is how long it may run while a thread waits that has slept until
	// now. Without it, threads that wake each other would spend their time on
	// switches.
	wakeGrain = 1_000_000
)

// ready holds the threads that wait for a CPU.
var ready readyQueues

// idleCPUs are those that have neither a thread nor a queue. wakingCPUs were idle,
// and are about to take the first of their queue.
var idleCPUs, wakingCPUs cpuSet

// makeReady gives t, which can run now, to a CPU.
func (t *thread) makeReady() {
	here := thisCPU()
	c := cpuByIndex(idleCPUs.choose(int(t.cpu), here.index))
	ready.push(c.index, int(t.id))
	end := c.switched
	if !here.urgent {
		end += wakeGrain
	}
	c.sliceEnd = min(c.sliceEnd, end)
	idle := idleCPUs.has(c.index)
	idleCPUs = idleCPUs.with(c.index, false)
	wakingCPUs = wakingCPUs.with(c.index, idle || wakingCPUs.has(c.index))
	if c != here && (idle || c.sliceEnd < c.timerSet) {
		localAPIC.interrupt(c.apicID, vectorReschedule)
	}
}

// mustSwitch reports whether c's thread, which can run, should give way.
func (c *cpu) mustSwitch() bool {
	yielding := c.yielding
	c.yielding = false
	if c.isIdle() {
		return ready.waiting > 0
	}
	return c.othersWait() && (yielding || nanotime() >= c.sliceEnd)
}

// othersWait reports whether there is a thread that c's should share the CPU with.
func (c *cpu) othersWait() bool {
	id, _ := ready.first(c.index, wakingCPUs)
	return id != noThread
}

// schedule picks the thread that c runs next: one that waits, else the one that
// runs already, else the idle thread.
func (c *cpu) schedule() *thread {
	t := c.thread()
	next := at[thread](c.idle)
	runnable := t.state == threadRunning && !c.isIdle()
	spared := wakingCPUs
	if !runnable {
		spared = 0 // an idle CPU is faster than one that is only waking
	}
	if id := ready.take(c.index, spared); id != noThread {
		next = threadByID(id)
		if runnable {
			ready.push(c.index, int(t.id))
		}
	} else if runnable {
		next = t
	}
	now := nanotime()
	if c.isIdle() {
		c.idleTime += now - c.switched
	}
	c.switched = now
	c.sliceEnd = c.switched + timeSlice
	if next == t {
		return t
	}
	counters.Switches++
	if t.state == threadDead {
		c.load(next) // before t's block, which c points to, is gone
		t.free()
	}
	return next
}

// noteIdle says whether c is idle from now on.
func (c *cpu) noteIdle(idle bool) {
	idleCPUs = idleCPUs.with(c.index, idle)
	wakingCPUs = wakingCPUs.with(c.index, false)
}

// expireDeadlines wakes the threads whose time has come.
func (c *cpu) expireDeadlines() {
	id, when, ok := c.deadlines.first()
	if !ok {
		return
	}
	c.urgent = true
	for now := nanotime(); ok && when <= now; id, when, ok = c.deadlines.first() {
		t := threadByID(id)
		switch t.state {
		case threadFutex:
			t.wakeWith(errno(etimedout))
		case threadReading, threadWriting:
			t.wake()
		default:
			t.wakeWith(0)
		}
	}
}

// armTimer sets c's timer to the next time something must happen there.
func (c *cpu) armTimer() {
	next := noDeadline
	if _, when, ok := c.deadlines.first(); ok {
		next = when
	}
	if !c.isIdle() && c.othersWait() {
		next = min(next, c.sliceEnd)
	}
	// A timer that fires too early does no harm and is set anew then.
	if next >= c.timerSet {
		return
	}
	c.timerSet = next
	wait := uint64(1)
	if now := nanotime(); next > now {
		wait = min(next-now, nanosPerSecond)
	}
	localAPIC.setTimer(uint32(min(max(scaled(wait, clock.timerScale), 1), apicTimerMax)))
}

// newIdleThread gives c the thread that waits for interrupts, and loads it.
func (c *cpu) newIdleThread() {
	c.idle = direct(frames.need("an idle thread"))
	t := at[thread](c.idle)
	t.frame = frame{
		vector: vectorInterrupt, rip: idleAddress(), cs: codeSelector,
		flags: flagsInterrupt, sp: c.stackTop, ss: dataSelector,
	}
	c.load(t)
}

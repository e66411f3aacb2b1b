//go:build linux

package metal

// Threads are what clone makes: the Go runtime's Ms. Each lives in a frame of
// its own, addressed by number through a table. Runnable threads wait in one
// queue; a thread runs until it blocks, its time slice ends, or a timer wakes
// another one.

// threadState says what a thread waits for.
type threadState uint8

const (
	threadRunning  threadState = iota // running, or in the run queue
	threadFutex                       // FUTEX_WAIT
	threadSleeping                    // nanosleep, or a retry later
	threadPolling                     // epoll_pwait
	threadReading                     // read from stdin; restarts its system call
	threadWriting                     // write to a slow host; restarts its system call
	threadDead
)

const (
	idleThread = 0
	noThread   = 0 // end of the run queue: the idle thread is never in it

	// timeSlice is how long a thread may run while others wait, in nanoseconds.
	timeSlice = 10_000_000
)

// thread is one thread's block. It starts a page, so vectors is aligned as
// XSAVE wants.
type thread struct {
	vectors [vectorAreaSize]byte
	frame   frame

	vectorsSaved uintptr // 1 when vectors is to be restored
	fsBase       uintptr
	id           uint16
	next         uint16 // in the run queue
	state        threadState
	onCPU        bool // it is the one that its CPU runs, or was until it blocked

	futex     uintptr // address waited on
	events    uintptr // epoll_pwait's array, and how much it holds
	maxEvents uintptr

	signals signalSet // pending
	blocked signalSet
	stack   signalStack
}

// threads has the address of each thread's block, or 0.
var threads [maxThreads]uintptr

// threadsEnd is one past the highest number in use.
var threadsEnd int

// runQueue links runnable threads through their next fields.
var runQueue struct{ head, tail uint16 }

var deadlines deadlineHeap

func threadByID(id int) *thread { return at[thread](threads[id]) }

// newThread returns a thread that is not in the run queue yet, or nil.
func newThread() *thread {
	for id := range threads {
		if threads[id] != 0 {
			continue
		}
		frame, ok := frames.alloc()
		if !ok {
			return nil
		}
		threads[id] = direct(frame)
		threadsEnd = max(threadsEnd, id+1)
		t := threadByID(id)
		t.id = uint16(id)
		return t
	}
	return nil
}

// free gives the block of a dead thread back.
func (t *thread) free() {
	threads[t.id] = 0
	for threadsEnd > 0 && threads[threadsEnd-1] == 0 {
		threadsEnd--
	}
	frames.release(addressOf(t) - directBase)
}

// block makes t wait. A deadline of noDeadline means forever.
func (t *thread) block(state threadState, deadline uint64) {
	t.state = state
	if deadline != noDeadline {
		deadlines.set(int(t.id), deadline)
	}
}

// wake makes a blocked thread runnable. The thread that has only just blocked is
// not in need of the queue: its CPU has not left it yet.
func (t *thread) wake() {
	deadlines.clear(int(t.id))
	t.state = threadRunning
	if !t.onCPU {
		enqueue(t)
	}
}

// wakeWith is wake for a thread whose system call returns result.
func (t *thread) wakeWith(result uintptr) {
	t.frame.ax = result
	t.wake()
}

func enqueue(t *thread) {
	t.next = noThread
	if runQueue.head == noThread {
		runQueue.head = t.id
	} else {
		threadByID(int(runQueue.tail)).next = t.id
	}
	runQueue.tail = t.id
}

// schedule picks the thread to run and returns it.
func schedule(c *cpu) *thread {
	c.reschedule = false
	t := c.thread()
	if t.state == threadRunning && t.id != idleThread {
		enqueue(t)
	}
	next := dequeue(c)
	if next.id != t.id {
		counters.Switches++
	}
	if t.state == threadDead {
		c.load(next) // before t's block, which c points to, is gone
		t.free()
	}
	return next
}

// dequeue takes the first runnable thread, or the idle thread.
func dequeue(c *cpu) *thread {
	id := runQueue.head
	t := threadByID(int(id))
	if id != idleThread {
		runQueue.head = t.next
	}
	c.sliceEnd = nanotime() + timeSlice
	return t
}

// expireDeadlines wakes the threads whose time has come. The threads that were
// waiting go first: they are late already.
func expireDeadlines(c *cpu) {
	id, when, ok := deadlines.first()
	if !ok && runQueue.head == noThread {
		return
	}
	now := nanotime()
	for ok && when <= now {
		t := threadByID(id)
		switch t.state {
		case threadFutex:
			t.wakeWith(errno(etimedout))
		case threadReading, threadWriting:
			t.wake()
		default:
			t.wakeWith(0)
		}
		c.reschedule = true
		id, when, ok = deadlines.first()
	}
	if runQueue.head != noThread && (c.thread().id == idleThread || now >= c.sliceEnd) {
		c.reschedule = true
	}
}

// startThreads makes the idle thread, which waits for interrupts.
func startThreads(c *cpu) {
	t := newThread()
	if t == nil {
		outOfMemory("the idle thread", 0)
	}
	t.frame = frame{
		vector: vectorInterrupt, rip: idleAddress(), cs: codeSelector,
		flags: flagsInterrupt, sp: c.stackTop, ss: dataSelector,
	}
	c.load(t)
}

// cloneFlags is what a thread of the same process needs to share; anything
// less is a fork, which there is none of.
const (
	cloneVM      = 0x100
	cloneSighand = 0x800
	cloneThread  = 0x10000
	cloneSetTLS  = 0x80000
	cloneFlags   = cloneVM | cloneSighand | cloneThread
)

// sysClone serves clone(flags, stack, parent_tid, child_tid, tls).
func sysClone(t *thread) uintptr {
	f := &t.frame
	if f.di&cloneFlags != cloneFlags || f.si == 0 {
		return errno(enosys)
	}
	child := newThread()
	if child == nil {
		return errno(eagain)
	}
	child.frame = *f
	child.frame.ax = 0
	child.frame.sp = f.si
	child.fsBase = t.fsBase
	if f.di&cloneSetTLS != 0 {
		child.fsBase = f.r8
	}
	child.blocked = t.blocked
	enqueue(child)
	return uintptr(child.id)
}

// sysExit serves exit(status): it ends the calling thread.
func sysExit(t *thread) uintptr {
	t.state = threadDead
	return 0
}

// sysExitGroup serves exit_group(status).
func sysExitGroup(t *thread) uintptr {
	const goCrash = 2 // the status of an unrecovered panic, among others
	if t.frame.di == goCrash && lastFault.valid {
		lastFault.print()
	}
	powerOff(t.frame.di)
	return 0
}

// sysSchedYield serves sched_yield.
func sysSchedYield(*thread) uintptr {
	thisCPU().reschedule = runQueue.head != noThread
	return 0
}

// sysNanosleep serves nanosleep(duration, remaining). What remains after a
// signal is not reported.
func sysNanosleep(t *thread) uintptr {
	d, ok := timespecAt(t.frame.di)
	if !ok {
		return errno(efault)
	}
	t.block(threadSleeping, deadlineAfter(d))
	return 0
}

// sysGetpid serves getpid.
func sysGetpid(*thread) uintptr { return processID }

// sysGettid serves gettid.
func sysGettid(t *thread) uintptr { return uintptr(t.id) }

// sysSchedGetaffinity serves sched_getaffinity(pid, size, mask).
func sysSchedGetaffinity(t *thread) uintptr {
	const maskSize = 8
	if t.frame.si < maskSize {
		return errno(einval)
	}
	if !accessible(t.frame.dx, maskSize, protWrite) {
		return errno(efault)
	}
	*at[uint64](t.frame.dx) = 1<<cpuCount - 1
	return maskSize
}

// sysArchPrctl serves arch_prctl(ARCH_SET_FS, address).
func sysArchPrctl(t *thread) uintptr {
	const setFS = 0x1002
	if t.frame.di != setFS || t.frame.si > mmapLimit {
		return errno(einval)
	}
	t.fsBase = t.frame.si
	return 0
}

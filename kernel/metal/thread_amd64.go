//go:build linux

package metal

// Threads are what clone makes: the Go runtime's Ms. Each lives in a frame of
// its own, addressed by number through a table. A thread that runs or waits for a
// CPU is the business of schedule_amd64.go; here are its birth, sleep and death.

// threadState says what a thread waits for.
type threadState uint8

const (
	threadRunning  threadState = iota // running, or ready to
	threadFutex                       // FUTEX_WAIT
	threadSleeping                    // nanosleep, or a retry later
	threadPolling                     // epoll_pwait
	threadReading                     // read from stdin; restarts its system call
	threadWriting                     // write to a slow host; restarts its system call
	threadDead
)

// idleThread is the number of all idle threads: each CPU has one, which is in no
// table.
const idleThread = noThread

// thread is one thread's block. It starts a page, so vectors is aligned as
// XSAVE wants.
type thread struct {
	vectors [vectorAreaSize]byte
	frame   frame

	vectorsSaved uintptr // 1 when vectors is to be restored
	fsBase       uintptr
	id           uint16
	state        threadState
	onCPU        bool  // it is the one that its CPU runs, or was until it blocked
	cpu          uint8 // that it runs on, or ran on last
	timed        bool  // it has a deadline
	timerCPU     uint8 // whose timer watches that

	events    uintptr // epoll_pwait's array, and how much it holds
	maxEvents uintptr

	signals signalSet // pending
	blocked signalSet
	stack   signalStack
}

// threads has the address of each thread's block, or 0.
var threads [maxThreads]uintptr

var waiters waitTable

func threadByID(id int) *thread { return at[thread](threads[id]) }

// newThread returns a thread that nothing knows yet, or nil.
func newThread() *thread {
	for id := idleThread + 1; id < maxThreads; id++ {
		if threads[id] != 0 {
			continue
		}
		frame, ok := frames.alloc()
		if !ok {
			return nil
		}
		threads[id] = direct(frame)
		t := threadByID(id)
		t.id = uint16(id)
		return t
	}
	return nil
}

// free gives the block of a dead thread back.
func (t *thread) free() {
	threads[t.id] = 0
	frames.release(addressOf(t) - directBase)
}

// block makes t, which is running, wait for key or the deadline, of which either
// may be none: waitNothing, noDeadline.
func (t *thread) block(state threadState, key uintptr, deadline uint64) {
	t.state = state
	if key != waitNothing {
		waiters.add(int(t.id), key)
	}
	if deadline != noDeadline {
		t.setDeadline(deadline)
	}
}

// setDeadline wakes t, which must have no deadline yet, when its time has come. The
// timer is that of the CPU that is about to set its timer anyway.
func (t *thread) setDeadline(when uint64) {
	c := thisCPU()
	c.deadlines.set(int(t.id), when)
	t.timed, t.timerCPU = true, uint8(c.index)
}

// wake makes a blocked thread runnable. The thread that has only just blocked is
// not in need of a CPU: its own has not left it yet.
func (t *thread) wake() {
	waiters.remove(int(t.id))
	if t.timed {
		cpuByIndex(int(t.timerCPU)).deadlines.clear(int(t.id))
		t.timed = false
	}
	t.state = threadRunning
	if !t.onCPU {
		t.makeReady()
	}
}

// wakeWith is wake for a thread whose system call returns result.
func (t *thread) wakeWith(result uintptr) {
	t.frame.ax = result
	t.wake()
}

// interrupt makes t see a signal soon if it runs on another CPU. Any other thread
// looks for signals before it goes on.
func (t *thread) interrupt() {
	if c := cpuByIndex(int(t.cpu)); t.onCPU && c != thisCPU() {
		localAPIC.interrupt(c.apicID, vectorReschedule)
	}
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
	child.cpu = t.cpu
	child.makeReady()
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
	thisCPU().yielding = true
	return 0
}

// sysNanosleep serves nanosleep(duration, remaining). What remains after a
// signal is not reported.
func sysNanosleep(t *thread) uintptr {
	d, ok := timespecAt(t.frame.di)
	if !ok {
		return errno(efault)
	}
	t.block(threadSleeping, waitNothing, deadlineAfter(d))
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
	*at[uint64](t.frame.dx) = 1<<cpuCount - 1 // maxCPUs is less than 64
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

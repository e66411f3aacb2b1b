//go:build linux

package metal

import "unsafe"

// A trap is any way into the kernel: a SYSCALL, an interrupt, an exception. The
// assembly next to this file stores the thread's registers; the functions here
// decide what happens and which thread runs next.

// Exceptions that are told apart. The stubs' table has exceptionStubCount rows.
const (
	vectorDivide       = 0
	vectorDebug        = 1
	vectorNMI          = 2
	vectorBreakpoint   = 3
	vectorInvalid      = 6
	vectorDoubleFault  = 8
	vectorStack        = 12
	vectorProtection   = 13
	vectorPageFault    = 14
	vectorX87          = 16
	vectorAlignment    = 17
	vectorMachineCheck = 18
	vectorSIMD         = 19
	exceptionStubCount = 20
)

// Pseudo-vectors of a frame that did not come from an exception.
const (
	vectorSyscall   = 0x100
	vectorInterrupt = 0x101
)

// External interrupts take the vectors from firstInterrupt on; the stub of each
// is stubSize bytes long.
const (
	firstInterrupt = 32
	interruptCount = 32
	stubSize       = 5

	vectorTimer = firstInterrupt

	// From other CPUs: look at the queues, and forget translations.
	vectorReschedule = firstInterrupt + interruptCount - 3
	vectorForget     = firstInterrupt + interruptCount - 2

	vectorSpurious = firstInterrupt + interruptCount - 1
)

// frame is what a trap stores of a thread, lowest address first. For interrupts
// errorCode is the return address of the stub's CALL.
type frame struct {
	r15, r14, r13, r12, r11, r10, r9, r8 uintptr
	bp, di, si, dx, cx, bx, ax           uintptr
	vector, errorCode                    uintptr
	rip, cs, flags, sp, ss               uintptr
}

const frameSize = unsafe.Sizeof(frame{})

func exceptionStub(vector int) uintptr
func interruptStubBase() uintptr
func syscallEntryAddress() uintptr
func idleAddress() uintptr

// The functions that only assembly calls.
var (
	_ = boot
	_ = trap
	_ = exception
	_ = pageFault
	_ = nonMaskable
	_ = startSecondary
)

// trap handles a SYSCALL or an interrupt of the running thread.
func trap(f *frame, c *cpu) {
	c.inHandler = 1
	vector := f.vector
	if vector == vectorInterrupt {
		vector = (f.errorCode-interruptStubBase())/stubSize - 1 + firstInterrupt
	}
	if vector == vectorForget {
		// Whoever sent it holds the locks until this is done.
		c.forgetStale()
		localAPIC.endOfInterrupt()
		c.inHandler = 0
		return
	}
	c.enterKernel()
	t := c.thread()
	t.vectorsSaved = c.vectorsSaved
	if vector == vectorSyscall {
		serveSyscall(t)
	} else {
		interrupt(c, vector)
	}
	leave(c)
}

// enterKernel takes the lock that handlers run under. What other CPUs took from
// the page tables meanwhile is forgotten, as an idle CPU is not asked to.
func (c *cpu) enterKernel() {
	kernelLock.acquire(c)
	c.forgetStale()
	c.urgent = false
}

// exception handles a CPU exception that no page brought in could resolve. In a
// program it becomes a signal; in a handler it is the end.
func exception(f *frame, c *cpu) {
	if c.inHandler != 0 || f.vector == vectorDoubleFault || f.vector == vectorMachineCheck {
		fatalFault("fault in the kernel", f, c)
	}
	c.inHandler = 1
	c.enterKernel()
	t := c.thread()
	if t.id == idleThread {
		fatalFault("fault in the idle thread", f, c)
	}
	t.frame = *f
	t.vectorsSaved = 1
	faultSignal(t, c)
	leave(c)
}

// interrupt serves an external interrupt.
func interrupt(c *cpu, vector uintptr) {
	counters.Interrupts++
	c.urgent = true
	switch {
	case vector == vectorSpurious:
		return // by the architecture, without end-of-interrupt
	case vector == vectorTimer:
		c.timerSet = noDeadline
	case vector == vectorSerial:
		serialInterrupt()
	case vector >= firstDeviceVector && vector < firstDeviceVector+deviceVectors:
		deviceInterrupt(vector)
	}
	localAPIC.endOfInterrupt()
}

// leave picks the thread to run, gives it its signals, and loads it into c.
func leave(c *cpu) {
	c.expireDeadlines()
	t := c.thread()
	if t.state != threadRunning || c.mustSwitch() {
		t = c.schedule()
	}
	c.noteIdle(t.id == idleThread)
	deliverSignals(t)
	c.load(t)
	c.armTimer()
	c.handled++
	c.inHandler = 0
	kernelLock.release(c)
}

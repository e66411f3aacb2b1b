//go:build linux

package metal

import "unsafe"

// Signals carry two things that Go programs live on: CPU faults, which the
// runtime turns into panics, and SIGURG, with which it preempts goroutines. The
// frame on the signal stack has Linux's layout, because the runtime reads and
// edits it.

// The signals that the kernel itself knows.
const (
	sigILL    = 4
	sigTRAP   = 5
	sigBUS    = 7
	sigFPE    = 8
	sigSEGV   = 11
	sigCHLD   = 17
	sigCONT   = 18
	sigURG    = 23
	sigWINCH  = 28
	maxSignal = 64

	sigDefault = 0 // SIG_DFL
	sigIgnore  = 1 // SIG_IGN

	saOnStack = 0x08000000
	saNoDefer = 0x40000000

	stackDisable = 2 // SS_DISABLE

	codeTkill   = -6   // SI_TKILL
	codeKernel  = 0x80 // SI_KERNEL
	codeMapping = 1    // SEGV_MAPERR, FPE_INTDIV and the like
)

// signalSet has bit n-1 for signal n.
type signalSet uint64

func (s signalSet) has(n int) bool { return s>>(n-1)&1 != 0 }

func signalBit(n int) signalSet { return 1 << (n - 1) }

// signalAction is the kernel's struct sigaction.
type signalAction struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     signalSet
}

var actions [maxSignal + 1]signalAction

// signalStack is stack_t.
type signalStack struct {
	base  uintptr
	flags uint32
	_     uint32
	size  uintptr
}

// signalInfo is siginfo_t, as far as it is filled in.
type signalInfo struct {
	number  int32
	_       int32 // errno
	code    int32
	_       int32
	address uintptr
	_       [104]byte
}

// signalContext is struct sigcontext.
type signalContext struct {
	r8, r9, r10, r11, r12, r13, r14, r15 uintptr
	di, si, bp, bx, dx, ax, cx, sp       uintptr
	rip, flags                           uintptr
	cs, _, _, ss                         uint16
	errorCode, vector                    uintptr
	oldMask, cr2                         uintptr
	vectors                              uintptr // address of the vector area, or 0
	_                                    [8]uint64
}

// signalFrame is what lies on the stack when a handler starts: the return
// address, then ucontext_t, then siginfo_t.
type signalFrame struct {
	restorer uintptr
	ucFlags  uint64
	_        uintptr // link
	stack    signalStack
	context  signalContext
	mask     signalSet
	_        uint64
	info     signalInfo
}

const sizeOfSignalFrame = unsafe.Sizeof(signalFrame{})

// faultRecord remembers a CPU fault that became a signal, so that its registers
// can be printed if the program ends because of it.
type faultRecord struct {
	valid   bool
	frame   frame
	address uintptr
	thread  uintptr
	when    uint64
}

var lastFault faultRecord

// faultSignal turns the exception in t's frame into a signal.
func faultSignal(t *thread, c *cpu) {
	address := readCR2()
	number, code := sigSEGV, int32(codeMapping)
	switch t.frame.vector {
	case vectorDivide, vectorX87, vectorSIMD:
		number, address = sigFPE, t.frame.rip
	case vectorDebug, vectorBreakpoint:
		number, address = sigTRAP, t.frame.rip
	case vectorInvalid:
		number, address = sigILL, t.frame.rip
	case vectorStack, vectorAlignment:
		number, code, address = sigBUS, codeKernel, 0
	case vectorPageFault:
	default:
		code, address = codeKernel, 0
	}
	lastFault = faultRecord{
		valid: true, frame: t.frame, address: address,
		thread: uintptr(t.id), when: nanotime(),
	}
	if a := &actions[number]; a.handler == sigDefault || a.handler == sigIgnore || t.blocked.has(number) {
		fatalFault("fault without a signal handler", &t.frame, c)
	}
	pushSignal(t, number, code, address)
}

// deliverSignals starts the handler of the first pending signal. Further ones
// follow when it returns.
func deliverSignals(t *thread) {
	for ready := t.signals &^ t.blocked; ready != 0; ready = t.signals &^ t.blocked {
		number := 1
		for !ready.has(number) {
			number++
		}
		t.signals &^= signalBit(number)
		switch actions[number].handler {
		case sigIgnore:
		case sigDefault:
			endBySignal(number)
		default:
			pushSignal(t, number, codeTkill, 0)
			return
		}
	}
}

// endBySignal takes the default action.
func endBySignal(number int) {
	switch number {
	case sigCHLD, sigCONT, sigURG, sigWINCH:
		return
	}
	logText("metal: ended by signal ")
	logDecimal(uintptr(number))
	logText("\n")
	powerOff(128 + uintptr(number))
}

// pushSignal makes t continue in the handler of a signal.
func pushSignal(t *thread, number int, code int32, address uintptr) {
	counters.Signals++
	const redZone = 128
	action := &actions[number]
	f := &t.frame
	sp := f.sp - redZone
	onStack := f.sp-t.stack.base < t.stack.size
	if action.flags&saOnStack != 0 && t.stack.size != 0 && !onStack {
		sp = t.stack.base + t.stack.size
	}
	top, saved := sp, uintptr(0)
	if t.vectorsSaved != 0 {
		sp = (sp - vectorAreaSize) &^ 63
		saved = sp
	}
	// A function expects its return address just below a multiple of 16.
	sp = (sp-sizeOfSignalFrame)&^15 - 8
	if !accessible(sp, top-sp, protWrite) {
		fatalFault("no stack for a signal", f, thisCPU())
	}
	if saved != 0 {
		*at[[vectorAreaSize]byte](saved) = t.vectors
	}
	*at[signalFrame](sp) = signalFrame{
		restorer: action.restorer,
		stack:    t.stack,
		mask:     t.blocked,
		context: signalContext{
			r8: f.r8, r9: f.r9, r10: f.r10, r11: f.r11,
			r12: f.r12, r13: f.r13, r14: f.r14, r15: f.r15,
			di: f.di, si: f.si, bp: f.bp, bx: f.bx,
			dx: f.dx, ax: f.ax, cx: f.cx, sp: f.sp,
			rip: f.rip, flags: f.flags, cs: codeSelector, ss: dataSelector,
			errorCode: f.errorCode, vector: f.vector,
			oldMask: uintptr(t.blocked), cr2: address, vectors: saved,
		},
		info: signalInfo{number: int32(number), code: code, address: address},
	}
	t.blocked |= action.mask
	if action.flags&saNoDefer == 0 {
		t.blocked |= signalBit(number)
	}
	frameAt := at[signalFrame](sp)
	f.di = uintptr(number)
	f.si = addressOf(&frameAt.info)
	f.dx = addressOf(&frameAt.ucFlags)
	f.ax = 0
	f.sp = sp
	f.rip = action.handler
}

// sysRtSigreturn serves rt_sigreturn: it takes back what the handler left of the
// signal frame. The flags keep interrupts on and the privileged bits as they are.
func sysRtSigreturn(t *thread) uintptr {
	f := &t.frame
	base := f.sp - 8 // the handler's return has popped the restorer
	if !accessible(base, sizeOfSignalFrame, protRead|protWrite) {
		fatalFault("signal frame is gone", f, thisCPU())
	}
	s := at[signalFrame](base)
	c := &s.context
	const arithmetic = 0xcd5 // CF PF AF ZF SF DF OF, with the bits between
	*f = frame{
		r15: c.r15, r14: c.r14, r13: c.r13, r12: c.r12,
		r11: c.r11, r10: c.r10, r9: c.r9, r8: c.r8,
		bp: c.bp, di: c.di, si: c.si, dx: c.dx, cx: c.cx, bx: c.bx, ax: c.ax,
		vector: vectorInterrupt, rip: c.rip, cs: codeSelector,
		flags: c.flags&arithmetic | flagsInterrupt, sp: c.sp, ss: dataSelector,
	}
	t.blocked = s.mask
	t.vectorsSaved = 0
	if c.vectors != 0 && c.vectors&63 == 0 && accessible(c.vectors, vectorAreaSize, protRead) {
		t.vectors = *at[[vectorAreaSize]byte](c.vectors)
		t.vectorsSaved = 1
		cleanVectorHeader(&t.vectors)
	}
	return f.ax
}

// cleanVectorHeader makes sure that XRSTOR accepts the header of an area that
// the program could have changed.
func cleanVectorHeader(area *[vectorAreaSize]byte) {
	const header, headerEnd, mxcsrHigh = 512, 576, 26
	area[header] &= xstateEnabled
	clear(area[header+1 : headerEnd])
	area[mxcsrHigh], area[mxcsrHigh+1] = 0, 0
}

// sysRtSigaction serves rt_sigaction(signal, new, old, size).
func sysRtSigaction(t *thread) uintptr {
	f := &t.frame
	const size = 32
	if f.di == 0 || f.di > maxSignal {
		return errno(einval)
	}
	action := &actions[f.di]
	if f.dx != 0 {
		if !accessible(f.dx, size, protWrite) {
			return errno(efault)
		}
		*at[signalAction](f.dx) = *action
	}
	if f.si != 0 {
		if !accessible(f.si, size, protRead) {
			return errno(efault)
		}
		*action = *at[signalAction](f.si)
	}
	return 0
}

// sysRtSigprocmask serves rt_sigprocmask(how, new, old, size).
func sysRtSigprocmask(t *thread) uintptr {
	const (
		block   = 0
		unblock = 1
		set     = 2
	)
	f := &t.frame
	if f.dx != 0 {
		if !accessible(f.dx, 8, protWrite) {
			return errno(efault)
		}
		*at[signalSet](f.dx) = t.blocked
	}
	if f.si == 0 {
		return 0
	}
	if !accessible(f.si, 8, protRead) {
		return errno(efault)
	}
	mask := *at[signalSet](f.si)
	switch f.di {
	case block:
		t.blocked |= mask
	case unblock:
		t.blocked &^= mask
	case set:
		t.blocked = mask
	default:
		return errno(einval)
	}
	return 0
}

// sysSigaltstack serves sigaltstack(new, old).
func sysSigaltstack(t *thread) uintptr {
	f := &t.frame
	const size = 24
	if f.si != 0 {
		if !accessible(f.si, size, protWrite) {
			return errno(efault)
		}
		old := t.stack
		if old.size == 0 {
			old.flags = stackDisable
		}
		*at[signalStack](f.si) = old
	}
	if f.di != 0 {
		if !accessible(f.di, size, protRead) {
			return errno(efault)
		}
		t.stack = *at[signalStack](f.di)
		if t.stack.flags&stackDisable != 0 {
			t.stack = signalStack{}
		}
	}
	return 0
}

// sysTgkill serves tgkill(process, thread, signal).
func sysTgkill(t *thread) uintptr { return signalThread(t.frame.si, t.frame.dx) }

// sysKill serves kill(process, signal): any thread will do, so the caller it is.
func sysKill(t *thread) uintptr { return signalThread(uintptr(t.id), t.frame.si) }

func signalThread(id, number uintptr) uintptr {
	if id == idleThread || id >= maxThreads || threads[id] == 0 {
		return errno(esrch)
	}
	if number > maxSignal {
		return errno(einval)
	}
	if number == 0 {
		return 0
	}
	t := threadByID(int(id))
	t.signals |= signalBit(int(number))
	if t.signals&^t.blocked == 0 {
		return 0
	}
	switch t.state {
	case threadRunning:
		t.interrupt()
	case threadReading, threadWriting:
		t.wake() // it restarts its system call after the handler
	case threadFutex, threadSleeping, threadPolling:
		t.wakeWith(errno(eintr))
	}
	return 0
}

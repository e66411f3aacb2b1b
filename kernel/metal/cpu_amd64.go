//go:build linux

package metal

import "unsafe"

// What each CPU has for itself: its block, reached through GS, with the tables
// that the hardware reads (GDT, TSS) and the stacks that traps run on.

// Interrupt stack table entries.
const (
	istNone      = 0
	istPageFault = 1
	istInterrupt = 2 // the running thread's frame
	istException = 3
	istAbort     = 4 // NMI, double fault, machine check
	istWake      = 5 // the interrupt that ends the wait for the kernel lock
)

const (
	msrFSBase       = 0xc0000100
	msrGSBase       = 0xc0000101
	msrStar         = 0xc0000081
	msrSyscallEntry = 0xc0000082
	msrSyscallMask  = 0xc0000084

	// syscallMask clears on SYSCALL what handlers must not inherit: NT, DF,
	// IF, TF and AC.
	syscallMask = 1<<14 | 1<<10 | 1<<9 | 1<<8 | 1<<18
)

// vectorAreaSize holds an XSAVE area of SSE and AVX state: 576 bytes of legacy
// area and header, 256 of AVX.
const vectorAreaSize = 1024

// stackSize is the size of each of a CPU's stacks. Below each lies as much that is
// never mapped.
const stackSize = 32 << 10

// Each CPU has a slot of address space from cpuStacks on, with its stacks and, but
// for the boot CPU, its block.
const (
	slotSize  = 16 * stackSize
	slotBlock = 8 * stackSize // offset of the block; stacks lie below
)

// cpu is the block of one CPU. Assembly knows the fields of the first group.
type cpu struct {
	self     uintptr
	frameTop uintptr // one past the running thread's frame
	//lint:ignore U1000 assembly uses it
	userSP       uintptr // scratch for SYSCALL
	stackTop     uintptr // of the stack that handlers run on
	vectorArea   uintptr // of the running thread
	vectorsSaved uintptr // 1 when vectorArea holds its vector registers
	fsBase       uintptr // of the running thread
	faultArea    uintptr // for vector registers during a page fault
	inHandler    uintptr // 1 while trap or exception runs

	index         int     // among the running CPUs
	apicID        uint32  // where interrupts for it go
	idle          uintptr // address of its idle thread's block
	threadAddress uintptr // of the running thread's block
	yielding      bool    // the running thread gives way now
	urgent        bool    // the handler serves a device or a timer
	switched      uint64  // when the running thread got the CPU
	sliceEnd      uint64  // when it should give way to those that wait
	timerSet      uint64  // deadline the timer is set to, or noDeadline
	deadlines     deadlineHeap
	faulting      uintptr // address of the frame of the page fault that it resolves, or 0
	idleTime      uint64  // nanoseconds without a thread, up to switched
	handled       uint64  // handlers that came to their end
	watched       watched // what the watchdog has seen

	// What other CPUs look at without a lock.
	start     uint32  // how far its start got: startAsked and so on
	startTSC  uint64  // its time stamp counter then
	forgotten uint64  // up to which of staleEvents it has no translations
	stopped   uintptr // address of its frame when it stopped for good, or 0
	visited   uint32  // 1 when the watchdog is about to visit

	gdt             [5]uint64
	tss             [104]byte
	descriptor      [16]byte  // operand of LGDT and LIDT
	wakeStack       [128]byte // see wakeEntry
	faultAreaBuffer [vectorAreaSize + 64]byte
	earlyAreaBuffer [vectorAreaSize + 64]byte
}

const cpuSize = unsafe.Sizeof(cpu{})

// bootCPU is the block of the CPU that boot runs on.
var bootCPU cpu

// cpuBlocks has the address of each running CPU's block.
var cpuBlocks [maxCPUs]uintptr

// cpuCount is the number of running CPUs.
var cpuCount = 1

// gates is the interrupt descriptor table, shared by all CPUs.
var gates [256][2]uint64

func thisCPU() *cpu

// cpuByIndex returns a running CPU's block.
func cpuByIndex(i int) *cpu { return at[cpu](cpuBlocks[i]) }

// isIdle reports whether c waits for work. It is for holders of kernelLock.
func (c *cpu) isIdle() bool { return c.threadAddress == c.idle }

// thread returns the running thread.
func (c *cpu) thread() *thread { return at[thread](c.threadAddress) }

// describe sets the operand of LGDT or LIDT: a 16-bit limit, then the base. They
// start at byte 6, so that the base is aligned.
func (c *cpu) describe(base uintptr, size int) {
	c.descriptor[6], c.descriptor[7] = byte(size-1), byte((size-1)>>8)
	*at[[8]byte](addressOf(&c.descriptor) + 8) = littleEndian(base)
}

func (c *cpu) descriptorAddress() unsafe.Pointer { return unsafe.Pointer(&c.descriptor[6]) }

// load makes t the thread that resume continues.
func (c *cpu) load(t *thread) {
	c.vectorsSaved = t.vectorsSaved
	c.fsBase = t.fsBase
	if address := addressOf(t); c.threadAddress != address {
		if c.threadAddress != 0 {
			c.thread().onCPU = false
		}
		t.onCPU, t.cpu = true, uint8(c.index)
		c.threadAddress = address
		c.vectorArea = addressOf(&t.vectors)
		c.frameTop = addressOf(&t.frame) + frameSize
		c.setInterruptStack(istInterrupt, c.frameTop)
	}
}

// setInterruptStack sets entry n of the interrupt stack table.
func (c *cpu) setInterruptStack(n int, top uintptr) {
	// The table is at offset 36 of the TSS, eight bytes each, from entry 1.
	*at[[8]byte](addressOf(&c.tss) + 36 + uintptr(n-1)*8) = littleEndian(top)
}

// littleEndian splits v into bytes: the TSS does not align its fields.
func littleEndian(v uintptr) (b [8]byte) {
	for i := range b {
		b[i] = byte(v >> (8 * i))
	}
	return b
}

// loadTables gives the calling CPU its block and tables.
func (c *cpu) loadTables() {
	c.self = addressOf(c)
	c.inHandler = 1
	c.timerSet = noDeadline
	c.faultArea = (addressOf(&c.faultAreaBuffer) + 63) &^ 63
	c.vectorArea = (addressOf(&c.earlyAreaBuffer) + 63) &^ 63
	writeMSR(msrGSBase, uint64(c.self))
	tss := uint64(addressOf(&c.tss))
	c.gdt = [5]uint64{
		0, codeDescriptor, dataDescriptor,
		// A 64-bit task descriptor: 104 bytes, present, available.
		uint64(len(c.tss)-1) | tss&0xffffff<<16 | 0x89<<40 | tss>>24&0xff<<56, tss >> 32,
	}
	c.describe(addressOf(&c.gdt), len(c.gdt)*8)
	loadGDT(c.descriptorAddress())
	loadTaskRegister(taskSelector)
	c.describe(addressOf(&gates), len(gates)*16)
	loadIDT(c.descriptorAddress())
	writeMSR(msrStar, codeSelector<<32|codeSelector<<48)
	writeMSR(msrSyscallEntry, uint64(syscallEntryAddress()))
	writeMSR(msrSyscallMask, syscallMask)
}

// slotAddress returns where a CPU's slot starts.
func slotAddress(slot int) uintptr { return cpuStacks + uintptr(slot)*slotSize }

// mapStacks gives c the stacks of a slot.
func (c *cpu) mapStacks(slot int) {
	base := slotAddress(slot)
	top := func(n uintptr) uintptr {
		low := base + n*2*stackSize
		mapKernelMemory(low, stackSize)
		return low + stackSize
	}
	c.stackTop = bootStackTop(slot)
	if c.stackTop == 0 {
		c.stackTop = top(0)
	}
	c.setInterruptStack(istPageFault, top(1))
	c.setInterruptStack(istException, top(2))
	c.setInterruptStack(istAbort, top(3))
	c.setInterruptStack(istWake, (addressOf(&c.wakeStack)+uintptr(len(c.wakeStack)))&^15)
}

// setGates fills the interrupt descriptor table. Before the stacks are mapped,
// exceptions run on the one in use.
func setGates(withStacks bool) {
	stack := func(n uint64) uint64 {
		if withStacks {
			return n
		}
		return istNone
	}
	for vector := range firstInterrupt {
		ist := stack(istException)
		switch vector {
		case vectorPageFault:
			ist = stack(istPageFault)
		case vectorNMI, vectorDoubleFault, vectorMachineCheck:
			ist = stack(istAbort)
		}
		if vector < exceptionStubCount {
			if stub := exceptionStub(vector); stub != 0 {
				setGate(vector, stub, ist)
			}
		}
	}
	for i := range interruptCount {
		setGate(firstInterrupt+i, interruptStubBase()+uintptr(i)*stubSize, stack(istInterrupt))
	}
	setGate(vectorWake, wakeEntryAddress(), stack(istWake))
}

// setGate points a vector at its stub: an interrupt gate, present, ring 0.
func setGate(vector int, stub uintptr, ist uint64) {
	s := uint64(stub)
	gates[vector] = [2]uint64{
		s&0xffff | codeSelector<<16 | ist<<32 | 0x8e<<40 | s>>16&0xffff<<48,
		s >> 32,
	}
}

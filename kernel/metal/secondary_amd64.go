//go:build linux

package metal

import "sync/atomic"

// The CPUs besides the one that booted. Each is reset, started at the trampoline,
// checked, and given the idle thread; from then on it takes part in scheduling.
// A CPU that does not come, or whose clock differs, is left out, which the log says.

// States of a CPU's start.
const (
	startAsked    = iota // it has been told to start
	startReady           // it has its tables, and waits to be admitted
	startAdmitted        // it may run threads
	startRefused         // it must halt
)

const (
	// resetTime is what a CPU gets between its reset and its start, and
	// startPatience how long it is waited for, in nanoseconds. Under an emulator a
	// CPU is a thread of a host that may be busy. Where the firmware does not list
	// CPUs, the absence of one is no failure, and not worth the wait.
	resetTime     = 10_000_000
	startRetry    = 200_000
	startPatience = 5 * nanosPerSecond
	probePatience = 200_000_000

	// vectorControl is MXCSR as a reset leaves it: all exceptions masked.
	//lint:ignore U1000 assembly uses it
	vectorControl = 0x1f80
)

// secondaries are the CPUs to start.
var secondaries struct {
	apics    apicIDs
	most     int    // how many CPUs may run, the boot CPU included
	listed   bool   // by the firmware; otherwise they are guesses
	resetTSC uint64 // when they were reset
	slots    int    // of stacks that were given to a CPU
	late     bool   // one that was told to start has not come yet
}

// blocksByAPIC is where the trampoline finds a CPU's block.
var blocksByAPIC [256]uintptr

func secondaryEntryAddress() uintptr

// startSecondary is where a CPU comes from the trampoline. When it returns, the CPU
// resumes its idle thread.
func startSecondary(c *cpu) {
	c.loadTables()
	checkFeatures()
	enableVectors()
	setPageAttributes()
	protectKernel()
	localAPIC.start()
	c.newIdleThread()
	c.startTSC = readTSC()
	atomic.CompareAndSwapUint32(&c.start, startAsked, startReady) // unless it comes too late
	for atomic.LoadUint32(&c.start) == startReady {
		spinHint()
	}
	if atomic.LoadUint32(&c.start) != startAdmitted {
		haltForever()
	}
	c.inHandler = 0
}

// resetSecondaries finds the other CPUs and resets them. They are started later,
// when there is a clock; meanwhile the time that a reset takes goes by.
func resetSecondaries() {
	s := &secondaries
	bootCPU.apicID = localAPIC.id()
	s.most = min(maxCPUs, int(bootInfo.CPUs))
	if s.most == 1 {
		return
	}
	s.listed = listCPUs(&s.apics)
	if s.apics.over > 0 {
		logText("metal: CPUs that are left out, as there are too many, or their IDs are too high: ")
		logDecimal(uintptr(s.apics.over))
		logText("\n")
	}
	if !s.listed {
		for id := range uint32(maxCPUs) {
			s.apics.add(id)
		}
	}
	for _, id := range s.apics.ids[:s.apics.n] {
		if uint32(id) != bootCPU.apicID {
			localAPIC.send(uint32(id), apicInit)
		}
	}
	s.resetTSC = readTSC()
}

// startSecondaries starts the other CPUs, one after the other.
func startSecondaries() {
	s := &secondaries
	if s.apics.n <= 1 {
		return
	}
	page, ok := mapTrampoline()
	if !ok {
		return
	}
	waitSince(s.resetTSC, resetTime)
	for _, id := range s.apics.ids[:s.apics.n] {
		if uint32(id) == bootCPU.apicID {
			continue
		}
		if cpuCount == s.most || !startCPU(uint32(id), page) && !s.listed {
			break
		}
	}
	if !s.late {
		unmapTrampoline(page)
	}
}

// mapTrampoline makes the trampoline and maps it one to one.
func mapTrampoline() (page uintptr, ok bool) {
	page = uintptr(frames.memory.lowPage())
	if page == noTrampoline || tableRoot >= 4<<30 {
		logText("metal: one CPU is used, as others need memory below 1 MiB, and page tables below 4 GiB\n")
		return 0, false
	}
	mapPages(page, page, pageSize, pagePresent)
	code := trampoline{
		page: uint32(page),
		cr0:  uint32(readCR0()), cr3: uint32(tableRoot), cr4: uint32(readCR4()),
		extendedFeatures: uint32(readMSR(msrExtendedFeatures)),
		blocks:           uint64(addressOf(&blocksByAPIC)), entryPoint: uint64(secondaryEntryAddress()),
	}
	code.write(bytesAt(direct(page), trampolineSize))
	return page, true
}

// unmapTrampoline is for when all CPUs have come that were told to start. They must
// forget the page before they run threads. One that comes late needs it to find that
// there is no block for it, and halts there.
func unmapTrampoline(page uintptr) {
	entry, _ := findEntry(page)
	*entry = 0
	invalidatePage(page)
	bootCPU.recordStale(pageSpan{page, page + pageSize})
}

// startCPU starts one CPU and reports whether it came.
func startCPU(id uint32, page uintptr) bool {
	s := &secondaries
	s.slots++
	c := newCPU(s.slots)
	c.apicID = id
	blocksByAPIC[id] = addressOf(c)
	before := readTSC()
	came := c.callUntilReady(page)
	after := readTSC()
	switch {
	case !came:
		s.late = true
		if s.listed {
			leaveOut(id, "does not start")
		}
	case c.startTSC < before || c.startTSC > after:
		leaveOut(id, "has a clock of its own")
	default:
		c.admit()
		return true
	}
	blocksByAPIC[id] = 0
	atomic.StoreUint32(&c.start, startRefused)
	return false
}

// callUntilReady tells c to start at the trampoline, twice if need be, as CPUs may
// miss the first time, and waits for it.
func (c *cpu) callUntilReady(page uintptr) bool {
	patience := uint64(startPatience)
	if !secondaries.listed {
		patience = probePatience
	}
	called := readTSC()
	for _, wait := range [...]uint64{startRetry, patience} {
		localAPIC.send(c.apicID, apicStartUp|uint32(page/pageSize))
		for scaled(readTSC()-called, clock.scale) < wait {
			if atomic.LoadUint32(&c.start) == startReady {
				return true
			}
			spinHint()
		}
	}
	return false
}

// admit lets c run threads.
func (c *cpu) admit() {
	c.index = cpuCount
	cpuBlocks[cpuCount] = addressOf(c)
	cpuCount++
	idleCPUs = idleCPUs.with(c.index, true)
	atomic.StoreUint32(&c.start, startAdmitted)
}

func leaveOut(id uint32, why string) {
	logText("metal: the CPU with APIC ID ")
	logDecimal(uintptr(id))
	logText(" ")
	logText(why)
	logText("; it is left out\n")
}

// newCPU makes the block and the stacks of a slot.
func newCPU(slot int) *cpu {
	block := slotAddress(slot) + slotBlock
	mapKernelMemory(block, (cpuSize+pageMask)&^pageMask)
	c := at[cpu](block)
	c.mapStacks(slot)
	return c
}

// waitSince waits until d nanoseconds have passed since the time stamp counter was
// tsc.
func waitSince(tsc, d uint64) {
	for scaled(readTSC()-tsc, clock.scale) < d {
		spinHint()
	}
}

// listCPUs notes the CPUs that the firmware lists. It reports false when there is no
// such list.
func listCPUs(into *apicIDs) bool {
	parseMADT(findACPITable("APIC"), into)
	return into.n > 0
}

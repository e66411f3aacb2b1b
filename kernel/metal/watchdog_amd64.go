//go:build linux

package metal

import "sync/atomic"

// The watchdog looks at a CPU when nothing can keep it out: in a non-maskable interrupt.
// The interval timer (PIT), of which nothing else needs the interrupts, sends one to the
// CPU that booted some 18 times a second. Once a second that one visits the others in the
// same way. What counts is how often a CPU was found in the same trouble, not how late
// it is: a host that leaves no time to the machine delays the visits, too.

const (
	timerInput      = 2 // of the I/O APIC: where PCs have the interval timer
	timerCount      = 0xffff
	ioAPICAlways    = 4 << 8 // delivery mode: non-maskable
	visitInterval   = nanosPerSecond
	visitLateness   = nanosPerSecond
	timerShortest   = nanosPerSecond * 3 / 4 * timerCount / pitHertz // before that, the interrupt is not the timer's
	flagsInterrupts = 1 << 9
)

var watchdog struct {
	watchdogSetting
	armed  uint64 // when the timer was set; 0 while the watchdog is off
	visits uint64 // when the other CPUs were visited
}

// startWatchdog reads the setting and begins to watch.
func startWatchdog() {
	watchdog.watchdogSetting = watchdogSetting{seconds: watchdogDefault}
	s := wordSplitter{line: commandLine.text[:commandLine.size]}
	for {
		w, ok, err := s.next(wordBuffer[:])
		if err != nil || !ok || !w.assignment {
			break
		}
		const n = len(watchdogVariable)
		if w.size < n || string(wordBuffer[:n]) != watchdogVariable {
			continue
		}
		if watchdog.watchdogSetting, ok = parseWatchdog(wordBuffer[n:w.size]); !ok {
			fail("WITAN_WATCHDOG is not off, nor seconds from 1 to 3600, with \",reboot\" behind them or not")
		}
	}
	if watchdog.seconds == 0 {
		return
	}
	writeIOAPIC(ioAPICRedirection+2*timerInput+1, bootCPU.apicID<<24)
	writeIOAPIC(ioAPICRedirection+2*timerInput, ioAPICAlways)
	armWatchdog()
}

// armWatchdog sets the timer.
func armWatchdog() {
	watchdog.armed = nanotime() | 1
	out8(pitCommand, pitOneShot)
	out8(pitData, timerCount&0xff)
	out8(pitData, timerCount>>8)
}

// nonMaskable handles a non-maskable interrupt: one of the watchdog's, one of a CPU that
// ends the machine, or one from outside, which asks where everybody is. It nests in
// everything, page faults included, and takes no locks.
func nonMaskable(f *frame, c *cpu) {
	switch atomic.LoadUint32(&ending) {
	case 0:
		if c.isVisit() {
			c.visit(f)
			return
		}
	case uint32(c.index) + 1:
		return // this CPU is busy with just that, and needs no watching any more
	}
	c.stop(f)
	fatalFault("non-maskable interrupt", f, c)
}

// isVisit reports whether the interrupt is the watchdog's, and prepares the next one.
func (c *cpu) isVisit() bool {
	if c != &bootCPU {
		return atomic.SwapUint32(&c.visited, 0) != 0
	}
	now := nanotime()
	if watchdog.armed == 0 || now-watchdog.armed < timerShortest {
		return false
	}
	if now-watchdog.visits >= visitInterval {
		watchdog.visits = now
		atomic.StoreUint32(&c.visited, 1)
		c.announceVisits()
	}
	armWatchdog()
	return true
}

// announceVisits interrupts the other CPUs. What c was doing may have been to interrupt one
// itself, which takes two writes: the first one must last.
func (c *cpu) announceVisits() {
	destination := localAPIC.read(apicDestination)
	for i := range cpuCount {
		// A visit that has not begun is not announced twice: of the second interrupt nobody
		// would know whose it is.
		if other := cpuByIndex(i); other != c && atomic.SwapUint32(&other.visited, 1) == 0 {
			localAPIC.interruptAlways(other.apicID)
		}
	}
	localAPIC.write(apicDestination, destination)
}

// visit looks at c, which was interrupted in f.
func (c *cpu) visit(f *frame) {
	if c == &bootCPU && atomic.SwapUint32(&c.visited, 0) == 0 {
		return // the timer is faster than the visits
	}
	now := watched{handled: c.handled, switched: c.switched}
	_, when, ok := c.deadlines.first()
	late := ok && when+visitLateness < nanotime()
	now.deadline = when
	// Who waits for the kernel lock has interrupts on, and is in a handler all the same.
	inHandler := f.flags&flagsInterrupts == 0 || kernelLock.hasWaiter(c)
	reason, visits := c.watched.visit(now, inHandler, ready.queues[c.index].length > 0, late)
	if visits < watchdog.seconds {
		return
	}
	c.stop(f)
	logText("\nmetal: the watchdog ends the machine: for ")
	logDecimal(uintptr(visits))
	logText(" s CPU ")
	logDecimal(uintptr(c.index))
	logText(" ")
	logText(hangTexts[reason])
	logText(":\n")
	printFrame(f, readCR2())
	printCallers(f)
	printOthers()
	if watchdog.reboots {
		reset()
	}
	powerOff(StatusFatal)
}

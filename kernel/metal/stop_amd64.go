//go:build linux

package metal

import "sync/atomic"

// The CPU that ends the machine stops the others first, so that nothing is written
// to the log or to devices beside it. They take a non-maskable interrupt, which
// finds them wherever they are, and leave their registers for the log: where the
// other CPUs were is what explains a hang.

// ending is 1 + the index of the CPU that ends the machine, or 0.
var ending uint32

// stopOthers leaves the calling CPU alone on the machine. Of several CPUs that
// want that, one is left.
func stopOthers() {
	if cpuCount == 1 {
		return // also before there is a current CPU
	}
	c := thisCPU()
	self := uint32(c.index) + 1
	if !atomic.CompareAndSwapUint32(&ending, 0, self) {
		if atomic.LoadUint32(&ending) == self {
			return
		}
		haltForever()
	}
	for i := range cpuCount {
		if other := cpuByIndex(i); other != c {
			// CPUs that were left out must not be woken: nobody knows what they run.
			localAPIC.interruptAlways(other.apicID)
			other.awaitStopped()
		}
	}
}

// awaitStopped waits a while for c to stop.
func (c *cpu) awaitStopped() {
	for n := 0; atomic.LoadUintptr(&c.stopped) == 0 && n < logPatience; n++ {
		spinHint()
	}
}

// stop is what a CPU does with a non-maskable interrupt. Such an interrupt from
// outside may reach several CPUs; it returns on the one that is to tell of it.
func (c *cpu) stop(f *frame) {
	atomic.StoreUintptr(&c.stopped, addressOf(f))
	stopOthers()
}

// printOthers writes to the log where the other CPUs were when they stopped.
func printOthers() {
	for i := range cpuCount {
		other := cpuByIndex(i)
		stopped := atomic.LoadUintptr(&other.stopped)
		if stopped == 0 || other == thisCPU() {
			continue
		}
		logText("metal: meanwhile CPU ")
		logDecimal(uintptr(i))
		logText(" in thread ")
		logDecimal(uintptr(other.thread().id))
		logText(":\n")
		printFrame(at[frame](stopped), 0)
		printCallers(at[frame](stopped))
	}
}

// failWithOthers is fail where other CPUs are part of the reason.
func failWithOthers(why string, c *cpu) {
	stopOthers()
	logText("metal: CPU ")
	logDecimal(uintptr(c.index))
	logText(": ")
	logText(why)
	logText("\n")
	printOthers()
	powerOff(StatusFatal)
}

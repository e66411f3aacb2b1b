package metal

import (
	"iter"
	"os"
	"time"
)

// Timing is one step of the boot, and how long after the loader's entry it was
// reached; where no loader came first, after the kernel's.
type Timing struct {
	Stage string
	Since time.Duration
}

// Active reports whether the program runs on metal. Where it does not, the other
// functions of this file return zero values.
func Active() bool { return isActive() }

// Ramdisk returns the image's TAR file. It is mapped read only: a write to it is
// a fault.
func Ramdisk() []byte { return machineRamdisk() }

// Timings returns the stages of the boot so far, in order.
func Timings() []Timing { return machineTimings() }

// Mark records that the program reached a stage, for [Timings]. Only the first
// sixteen stages are kept.
func Mark(stage string) { machineMark(stage) }

// MemoryTotal returns the machine's RAM in bytes.
func MemoryTotal() uint64 { return machineMemory() }

// CPUs returns the number of CPUs that run the program.
func CPUs() int { return machineCPUs() }

// AddEntropy mixes random bytes of a device into the random numbers that the program gets
// from here on, and returns how many there was room for. They are used once each.
func AddEntropy(p []byte) int { return machineAddEntropy(p) }

// IdleTimes returns for how long each CPU had nothing to do since it was started.
func IdleTimes() []time.Duration { return machineIdleTimes() }

// Counters tell how much work the kernel did since its entry.
type Counters struct {
	SystemCalls uint64
	PageFaults  uint64 // that brought in a page
	Interrupts  uint64
	Signals     uint64
	Switches    uint64 // from one thread to another
	Shootdowns  uint64 // of translations that other CPUs could remember
	MemoryUsed  uint64 // bytes handed out: pages, page tables, thread blocks
}

// MemoryUsed returns how much of the RAM is handed out, in bytes.
func MemoryUsed() uint64 { return Count().MemoryUsed }

// StatusFatal is the exit status of a machine that the kernel gives up: because of a fault of its own, a watchdog, or
// something that the machine lacks. The log says why.
const StatusFatal = 125

// Shutdown ends the machine with an exit status, of which eight bits count. Where there is
// nobody to tell, it is turned off. It does not return.
func Shutdown(status int) { os.Exit(status & 0xff) }

// Reboot starts the machine anew. It returns only where there is no machine.
func Reboot() { machineReboot() }

// Count returns the counters.
func Count() Counters { return machineCount() }

// Machine is the functions of this file as methods, for code that takes a machine
// as an interface.
type Machine struct{}

// This returns the machine that the program runs on.
func This() Machine { return Machine{} }

// Metal is [Active].
func (Machine) Metal() bool { return Active() }

// Ramdisk is [Ramdisk].
func (Machine) Ramdisk() []byte { return Ramdisk() }

// Stages is [Timings] as a sequence of names and times.
func (Machine) Stages() iter.Seq2[string, time.Duration] {
	return func(yield func(string, time.Duration) bool) {
		for _, t := range Timings() {
			if !yield(t.Stage, t.Since) {
				return
			}
		}
	}
}

// Mark is [Mark].
func (Machine) Mark(stage string) { Mark(stage) }

// Count is [Count].
func (Machine) Count() Counters { return Count() }

// Reboot is [Reboot].
func (Machine) Reboot() { Reboot() }

// MemoryUsed is [MemoryUsed].
func (Machine) MemoryUsed() uint64 { return MemoryUsed() }

// MemoryTotal is [MemoryTotal].
func (Machine) MemoryTotal() uint64 { return MemoryTotal() }

// CPUs is [CPUs].
func (Machine) CPUs() int { return CPUs() }

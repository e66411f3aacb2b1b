package loader

import (
	"math"
	"runtime/debug"

	"github.com/witan-os/witan/kernel/metal"
)

// BootInfo is what the loader tells a payload.
type BootInfo = metal.BootInfo

// Options are what a payload asks of its loader. They must be constants: the image builder reads them without running
// the program.
type Options struct {
	// StackSize is the size in bytes of the stack that every CPU gets, a multiple of 4096, at least 8192; the lowest page
	// of it is not mapped. The kernel's handlers run on it. Zero means DefaultStackSize.
	StackSize uint64
	// CPUs is how many CPUs the payload may start, at most 256. Zero means DefaultCPUs.
	CPUs uint64
	// Memory is the least RAM in bytes that the machine must have.
	Memory uint64
	// Heap is how much memory in bytes Go's runtime is to use, as GOMEMLIMIT says it; the machine must have as much. Zero
	// means no bound.
	Heap uint64
	// PhysicalMap is a virtual address, canonical and a multiple of 512 GiB, at which the first 4 GiB of physical memory are to
	// be mapped, besides at 0, until the payload has page tables of its own. Zero means that it needs no such map.
	PhysicalMap uint64
}

// What a payload gets that declares nothing.
const (
	DefaultStackSize = 64 << 10
	DefaultCPUs      = 16
)

// A Declaration is the entry point of a payload, as Entry returns it. Its fields are in the order in which
// FindDeclaration reads them.
type Declaration struct {
	mark     [2]uint64
	version  uint64 // of BootInfo
	function func(*BootInfo)
	options  Options
}

// The mark tells a declaration from other data of a program. The numbers are random.
const (
	markLow  = 0x8d1c_53f0_a6e2_497b
	markHigh = 0x3be7_90d4_1f68_c25a
)

// Entry declares that a payload is entered by f. The declaration must be initialised where a variable of a package is
// declared, with constant options, and Run must be called: only then does the linked program show it.
func Entry(f func(*BootInfo), options Options) Declaration {
	return Declaration{mark: [2]uint64{markLow, markHigh}, version: metal.BootInfoVersion, function: f, options: options}
}

// Run bounds the heap as declared and calls the function with what the loader said. Under an ordinary kernel, all of that
// is zero.
func (d *Declaration) Run() {
	if heap := d.options.Heap; heap > 0 && heap <= math.MaxInt64 {
		debug.SetMemoryLimit(int64(heap))
	}
	info := metal.Info()
	d.function(&info)
}

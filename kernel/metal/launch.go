package metal

// A program that runs on metal can make room for another and hand the machine
// over to it. The loader's second stage does: it is linked above the place of the
// program that it starts, and what lies below is given to nobody.

// Info returns what the loader told this program; on other than bare metal, the
// zero value.
func Info() BootInfo { return machineInfo() }

// LoadArea returns the physical memory from behind the loader's own tables up to
// where this program is linked, and the address of its first byte. Nothing in it
// is in use, but not all of it need be RAM; see [Usable].
func LoadArea() (start uint64, memory []byte) { return machineLoadArea() }

// Usable reports whether all of [start, end) is RAM that the firmware leaves to
// us. That includes what it would need to wake from a sleep to RAM, which this
// kernel never enters.
func Usable(start, end uint64) bool { return machineUsable(start, end) }

// Launch ends this program and enters another, in the state that the loader
// leaves to every program, on the first of info's stacks. It returns only with an
// error.
func Launch(entry uint64, info BootInfo) error { return machineLaunch(entry, info) }

// Errors of [Launch].
const (
	ErrNotOnMetal = staticError("metal: only a program on bare metal can launch another")
	ErrManyCPUs   = staticError("metal: only a program on one CPU can launch another")
)

// memorySleep is the type of memory that the firmware needs to wake from a sleep to
// RAM (ACPI NVS).
const memorySleep = 4

// covers reports whether the entries of a memory map, in whatever order, leave
// no byte of [start, end) out that is not usable.
func covers(entries []memoryEntry, start, end uint64) bool {
	for start < end {
		next := start
		for _, e := range entries {
			ours := e.kind == memoryUsable || e.kind == memorySleep
			if ours && e.start <= start && start-e.start < e.size {
				next = max(next, e.start+e.size)
			}
		}
		if next == start {
			return false
		}
		start = next
	}
	return true
}

// memoryEntry is an entry of the firmware's memory map.
type memoryEntry struct {
	start, size uint64
	kind, _     uint32
}

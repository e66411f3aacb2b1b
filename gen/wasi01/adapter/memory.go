//go:build wasip1

package adapter

// This file divides the adapter's memory. Its lower end has a place for everything that there is one of, the rest is an
// arena for what lives as long as one call: buffers, and what the host returns.

// The places, in bytes from the beginning. Address 0 stays unused, so that it can stand for nothing.
const (
	resultAt      address = 64                      // what an imported function returns
	pendingAt     address = resultAt + sizeOfResult // the directory entry that was read too early
	descriptorsAt address = pendingAt + pendingSize // the table of descriptors, with the one that is never open
	arenaAt       address = descriptorsAt + (maxDescriptors+1)*sizeOfEntry
)

// pendingSize is enough for the names that there are.
const pendingSize = 1 << 10

const (
	pageBits = 16

	// maxMemory bounds the arena's end. What a guest asks for is bounded by its functions, far below; this is for a
	// host that returns more than it was asked for.
	maxMemory = 1 << 30

	// chunk is how many bytes of a larger transfer are on their way at once.
	chunk = 1 << 16
)

var (
	arenaBase = arenaAt // what is below stays allocated
	arenaTop  = arenaAt // where the free part begins
)

// begin frees what the last call allocated. Each function that allocates begins with it.
func begin() { arenaTop = arenaBase }

// keep lets what is allocated now outlive the call.
func keep() { arenaBase = arenaTop }

// allocate returns memory from the arena. The alignment is a power of two.
func allocate(alignment, size uint32) address {
	at := (uint64(arenaTop) + uint64(alignment) - 1) &^ (uint64(alignment) - 1)
	end := at + uint64(size)
	if end > uint64(memorySize())<<pageBits {
		growTo(end)
	}
	arenaTop = address(end)
	return address(at)
}

// growTo makes the memory that large, in bytes, or traps.
func growTo(end uint64) {
	const failed = 1<<32 - 1
	if end > maxMemory {
		unreachable()
	}
	pages := uint32((end + 1<<pageBits - 1) >> pageBits)
	if memoryGrow(pages-memorySize()) == failed {
		unreachable()
	}
}

// reallocate is how the host allocates what it returns. What it has allocated last grows in place.
//
//go:wasmexport cabi_realloc
func reallocate(old address, oldSize, alignment, size uint32) address {
	if old != 0 && old+address(oldSize) == arenaTop {
		arenaTop = old
	}
	at := allocate(alignment, size)
	if at != old && oldSize != 0 {
		memoryCopy(at, old, min(oldSize, size))
	}
	return at
}

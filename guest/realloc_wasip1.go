//go:build wasip1

package guest

import (
	"unsafe"
)

// realloc gives the host memory for values that it passes. It is Go memory: what is lifted from it keeps it alive, and
// then the collector has it back.
//
// It must not park, not even on entry, where a function that may grow its stack is asked to yield; hence nosplit.
//
//go:wasmexport cabi_realloc
//go:nosplit
func realloc(old, oldSize, align, size uint32) uint32 {
	procPin()
	p := reallocate(old, oldSize, align, size)
	procUnpin()
	return p
}

func reallocate(old, oldSize, align, size uint32) uint32 {
	if size == 0 {
		return align // any address that is aligned
	}
	p := bump(uint64(size), uint64(align))
	if p == nil {
		p = allocate(size, align)
		allocated = append(allocated, p)
		missing += uint64(size)
	}
	if oldSize > 0 {
		copy(unsafe.Slice((*byte)(p), size), unsafe.Slice((*byte)(Pointer(old)), oldSize))
	}
	return address(p)
}

// Go's allocator is no place for what the host passes. When the heap grows it may ask for the time, which is a call
// out, and that traps while the host lowers values. So there is scratch: memory that is there before it is needed, and
// is used again by the next call. What is lifted from it is copied, which also means that a string of a few bytes keeps
// no more than those alive.
//
// What does not fit is allocated after all, which nearly always goes well, and scratch is larger from then on. Most of
// it is never touched, and takes nothing but addresses.
var (
	firstScratch [1 << 17]uint64
	scratch      = unsafe.Pointer(&firstScratch)
	scratchSize  = uint64(unsafe.Sizeof(firstScratch))
	scratchUsed  uint64
	missing      uint64 // bytes that did not fit
)

// maxScratch is the size that scratch grows to.
const maxScratch = 1 << 25

// bump takes memory from scratch, if there is enough.
func bump(size, align uint64) unsafe.Pointer {
	start := (scratchUsed + align - 1) &^ (align - 1)
	if start+size > scratchSize {
		return nil
	}
	scratchUsed = start + size
	return unsafe.Add(scratch, start)
}

// inScratch reports whether an address is in scratch.
func inScratch(p uint32) bool { return uint64(p-address(scratch)) < scratchSize }

// resetScratch makes scratch free for the next call, and returns the size that would have been enough if it was too
// small.
func resetScratch() (wanted uint64) {
	if missing > 0 && scratchSize < maxScratch {
		wanted = min(maxScratch, 2*(scratchUsed+missing))
	}
	scratchUsed, missing = 0, 0
	return wanted
}

// enlargeScratch replaces scratch. Making it may park, and other goroutines may use what there is until then.
func enlargeScratch(size uint64) {
	larger := make([]uint64, (size+7)/8)
	scratch, scratchSize = unsafe.Pointer(unsafe.SliceData(larger)), size
}

// allocate makes memory of the size without pointers. Go aligns blocks by their size: those whose size is a multiple
// of 2, 4 or 8 at that, as far as they are smaller than 16 bytes, and all others at 8.
func allocate(size, align uint32) unsafe.Pointer {
	size64 := (uint64(size) + uint64(align) - 1) &^ (uint64(align) - 1)
	return unsafe.Pointer(unsafe.SliceData(make([]byte, size64)))
}

// Pointer is the pointer to an address.
func Pointer(address uint32) unsafe.Pointer { return unsafe.Add(nil, address) }

// address is the address of what does not move: something on the heap, or a variable of a package. The compiler does not
// see that the target is needed, so who calls it sees to that, see keep.
func address(p unsafe.Pointer) uint32 { return uint32(uintptr(p)) }

// Addr is the address of a variable of a package.
func Addr(p unsafe.Pointer) uint32 { return address(p) }

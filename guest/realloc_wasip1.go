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
// Go's allocator may ask for the time when the heap grows. That would be a call out, which traps while the host lowers
// values, so Witan's adapter for WASI 0.1 stands between the host and this function, and knows the time without asking.
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
	p := allocate(size, align)
	allocated = append(allocated, p)
	debt += uint64(size)
	if oldSize > 0 {
		copy(unsafe.Slice((*byte)(p), size), unsafe.Slice((*byte)(Pointer(old)), oldSize))
	}
	return address(p)
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

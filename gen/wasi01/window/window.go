//go:build wasip1

// Package window is a core module that gives the adapter sight of the guest's memory.
//
// An adapter with a memory of its own cannot name that of the guest: a module has one memory. So this one imports
// the guest's, and exports functions to load and store there. An address that is out of bounds traps, here as in the
// guest itself.
package window

// Instructions on the guest's memory.

//go:wasmimport op i32.load8_u
func load8(address uint32) uint32

//go:wasmimport op i32.load16_u
func load16(address uint32) uint32

//go:wasmimport op i32.load
func load32(address uint32) uint32

//go:wasmimport op i64.load
func load64(address uint32) uint64

//go:wasmimport op i32.store8
func store8(address, value uint32)

//go:wasmimport op i32.store16
func store16(address, value uint32)

//go:wasmimport op i32.store
func store32(address, value uint32)

//go:wasmimport op i64.store
func store64(address uint32, value uint64)

//go:wasmimport op memory.size
func memorySize() (pages uint32)

//go:wasmimport op unreachable
func unreachable()

// checkRange traps unless all of a range is in the memory. Addresses wrap around: without this a range that goes
// over the end of a memory of 4 GiB would go on at its beginning.
//
//go:wasmexport check_range
func checkRange(address, size uint32) {
	const pageBits = 16
	if uint64(address)+uint64(size) > uint64(memorySize())<<pageBits {
		unreachable()
	}
}

//go:wasmexport load8
func exportLoad8(address uint32) uint32 { return load8(address) }

//go:wasmexport load16
func exportLoad16(address uint32) uint32 { return load16(address) }

//go:wasmexport load32
func exportLoad32(address uint32) uint32 { return load32(address) }

//go:wasmexport load64
func exportLoad64(address uint32) uint64 { return load64(address) }

//go:wasmexport store8
func exportStore8(address, value uint32) { store8(address, value) }

//go:wasmexport store16
func exportStore16(address, value uint32) { store16(address, value) }

//go:wasmexport store32
func exportStore32(address, value uint32) { store32(address, value) }

//go:wasmexport store64
func exportStore64(address uint32, value uint64) { store64(address, value) }

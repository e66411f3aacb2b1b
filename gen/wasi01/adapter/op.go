//go:build wasip1

package adapter

// Instructions on the adapter's own memory, whose addresses have a type of their own: those of the guest's memory are
// numbers of the same size, and must never be used here.

// address is one in the adapter's memory.
type address uint32

//go:wasmimport op i32.load8_u
func load8(at address) uint32

//go:wasmimport op i32.load
func load32(at address) uint32

//go:wasmimport op i64.load
func load64(at address) uint64

//go:wasmimport op i32.store8
func store8(at address, value uint32)

//go:wasmimport op i32.store
func store32(at address, value uint32)

//go:wasmimport op i64.store
func store64(at address, value uint64)

//go:wasmimport op memory.copy
func memoryCopy(to, from address, size uint32)

//go:wasmimport op memory.size
func memorySize() (pages uint32)

//go:wasmimport op memory.grow
func memoryGrow(pages uint32) (before uint32)

//go:wasmimport op unreachable
func unreachable()

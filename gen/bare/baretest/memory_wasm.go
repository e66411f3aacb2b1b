//go:build wasip1

package baretest

//go:wasmimport op i32.load
func load32(address uint32) uint32

//go:wasmimport op i32.load8_u
func load8(address uint32) uint32

//go:wasmimport op i64.load
func load64(address uint32) uint64

//go:wasmimport op i32.store
func store32(address, value uint32)

//go:wasmimport op i32.store8
func store8(address, value uint32)

//go:wasmimport op i64.store
func store64(address uint32, value uint64)

//go:wasmimport op memory.copy
func copyBytes(to, from, size uint32)

//go:wasmimport op memory.fill
func fill(at, value, size uint32)

//go:wasmimport op i32.clz
func leadingZeros(x uint32) uint32

//go:wasmimport op i64.rotl
func rotate(x, n uint64) uint64

//go:wasmimport op data
func data(text string) uint32

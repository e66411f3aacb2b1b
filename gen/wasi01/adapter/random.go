//go:build wasip1

package adapter

//go:wasmimport wasi:random/random@0.2.12 get-random-bytes
func getRandomBytes(size uint64, result address)

// randomGet takes what is asked for in parts, so that a large buffer needs no memory of that size here.
//
//go:wasmexport random_get
func randomGet(buffer guest, size uint32) errno {
	checkRange(buffer, size)
	for size > 0 {
		begin()
		getRandomBytes(uint64(min(size, chunk)), resultAt)
		n := min(load32(resultAt+4), size)
		if n == 0 {
			return errnoIO
		}
		deliver(buffer, address(load32(resultAt)), n)
		buffer += guest(n)
		size -= n
	}
	return errnoSuccess
}

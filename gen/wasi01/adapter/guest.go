//go:build wasip1

package adapter

// This file is about the guest's memory, as far as the window lets it be seen.

// guest is an address in the guest's memory.
type guest uint32

// checkRange traps unless the guest's memory has the whole range. Records are checked before their fields are
// used, since the address of a field could wrap around.
//
//go:wasmimport guest_memory check_range
func checkRange(at guest, size uint32)

//go:wasmimport guest_memory load8
func guestLoad8(at guest) uint32

//go:wasmimport guest_memory load16
func guestLoad16(at guest) uint32

//go:wasmimport guest_memory load32
func guestLoad32(at guest) uint32

//go:wasmimport guest_memory load64
func guestLoad64(at guest) uint64

//go:wasmimport guest_memory load_block
func guestLoadBlock(at guest) (w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15 uint64)

//go:wasmimport guest_memory store8
func guestStore8(at guest, value uint32)

//go:wasmimport guest_memory store16
func guestStore16(at guest, value uint32)

//go:wasmimport guest_memory store32
func guestStore32(at guest, value uint32)

//go:wasmimport guest_memory store64
func guestStore64(at guest, value uint64)

//go:wasmimport guest_memory store_block
func guestStoreBlock(at guest, w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15 uint64)

// blockSize is how many bytes a block has.
const blockSize = 128

// fetch copies from the guest's memory to the adapter's.
func fetch(to address, from guest, size uint32) {
	checkRange(from, size)
	for ; size >= blockSize; size -= blockSize {
		w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15 := guestLoadBlock(from)
		store64(to, w0)
		store64(to+8, w1)
		store64(to+16, w2)
		store64(to+24, w3)
		store64(to+32, w4)
		store64(to+40, w5)
		store64(to+48, w6)
		store64(to+56, w7)
		store64(to+64, w8)
		store64(to+72, w9)
		store64(to+80, w10)
		store64(to+88, w11)
		store64(to+96, w12)
		store64(to+104, w13)
		store64(to+112, w14)
		store64(to+120, w15)
		to += blockSize
		from += blockSize
	}
	for ; size >= 8; size -= 8 {
		store64(to, guestLoad64(from))
		to += 8
		from += 8
	}
	for ; size > 0; size-- {
		store8(to, guestLoad8(from))
		to++
		from++
	}
}

// deliver copies from the adapter's memory to the guest's.
func deliver(to guest, from address, size uint32) {
	checkRange(to, size)
	for ; size >= blockSize; size -= blockSize {
		guestStoreBlock(to,
			load64(from), load64(from+8), load64(from+16), load64(from+24),
			load64(from+32), load64(from+40), load64(from+48), load64(from+56),
			load64(from+64), load64(from+72), load64(from+80), load64(from+88),
			load64(from+96), load64(from+104), load64(from+112), load64(from+120))
		to += blockSize
		from += blockSize
	}
	for ; size >= 8; size -= 8 {
		guestStore64(to, load64(from))
		to += 8
		from += 8
	}
	for ; size > 0; size-- {
		guestStore8(to, load8(from))
		to++
		from++
	}
}

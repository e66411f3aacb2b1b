//go:build wasip1

package window

// Bytes in bulk go from one memory to the other as arguments and results, 128 of them with each call: a call costs
// about as much as a dozen instructions, whatever it carries.

//go:wasmexport load_block
func loadBlock(address uint32) (w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15 uint64) {
	return load64(address), load64(address + 8), load64(address + 16), load64(address + 24),
		load64(address + 32), load64(address + 40), load64(address + 48), load64(address + 56),
		load64(address + 64), load64(address + 72), load64(address + 80), load64(address + 88),
		load64(address + 96), load64(address + 104), load64(address + 112), load64(address + 120)
}

//go:wasmexport store_block
func storeBlock(address uint32, w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15 uint64) {
	store64(address, w0)
	store64(address+8, w1)
	store64(address+16, w2)
	store64(address+24, w3)
	store64(address+32, w4)
	store64(address+40, w5)
	store64(address+48, w6)
	store64(address+56, w7)
	store64(address+64, w8)
	store64(address+72, w9)
	store64(address+80, w10)
	store64(address+88, w11)
	store64(address+96, w12)
	store64(address+104, w13)
	store64(address+112, w14)
	store64(address+120, w15)
}

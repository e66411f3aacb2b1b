//go:build wasip1

package adapter

// This file tells the program how it was started. The host has lists of strings; the program wants the bytes of
// all strings, each with a zero behind it, and pointers to them.

//go:wasmimport wasi:cli/environment@0.2.12 get-arguments
func getArguments(result address)

//go:wasmimport wasi:cli/environment@0.2.12 get-environment
func getEnvironment(result address)

//go:wasmexport args_sizes_get
func argsSizesGet(count, size guest) errno {
	begin()
	getArguments(resultAt)
	first, n := load32(resultAt), load32(resultAt+4)
	bytes := uint32(0)
	for i := range n {
		bytes += load32(stringAt(first, i)+4) + 1
	}
	guestStore32(count, n)
	guestStore32(size, bytes)
	return errnoSuccess
}

//go:wasmexport args_get
func argsGet(pointers, bytes guest) errno {
	begin()
	getArguments(resultAt)
	first, n := load32(resultAt), load32(resultAt+4)
	for i := range n {
		guestStore32(pointers, uint32(bytes))
		pointers += 4
		bytes = deliverString(bytes, stringAt(first, i), 0)
	}
	return errnoSuccess
}

//go:wasmexport environ_sizes_get
func environSizesGet(count, size guest) errno {
	begin()
	getEnvironment(resultAt)
	first, n := load32(resultAt), load32(resultAt+4)
	bytes := uint32(0)
	for i := range n {
		key := variableAt(first, i)
		bytes += load32(key+4) + 1 + load32(key+variableValue+4) + 1
	}
	guestStore32(count, n)
	guestStore32(size, bytes)
	return errnoSuccess
}

//go:wasmexport environ_get
func environGet(pointers, bytes guest) errno {
	begin()
	getEnvironment(resultAt)
	first, n := load32(resultAt), load32(resultAt+4)
	for i := range n {
		key := variableAt(first, i)
		guestStore32(pointers, uint32(bytes))
		pointers += 4
		bytes = deliverString(bytes, key, '=')
		bytes = deliverString(bytes, key+variableValue, 0)
	}
	return errnoSuccess
}

// stringAt is the address of an element of a list of strings: of the string's own address and length.
func stringAt(first, i uint32) address { return address(first + i*sizeOfString) }

// variableAt is the address of an element of the environment: of the two strings of key and value.
func variableAt(first, i uint32) address { return address(first + i*sizeOfVariable) }

// deliverString writes a string and a byte that ends it, and returns where the next can go.
func deliverString(to guest, text address, end uint32) guest {
	size := load32(text + 4)
	deliver(to, address(load32(text)), size)
	to += guest(size)
	guestStore8(to, end)
	return to + 1
}

package bare_test

import (
	"fmt"

	"github.com/witan-os/witan/gen/bare"
	"github.com/witan-os/witan/internal/coremodule"
)

func ExampleCompile() {
	const source = `//go:build wasip1

package checksum

//go:wasmimport op i32.load8_u
func byteAt(address uint32) uint32

// sum adds up the bytes of a list.
//
//go:wasmexport sum
func sum(list, size uint32) uint32 {
	total := uint32(0)
	for i := range size {
		total += byteAt(list + i)
	}
	return total
}
`
	wasm, err := bare.Compile(map[string]string{"checksum.go": source}, bare.Options{Memory: bare.Imported("env", "memory")})
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := coremodule.Read(wasm)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, i := range m.Imports {
		fmt.Println("imports", i.Space, i.Module, i.Name)
	}
	for _, x := range m.Exports {
		fmt.Println("exports", x.Space, x.Name)
	}
	// Output:
	// imports memory env memory
	// exports function sum
}

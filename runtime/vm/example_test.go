package vm_test

import (
	"context"
	"fmt"
	"log"

	"github.com/witan-os/witan/runtime/vm"
)

// double is this component in binary:
//
//	(component
//	  (core module $m
//	    (func (export "double") (param i32) (result i32)
//	      local.get 0
//	      local.get 0
//	      i32.add))
//	  (core instance $i (instantiate $m))
//	  (alias core export $i "double" (core func $f))
//	  (type $t (func (param "n" u32) (result u32)))
//	  (func $g (type $t) (canon lift (core func $f)))
//	  (export "double" (func $g)))
const double = "\x00asm\x0d\x00\x01\x00" +
	"\x01\x2b" + // core module
	"\x00asm\x01\x00\x00\x00" + "\x01\x06\x01\x60\x01\x7f\x01\x7f" + "\x03\x02\x01\x00" +
	"\x07\x0a\x01\x06double\x00\x00" + "\x0a\x09\x01\x07\x00\x20\x00\x20\x00\x6a\x0b" +
	"\x02\x04\x01\x00\x00\x00" + // core instance
	"\x06\x0c\x01\x00\x00\x01\x00\x06double" + // alias
	"\x07\x08\x01\x40\x01\x01n\x79\x00\x79" + // type
	"\x08\x06\x01\x00\x00\x00\x00\x00" + // lift
	"\x0b\x0c\x01\x00\x06double\x01\x00\x00" // export

// A component is compiled once, instantiated as often as needed, and called.
func Example() {
	ctx := context.Background()
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer v.Close(ctx)
	c, err := v.Compile(ctx, "double", []byte(double))
	if err != nil {
		log.Fatal(err)
	}
	i, err := c.Instantiate(ctx, vm.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer i.Close(ctx)

	n, err := i.Call(ctx, "", "double", uint32(21))
	fmt.Println(n, err)
	_, err = i.Call(ctx, "", "double", "twenty-one")
	fmt.Println(err)
	// Output:
	// 42 <nil>
	// double: n: want u32, have string
}

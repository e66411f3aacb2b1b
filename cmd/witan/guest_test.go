package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	_ "github.com/witan-os/witan/kernel/metal" // its entry, for the run on bare metal
	"github.com/witan-os/witan/runtime/vm"
)

// trapping is a component whose export "g" runs into the instruction unreachable:
//
//	(component
//	  (core module (func $boom (export "f") unreachable))
//	  (core instance (instantiate 0))
//	  (type (func))
//	  (alias core export 0 "f" (core func))
//	  (func (type 0) (canon lift (core func 0)))
//	  (export "g" (func 0)))
var trapping = []byte("\x00asm\x0d\x00\x01\x00" +
	"\x01\x30" + // core module
	"\x00asm\x01\x00\x00\x00" +
	"\x01\x04\x01\x60\x00\x00" + // type
	"\x03\x02\x01\x00" + // function
	"\x07\x05\x01\x01f\x00\x00" + // export
	"\x0a\x05\x01\x03\x00\x00\x0b" + // code
	"\x00\x0e\x04name\x01\x07\x01\x00\x04boom" + // names
	"\x02\x04\x01\x00\x00\x00" + // core instance
	"\x07\x05\x01\x40\x00\x01\x00" + // type
	"\x06\x07\x01\x00\x00\x01\x00\x01f" + // alias
	"\x08\x06\x01\x00\x00\x00\x00\x00" + // canon
	"\x0b\x07\x01\x00\x01g\x01\x00\x00") // export

// TestGuestTrap traps a guest and looks at what its host is told. It runs here and, with the tests of
// kernel/metal, in a VM on bare metal, where the trap leaves machine code that no Linux runs under.
func TestGuestTrap(t *testing.T) {
	ctx := context.Background()
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close(ctx)
	c, err := v.Compile(ctx, "trapping", trapping)
	if err != nil {
		t.Fatal(err)
	}
	i, err := c.Instantiate(ctx, vm.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = i.Call(ctx, "", "g")
	var trap *vm.Trap
	if !errors.As(err, &trap) {
		t.Fatalf("got %v, want a trap", err)
	}
	if trap.Component != "trapping" || trap.Function != "g" || trap.Reason != "unreachable" {
		t.Errorf("the trap is %+v", trap)
	}
	if len(trap.Backtrace) != 1 || !strings.Contains(trap.Backtrace[0], "boom") {
		t.Errorf("the backtrace is %q, want the function boom", trap.Backtrace)
	}
	if _, again := i.Call(ctx, "", "g"); !errors.Is(again, err) {
		t.Errorf("a call after the trap gives %v, want the trap", again)
	}
}

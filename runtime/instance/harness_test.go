package instance_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// This file is what the tests of this package share: a guest is written with internal/testwasm, its host as
// interfaces whose functions work on core values, and it is run through the public face of the runtime.

var ctx = context.Background()

func newVM(t testing.TB) *vm.VM {
	t.Helper()
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return v
}

func compile(t testing.TB, c *testwasm.Component) *vm.Component {
	t.Helper()
	compiled, err := newVM(t).Compile(ctx, "guest", c.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { compiled.Close(ctx) })
	return compiled
}

// start makes an instance of a component that must have one.
func start(t testing.TB, c *testwasm.Component, host ...*glue.Interface) *vm.Instance {
	t.Helper()
	return startWith(t, c, vm.Options{Imports: host})
}

func startWith(t testing.TB, c *testwasm.Component, o vm.Options) *vm.Instance {
	t.Helper()
	i, err := compile(t, c).Instantiate(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Close(ctx) })
	return i
}

// startGated is start for a component that uses features which have not been released.
func startGated(t testing.TB, c *testwasm.Component) *vm.Instance {
	t.Helper()
	compiled, err := newVM(t).CompileWith(ctx, "guest", c.Bytes(), component.AllFeatures)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { compiled.Close(ctx) })
	i, err := compiled.Instantiate(ctx, vm.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Close(ctx) })
	return i
}

// call calls a function that must not fail.
func call(t testing.TB, i *vm.Instance, name string, args ...value.Value) value.Value {
	t.Helper()
	v, err := i.Call(ctx, "", name, args...)
	if err != nil {
		t.Fatalf("%s%v: %v", name, args, err)
	}
	return v
}

// wantCall calls a function and compares its result.
func wantCall(t testing.TB, i *vm.Instance, want value.Value, name string, args ...value.Value) {
	t.Helper()
	if got := call(t, i, name, args...); !value.Equal(got, want) {
		t.Errorf("%s%v = %v, want %v", name, args, got, want)
	}
}

// wantTrap calls a function that must trap, for a reason in which a text occurs. The instance must be dead
// afterwards, with the same error.
func wantTrap(t testing.TB, i *vm.Instance, reason, name string, args ...value.Value) {
	t.Helper()
	_, err := i.Call(ctx, "", name, args...)
	var trap *vm.Trap
	if !errors.As(err, &trap) || !strings.Contains(trap.Reason, reason) {
		t.Fatalf("%s%v: got %v, want a trap with %q", name, args, err, reason)
	}
	if !errors.Is(err, i.Err()) {
		t.Errorf("after the trap the instance has the error %v", i.Err())
	}
	if _, again := i.Call(ctx, "", name, args...); again != i.Err() {
		t.Errorf("the call after the trap gave %v", again)
	}
}

// wantError compares part of an error's text.
func wantError(t testing.TB, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("got %v, want an error with %q", err, text)
	}
}

// hostFunc is a host function whose core signature is given like that of a core function: i32s only.
func hostFunc(name, typ string, params, results int, call instance.HostCall) glue.Func {
	four := []glue.CoreType{glue.I32, glue.I32, glue.I32, glue.I32}
	return glue.Func{Name: name, Type: typ, Params: four[:params], Results: four[:results], Call: call}
}

// scalarGuest exports core functions without memory: each is a name, a core type, its code and a WIT type.
func scalarGuest(funcs ...[4]string) *testwasm.Component {
	m, c := testwasm.NewModule(), testwasm.NewComponent()
	for _, f := range funcs {
		m.Func(f[0], f[1], f[2])
	}
	inst := c.Instantiated(m)
	for _, f := range funcs {
		c.ExportFunc(f[0], c.CoreFunc(inst, f[0]), f[3])
	}
	return c
}

package instance_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/vm"
)

func TestTrapEndsTheInstanceOnly(t *testing.T) {
	c := compile(t, scalarGuest(
		[4]string{"fail", "->", "unreachable", "func()"},
		[4]string{"fine", "-> i32", "i32.const 1", "func() -> u32"},
	))
	one, err := c.Instantiate(ctx, vm.Options{})
	if err != nil {
		t.Fatal(err)
	}
	two, err := c.Instantiate(ctx, vm.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantTrap(t, one, "unreachable", "fail")
	if _, err := one.Call(ctx, "", "fine"); err != one.Err() {
		t.Errorf("another function of the dead instance: %v", err)
	}
	wantCall(t, two, uint32(1), "fine")
	if two.Err() != nil {
		t.Error(two.Err())
	}
}

func TestExit(t *testing.T) {
	i := start(t, adder("test:host/counter"), exiting())
	_, err := i.Call(ctx, "", "add", uint32(42))
	if exit, ok := err.(*vm.Exit); !ok || exit.Code != 42 || err.Error() != "program exited with code 42" {
		t.Errorf("got %v, want the exit itself", err)
	}
	if _, again := i.Call(ctx, "", "add", uint32(1)); again != err {
		t.Errorf("the next call: %v", again)
	}
}

// TestHostCallsBack has a host function call the instance that is calling it.
func TestHostCallsBack(t *testing.T) {
	var i *vm.Instance
	var inner error
	host := counter("test:host/counter", 0)
	host.Funcs[0].Call = func(ctx context.Context, _ *glue.Boundary, stack []uint64) {
		_, inner = i.Call(ctx, "", "add", uint32(1))
		stack[0] = 7
	}
	i = start(t, adder("test:host/counter"), host)
	wantCall(t, i, uint32(7), "add", uint32(1)) // the refusal is the host's business, the guest lives
	if inner != instance.ErrBusy {
		t.Errorf("the call back gave %v", inner)
	}
	wantCall(t, i, uint32(7), "add", uint32(1))
}

// TestManyInstances runs instances of one component in parallel, each with memory, resources and an end of
// its own.
func TestManyInstances(t *testing.T) {
	c := compile(t, keeper(""))
	failing := compile(t, scalarGuest([4]string{"fail", "->", "unreachable", "func()"}))
	var wait sync.WaitGroup
	for n := range uint32(16) {
		wait.Go(func() {
			i, err := c.Instantiate(ctx, vm.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			for range 20 {
				h, err := i.Call(ctx, "", "make", n)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := i.Call(ctx, "", "drop", h); err != nil {
					t.Error(err)
				}
			}
			if sum, err := i.Call(ctx, "", "sum"); err != nil || sum != 20*n {
				t.Errorf("instance %d: %v, %v", n, sum, err)
			}
			if err := i.Close(ctx); err != nil {
				t.Error(err)
			}
			f, err := failing.Instantiate(ctx, vm.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			var trap *vm.Trap
			if _, err := f.Call(ctx, "", "fail"); !errors.As(err, &trap) {
				t.Error(err)
			}
			_ = f.Close(ctx)
		})
	}
	wait.Wait()
}

// TestCloseAfterTrap tells the resources of a dead instance once.
func TestCloseAfterTrap(t *testing.T) {
	var opened []*file
	i := start(t, opener(), files(&opened))
	call(t, i, "open")
	wantTrap(t, i, "9 is not a handle", "read", uint32(9))
	for range 2 {
		if err := i.Close(ctx); err != nil {
			t.Error(err)
		}
	}
	if opened[0].drops != 1 {
		t.Errorf("dropped %d times", opened[0].drops)
	}
	if i.Err() != instance.ErrClosed {
		t.Errorf("the error after Close is %v", i.Err())
	}
}

// TestFailedStartReleases tells resources that an instance got before its start function trapped.
func TestFailedStartReleases(t *testing.T) {
	var opened []*file
	c := testwasm.NewComponent()
	host := c.ImportInstance("test:host/files@1.0.0",
		testwasm.NewInstanceType().Resource("file").Func("open", "func() -> own<file>"))
	given := c.CoreInline(testwasm.CoreExport{Name: "open", Index: c.Lower(c.Alias(host, testwasm.SortFunc, "open"))})
	m := testwasm.NewModule()
	open := m.ImportFunc("host", "open", "-> i32")
	m.Start(m.Func("", "->", fmt.Sprintf("call %d drop unreachable", open)))
	c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: given})
	_, err := compile(t, c).Instantiate(ctx, vm.Options{Imports: []*glue.Interface{files(&opened)}})
	var trap *vm.Trap
	if !errors.As(err, &trap) {
		t.Fatal(err)
	}
	if len(opened) != 1 || opened[0].drops != 1 {
		t.Errorf("files: %+v", opened)
	}
}

// TestCallContext checks that what a guest keeps in the context of a call is gone in the next one.
func TestCallContext(t *testing.T) {
	c := testwasm.NewComponent()
	given := c.CoreInline(
		testwasm.CoreExport{Name: "get", Index: c.Canon(byte(0x0a), byte(0x7f), 1)}, // context.get i32 1
		testwasm.CoreExport{Name: "set", Index: c.Canon(byte(0x0b), byte(0x7f), 1)},
	)
	m := testwasm.NewModule()
	get, set := m.ImportFunc("context", "get", "-> i32"), m.ImportFunc("context", "set", "i32 ->")
	m.Func("get", "-> i32", fmt.Sprintf("call %d", get))
	m.Func("both", "i32 -> i32", fmt.Sprintf("local.get 0 call %d call %d", set, get))
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "context", Instance: given})
	c.ExportFunc("get", c.CoreFunc(inst, "get"), "func() -> u32")
	c.ExportFunc("both", c.CoreFunc(inst, "both"), "func(n: u32) -> u32")
	i := startGated(t, c)
	wantCall(t, i, uint32(5), "both", uint32(5))
	wantCall(t, i, uint32(0), "get")
}

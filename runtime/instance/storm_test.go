package instance_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/vm"
)

// The tests in this file end instances in every way that there is, and have many of them begin and end at once.
// They mean most with the race detector.

// TestEnds poisons instances. Whatever ends one, every later use of it says the same, and another instance of
// the component is not concerned.
func TestEnds(t *testing.T) {
	broken := errors.New("out of paper")
	for _, tt := range []struct {
		name string
		host instance.HostCall
		is   func(err error) bool
	}{
		{"a trap of the host", func(_ context.Context, b *glue.Boundary, _ []uint64) { b.Trap("no adding today") }, func(err error) bool {
			var trap *vm.Trap
			return errors.As(err, &trap) && trap.Reason == "no adding today"
		}},
		{"an error of the host", func(_ context.Context, b *glue.Boundary, _ []uint64) { b.Fail(broken) }, func(err error) bool {
			return errors.Is(err, broken)
		}},
		{"an exit", func(_ context.Context, b *glue.Boundary, _ []uint64) { b.Fail(&vm.Exit{Code: 3}) }, func(err error) bool {
			var exit *vm.Exit
			return errors.As(err, &exit) && exit.Code == 3
		}},
		{"a Go error that is thrown", func(context.Context, *glue.Boundary, []uint64) { panic(broken) }, func(err error) bool {
			return errors.Is(err, broken)
		}},
		{"a bug of the host", func(context.Context, *glue.Boundary, []uint64) {
			var list []int
			list[3] = 4
		}, func(err error) bool {
			var trap *vm.Trap
			return errors.As(err, &trap) && trap.Cause != nil
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			host := counter("test:host/counter", 0)
			host.Funcs[0].Call = tt.host
			c := compile(t, adder("test:host/counter"))
			i := instantiate(t, c, vm.Options{Imports: []*glue.Interface{host}})
			export, err := i.Func("", "add")
			if err != nil {
				t.Fatal(err)
			}
			_, err = vm.CallExport(ctx, export, uint32(1))
			if !tt.is(err) {
				t.Fatalf("got %v", err)
			}
			for range 3 {
				if _, again := vm.CallExport(ctx, export, uint32(1)); again != err {
					t.Errorf("the next call gave %v", again)
				}
			}
			if _, again := c.Instantiate(ctx, vm.Options{Store: i.Store, Imports: []*glue.Interface{host}}); again != err {
				t.Errorf("another instance in the store gave %v", again)
			}
			fine := instantiate(t, c, vm.Options{Imports: []*glue.Interface{counter("test:host/counter", 1)}})
			wantCall(t, fine, uint32(2), "add", uint32(1))
		})
	}
}

// TestAfterClose uses what belonged to an instance that is closed.
func TestAfterClose(t *testing.T) {
	c := compile(t, keeper(""))
	i, other := instantiate(t, c, vm.Options{}), instantiate(t, c, vm.Options{})
	export, err := i.Func("", "make")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vm.CallExport(ctx, export, uint32(1)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := i.Close(ctx); err != nil {
			t.Error(err)
		}
	}
	if _, err := vm.CallExport(ctx, export, uint32(1)); err != instance.ErrClosed {
		t.Errorf("a function that was resolved before: %v", err)
	}
	if _, err := i.Call(ctx, "", "sum"); err != instance.ErrClosed {
		t.Errorf("a function that was not: %v", err)
	}
	if _, err := c.Instantiate(ctx, vm.Options{Store: i.Store}); err != instance.ErrClosed {
		t.Errorf("an instance in its store: %v", err)
	}
	wantCall(t, other, uint32(1), "make", uint32(1))
}

// TestStorm makes, links, calls, breaks and closes instances of the same components from many goroutines.
func TestStorm(t *testing.T) {
	const api = "acme:echo/api@1.0.0"
	v := newVM(t)
	app, middle, end := compileAs(t, v, "app", caller(api, "")), compileAs(t, v, "middle", caller(api, api)), compileAs(t, v, "end", echoer(api, 3))
	links := []vm.Link{{Component: middle}, {Component: end}}
	spin := compileAs(t, v, "spin", spinner())
	var all sync.WaitGroup
	for n := range uint32(8) {
		all.Go(func() {
			for round := range uint32(6) {
				if err := weather(app, spin, links, n, round); err != nil {
					t.Errorf("goroutine %d, round %d: %v", n, round, err)
				}
			}
		})
	}
	all.Wait()
}

// weather is one instance's part of the storm: some end by a trap, some for lack of fuel, the others are closed.
func weather(app, spin *vm.Component, links []vm.Link, n, round uint32) error {
	i, err := app.Instantiate(ctx, vm.Options{Links: links})
	if err != nil {
		return err
	}
	defer i.Close(ctx)
	for k := range uint32(20) {
		text := fmt.Sprint(n, round, k)
		if got, err := i.Call(ctx, "", "echo", text); err != nil || got != text {
			return fmt.Errorf("echo %s: %v, %v", text, got, err)
		}
		if got, err := i.Call(ctx, "", "scale", k+1); err != nil || got != 3*(k+1) {
			return fmt.Errorf("scale %d: %v, %v", k+1, got, err)
		}
	}
	var trap *vm.Trap
	switch round % 3 {
	case 1:
		if _, err := i.Call(ctx, "", "scale", uint32(0)); !errors.As(err, &trap) {
			return fmt.Errorf("want a trap, got %v", err)
		}
	case 2:
		s, err := spin.Instantiate(ctx, vm.Options{Limits: vm.Limits{Fuel: 300_000}})
		if err != nil {
			return err
		}
		if _, err := s.Call(ctx, "", "spin"); !errors.Is(err, vm.ErrOutOfFuel) {
			return fmt.Errorf("want to run out of fuel, got %v", err)
		}
		if err := s.Close(ctx); err != nil {
			return err
		}
	}
	return i.Close(ctx)
}

// TestCloseWhileOthersRun closes instances next to one that is in a call all the time.
func TestCloseWhileOthersRun(t *testing.T) {
	const api = "acme:echo/api@1.0.0"
	v := newVM(t)
	app := compileAs(t, v, "app", caller(api, ""))
	o := vm.Options{Links: []vm.Link{{Component: compileAs(t, v, "end", echoer(api, 2))}}}
	busy := instantiate(t, compileAs(t, v, "busy", spinner()), vm.Options{})
	running, stop := context.WithCancel(ctx)
	ended := make(chan error)
	go func() {
		_, err := busy.Call(running, "", "spin")
		ended <- err
	}()
	for n := range uint32(50) {
		i, err := app.Instantiate(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		wantCall(t, i, 2*n+2, "scale", n+1)
		if err := i.Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the busy one ended with %v", err)
	}
}

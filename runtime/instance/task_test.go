package instance_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/vm"
)

// The tests in this file have async functions that never wait.

// asyncOption lifts or lowers a function with the async option.
var asyncOption = testwasm.Option{6}

func withCallback(f int) testwasm.Option { return testwasm.Option{7, byte(f)} }

// worker is a callee that exports the async function work(n: u32) -> u32. Its core function, and its callback if it
// has one, are code in which call 0 is task.return for a result of the type that is given.
type worker struct{ code, callback, returns string }

func (k worker) component() *testwasm.Component {
	c := testwasm.NewComponent()
	ret := c.Canon(byte(9), byte(0), map[string]byte{"u32": 0x79, "u64": 0x77}[k.returns], byte(0))
	given := c.CoreInline(testwasm.CoreExport{Name: "return", Index: ret})
	m := testwasm.NewModule()
	m.ImportFunc("task", "return", map[string]string{"u32": "i32 ->", "u64": "i64 ->"}[k.returns])
	typ := "i32 ->"
	if k.callback != "" {
		typ += " i32"
	}
	m.Func("work", typ, k.code)
	m.Func("callback", "i32 i32 i32 -> i32", k.callback+" i32.const 0")
	m.Func("plain", "->", map[string]string{"u32": "i32.const 1", "u64": "i64.const 1"}[k.returns]+" call 0")
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "task", Instance: given})
	opts := []testwasm.Option{asyncOption}
	if k.callback != "" {
		opts = append(opts, withCallback(c.CoreFunc(inst, "callback")))
	}
	c.ExportFunc("work", c.CoreFunc(inst, "work"), "async func(n: u32) -> u32", opts...)
	c.ExportFunc("plain", c.CoreFunc(inst, "plain"), "func()")
	return c
}

// boss puts a worker into a component whose function run calls it, lowered with or without the async option; then
// the state of the call is in the thousands of what run returns.
func boss(k worker, async bool) *testwasm.Component {
	outer := testwasm.NewComponent()
	inner := outer.Instance(outer.Component(k.component()))
	work := outer.Alias(inner, testwasm.SortFunc, "work")
	libc := testwasm.NewModule()
	libc.Allocator()
	lib := outer.Instantiated(libc)
	m := testwasm.NewModule()
	m.ImportMemory("libc", "memory", 1)
	var lowered int
	if async {
		lowered = outer.Lower(work, asyncOption, testwasm.WithMemory(outer.Core(lib, testwasm.Memory, "memory")))
		f := m.ImportFunc("worker", "work", "i32 i32 -> i32")
		m.Func("run", "i32 -> i32", fmt.Sprintf("local.get 0 i32.const 64 call %d i32.const 1000 i32.mul i32.const 64 i32.load 0 i32.add", f))
	} else {
		lowered = outer.Lower(work)
		f := m.ImportFunc("worker", "work", "i32 -> i32")
		m.Func("run", "i32 -> i32", fmt.Sprintf("local.get 0 call %d", f))
	}
	given := outer.CoreInline(testwasm.CoreExport{Name: "work", Index: lowered})
	inst := outer.Instantiated(m, testwasm.CoreArg{Name: "libc", Instance: lib}, testwasm.CoreArg{Name: "worker", Instance: given})
	outer.ExportFunc("run", outer.CoreFunc(inst, "run"), "func(n: u32) -> u32")
	return outer
}

const addOne = "local.get 0 i32.const 1 i32.add call 0"

func TestAsyncCalls(t *testing.T) {
	for _, tt := range []struct {
		name string
		worker
		arg, want uint32
	}{
		{"without callback", worker{code: addOne, returns: "u32"}, 5, 6},
		{"exits at once", worker{code: addOne + " i32.const 0", callback: "unreachable", returns: "u32"}, 5, 6},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sync := startGated(t, boss(tt.worker, false))
			async := startGated(t, boss(tt.worker, true))
			for range 3 { // one call after the other
				wantCall(t, sync, tt.want, "run", tt.arg)
				wantCall(t, async, 2000+tt.want, "run", tt.arg)
			}
		})
	}
}

func TestAsyncCallsTrap(t *testing.T) {
	for _, tt := range []struct {
		name string
		worker
		want string
	}{
		{"no return", worker{code: "", returns: "u32"}, "the function has ended without task.return"},
		{"two returns", worker{code: addOne + " " + addOne, returns: "u32"}, "the call has returned already"},
		{"another result", worker{code: "i64.const 1 call 0", returns: "u64"}, "the function that was called has another result"},
		{"traps", worker{code: "unreachable", returns: "u32"}, "unreachable"},
		{"unknown code", worker{code: "i32.const 3", callback: "unreachable", returns: "u32"}, "the callback code 3 is unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, async := range []bool{false, true} {
				i := startGated(t, boss(tt.worker, async))
				wantTrap(t, i, tt.want, "run", uint32(1))
				if errors.Is(i.Err(), errors.ErrUnsupported) {
					t.Errorf("%v is errors.ErrUnsupported", i.Err())
				}
			}
		})
	}
}

// TestWaiting has async functions that would wait: callers that are not async may not wait for them, and others
// can't yet.
func TestWaiting(t *testing.T) {
	const refused, lacking = "the function waits, but its caller is not async and can't", "waiting in async functions is not supported"
	for _, tt := range []struct {
		code         string
		async        bool
		want         string
		notSupported bool
	}{
		{"i32.const 1", false, refused, false},
		{"i32.const 2", false, refused, false},
		{"i32.const 1", true, lacking, true},
		{"i32.const 2", true, lacking, true},
		{addOne + " i32.const 1", false, lacking, true}, // the caller does not wait for it
		{addOne + " i32.const 2", true, lacking, true},
	} {
		i := startGated(t, boss(worker{code: tt.code, callback: "unreachable", returns: "u32"}, tt.async))
		wantTrap(t, i, tt.want, "run", uint32(1))
		if errors.Is(i.Err(), errors.ErrUnsupported) != tt.notSupported {
			t.Errorf("%s: %v is errors.ErrUnsupported, or is not", tt.code, i.Err())
		}
	}
}

// TestTaskReturnOutside returns from a call that is not async, also after one that was.
func TestTaskReturnOutside(t *testing.T) {
	k := worker{code: addOne, returns: "u32"}
	wantTrap(t, startGated(t, k.component()), "there is no async call to return from", "plain")
}

// TestAsyncIsNotForHosts checks that hosts are told by name what they can't do yet.
func TestAsyncIsNotForHosts(t *testing.T) {
	k := worker{code: addOne, returns: "u32"}
	_, err := startGated(t, k.component()).Func("", "work")
	wantError(t, err, "export work can't be called: asynchronous functions between components and Go are not run yet")

	c := testwasm.NewComponent()
	c.ImportInstance("test:host/counter", testwasm.NewInstanceType().Func("add", "async func(n: u32) -> u32"))
	_, err = compile(t, c).Instantiate(ctx, vm.Options{Imports: []*vm.Interface{counter("test:host/counter", 1)}})
	if !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("an async import: %v", err)
	}
}

// TestManyAsyncParameters spills parameters that a plain import would pass as core values.
func TestManyAsyncParameters(t *testing.T) {
	const typ = "async func(a: u32, b: u32, c: u32, d: u32, e: u64) -> u64"
	callee := testwasm.NewComponent()
	ret := callee.Canon(byte(9), byte(0), byte(0x77), byte(0)) // of u64
	m := testwasm.NewModule()
	m.ImportFunc("task", "return", "i64 ->")
	m.Func("f", "i32 i32 i32 i32 i64 ->", "local.get 0 local.get 1 i32.add local.get 2 i32.add local.get 3 i32.add i32.const 10 i32.ne if unreachable end local.get 4 call 0")
	inst := callee.Instantiated(m, testwasm.CoreArg{Name: "task", Instance: callee.CoreInline(testwasm.CoreExport{Name: "return", Index: ret})})
	callee.ExportFunc("f", callee.CoreFunc(inst, "f"), typ, asyncOption)

	c := testwasm.NewComponent()
	f := c.Alias(c.Instance(c.Component(callee)), testwasm.SortFunc, "f")
	libc := testwasm.NewModule()
	libc.Allocator()
	lib := c.Instantiated(libc)
	lowered := c.Lower(f, asyncOption, testwasm.WithMemory(c.Core(lib, testwasm.Memory, "memory")))
	user := testwasm.NewModule()
	user.ImportMemory("libc", "memory", 1)
	work := user.ImportFunc("callee", "f", "i32 i32 -> i32")
	code := ""
	for i := range 4 {
		code += fmt.Sprintf("i32.const %d i32.const %d i32.store 0 ", 64+4*i, i+1)
	}
	user.Func("run", "-> i64", code+fmt.Sprintf("i32.const 80 i64.const 100 i64.store 0 i32.const 64 i32.const 128 call %d drop i32.const 128 i64.load 0", work))
	given := c.CoreInline(testwasm.CoreExport{Name: "f", Index: lowered})
	run := c.Instantiated(user, testwasm.CoreArg{Name: "libc", Instance: lib}, testwasm.CoreArg{Name: "callee", Instance: given})
	c.ExportFunc("run", c.CoreFunc(run, "run"), "func() -> u64")
	wantCall(t, startGated(t, c), uint64(100), "run")
}

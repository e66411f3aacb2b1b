package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/internal/testwasm"
)

// The tests in this file would hang if guests were not stopped. patience is how long they wait before they
// fail instead; it says nothing about how fast anything is.
const patience = 20 * time.Second

// endless are functions that do not return for a very long time, each in a way of its own.
var endless = map[string]string{
	"spin":   "loop br 0 end",
	"stores": "local i32 loop i32.const 64 local.get 0 i32.const 1 i32.add local.tee 0 i32.store 0 br 0 end",
	"nested": `local i32 loop i32.const 0 local.set 0
		loop local.get 0 i32.const 1 i32.add local.tee 0 i32.const 100 i32.lt_u br_if 0 end
		br 0 end`,
	"constant": `local i32 loop i32.const 0 local.set 0
		loop local.get 0 i32.const 1 i32.add local.tee 0 i32.const 100 i32.ne br_if 0 end
		br 0 end`,
	"calls":     "loop i32.const 4000 call 0 br 0 end",
	"leaf":      "local i32 loop local.get 0 call 1 local.set 0 br 0 end",
	"recursion": "i32.const 60 call 2",
	"indirect":  "i32.const 60 call 3",
	"division":  "local i64 loop i64.const -1 local.get 0 i64.const 3 i64.add i64.div_u local.set 0 br 0 end",
	"doubling":  "call 4",
	"unrolled":  "call 44",
	"bulk":      "loop i32.const 0 i32.const 1 i32.const 65536 memory.fill br 0 end",
	"copies":    "loop i32.const 16 i32.const 0 i32.const 65520 memory.copy br 0 end",
}

func endlessModule() *testwasm.Module {
	m := testwasm.NewModule()
	m.Memory("memory", 1)
	m.Table("", 1)
	m.Elem(0, 3)
	m.Func("", "i32 ->", `local i32 loop
		local.get 1 i32.const 1 i32.add local.tee 1 local.get 0 i32.lt_u br_if 0 end`)
	m.Func("", "i32 -> i32", "local.get 0 i32.const 3 i32.mul")
	m.Func("", "i32 ->", `local.get 0 if
		local.get 0 i32.const 1 i32.sub call 2 local.get 0 i32.const 1 i32.sub call 2 end`)
	unary := m.Type("i32 ->")
	if unary != 0 {
		panic("the type of the first function is not type 0")
	}
	m.Func("", "i32 ->", `local.get 0 if
		local.get 0 i32.const 1 i32.sub i32.const 0 call_indirect 0
		local.get 0 i32.const 1 i32.sub i32.const 0 call_indirect 0 end`)
	// Functions without loops that call the next one twice: 2^40 calls.
	const last = 44
	for i := 4; i < last; i++ {
		m.Func("", "->", fmt.Sprintf("call %d call %d", i+1, i+1))
	}
	// A long straight line: it repeats within itself 2000 calls of a function that has itself 2000 calls.
	m.Func("", "->", strings.Repeat(fmt.Sprintf("call %d ", last+1), 2000))
	m.Func("", "->", strings.Repeat(fmt.Sprintf("call %d ", last+2), 2000))
	m.Func("", "->", strings.Repeat(fmt.Sprintf("call %d ", last+3), 2000))
	m.Func("", "->", strings.Repeat("i32.const 0 i32.const 3 i32.div_u drop ", 3000))
	for name, code := range endless {
		m.Func(name, "->", code)
	}
	return m
}

// outcome runs a function and waits for its error.
func outcome(t *testing.T, ctx context.Context, f Function) error {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		_, err := f.Call(ctx)
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		t.Fatal("the guest goes on")
		return nil
	}
}

// TestCancel stops guests by their context.
func TestCancel(t *testing.T) {
	inst := instantiate(t, newEngine(t), endlessModule(), nil)
	why := errors.New("enough")
	for name := range endless {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(5*time.Millisecond, func() { cancel(why) })
		err := outcome(t, ctx, inst.ExportedFunction(name))
		var cancelled *Cancelled
		if !errors.As(err, &cancelled) || !errors.Is(err, why) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDeadline(t *testing.T) {
	inst := instantiate(t, newEngine(t), endlessModule(), nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := outcome(t, ctx, inst.ExportedFunction("spin")); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// TestCancelCommand stops a program that speaks WASI 0.1.
func TestCancelCommand(t *testing.T) {
	e := newEngine(t)
	m := testwasm.NewModule()
	m.Func("_start", "->", "loop br 0 end")
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := e.Run(ctx, m.Bytes(), Command{Name: "spin"})
		done <- err
	}()
	select {
	case err := <-done:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("the program goes on")
	}
}

// TestFuel lets guests run out of fuel, twice as far the second time.
func TestFuel(t *testing.T) {
	e := newEngine(t)
	code, err := e.Compile(t.Context(), endlessModule().Bytes())
	if err != nil {
		t.Fatal(err)
	}
	const fuel = 1_000_000
	for name := range endless {
		m := e.NewMeter(fuel)
		inst, err := e.Instantiate(WithMeter(t.Context(), m), code, nil)
		if err != nil {
			t.Fatal(err)
		}
		for n := uint64(1); n <= 2; n++ {
			if err := outcome(t, t.Context(), inst.ExportedFunction(name)); !errors.Is(err, ErrOutOfFuel) {
				t.Errorf("%s: %v", name, err)
			}
			if used := m.Used(); used != n*fuel {
				t.Errorf("%s used %d of %d", name, used, n*fuel)
			}
			m.Add(fuel)
		}
		m.Forget([]Module{inst})
		if err := inst.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if _, left := e.gauges.Load(inst); left {
			t.Error("the engine remembers the meter of an instance that is gone")
		}
	}
}

// TestFuelIsExact checks that the same work takes the same fuel, and more takes more.
func TestFuelIsExact(t *testing.T) {
	e := newEngine(t)
	m := testwasm.NewModule()
	m.Func("count", "i32 ->", "loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end")
	code, err := e.Compile(t.Context(), m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	used := func(rounds uint64) uint64 {
		meter := e.NewMeter(0)
		inst, err := e.Instantiate(WithMeter(t.Context(), meter), code, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := inst.ExportedFunction("count").Call(t.Context(), rounds); err != nil {
			t.Fatal(err)
		}
		return meter.Used()
	}
	few, many := used(1000), used(1_000_000)
	if few == 0 || few != used(1000) || many != used(1_000_000) {
		t.Errorf("1000 rounds used %d, and then %d; a million %d and %d", few, used(1000), many, used(1_000_000))
	}
	if many < 900*few || many > 1100*few {
		t.Errorf("1000 rounds used %d, a million %d", few, many)
	}
}

// TestGarbageCollection collects garbage while guests run.
func TestGarbageCollection(t *testing.T) {
	inst := instantiate(t, newEngine(t), endlessModule(), nil)
	for name := range endless {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		f := inst.ExportedFunction(name)
		go func() {
			_, err := f.Call(ctx)
			done <- err
		}()
		collected := make(chan bool)
		go func() {
			runtime.GC()
			close(collected)
		}()
		select {
		case <-collected:
		case <-time.After(patience):
			t.Fatalf("%s: the garbage collector waits", name)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTurns has a guest spin where another goroutine needs its turn.
func TestTurns(t *testing.T) {
	inst := instantiate(t, newEngine(t), endlessModule(), nil)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	ctx, cancel := context.WithCancel(t.Context())
	go cancel()
	if _, err := inst.ExportedFunction("spin").Call(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestInstrumentationIsHidden checks that a module shows what it did before.
func TestInstrumentationIsHidden(t *testing.T) {
	code, err := newEngine(t).Compile(t.Context(), endlessModule().Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if len(code.Imports()) != 0 {
		t.Errorf("the module imports %v", code.Imports())
	}
	if _, ok := code.Export(code.counter); ok {
		t.Errorf("the module exports %s", code.counter)
	}
	if _, ok := code.Export("spin"); !ok {
		t.Error("the module does not export spin")
	}
}

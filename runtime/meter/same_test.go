package meter_test

import (
	"context"
	"errors"
	"hash/fnv"
	"math"
	"strings"
	"testing"

	"github.com/witan-os/witan/runtime/engine"
)

// This file runs modules with and without instrumentation and compares what they do.

var ctx = context.Background()

type engines struct{ plain, metered *engine.Engine }

func newEngines(t testing.TB) engines {
	t.Helper()
	start := func(c engine.Config) *engine.Engine {
		e, err := engine.New(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = e.Close(ctx) })
		return e
	}
	return engines{start(engine.Config{Unmetered: true}), start(engine.Config{})}
}

// effect is all that a run of a function leaves behind.
type effect struct {
	result uint64
	trap   string // "" for none
	steps  uint64
	memory uint64 // a hash, with the size
	fuel   uint64
}

// run instantiates a module and calls its functions one after the other, until one traps.
func run(t testing.TB, e *engine.Engine, code *engine.Code, fuel uint64) (effects []effect) {
	t.Helper()
	m := e.NewMeter(fuel)
	inst, err := e.Instantiate(engine.WithMeter(ctx, m), code, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		m.Forget([]engine.Module{inst})
		_ = inst.Close(ctx)
	}()
	steps := inst.ExportedGlobal("steps").(engine.Global)
	for _, name := range []string{"f0", "f1", "f2"} {
		steps.Set(300)
		stack := []uint64{7, 1 << 40, math.Float64bits(2.5)}
		err := inst.ExportedFunction(name).CallWithStack(ctx, stack)
		out := effect{steps: steps.Get(), memory: hash(inst.Memory()), fuel: m.Used()}
		if out.trap = firstLine(err); err == nil {
			out.result = stack[0]
		}
		effects = append(effects, out)
		if errors.Is(err, engine.ErrOutOfFuel) {
			break
		}
	}
	return effects
}

func hash(m engine.Memory) uint64 {
	h := fnv.New64a()
	view, _ := m.Read(0, m.Size())
	_, _ = h.Write(view)
	return h.Sum64() + uint64(m.Size())
}

// same compares a random guest with itself, and returns a summary for statistics.
func (e engines) same(t testing.TB, seed1, seed2 uint64) []effect {
	t.Helper()
	wasm := makeGuest(seed1, seed2)
	plain, err := e.plain.Compile(ctx, wasm)
	if err != nil {
		t.Fatalf("guest %d %d is invalid: %v", seed1, seed2, err)
	}
	defer plain.Close(ctx)
	metered, err := e.metered.Compile(ctx, wasm)
	if err != nil {
		t.Fatalf("guest %d %d, instrumented, is invalid: %v", seed1, seed2, err)
	}
	defer metered.Close(ctx)
	want, got := run(t, e.plain, plain, 0), run(t, e.metered, metered, 0)
	for i := range want {
		w, g := want[i], got[i]
		g.fuel = 0
		if w != g {
			t.Fatalf("guest %d %d, call %d: %+v, and instrumented %+v", seed1, seed2, i, w, g)
		}
	}
	again := run(t, e.metered, metered, 0)
	for i := range got {
		if got[i] != again[i] {
			t.Fatalf("guest %d %d, call %d: %+v, and the second time %+v", seed1, seed2, i, got[i], again[i])
		}
	}
	return got
}

func TestSame(t *testing.T) {
	e := newEngines(t)
	var results, traps, fuel int
	for seed := range uint64(300) {
		for _, out := range e.same(t, seed, 1) {
			if out.trap == "" {
				results++
			} else {
				traps++
			}
			if out.fuel > 1000 {
				fuel++
			}
		}
	}
	t.Logf("%d results, %d traps, %d long runs", results, traps, fuel)
	if results < 100 || traps < 100 || fuel < 100 {
		t.Errorf("the guests are not what they were made for: %d results, %d traps, %d long runs", results, traps, fuel)
	}
}

func FuzzSame(f *testing.F) {
	e := newEngines(f)
	for seed := range uint64(8) {
		f.Add(seed, uint64(2))
	}
	f.Fuzz(func(t *testing.T, seed1, seed2 uint64) { e.same(t, seed1, seed2) })
}

// engineOf starts modules that import nothing.
type engineOf struct{ *engine.Engine }

func (e *engineOf) start(t testing.TB, wasm []byte) engine.Module {
	t.Helper()
	code, err := e.Compile(ctx, wasm)
	if err != nil {
		t.Fatal(err)
	}
	inst, err := e.Instantiate(ctx, code, nil)
	if err != nil {
		t.Fatal(err)
	}
	return inst
}

// firstLine is an error without the stack trace.
func firstLine(err error) string {
	if err == nil {
		return ""
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

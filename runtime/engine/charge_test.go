package engine

import (
	"context"
	"errors"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
)

// divers has functions that go as deep as a parameter says, work there for long enough to come back to Go, and return. try
// does so inside of a try block each.
func divers(t *testing.T, e *Engine, m *Meter) (a, b, try Function) {
	t.Helper()
	const work = "i32.const 100000 local.set 1 loop local.get 1 i32.const 1 i32.sub local.tee 1 br_if 0 end"
	module := testwasm.NewModule()
	module.Func("a", "i32 ->", "local i32 local.get 0 if local.get 0 i32.const 1 i32.sub call 0 else "+work+" end")
	module.Func("b", "i32 ->", "local.get 0 call 0")
	module.Func("try", "i32 ->", "local i32 local.get 0 if try_table local.get 0 i32.const 1 i32.sub call 2 end else "+work+" end")
	inst, err := e.Instantiate(WithMeter(t.Context(), m), compile(t, e, module.Bytes()), nil)
	if err != nil {
		t.Fatal(err)
	}
	return inst.ExportedFunction("a"), inst.ExportedFunction("b"), inst.ExportedFunction("try")
}

// TestChargedStacks has what functions keep of their stacks taken from a quota until they are dropped.
func TestChargedStacks(t *testing.T) {
	const most = 4 << 20
	quota := &Quota{Each: most, Total: most}
	e := newEngine(t)
	m := e.NewMeter(0)
	m.MaxStack, m.Stacks = 8<<20, quota
	a, b, _ := divers(t, e, m)
	dive := func(f Function, depth uint64) error { return m.Call(t.Context(), f, []uint64{depth}) }

	if err := dive(a, 100); err != nil || quota.Used() != 0 {
		t.Errorf("a call that is not deep takes %d bytes, %v", quota.Used(), err)
	}
	if err := dive(a, 10_000); err != nil {
		t.Fatal(err)
	}
	took := stackOf(a)
	if took <= freeStacks || quota.Used() != took-freeStacks {
		t.Errorf("a stack of %d bytes takes %d", took, quota.Used())
	}
	if err := dive(a, 10_000); err != nil || quota.Used() != took-freeStacks {
		t.Errorf("once more, it takes %d, %v", quota.Used(), err)
	}
	if err := dive(b, 10_000); err != nil || quota.Used() != took+stackOf(b)-freeStacks {
		t.Errorf("with another one of %d bytes it takes %d, %v", stackOf(b), quota.Used(), err)
	}
	m.DropStack(b)
	if quota.Used() != took-freeStacks {
		t.Errorf("without that it takes %d", quota.Used())
	}
	before := quota.Used()
	if err := dive(b, 50_000); !errors.Is(err, ErrStackOverflow) || !errors.Is(err, errNoStack) {
		t.Errorf("deeper than there is: %v", err)
	}
	if quota.Used() < before || quota.Used() > most {
		t.Errorf("then %d bytes are taken, and %d before", quota.Used(), before)
	}
	m.DropStacks()
	if quota.Used() != 0 {
		t.Errorf("when all are dropped, %d bytes are taken", quota.Used())
	}
}

// TestKeptStacks bounds what all functions of a guest keep, however much there is.
func TestKeptStacks(t *testing.T) {
	quota := &Quota{Each: 1 << 30, Total: 1 << 30}
	e := newEngine(t)
	m := e.NewMeter(0)
	m.MaxStack, m.Stacks = 1<<20, quota
	var err error
	functions := 0
	for ; err == nil && functions < 10; functions++ {
		a, _, _ := divers(t, e, m)
		err = m.Call(t.Context(), a, []uint64{10_000})
	}
	if !errors.Is(err, ErrStackOverflow) || functions < 3 {
		t.Errorf("%d functions with stacks of their own: %v", functions, err)
	}
	if quota.Used() > stacksPerMeter*m.MaxStack {
		t.Errorf("%d bytes are taken", quota.Used())
	}
}

// TestCopiedStacks counts what the engine copies for try blocks: there is a copy of the whole stack for each.
func TestCopiedStacks(t *testing.T) {
	quota := &Quota{Each: 1 << 30, Total: 1 << 30}
	e := newEngine(t)
	m := e.NewMeter(0)
	m.MaxStack, m.Stacks = 16<<20, quota
	_, _, try := divers(t, e, m)
	if err := m.Call(t.Context(), try, []uint64{100}); err != nil {
		t.Fatal(err)
	}
	if own := stackOf(try); quota.Used() < 50*own {
		t.Errorf("with 100 copies, a stack of %d bytes takes %d", own, quota.Used())
	}
	if err := m.Call(t.Context(), try, []uint64{10_000}); !errors.Is(err, ErrStackOverflow) {
		t.Errorf("10,000 copies: %v", err)
	}
	if quota.Used() > stacksPerMeter*m.MaxStack {
		t.Errorf("%d bytes are taken", quota.Used())
	}
}

// TestChargedStart has nothing left of what a start function has taken.
func TestChargedStart(t *testing.T) {
	quota := &Quota{Each: 1 << 20, Total: 1 << 20}
	e := newEngine(t)
	m := e.NewMeter(0)
	m.MaxStack, m.Stacks = 16<<20, quota
	module := recursion("call 0")
	module.Start(0)
	_, err := e.Instantiate(WithMeter(context.WithoutCancel(t.Context()), m), compile(t, e, module.Bytes()), nil)
	if !errors.Is(err, errNoStack) || quota.Used() != 0 {
		t.Errorf("%d bytes are taken, %v", quota.Used(), err)
	}
}

package instance_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/vm"
)

// diver calls its host's function add at the depth that it is given.
func diver() *testwasm.Component {
	c := testwasm.NewComponent()
	lowered := importsAdd(c, "test:host/counter")
	m := testwasm.NewModule()
	add := m.ImportFunc("host", "add", "i32 -> i32")
	m.Func("add", "i32 -> i32", fmt.Sprintf("local.get 0 if-i32 local.get 0 i32.const 1 i32.sub call %d else i32.const 0 call %d end", add+1, add))
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: c.CoreInline(testwasm.CoreExport{Name: "add", Index: lowered})})
	c.ExportFunc("add", c.CoreFunc(inst, "add"), "func(n: u32) -> u32")
	return c
}

// during is a host whose function add does something.
func during(f func(b *glue.Boundary)) *glue.Interface {
	i := counter("test:host/counter", 0)
	i.Funcs[0].Call = func(_ context.Context, b *glue.Boundary, _ []uint64) { f(b) }
	return i
}

// TestOverheadOfHostCalls has what a host call takes for its values taken from a quota until it ends.
func TestOverheadOfHostCalls(t *testing.T) {
	const most = 1 << 20
	quota := &vm.Quota{Each: most, Total: most}
	limits := vm.Limits{Overhead: quota, CallBudget: 2 << 20}
	var now []uint64
	i := startWith(t, diver(), vm.Options{Limits: limits, Imports: []*vm.Interface{during(func(b *glue.Boundary) {
		for _, n := range []uint64{instance.FreeValues, 1, 1, 300_000} {
			b.Reserve(n)
			now = append(now, quota.Used())
		}
		b.Hold(1000)
		now = append(now, quota.Used())
	})}})
	for range 3 {
		now = nil
		call(t, i, "add", uint32(0))
		if now[0] != 0 || now[1] == 0 || now[2] != now[1] || now[3] < 300_000 || now[4] != now[3]+1000 {
			t.Errorf("%v bytes were taken", now)
		}
		if quota.Used() != 0 {
			t.Errorf("after the call, %d bytes are taken", quota.Used())
		}
	}

	for _, tt := range []struct {
		name, reason string
		body         func(b *glue.Boundary)
	}{
		{"more than there is", "nothing is left of the memory for values of calls: this one wants 1500000 bytes more", func(b *glue.Boundary) {
			b.Reserve(instance.FreeValues)
			b.Reserve(1_500_000)
		}},
		{"more than a call may have", "the values of the call take more than 2097152 bytes of host memory", func(b *glue.Boundary) {
			b.Reserve(900_000)
			b.Reserve(1_200_000)
		}},
		{"by the result", "nothing is left of the memory for values of calls: this one wants 1100000 bytes more", func(b *glue.Boundary) {
			b.StoreBytes(make([]byte, 1_100_000))
		}},
		{"a trap in between", "host: out of ink", func(b *glue.Boundary) {
			b.Reserve(500_000)
			b.Fail(errors.New("out of ink"))
		}},
	} {
		i := startWith(t, diver(), vm.Options{Limits: limits, Imports: []*vm.Interface{during(tt.body)}})
		wantTrap(t, i, tt.reason, "add", uint32(0))
		if err := i.Close(ctx); err != nil || quota.Used() != 0 {
			t.Errorf("%s: %d bytes are taken when the instance is gone, %v", tt.name, quota.Used(), err)
		}
	}
}

// TestOverheadOfResults has what a result takes that Go lifts taken from a quota until the call ends.
func TestOverheadOfResults(t *testing.T) {
	quota := &vm.Quota{Each: 1 << 20, Total: 1 << 20}
	// Lists of nothing, eight bytes each in the guest, and more in Go.
	lists := returning("list<list<u8>>", at8, word(0)+word(4000))
	i := startWith(t, lists, vm.Options{Limits: vm.Limits{Overhead: quota}})
	e, err := i.Func("", "f")
	if err != nil {
		t.Fatal(err)
	}
	lift := func() (err error) {
		if err := e.Enter(ctx); err != nil {
			return err
		}
		defer e.Leave(&err)
		e.Invoke()
		e.Reserve(200_000)
		if e.Drawn() < 200_000-instance.FreeValues || quota.Used() != e.Drawn() {
			t.Errorf("%d bytes are taken, %d by the call", quota.Used(), e.Drawn())
		}
		return nil
	}
	if err := lift(); err != nil || quota.Used() != 0 {
		t.Errorf("after the call, %d bytes are taken, %v", quota.Used(), err)
	}
	call(t, i, "f")
	if quota.Used() != 0 {
		t.Errorf("after another one, %d bytes are taken", quota.Used())
	}
	tight := startWith(t, lists, vm.Options{Limits: vm.Limits{Overhead: &vm.Quota{Each: 1000, Total: 1000}}})
	wantTrap(t, tight, "nothing is left of the memory for values of calls", "f")
}

// TestOverheadOfStacks has the stack charged that a guest waits with, however soon it has called its host.
func TestOverheadOfStacks(t *testing.T) {
	const most = 4 << 20
	quota := &vm.Quota{Each: most, Total: most}
	var now uint64
	host := []*vm.Interface{during(func(*glue.Boundary) { now = quota.Used() })}
	i := startWith(t, diver(), vm.Options{Limits: vm.Limits{Overhead: quota}, Imports: host})
	call(t, i, "add", uint32(10))
	if now != 0 {
		t.Errorf("a call that is not deep takes %d bytes", now)
	}
	call(t, i, "add", uint32(10_000))
	if now == 0 || quota.Used() != now {
		t.Errorf("a deep one takes %d bytes, and %d afterwards, when the stack is kept", now, quota.Used())
	}
	_, err := i.Call(ctx, "", "add", uint32(100_000))
	wantError(t, err, "stack overflow: nothing is left of the memory for stacks")
	if err := i.Close(ctx); err != nil || quota.Used() != 0 {
		t.Errorf("%d bytes are taken when the instance is gone, %v", quota.Used(), err)
	}
}

// TestOverheadOfTeams has the stack of a call in a team charged to whose call it is, until that one is gone.
func TestOverheadOfTeams(t *testing.T) {
	quota, other := &vm.Quota{Each: 64 << 20, Total: 64 << 20}, &vm.Quota{Each: 64 << 20, Total: 64 << 20}
	c := newCrew(t, 0, dontWait)
	one, two := c.join(t, vm.Limits{Overhead: quota}, dontWait), c.join(t, vm.Limits{Overhead: other}, dontWait)
	call(t, one, "deep-then-there", uint32(20_000))
	if quota.Used() == 0 || other.Used() != 0 {
		t.Errorf("%d bytes are taken, and %d of others", quota.Used(), other.Used())
	}
	if err := one.Close(ctx); err != nil || quota.Used() != 0 {
		t.Errorf("%d bytes are taken when it is gone, %v", quota.Used(), err)
	}
	call(t, two, "deep-then-there", uint32(20_000))
	if other.Used() == 0 {
		t.Error("nothing is taken by the other one")
	}
}

// TestOverheadOfTables has what instances take besides their memories taken from the quota before they are made.
func TestOverheadOfTables(t *testing.T) {
	table := func(elements int) *testwasm.Component {
		c, m := testwasm.NewComponent(), testwasm.NewModule()
		m.Table("", elements)
		m.Func("f", "->", "")
		c.ExportFunc("f", c.CoreFunc(c.Instantiated(m), "f"), "func()")
		return c
	}
	quota := &vm.Quota{Each: 1 << 20, Total: 1 << 20}
	o := vm.Options{Limits: vm.Limits{Overhead: quota}}
	startWith(t, table(1000), o)
	if quota.Used() != 0 {
		t.Errorf("a small table takes %d bytes", quota.Used())
	}
	i := startWith(t, table(100_000), o)
	if used := quota.Used(); used < 100_000*8-512<<10 || used > 100_000*8 {
		t.Errorf("a large one takes %d", used)
	}
	_, err := compile(t, table(200_000)).Instantiate(ctx, o)
	wantError(t, err, "nothing is left of the memory for instances and their tables")
	if err := i.Close(ctx); err != nil || quota.Used() != 0 {
		t.Errorf("%d bytes are taken when it is gone, %v", quota.Used(), err)
	}
}

// TestOverheadOfFunctions has the stacks count with which functions begin.
func TestOverheadOfFunctions(t *testing.T) {
	const functions = 100
	c, m := testwasm.NewComponent(), testwasm.NewModule()
	m.Func("f", "->", "")
	f := c.CoreFunc(c.Instantiated(m), "f")
	for n := range functions {
		c.ExportFunc(fmt.Sprint("f", n), f, "func()")
	}
	quota := &vm.Quota{Each: 1 << 20, Total: 1 << 20}
	startWith(t, c, vm.Options{Limits: vm.Limits{Overhead: quota}})
	if used := quota.Used(); used < functions*10<<10-512<<10 {
		t.Errorf("%d functions take %d bytes", functions, used)
	}
}

// TestKeptBuffers bounds the buffers that functions keep for results.
func TestKeptBuffers(t *testing.T) {
	const size = 1 << 20
	kept := 0
	fitting := during(func(b *glue.Boundary) {
		b.FitScratch(size)
		if cap(b.Scratch()) >= size {
			kept++
		}
	})
	i := start(t, diver(), fitting)
	call(t, i, "add", uint32(0))
	call(t, i, "add", uint32(0))
	if kept != 2 {
		t.Errorf("one function has kept its buffer %d times of 2", kept)
	}

	c := testwasm.NewComponent()
	m := testwasm.NewModule()
	var given []testwasm.CoreExport
	const functions = 10
	code := ""
	host := c.ImportInstance("test:host/counter", testwasm.NewInstanceType().Func("add", "func(n: u32) -> u32"))
	add := c.Alias(host, testwasm.SortFunc, "add")
	for n := range functions {
		name := fmt.Sprint("add", n)
		given = append(given, testwasm.CoreExport{Name: name, Index: c.Lower(add)})
		code += fmt.Sprintf("i32.const 0 call %d drop ", m.ImportFunc("host", name, "i32 -> i32"))
	}
	m.Func("all", "->", code)
	c.ExportFunc("all", c.CoreFunc(c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: c.CoreInline(given...)}), "all"), "func()")
	kept = 0
	call(t, start(t, c, fitting), "all")
	if kept == 0 || kept == functions {
		t.Errorf("%d of %d functions have kept a buffer of a megabyte", kept, functions)
	}
	kept = 0
	quota := &vm.Quota{Each: size * 5 / 2, Total: size * 5 / 2}
	tight := startWith(t, c, vm.Options{Limits: vm.Limits{Overhead: quota}, Imports: []*vm.Interface{fitting}})
	call(t, tight, "all")
	if kept != 2 || quota.Used() != 2*size {
		t.Errorf("with memory for two, %d have, which takes %d bytes", kept, quota.Used())
	}
	if err := tight.Close(ctx); err != nil || quota.Used() != 0 {
		t.Errorf("%d bytes are taken when the instance is gone, %v", quota.Used(), err)
	}
}

package engine

import (
	"bytes"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
)

// guestOf compiles a module.
func guestOf(t *testing.T, e *Engine, m *testwasm.Module) *Code {
	t.Helper()
	code, err := e.Compile(t.Context(), m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func startGuest(t *testing.T, e *Engine, q *Quota, code *Code) Module {
	t.Helper()
	m, err := e.Instantiate(WithQuota(t.Context(), q), code, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// result calls a function without parameters.
func result(t *testing.T, m Module, name string) int32 {
	t.Helper()
	out, err := m.ExportedFunction(name).Call(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return int32(out[0])
}

// TestQuota lets memories grow as far as each may, and all may together.
func TestQuota(t *testing.T) {
	e := newEngine(t)
	m := testwasm.NewModule()
	m.Memory("memory", 1)
	m.Func("grow", "-> i32", "i32.const 1 memory.grow")
	m.Func("mark", "-> i32", "i32.const 0 i32.const 42 i32.store 0 i32.const 0")
	m.Func("look", "-> i32", "i32.const 0 i32.load 0")
	m.Func("end", "-> i32", "memory.size i32.const 65536 i32.mul i32.const 4 i32.sub i32.load 0")
	code := guestOf(t, e, m)
	if cost := code.Cost(); cost.Memory != 1<<16 {
		t.Errorf("the cost is %+v", cost)
	}
	const page = 1 << 16
	q := &Quota{Each: 3 * page, Total: 5 * page}
	one, two := startGuest(t, e, q, code), startGuest(t, e, q, code)
	result(t, one, "mark")
	for i, want := range []int32{1, 2, -1, -1} {
		if got := result(t, one, "grow"); got != want {
			t.Errorf("growing the first memory, %d: %d, want %d", i, got, want)
		}
	}
	if got := result(t, one, "look"); got != 42 {
		t.Errorf("the memory held 42 and holds %d after it has grown", got)
	}
	if got := result(t, one, "end"); got != 0 {
		t.Errorf("new memory holds %d", got)
	}
	if q.Left() != page {
		t.Errorf("%d bytes are left", q.Left())
	}
	for i, want := range []int32{1, -1} {
		if got := result(t, two, "grow"); got != want {
			t.Errorf("growing the second memory, %d: %d, want %d", i, got, want)
		}
	}
	if err := one.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if q.Left() != 3*page {
		t.Errorf("%d bytes are left when a memory is gone", q.Left())
	}
	if got := result(t, two, "grow"); got != 2 {
		t.Errorf("growing into what the other has left: %d", got)
	}
}

// TestSharedQuota has two quotas that promise more together than the one that they are parts of has.
func TestSharedQuota(t *testing.T) {
	all := &Quota{Each: 100, Total: 100}
	one, two := &Quota{Each: 80, Total: 80, Of: all}, &Quota{Each: 80, Total: 80, Of: all}
	for _, step := range []struct {
		from       *Quota
		bytes      uint64
		ok         bool
		used, left uint64 // of that quota
	}{
		{one, 81, false, 0, 80},
		{one, 60, true, 60, 20},
		{two, 41, false, 0, 40},
		{two, 30, true, 30, 10},
		{one, 11, false, 60, 10},
		{one, 10, true, 70, 0},
	} {
		if got := step.from.Take(step.bytes); got != step.ok || step.from.Used() != step.used || step.from.Left() != step.left {
			t.Errorf("taking %d: %v, %d used, %d left; want %+v", step.bytes, got, step.from.Used(), step.from.Left(), step)
		}
	}
	one.Give(70)
	if all.Used() != 30 || two.Left() != 50 {
		t.Errorf("after one has given all back %d are used, and %d left for the other", all.Used(), two.Left())
	}
}

// throwing makes a module with a table and a function that throws.
func throwing(m *testwasm.Module) {
	m.Table("t", 100)
	m.Tag("", "->")
	m.Func("", "->", "throw 0")
}

// TestTables compiles modules with tables: what they cost, and how far they grow.
func TestTables(t *testing.T) {
	const grow = "ref.null i32.const 2000000 table.grow 0 drop"
	for _, tt := range []struct {
		name     string
		module   func(m *testwasm.Module)
		elements uint64
	}{
		{"none", func(m *testwasm.Module) {}, 0},
		{"fixed", func(m *testwasm.Module) { m.Table("t", 100) }, 100},
		{"grows", func(m *testwasm.Module) { m.Table("t", 100); m.Func("", "->", grow) }, MaxTableElements},
		{"exceptions", throwing, 100},
		{"calls through it", func(m *testwasm.Module) { m.Table("t", 100); m.Func("", "->", "i32.const 0 call_indirect 0") }, 100},
		{"elements", func(m *testwasm.Module) { m.Table("t", 100); m.Elem(0, m.Func("", "->", "")) }, 100 + 7},
		{"imported", func(m *testwasm.Module) { m.ImportTable("a", "t", 100) }, 0},
		{"imported, grows", func(m *testwasm.Module) { m.ImportTable("a", "t", 100); m.Func("", "->", grow) }, MaxTableElements},
	} {
		m := testwasm.NewModule()
		tt.module(m)
		shape, _, err := readShape(m.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if shape.cost.Elements != tt.elements {
			t.Errorf("%s: tables of %d elements, want %d", tt.name, shape.cost.Elements, tt.elements)
		}
	}
}

// TestTablesOfUnknownCode: an instruction that is not known may be one that grows a table.
func TestTablesOfUnknownCode(t *testing.T) {
	m := testwasm.NewModule()
	throwing(m)
	wasm := bytes.Replace(m.Bytes(), []byte{0x08, 0, 0x0b}, []byte{0xfb, 0, 0x0b}, 1)
	shape, _, err := readShape(wasm)
	if err != nil {
		t.Fatal(err)
	}
	if shape.cost.Elements != MaxTableElements {
		t.Errorf("tables of %d elements, want %d", shape.cost.Elements, MaxTableElements)
	}
}

// TestTableGrowth runs into the limit that the module does not know of.
func TestTableGrowth(t *testing.T) {
	e := newEngine(t)
	m := testwasm.NewModule()
	m.Table("", 1)
	m.Func("much", "-> i32", "ref.null i32.const 2000000 table.grow 0")
	m.Func("some", "-> i32", "ref.null i32.const 1000000 table.grow 0")
	i := startGuest(t, e, &Quota{}, guestOf(t, e, m))
	for _, step := range []struct {
		name string
		want int32
	}{{"much", -1}, {"some", 1}, {"some", -1}} {
		if got := result(t, i, step.name); got != step.want {
			t.Errorf("%s: %d, want %d", step.name, got, step.want)
		}
	}
}

// TestQuotaOfManyAtOnce has instances made and closed at the same time, more than there is memory for. Whoever gets
// none is told so.
func TestQuotaOfManyAtOnce(t *testing.T) {
	e := newEngine(t)
	m := testwasm.NewModule()
	m.Memory("memory", 4)
	code := guestOf(t, e, m)
	const page, each = 1 << 16, 8
	all := &Quota{Each: 10 * page, Total: 10 * page}
	var refused atomic.Int32
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 200 {
				q := &Quota{Each: each * page, Total: each * page, Of: all}
				i, err := e.Instantiate(WithQuota(t.Context(), q), code, nil)
				var full *QuotaError
				switch {
				case errors.As(err, &full):
					refused.Add(1)
					if full.Want != 4*page {
						t.Errorf("%v", err)
					}
				case err != nil:
					t.Error(err)
				default:
					if used := q.Used(); used != 4*page {
						t.Errorf("an instance has taken %d bytes", used)
					}
					if err := i.Close(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	group.Wait()
	if used := all.Used(); used != 0 {
		t.Errorf("there is no instance, and %d bytes are taken", used)
	}
}

// TestQuotaTakenMeanwhile has another one take what is left while an instance is about to be made.
func TestQuotaTakenMeanwhile(t *testing.T) {
	e := newEngine(t)
	inner, outer := testwasm.NewModule(), testwasm.NewModule()
	inner.Func("f", "->", "")
	outer.ImportFunc("greedy", "f", "->")
	outer.Memory("memory", 2)
	given, code := startGuest(t, e, &Quota{}, guestOf(t, e, inner)), guestOf(t, e, outer)
	const page = 1 << 16
	all := &Quota{Each: 2 * page, Total: 2 * page}
	q := &Quota{Each: 2 * page, Total: 2 * page, Of: all}
	i, err := e.Instantiate(WithQuota(t.Context(), q), code, func(string) Module {
		if all.Take(1) {
			t.Error("the memory of the instance can be had by others")
		}
		return given
	})
	if err != nil {
		t.Fatal(err)
	}
	if used := all.Used(); used != 2*page {
		t.Errorf("the instance has taken %d bytes", used)
	}
	if _, err := e.Instantiate(WithQuota(t.Context(), q), code, func(string) Module { return given }); err == nil ||
		err.Error() != "the core module wants a memory of 131072 bytes, and the limits leave 0" {
		t.Errorf("got %v", err)
	}
	if err := i.Close(t.Context()); err != nil || all.Used() != 0 {
		t.Errorf("%v, and %d bytes are taken", err, all.Used())
	}
	// What is taken for an instance that is not to be is given back.
	if _, err := e.Instantiate(WithQuota(t.Context(), q), code, func(string) Module { return nil }); err == nil || all.Used() != 0 {
		t.Errorf("%v, and %d bytes are taken", err, all.Used())
	}
}

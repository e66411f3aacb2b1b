package engine

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/witan-os/witan/internal/testwasm"
)

// fat is a function that calls itself, and has n values to keep until it comes back.
func fat(n int) string {
	var code strings.Builder
	code.WriteString(strings.Repeat("local i32 ", n))
	for i := range n {
		fmt.Fprintf(&code, "global.get 0 i32.const %d i32.mul local.set %d ", i+3, i)
	}
	code.WriteString("call 0 ")
	for i := range n {
		fmt.Fprintf(&code, "local.get %d global.get 0 i32.add global.set 0 ", i)
	}
	return code.String()
}

// deep are functions without end, all of whose calls stay open.
var deep = map[string]*testwasm.Module{
	"thin":     recursion("call 0"),
	"work":     recursion("call 0 global.get 0 i32.const 1 i32.add global.set 0"),
	"indirect": recursion("i32.const 0 call_indirect 0 global.get 0 i32.const 1 i32.add global.set 0"),
	"fat":      recursion(fat(100)),
	"fatter":   recursion(fat(10_000)),
}

func recursion(code string) *testwasm.Module {
	m := testwasm.NewModule()
	m.Table("", 1)
	m.Elem(0, 0)
	m.Global("", 1)
	m.Func("f", "->", code)
	return m
}

// TestMaxStack bounds what recursion takes, before the engine's own limit of some 80 MB. It fails when the engine keeps
// its stacks elsewhere.
func TestMaxStack(t *testing.T) {
	const perGrant = 4 << 20 // what a stack may grow by until the guest comes back to Go
	e := newEngine(t)
	for name, module := range deep {
		for _, most := range []uint64{1 << 16, 1 << 20, 16 << 20} {
			m := e.NewMeter(0)
			m.MaxStack = most
			inst, err := e.Instantiate(WithMeter(t.Context(), m), compile(t, e, module.Bytes()), nil)
			if err != nil {
				t.Fatal(err)
			}
			f := inst.ExportedFunction("f")
			m.Outermost = func() Function { return f }
			_, err = f.Call(t.Context())
			if !errors.Is(err, ErrStackOverflow) {
				t.Errorf("%s, at most %d: %v", name, most, err)
			}
			if took := stackOf(f); took <= most || took > 2*(most+perGrant) {
				t.Errorf("%s, at most %d: the stack has %d bytes", name, most, took)
			}
		}
	}
}

// TestStackField has an engine whose functions look different refused.
func TestStackField(t *testing.T) {
	type other struct{ pile []byte }
	type number struct{ stack int }
	type within struct{ stack []byte }
	type embedding struct{ *within }
	for _, f := range []any{other{pile: nil}, &other{}, &number{stack: 1}, &embedding{within: &within{stack: nil}}, new(int)} {
		if _, _, err := sliceField(reflect.TypeOf(f), "stack"); err == nil {
			t.Errorf("%T has a stack", f)
		}
	}
	type good struct {
		before int32
		stack  []uint64
	}
	g := good{before: 1}
	offset, element, err := sliceField(reflect.TypeOf(&g), "stack")
	if err != nil || offset != unsafe.Offsetof(g.stack) || element != 8 {
		t.Errorf("a stack of elements of %d bytes at %d, %v", element, offset, err)
	}
	if stackOf(nil) != 0 {
		t.Error("no function has a stack")
	}
}

// TestMaxStackOfStarts bounds start functions, whose context has the meter.
func TestMaxStackOfStarts(t *testing.T) {
	e := newEngine(t)
	for name, module := range map[string]*testwasm.Module{"without exports": recursion("call 0"), "of its name": recursion("call 0")} {
		if name == "of its name" {
			module.Export("start", testwasm.Func, 0)
		}
		module.Start(0)
		m := e.NewMeter(0)
		m.MaxStack = 1 << 20
		if _, err := e.Instantiate(WithMeter(t.Context(), m), compile(t, e, module.Bytes()), nil); !errors.Is(err, ErrStackOverflow) {
			t.Errorf("%s: %v", name, err)
		}
		if len(m.gauges) != 0 || m.Used() == 0 {
			t.Errorf("%s: %d instances are counted, and %d was used", name, len(m.gauges), m.Used())
		}
	}
}

// TestNestedStacks counts stacks together: each function that Go calls has one of its own.
func TestNestedStacks(t *testing.T) {
	e := newEngine(t)
	m := e.NewMeter(0)
	m.MaxStack = 1 << 20
	var inst Module
	depth := 0
	host, err := e.Host(t.Context(), []HostFunc{{Name: "again", Code: GoFunc(func(ctx context.Context, _ []uint64) {
		depth++
		if err := m.Call(ctx, inst.ExportedFunction("f"), nil); err != nil {
			panic(err)
		}
	})}})
	if err != nil {
		t.Fatal(err)
	}
	module := testwasm.NewModule()
	module.ImportFunc("host", "again", "->")
	// It goes down some way by itself, and works, so that it comes back to Go.
	module.Func("", "i32 ->", `local i32 local.get 0 if local.get 0 i32.const 1 i32.sub call 1 else
		i32.const 100000 local.set 1 loop local.get 1 i32.const 1 i32.sub local.tee 1 br_if 0 end call 0 end`)
	module.Func("f", "->", "i32.const 1000 call 1")
	inst, err = e.Instantiate(WithMeter(t.Context(), m), compile(t, e, module.Bytes()), func(string) Module { return host })
	if err != nil {
		t.Fatal(err)
	}
	err = m.Call(t.Context(), inst.ExportedFunction("f"), nil)
	if !errors.Is(err, ErrStackOverflow) || depth < 2 || depth > 100 {
		t.Errorf("%d calls of the host: %v", depth, err)
	}
	if m.stack() != 0 {
		t.Errorf("after the call, stacks of %d bytes are said to be in use", m.stack())
	}
}

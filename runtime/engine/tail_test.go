package engine

import (
	"fmt"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
)

// TestTailCalls passes parameters in tail calls, so many that some of them are on the stack, to functions of the
// same module, of another, and through a table.
func TestTailCalls(t *testing.T) {
	e := newEngine(t)
	for caller := range 12 {
		for callee := range 12 {
			typ := strings.Repeat("i32 ", callee) + "-> i32"
			var digest, pass strings.Builder
			for i := range callee {
				fmt.Fprintf(&digest, " i32.const 3 i32.mul local.get %d i32.add", i)
				if i < caller {
					fmt.Fprintf(&pass, "local.get %d ", caller-1-i)
				} else {
					fmt.Fprintf(&pass, "i32.const %d ", i)
				}
			}
			other, m := testwasm.NewModule(), testwasm.NewModule()
			other.Func("f", typ, "i32.const 0"+digest.String())
			imported := m.ImportFunc("other", "f", typ)
			own := m.Func("", typ, "i32.const 0"+digest.String())
			m.Table("", 1)
			m.Elem(0, own)
			forms := map[string]string{
				"call":     fmt.Sprintf("call %d", own),
				"own":      fmt.Sprintf("return_call %d", own),
				"imported": fmt.Sprintf("return_call %d", imported),
				"table":    fmt.Sprintf("i32.const 0 return_call_indirect %d", m.Type(typ)),
			}
			for name, code := range forms {
				m.Func(name, strings.Repeat("i32 ", caller)+"-> i32", pass.String()+code)
			}
			inst := instantiate(t, e, m, map[string]Module{"other": instantiate(t, e, other, nil)})
			args := make([]uint64, caller)
			for i := range args {
				args[i] = uint64(i + 1)
			}
			want, err := inst.ExportedFunction("call").Call(t.Context(), args...)
			if err != nil {
				t.Fatal(err)
			}
			for name := range forms {
				if got, err := inst.ExportedFunction(name).Call(t.Context(), args...); err != nil || got[0] != want[0] {
					t.Errorf("%s, %d parameters to %d: %v, %v; want %v", name, caller, callee, got, err, want)
				}
			}
		}
	}
}

// TestTailCallsTakeNoPlace calls through a table for ever, but for the fuel, with as many parameters as may be.
func TestTailCallsTakeNoPlace(t *testing.T) {
	typ := strings.Repeat("i32 ", 5) + "->"
	m := testwasm.NewModule()
	m.Table("", 1)
	f := m.Func("f", typ, fmt.Sprintf("local.get 0 local.get 1 local.get 2 local.get 3 local.get 4 i32.const 0 return_call_indirect %d", m.Type(typ)))
	m.Elem(0, f)
	e := newEngine(t)
	meter := e.NewMeter(1 << 30)
	code, err := e.Compile(t.Context(), m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	inst, err := e.Instantiate(WithMeter(t.Context(), meter), code, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = inst.ExportedFunction("f").Call(t.Context(), 1, 2, 3, 4, 5)
	if err == nil || !strings.Contains(err.Error(), ErrOutOfFuel.Error()) {
		t.Errorf("the end is %v", err)
	}
}

package wasi01

import (
	"context"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/hostimpl/wasi"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

// allocating makes a component whose realloc asks for the time, writes to stderr, and then does what the code says.
// now returns the time, and told the time that realloc was told.
func allocating(t *testing.T, code string) *vm.Instance {
	t.Helper()
	m := testwasm.NewModule()
	m.ImportFunc(Name, "clock_time_get", signatures["clock_time_get"])
	m.ImportFunc(Name, "fd_write", signatures["fd_write"])
	m.ImportFunc(Name, "proc_exit", signatures["proc_exit"])
	m.Memory("memory", 1)
	m.Data(100, u32s(300, 3))
	m.Data(300, "abc")
	m.Func("now", "-> i64", "i32.const 1 i64.const 0 i32.const 200 call 0 drop i32.const 200 i64.load 0")
	m.Func("told", "i32 i32 -> i64", "i32.const 208 i64.load 0")
	m.Func("cabi_realloc", "i32 i32 i32 i32 -> i32",
		"i32.const 1 i64.const 0 i32.const 208 call 0 drop i32.const 2 i32.const 100 i32.const 1 i32.const 216 call 1 drop "+code)

	const wit = "package test:realloc; world w { export now: func() -> u64; export told: func(text: string) -> u64; }"
	tree, err := resolve.Sources([]*diag.Source{diag.NewSource("w.wit", wit)}, nil, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	adapter, err := Adapter(Options{Program: m.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	imports := *adapter.World // the program does not run by itself
	imports.Exports = nil
	adapter.World = &imports
	wasm, err := componentize.New(m.Bytes(), componentize.Options{
		World: tree.Root.Worlds[0], Adapters: []componentize.Adapter{adapter},
	})
	if err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	t.Cleanup(func() {
		if stderr.Len() > 0 {
			t.Errorf("during realloc %q was written", stderr.String())
		}
	})
	p := &glue.Process{Name: "program", Stderr: &stderr}
	t.Cleanup(p.Close)
	host, err := wasi.Default().Provide(p)
	if err != nil {
		t.Fatal(err)
	}
	i, err := compileComponent(t, wasm).component.Instantiate(t.Context(), vm.Options{Imports: host})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close(context.WithoutCancel(t.Context())) })
	return i
}

// TestClockInRealloc allocates in a program that asks for the time meanwhile: it is told the one that it knows.
func TestClockInRealloc(t *testing.T) {
	i := allocating(t, "i32.const 400")
	for range 3 {
		now, err := i.Call(t.Context(), "", "now")
		if err != nil {
			t.Fatal(err)
		}
		told, err := i.Call(t.Context(), "", "told", "text")
		if err != nil {
			t.Fatal(err)
		}
		if told != now || now == uint64(0) {
			t.Errorf("realloc was told %v after %v", told, now)
		}
	}
}

// TestExitInRealloc allocates in a program that has no memory left, and ends.
func TestExitInRealloc(t *testing.T) {
	i := allocating(t, "i32.const 2 call 2 i32.const 400")
	_, err := i.Call(t.Context(), "", "told", "text")
	if err == nil || !strings.Contains(err.Error(), "unreachable") || strings.Contains(err.Error(), "called out") {
		t.Errorf("the program ended with %v", err)
	}
}

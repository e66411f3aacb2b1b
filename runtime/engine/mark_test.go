package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/internal/testwasm"
)

// named adds the name of a module and of its first functions.
func named(m *testwasm.Module, module string, funcs ...string) []byte {
	text := func(s string) []byte { return append(leb128.AppendUint(nil, uint64(len(s))), s...) }
	part := func(id byte, body []byte) []byte {
		return append(leb128.AppendUint([]byte{id}, uint64(len(body))), body...)
	}
	list := leb128.AppendUint(nil, uint64(len(funcs)))
	for i, f := range funcs {
		list = append(leb128.AppendUint(list, uint64(i)), text(f)...)
	}
	names := append(append(text("name"), part(0, text(module))...), part(1, list)...)
	return append(m.Bytes(), part(0, names)...)
}

// TestReport tells which module's code has trapped, whatever names the modules give themselves and their functions.
func TestReport(t *testing.T) {
	e := newEngine(t)
	failing := testwasm.NewModule()
	failing.Func("trap", "->", "unreachable")
	failing.Func("over", "->", "call 1")
	inner := compile(t, e, named(failing, "inner", "trap", "over"))
	provider, err := e.Instantiate(t.Context(), inner, nil)
	if err != nil {
		t.Fatal(err)
	}
	host, err := e.Host(t.Context(), []HostFunc{{Name: "fail", Code: GoFunc(func(context.Context, []uint64) {
		panic(errors.New("wasm error: by Go"))
	})}})
	if err != nil {
		t.Fatal(err)
	}
	calling := testwasm.NewModule()
	calling.ImportFunc("inner", "trap", "->")
	calling.ImportFunc("inner", "over", "->")
	calling.ImportFunc("host", "fail", "->")
	for i, name := range []string{"others", "overflow", "go"} {
		calling.Func(name, "->", []string{"call 0", "call 1", "call 2"}[i])
	}
	calling.Func("own", "->", "unreachable")
	lie := "f\nwasm stack trace:\n\t" + inner.Mark() + "inner.trap()"
	outer := compile(t, e, named(calling, inner.Mark()+lie, lie, lie, lie, lie, lie, lie, lie))
	inst, err := e.Instantiate(t.Context(), outer, func(name string) Module {
		return map[string]Module{"inner": provider, "host": host}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]Report{
		"others":   {Reason: "unreachable", ByCode: true, Mark: inner.Mark()},
		"own":      {Reason: "unreachable", ByCode: true, Mark: outer.Mark()},
		"overflow": {Reason: "stack overflow", ByCode: true},
		"go":       {Reason: "by Go"},
	} {
		_, err := inst.ExportedFunction(name).Call(t.Context())
		r := Trace(err)
		if r.Reason != want.Reason || r.ByCode != want.ByCode || r.Mark != want.Mark {
			t.Errorf("%s: got %+v", name, r)
		}
	}

	_, err = provider.ExportedFunction("trap").Call(t.Context())
	if r := Trace(err); !slices.Equal(r.Frames, []string{"inner.trap()"}) {
		t.Errorf("the frames are %q", r.Frames)
	}
	starting := testwasm.NewModule()
	starting.Start(starting.Func(strings.Repeat(lie, 2), "->", "unreachable"))
	code := compile(t, e, starting.Bytes())
	_, err = e.Instantiate(t.Context(), code, nil)
	if r := Trace(err); r.Reason != "unreachable" || r.Mark != code.Mark() {
		t.Errorf("a start function: %+v", r)
	}
	if inner.Mark() == outer.Mark() || compile(t, e, named(failing, "inner", "trap", "over")).Mark() != inner.Mark() {
		t.Error("marks do not follow from the modules")
	}
}

// TestNamesInReport has functions with names that a terminal would take for more than that.
func TestNamesInReport(t *testing.T) {
	e := newEngine(t)
	m := testwasm.NewModule()
	m.Func("f", "->", "unreachable")
	m.Func("g", "->", "call 0")
	long := strings.Repeat("x", 1<<16)
	inst, err := e.Instantiate(t.Context(), compile(t, e, named(m, "m", "\x1b[31mred\nwitan: shell[6]: \u202eforged", long)), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = inst.ExportedFunction("g").Call(t.Context())
	want := []string{`m.\x1b[31mred\nwitan: shell[6]: \u202eforged()`, "m." + long[:maxFrame-2]}
	if r := Trace(err); !slices.Equal(r.Frames, want) {
		t.Errorf("the frames are %q", r.Frames)
	}
}

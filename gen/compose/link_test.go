package compose_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/compose"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/link"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// start instantiates a component that imports nothing.
func start(t testing.TB, file []byte) *vm.Instance {
	t.Helper()
	ctx := t.Context()
	machine, err := vm.New(ctx, vm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { machine.Close(context.Background()) })
	c, err := machine.Compile(ctx, "composition", file)
	if err != nil {
		t.Fatal(err)
	}
	i, err := c.Instantiate(ctx, vm.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func call(t testing.TB, i *vm.Instance, iface, name string, args ...value.Value) value.Value {
	t.Helper()
	v, err := i.Call(t.Context(), iface, name, args...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// step is a component with a function n(x) in the interface t:steps/NAME, which is code. What it imports is called by
// the number of its place.
func step(t testing.TB, name, code string, imports ...string) []byte {
	t.Helper()
	wit, m := "package t:steps@1.0.0;\n", testwasm.NewModule()
	w := "world w {\n"
	for _, i := range append(imports, name) {
		wit += "interface " + i + " { n: func(x: u32) -> u32; }\n"
	}
	for _, i := range imports {
		m.ImportFunc("t:steps/"+i+"@1.0.0", "n", "i32 -> i32")
		w += "import " + i + ";\n"
	}
	m.Func("t:steps/"+name+"@1.0.0#n", "i32 -> i32", code)
	return guest(t, wit+w+"export "+name+"; }", m)
}

// TestOrder checks that dependencies that need each other are instantiated in an order that works, and each once.
func TestOrder(t *testing.T) {
	app := step(t, "app", "local.get 0 call 0 local.get 0 call 1 i32.add", "left", "right")
	left := step(t, "left", "local.get 0 call 0 i32.const 10 i32.mul", "base")
	right := step(t, "right", "local.get 0 call 0 i32.const 100 i32.mul", "base")
	counter := testwasm.NewModule()
	counter.Global("", 0)
	counter.Func("t:steps/base@1.0.0#n", "i32 -> i32", "global.get 0 i32.const 1 i32.add global.set 0 global.get 0")
	count := guest(t, "package t:steps@1.0.0; interface base { n: func(x: u32) -> u32; } world w { export base; }", counter)
	file := mustLink(t, app, dep("base", count), dep("left", left), dep("right", right))
	// The two share one counter: 1*10 + 2*100.
	if got := call(t, start(t, file), "t:steps/app@1.0.0", "n", uint32(0)); got != uint32(210) {
		t.Errorf("got %v", got)
	}
}

const counters = `package t:r@1.0.0;

interface api {
	record state { count: u32 }
	resource counter {
		constructor(first: u32);
		bump: func() -> state;
	}
}

interface shop {
	use api.{counter, state};
	take: func(first: u32) -> counter;
	twice: func(c: borrow<counter>) -> state;
}
`

// counting implements the counters of api; the representation is the address of the count.
func counting(t testing.TB) []byte {
	t.Helper()
	m := testwasm.NewModule()
	m.ImportFunc("[export]t:r/api@1.0.0", "[resource-new]counter", "i32 -> i32")
	m.Memory("memory", 1)
	m.Func("t:r/api@1.0.0#[constructor]counter", "i32 -> i32", "i32.const 64 local.get 0 i32.store 0 i32.const 64 call 0")
	m.Func("t:r/api@1.0.0#[method]counter.bump", "i32 -> i32",
		"local.get 0 local.get 0 i32.load 0 i32.const 1 i32.add i32.store 0 local.get 0 i32.load 0")
	return guest(t, counters+"world w { export api; }", m)
}

// TestResources passes a resource of one component through another one to the outside, and back.
func TestResources(t *testing.T) {
	m := testwasm.NewModule()
	m.ImportFunc("t:r/api@1.0.0", "[constructor]counter", "i32 -> i32")
	m.ImportFunc("t:r/api@1.0.0", "[method]counter.bump", "i32 -> i32")
	m.ImportFunc("t:r/api@1.0.0", "[resource-drop]counter", "i32 ->")
	m.Func("t:r/shop@1.0.0#take", "i32 -> i32", "local.get 0 call 0")
	m.Func("t:r/shop@1.0.0#twice", "i32 -> i32", "local.get 0 call 1 drop local.get 0 call 1 local.get 0 call 2")
	app := guest(t, counters+"world w { import api; export shop; }", m)
	i := start(t, mustLink(t, app, dep("api", counting(t))))

	const shop = "t:r/shop@1.0.0"
	c := call(t, i, shop, "take", uint32(40)).(value.Own)
	want := value.Record{{Name: "count", Value: uint32(42)}}
	if got := call(t, i, shop, "twice", value.Borrow(c)); !value.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestTypesOfTheWorld checks functions of a world that use types which a dependency brings.
func TestTypesOfTheWorld(t *testing.T) {
	m := testwasm.NewModule()
	m.ImportFunc("t:r/api@1.0.0", "[constructor]counter", "i32 -> i32")
	m.ImportFunc("t:r/api@1.0.0", "[method]counter.bump", "i32 -> i32")
	m.ImportFunc("t:r/api@1.0.0", "[resource-drop]counter", "i32 ->")
	m.Func("take", "i32 -> i32", "local.get 0 call 0")
	m.Func("bump", "i32 -> i32", "local.get 0 call 1 local.get 0 call 2")
	app := guest(t, counters+`world w {
		use api.{counter, state};
		export take: func(first: u32) -> counter;
		export bump: func(c: borrow<counter>) -> state;
	}`, m)
	file := mustLink(t, app, dep("api", counting(t)))
	checkNames(t, file, nil, []string{"counter", "state", "take", "bump"})
	i := start(t, file)
	c := call(t, i, "", "take", uint32(6)).(value.Own)
	want := value.Record{{Name: "count", Value: uint32(7)}}
	if got := call(t, i, "", "bump", value.Borrow(c)); !value.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// checkNames checks what a component imports and exports.
func checkNames(t testing.TB, file []byte, imports, exports []string) {
	t.Helper()
	c, err := component.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range []struct {
		what string
		list []component.Extern
		want []string
	}{{"imports", c.Type.Imports, imports}, {"exports", c.Type.Exports, exports}} {
		var got []string
		for _, x := range side.list {
			got = append(got, x.Name)
		}
		if strings.Join(got, " ") != strings.Join(side.want, " ") {
			t.Errorf("it %s %q, want %q", side.what, got, side.want)
		}
	}
}

// TestShare checks that what several components import becomes one import of the newest version, with what each of
// them needs.
func TestShare(t *testing.T) {
	old := `package t:log@1.2.0;
		interface kinds { resource sink; enum level { low, high } }
		interface log { use kinds.{sink, level}; a: func(s: borrow<sink>); both: func(l: level); }
		interface other { f: func(); }
		world w { import log; export other; }`
	recent := `package t:log@1.10.0;
		interface more { enum color { red } }
		interface kinds { use more.{color}; resource sink; enum level { low, high } paint: func(c: color) -> sink; }
		interface log { use kinds.{sink, level}; record line { at: level } both: func(l: level); b: func(l: line) -> sink; }
		interface other { f: func(); }
		world w { import log; import kinds; import other; export run: func(); }`
	app, other := idle(t, recent), idle(t, old)
	file := mustLink(t, app, dep("other", other))
	checkNames(t, file, []string{"t:log/more@1.10.0", "t:log/kinds@1.10.0", "t:log/log@1.10.0"}, []string{"run"})
	want := "    interface log {\n" +
		"        use kinds.{sink, level};\n\n" +
		"        record line {\n            at: level,\n        }\n\n" +
		"        both: func(l: level);\n" +
		"        b: func(l: line) -> sink;\n" +
		"        a: func(s: borrow<sink>);\n    }\n"
	if got := text(t, file); !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant in it\n%s", got, want)
	}
	// The other way round, too: the older one has what the newer one lacks.
	back := strings.ReplaceAll(strings.Replace(recent, "import other; export run: func();", "export other;", 1), "1.10.0", "1.1.0")
	user := strings.Replace(old, "export other", "import other", 1)
	file = mustLink(t, idle(t, user), dep("other", idle(t, back)))
	checkNames(t, file, []string{"t:log/more@1.1.0", "t:log/kinds@1.2.0", "t:log/log@1.2.0"}, nil)
}

// TestSame checks that a component which is linked twice is there once.
func TestSame(t *testing.T) {
	app := step(t, "app", "local.get 0 call 0 call 1", "left", "right")
	wit := "package t:steps@1.0.0; interface left { n: func(x: u32) -> u32; } interface right { n: func(x: u32) -> u32; } world w { export left; export right; }"
	m := testwasm.NewModule()
	m.Func("t:steps/left@1.0.0#n", "i32 -> i32", "local.get 0 i32.const 1 i32.add")
	m.Func("t:steps/right@1.0.0#n", "i32 -> i32", "local.get 0 i32.const 2 i32.mul")
	both := guest(t, wit, m)
	file := mustLink(t, app,
		compose.Part{Name: "both", For: "t:steps/left", Component: both}, compose.Part{Name: "both", For: "t:steps/right", Component: both})
	if n := strings.Count(string(file), string(both)); n != 1 {
		t.Errorf("it is there %d times", n)
	}
	if got := call(t, start(t, file), "t:steps/app@1.0.0", "n", uint32(5)); got != uint32(12) {
		t.Errorf("got %v", got)
	}
}

// TestPlain has a component answer an import under a plain name as a whole.
func TestPlain(t *testing.T) {
	app := idle(t, "package t:p; world w { import math: interface { add: func(a: u8, b: u8) -> u8; } export run: func(); }")
	math := idle(t, "package t:p; world w { export add: func(a: u8, b: u8) -> u8; }")
	file := mustLink(t, app, compose.Part{Name: "math.wasm", For: "math", Component: math})
	checkNames(t, file, nil, []string{"run"})
}

// TestErrors shows what is said about components that do not go together.
func TestErrors(t *testing.T) {
	const api = "package t:e@1.0.0; interface api { f: func(x: u8); } "
	importing := func(wit string) []byte { return idle(t, wit+" world w { import api; }") }
	exporting := func(wit string) []byte { return idle(t, wit+" world w { export api; }") }
	app := importing(api)
	for name, test := range map[string]struct {
		app  []byte
		deps []compose.Part
		want []string
	}{
		"another type": {
			app,
			[]compose.Part{dep("dep.wasm", exporting(strings.Replace(api, "u8", "u16", 1)))},
			[]string{`app imports "t:e/api@1.0.0", and dep.wasm exports "t:e/api@1.0.0", which is not the same: export "f", parameter x: u8 is wanted, but u16 is given`},
		},
		"another name": {
			importing("package t:e@1.0.0; interface api { colour: func(); }"),
			[]compose.Part{dep("dep.wasm", exporting("package t:e@1.4.0; interface api { color: func(); other: func(); }"))},
			[]string{`app imports "t:e/api@1.0.0", and dep.wasm exports "t:e/api@1.4.0", which is not the same: it has no "colour"; did you mean "color"?`},
		},
		"another type of what both import": {
			idle(t, "package t:e@1.0.0; interface a { } interface log { f: func(x: u8); } world w { import log; import more: interface { g: func(); } }"),
			[]compose.Part{dep("dep.wasm", idle(t, "package t:e@1.1.0; interface log { f: func(x: s8); } world w { import log; export more: interface { g: func(); } }"))},
			[]string{`app and dep.wasm both import`, `"t:e/log@1.1.0"`, `but not the same: export "f", parameter x: s8 is wanted, but u8 is given`},
		},
		"another sort": {
			idle(t, "package t:e; world w { import more: interface { g: func(); } }"),
			[]compose.Part{dep("dep.wasm", idle(t, "package t:e; world w { export more: func(); }"))},
			[]string{`app imports "more", and dep.wasm exports "more", which is not the same: an instance is wanted, but a func is given`},
		},
		"a type from inside": {
			idle(t, `package t:e; interface api { resource r; make: func() -> r; } interface user { use api.{r}; use-it: func(x: r); }
				world w { import api; import user; }`),
			[]compose.Part{dep("dep.wasm", idle(t, `package t:e; interface api { resource r; make: func() -> r; } world w { export api; }`))},
			[]string{`app: "t:e/user"`, `it uses a type that dep.wasm exports, which is not known outside; link a component that answers "t:e/user", too`},
		},
		"no component": {
			app,
			[]compose.Part{dep("dep.wasm", []byte("\x00asm\x01\x00\x00\x00"))},
			[]string{"dep.wasm: offset 0x4: this is a core module, where a component is expected"},
		},
		"the app is none": {[]byte("x"), nil, []string{"app: offset 0x0: "}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := compose.Link(dep("app", test.app), test.deps...)
			if err == nil {
				t.Fatal("it is no error")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got  %s\nwant %s", err, want)
				}
			}
		})
	}
}

// TestUnused refuses a component that answers nothing, and tells what it might have been meant for.
func TestUnused(t *testing.T) {
	app := step(t, "app", "local.get 0 call 0", "left")
	_, err := compose.Link(dep("app", app), dep("lift.wasm", step(t, "lift", "local.get 0")))
	var unused *link.Unused
	if !errors.As(err, &unused) || unused.Part != "lift.wasm" {
		t.Fatalf("got %v", err)
	}
	if want := `; did you mean "t:steps/left@1.0.0"?`; !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %s, want at its end %s", err, want)
	}
}

// TestCycle refuses components that need each other.
func TestCycle(t *testing.T) {
	app := step(t, "app", "local.get 0 call 0", "left")
	left, right := step(t, "left", "local.get 0 call 0", "right"), step(t, "right", "local.get 0 call 0", "left")
	_, err := compose.Link(dep("app", app), dep("left", left), dep("right", right))
	var cycle *link.Cycle
	if !errors.As(err, &cycle) || !strings.Contains(err.Error(), "left imports t:steps/right@1.0.0 from right") {
		t.Errorf("got %v", err)
	}
}

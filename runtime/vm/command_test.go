package vm_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

var ctx = context.Background()

func newVM(t testing.TB) *vm.VM {
	t.Helper()
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return v
}

func start(t testing.TB, c *testwasm.Component) *vm.Instance {
	t.Helper()
	compiled, err := newVM(t).Compile(ctx, "guest", c.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	i, err := compiled.Instantiate(ctx, vm.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// guest is a component that is written function by function; several of them can be in an interface.
type guest struct {
	*testwasm.Component
	core int
}

func newGuest() guest {
	m := testwasm.NewModule()
	m.Allocator()
	m.Func("one", "-> i32", "i32.const 1")
	m.Func("zero", "-> i32", "i32.const 0")
	m.Func("same", "i32 -> i32", "local.get 0")
	m.Func("ten", "i32 -> i32", "local.get 0 i32.const 10 i32.mul")
	m.Func("pair", "i32 i32 -> i32", "i32.const 8 local.get 0 i32.store 0 i32.const 8 local.get 1 i32.store 4 i32.const 8")
	m.Func("fail", "-> i32", "i32.const 8 i32.const 1 i32.store8 0 i32.const 8 i32.const 42 i32.store 4 i32.const 8")
	c := testwasm.NewComponent()
	return guest{c, c.Instantiated(m)}
}

// lift makes a component function of one of the core functions above.
func (g guest) lift(core, typ string) int {
	return g.Lift(g.CoreFunc(g.core, core), typ,
		testwasm.WithMemory(g.Core(g.core, testwasm.Memory, "memory")), testwasm.WithRealloc(g.CoreFunc(g.core, "realloc")))
}

func (g guest) export(name, core, typ string) guest {
	g.Export(name, testwasm.SortFunc, g.lift(core, typ))
	return g
}

// iface exports an interface with functions: pairs of a name and a type; all are the core function one or, if
// they have a parameter, same.
func (g guest) iface(name string, funcs ...[2]string) guest {
	var members []testwasm.Arg
	for _, f := range funcs {
		core := "one"
		if !strings.HasPrefix(f[1], "func()") {
			core = "same"
		}
		members = append(members, testwasm.Arg{Name: f[0], Sort: testwasm.SortFunc, Index: g.lift(core, f[1])})
	}
	g.Export(name, testwasm.SortInstance, g.Inline(members...))
	return g
}

const (
	number = "func() -> u32"
	scale  = "func(n: u32) -> u32"
)

// found checks the name of a function, or part of the error.
func found(t *testing.T, e *glue.Export, err error, want string) {
	t.Helper()
	switch {
	case err != nil && !strings.Contains(err.Error(), want):
		t.Errorf("got the error %q, want %q", err, want)
	case err == nil && e.Name() != want:
		t.Errorf("found %s, want %s", e.Name(), want)
	}
}

func TestFindMain(t *testing.T) {
	for _, tt := range []struct {
		name  string
		guest guest
		want  string
	}{
		{"nothing", newGuest(), "exports no wasi:cli/run and 0 functions without parameters: name the one to call; it exports no functions"},
		{"the only function", newGuest().export("go", "one", number), "go"},
		{"the only one without parameters", newGuest().export("go", "one", number).export("scale", "same", scale), "go"},
		{"in an interface", newGuest().iface("test:a/b", [2]string{"go", number}), "test:a/b#go"},
		{"two", newGuest().export("a", "one", number).export("b", "one", number), "and 2 functions without parameters: name the one to call; it exports a, b"},
		{"wasi:cli/run", newGuest().export("a", "one", number).iface("wasi:cli/run@0.2.7", [2]string{"run", "func() -> result"}), "wasi:cli/run@0.2.0#run"},
		{"another track", newGuest().iface("wasi:cli/run@1.0.0", [2]string{"run", "func() -> result"}).export("a", "one", number), "and 2 functions"},
		{"one can't be called", newGuest().export("a", "one", number).export("later", "one", "async func() -> u32"), "a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := start(t, tt.guest.Component).Main()
			found(t, e, err, tt.want)
		})
	}
}

func TestFind(t *testing.T) {
	i := start(t, newGuest().export("top", "one", number).export("both", "one", number).
		iface("test:a/one@1.2.0", [2]string{"both", number}, [2]string{"once", number}, [2]string{"twice", number}).
		iface("test:a/two@1.2.0", [2]string{"twice", number}).Component)
	for name, want := range map[string]string{
		"top":                    "top",
		"both":                   "both", // what the component exports itself comes first
		"once":                   "test:a/one@1.2.0#once",
		"twice":                  "twice is ambiguous: the component exports test:a/one@1.2.0#twice, test:a/two@1.2.0#twice",
		"test:a/two@1.2.0#twice": "test:a/two@1.2.0#twice",
		"test:a/two@1.9.0#twice": "test:a/two@1.9.0#twice", // of the same track
		"test:a/two@2.0.0#twice": `component "guest" has no export test:a/two@2.0.0: it exports both, test:a/one@1.2.0, test:a/two@1.2.0, top`,
		"test:a/one@1.2.0#none":  `has no exported function test:a/one@1.2.0#none: there is both, once, twice`,
		"never":                  "the component exports no function never: it has both, test:a/one@1.2.0#both, test:a/one@1.2.0#once",
		"test:a/one@1.2.0":       "the component exports no function test:a/one@1.2.0",
	} {
		e, err := i.Find(name)
		found(t, e, err, want)
	}
}

func TestExportOfAType(t *testing.T) {
	i := start(t, newGuest().export("top", "one", number).Component)
	if _, err := i.Export("", "top", number); err != nil {
		t.Error(err)
	}
	_, err := i.Export("", "top", scale)
	found(t, nil, err, "component \"guest\": export top has type\n    func() -> u32\nand not\n    func(n: u32) -> u32")
}

func TestCallText(t *testing.T) {
	i := start(t, newGuest().
		export("number", "one", number).
		export("ten", "ten", scale).
		export("echo", "pair", "func(s: string) -> string").
		export("fine", "zero", "func() -> result").
		export("bad", "one", "func() -> result").
		export("why", "fail", "func() -> result<u8, u32>").
		Component)
	for _, tt := range []struct {
		fn   string
		args []string
		want string
		err  string
	}{
		{"number", nil, "1", ""},
		{"ten", []string{"7"}, "70", ""},
		{"echo", []string{"good day"}, `"good day"`, ""},
		{"fine", nil, "", ""},
		{"bad", nil, "", "the function returned an error"},
		{"why", nil, "", "the function returned the error 42"},
		{"ten", nil, "", "ten takes 1 arguments, not 0: its type is func(n: u32) -> u32"},
		{"ten", []string{"seven"}, "", "argument 1 (n) of ten: "},
		{"ten", []string{"-1"}, "", "argument 1 (n) of ten: "},
		{"number", []string{"1"}, "", "number takes 0 arguments, not 1"},
	} {
		e, err := i.Find(tt.fn)
		if err != nil {
			t.Fatal(err)
		}
		got, err := vm.CallText(ctx, e, tt.args)
		if got != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s(%s) = %q, %v, want %q, %q", tt.fn, strings.Join(tt.args, ", "), got, err, tt.want, tt.err)
		}
		var failed *vm.Failed
		if isFailure := tt.fn == "bad" || tt.fn == "why"; errors.As(err, &failed) != isFailure {
			t.Errorf("%s: the error is a %T", tt.fn, err)
		}
	}
	if i.Err() != nil {
		t.Errorf("wrong arguments have ended the instance: %v", i.Err())
	}
}

func TestCallChecksArguments(t *testing.T) {
	i := start(t, newGuest().export("ten", "ten", scale).Component)
	if _, err := i.Call(ctx, "", "ten", "seven"); err == nil || !strings.Contains(err.Error(), "ten: ") {
		t.Errorf("an argument of the wrong type: %v", err)
	}
	if got, err := i.Call(ctx, "", "ten", uint32(3)); got != uint32(30) || err != nil {
		t.Errorf("the call after it: %v, %v", got, err)
	}
}

func TestRunModule(t *testing.T) {
	v := newVM(t)
	m := testwasm.NewModule()
	m.ImportFunc("wasi_snapshot_preview1", "proc_exit", "i32 ->")
	m.Func("_start", "->", "i32.const 9 call 0")
	if err := v.CompileModule(ctx, m.Bytes()); err != nil {
		t.Error(err)
	}
	if code, err := v.RunModule(ctx, m.Bytes(), &vm.Process{Name: "nine"}); code != 9 || err != nil {
		t.Errorf("exit %d, %v", code, err)
	}

	m = testwasm.NewModule()
	m.Func("_start", "->", "unreachable")
	var trap *vm.Trap
	if _, err := v.RunModule(ctx, m.Bytes(), &vm.Process{Name: "bad"}); !errors.As(err, &trap) || trap.Component != "bad" || trap.Reason != "unreachable" {
		t.Errorf("got %v, want a trap", err)
	}

	m = testwasm.NewModule()
	m.Func("f", "->", "")
	const want = "exports no _start function"
	if _, err := v.RunModule(ctx, m.Bytes(), &vm.Process{}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
	if err := v.CompileModule(ctx, m.Bytes()); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
}

package componentize_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testwasm"
)

const greetWIT = `package demo:greet@0.1.0;

interface out {
  resource pipe { write: func(s: string) -> bool; }
  send: func(s: string);
  later: async func(n: u32) -> u32;
}
interface greeter {
  resource guest { constructor(); }
  greet: func(name: string) -> string;
}
world w {
  import out;
  import pick: func(a: u32) -> f64;
  export greeter;
  export tick: func(n: u32);
}
`

// only is the one world of a package, with its ABI.
func only(t testing.TB, wit string) *model.World {
	t.Helper()
	_, w := load(t, wit)
	return w
}

// load is a package with its one world, and their ABI.
func load(t testing.TB, wit string) (*model.Tree, *model.World) {
	t.Helper()
	tree, err := resolve.Sources([]*diag.Source{diag.NewSource("w.wit", wit)}, nil, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := layout.Compute(tree); err != nil {
		t.Fatal(err)
	}
	return tree, tree.Root.Worlds[0]
}

// complete adds to a module what the world of greetWIT asks for.
func complete(m *testwasm.Module) {
	m.Memory("memory", 1)
	m.Func("cabi_realloc", "i32 i32 i32 i32 -> i32", "i32.const 0")
	m.Func("demo:greet/greeter@0.1.0#greet", "i32 i32 -> i32", "i32.const 0")
	m.Func("demo:greet/greeter@0.1.0#[constructor]guest", "-> i32", "i32.const 0")
	m.Func("tick", "i32 ->", "")
}

// TestProblems shows what is said about modules that do not fit their world.
func TestProblems(t *testing.T) {
	importing := func(module, name, typ string) func(m *testwasm.Module) {
		return func(m *testwasm.Module) {
			m.ImportFunc(module, name, typ)
			complete(m)
		}
	}
	const out = "demo:greet/out@0.1.0"
	for _, c := range []struct {
		name  string
		write func(m *testwasm.Module)
		want  []string
	}{
		{"nothing is wrong", complete, nil},
		{"a function that is none", importing(out, "[method]pipe.writ", "i32 i32 i32 -> i32"), []string{
			`w.wit:3:11: the module imports "demo:greet/out@0.1.0" "[method]pipe.writ", but the interface has no such function; did you mean "[method]pipe.write"?`,
		}},
		{"an interface that is none", importing("demo:greet/ouch@0.1.0", "send", "i32 i32 ->"), []string{
			`the module imports "demo:greet/ouch@0.1.0" "send", but the world has no import "demo:greet/ouch@0.1.0"; did you mean "demo:greet/out@0.1.0"?`,
		}},
		{"a version of another track", importing("demo:greet/out@0.2.0", "send", "i32 i32 ->"), []string{
			`the module imports "demo:greet/out@0.2.0" "send", but the world has no import "demo:greet/out@0.2.0"; did you mean "demo:greet/out@0.1.0"?`,
		}},
		{"a version of the same track", importing("demo:greet/out@0.1.7", "send", "i32 i32 ->"), nil},
		{"a function of the world that is none", importing("$root", "pik", "i32 -> f64"), []string{
			`the module imports "$root" "pik", but the world has no such function; did you mean "pick"?`,
		}},
		{"another type", importing("$root", "pick", "i32 -> i32"), []string{
			`w.wit:14:10: the module imports "$root" "pick", but with the type (i32) -> (i32), where pick: func(a: u32) -> f64 has the core type (i32) -> (f64)`,
		}},
		{"a memory", func(m *testwasm.Module) { m.ImportMemory("env", "memory", 1); complete(m) }, []string{
			`the module imports the core memory "env" "memory", but a component can give it functions only`,
		}},
		{"WASI 0.1 without an adapter", importing("wasi_snapshot_preview1", "fd_write", "i32 i32 i32 i32 -> i32"), []string{
			`the module imports "wasi_snapshot_preview1" "fd_write", but the world has no import "wasi_snapshot_preview1": it is of WASI 0.1, for which there is no adapter here`,
		}},
		{"a function that nobody defines", importing("env", "strlen", "i32 -> i32"), []string{
			`the module imports "env" "strlen", but the world has no import "env": a function that is declared and never defined ends up there`,
		}},
		{"a resource that is none", importing(out, "[resource-drop]pip", "i32 ->"), []string{
			`w.wit:3:11: the module imports "demo:greet/out@0.1.0" "[resource-drop]pip", but there is no such resource; did you mean "pipe"?`,
		}},
		{"the representation of what others define", importing(out, "[resource-rep]pipe", "i32 -> i32"), []string{
			`w.wit:4:12: the module imports "demo:greet/out@0.1.0" "[resource-rep]pipe", but only the interface that exports the resource itself has its representation`,
		}},
		{"a form that a built-in does not have", importing(out, "[async-lower][resource-drop]pipe", "i32 ->"), []string{
			`the module imports "demo:greet/out@0.1.0" "[async-lower][resource-drop]pipe", but resource.drop has no such form`,
		}},
		{"a built-in of another type", importing("[export]demo:greet/greeter@0.1.0", "[resource-new]guest", "i64 -> i32"), []string{
			`the module imports "[export]demo:greet/greeter@0.1.0" "[resource-new]guest", but with the type (i64) -> (i32), where resource.new has the core type (i32) -> (i32)`,
		}},
		{"what is exported, as an import", importing("[export]demo:greet/greeter@0.1.0", "greet", "i32 i32 i32 ->"), []string{
			`w.wit:8:11: the module imports "[export]demo:greet/greeter@0.1.0" "greet", but there is no such built-in for what the world exports`,
		}},
		{"the asynchronous form of what has none", importing(out, "[async-lower]send", "i32 i32 -> i32"), []string{
			`w.wit:5:3: the module imports "demo:greet/out@0.1.0" "[async-lower]send", but send is no async function, and has no asynchronous form`,
		}},
		{"exports that are not there", func(m *testwasm.Module) {
			m.Memory("memory", 1)
			m.Func("cabi_realloc", "i32 i32 i32 i32 -> i32", "i32.const 0")
			m.Func("demo:greet/greeter@0.1.0#gret", "i32 i32 -> i32", "i32.const 0")
			m.Func("demo:greet/greeter@0.1.0#[constructor]guest", "-> i32", "i32.const 0")
		}, []string{
			`w.wit:16:10: the world exports tick, which needs a core export "tick": the module has none`,
			`w.wit:10:3: the world exports demo:greet/greeter#greet, which needs a core export "demo:greet/greeter@0.1.0#greet": the module has none; did you mean "demo:greet/greeter@0.1.0#gret"?`,
		}},
		{"an export of another type", func(m *testwasm.Module) {
			complete(m)
			m.Func("cabi_post_demo:greet/greeter@0.1.0#greet", "i64 ->", "")
		}, []string{
			`w.wit:10:3: the module exports "cabi_post_demo:greet/greeter@0.1.0#greet" with the type (i64) -> (), but as what is called after greet it has to have the type (i32) -> ()`,
		}},
		{"a destructor of another type", func(m *testwasm.Module) {
			complete(m)
			m.Func("demo:greet/greeter@0.1.0#[dtor]guest", "->", "")
		}, []string{
			`w.wit:9:12: the module exports "demo:greet/greeter@0.1.0#[dtor]guest" with the type () -> (), but as the destructor of guest it has to have the type (i32) -> ()`,
		}},
		{"no memory", func(m *testwasm.Module) {
			m.ImportFunc(out, "send", "i32 i32 ->")
			m.Func("demo:greet/greeter@0.1.0#greet", "i32 i32 -> i32", "i32.const 0")
			m.Func("demo:greet/greeter@0.1.0#[constructor]guest", "-> i32", "i32.const 0")
			m.Func("tick", "i32 ->", "")
		}, []string{
			`w.wit:10:3: the export of greet needs a memory, but the module exports none: its name would be "memory"`,
			`w.wit:5:3: the import of send needs a memory, but the module exports none: its name would be "memory"`,
		}},
		{"no allocator", func(m *testwasm.Module) {
			m.Memory("memory", 1)
			m.Func("demo:greet/greeter@0.1.0#greet", "i32 i32 -> i32", "i32.const 0")
			m.Func("demo:greet/greeter@0.1.0#[constructor]guest", "-> i32", "i32.const 0")
			m.Func("tick", "i32 ->", "")
		}, []string{
			`w.wit:10:3: the export of greet needs a function that allocates in the memory of its module, but the module exports none: its name would be "cabi_realloc"`,
		}},
		{"an allocator of another type", func(m *testwasm.Module) {
			m.Memory("memory", 1)
			m.Func("cabi_realloc", "i32 -> i32", "i32.const 0")
			m.Func("demo:greet/greeter@0.1.0#greet", "i32 i32 -> i32", "i32.const 0")
			m.Func("demo:greet/greeter@0.1.0#[constructor]guest", "-> i32", "i32.const 0")
			m.Func("tick", "i32 ->", "")
		}, []string{
			`the module exports "cabi_realloc" with the type (i32) -> (i32), but what has that name has to have the type (i32 i32 i32 i32) -> (i32)`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := testwasm.NewModule()
			c.write(m)
			_, err := componentize.New(m.Bytes(), componentize.Options{World: only(t, greetWIT)})
			checkProblems(t, err, c.want)
		})
	}
}

// TestCommand shows what is said about a command where its world asks for something else.
func TestCommand(t *testing.T) {
	m := testwasm.NewModule()
	m.Func("_start", "->", "")
	for wit, want := range map[string]string{
		"package a:b; world w { export f: func(); }": `w.wit:1:31: the world exports f, which needs a core export "f": the module has none but _start, as commands of WASI 0.1 have`,
		"package wasi:cli@0.2.0; interface run { run: func(); } world w { export run; }": `w.wit:1:41: the world exports wasi:cli/run#run, which needs a core export "wasi:cli/run@0.2.0#run": ` +
			`the module has none but _start, as commands of WASI 0.1 have, and there is no adapter that starts it`,
	} {
		_, err := componentize.New(m.Bytes(), componentize.Options{World: only(t, wit)})
		checkProblems(t, err, []string{want})
	}
}

// TestCalledCommand has programs that are commands and export functions as well. Those of Go's compiler crash when they
// are called; those of others need not.
func TestCalledCommand(t *testing.T) {
	const (
		cli  = "package wasi:cli@0.2.0; interface run { run: func(); } world w { export run; }"
		both = "package wasi:cli@0.2.0; interface run { run: func(); } world w { export run; export f: func(); }"

		runProblem = `w.wit:1:41: the world exports wasi:cli/run#run, and the module has "wasi:cli/run@0.2.0#run" for it; but with "_start" it is a command in Go, ` +
			`which answers no calls: do not export it, since main is what runs, or build it with -buildmode=c-shared`
		fProblem = `w.wit:1:85: the world exports f, and the module has "f" for it; but with "_start" it is a command in Go, ` +
			`which answers no calls: build it with -buildmode=c-shared`
	)
	const byGo = "\x02\x08language\x01\x02Go\x061.26.8\x0cprocessed-by\x01\x0eGo cmd/compile\x061.26.8"
	for _, c := range []struct {
		name, wit, producers string
		exports              []string
		want                 []string
	}{
		{"a command that has run as well", cli, byGo, []string{"_start", "wasi:cli/run@0.2.0#run"}, []string{runProblem}},
		{"a command that is called", both, byGo, []string{"f", "_start", "wasi:cli/run@0.2.0#run"}, []string{fProblem, runProblem}},
		{"no command", cli, byGo, []string{"_initialize", "wasi:cli/run@0.2.0#run"}, nil},
		{"of another compiler", cli, "\x01\x0cprocessed-by\x01\x06TinyGo\x040.40", []string{"_start", "wasi:cli/run@0.2.0#run"}, nil},
		{"that is silent about compilers", cli, "", []string{"_start", "wasi:cli/run@0.2.0#run"}, nil},
		{"whose list of compilers is cut off", cli, "\xff\xff\xff\xff\x0f", []string{"_start", "wasi:cli/run@0.2.0#run"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := testwasm.NewModule()
			for _, name := range c.exports {
				m.Func(name, "->", "")
			}
			section := "\x09producers" + c.producers
			module := append(m.Bytes(), 0, byte(len(section)))
			_, err := componentize.New(append(module, section...), componentize.Options{World: only(t, c.wit)})
			checkProblems(t, err, c.want)
		})
	}
}

func checkProblems(t *testing.T, err error, want []string) {
	t.Helper()
	got := ""
	var all *componentize.Error
	switch {
	case errors.As(err, &all):
		got = all.Error()
	case err != nil:
		t.Fatalf("no list of problems: %v", err)
	}
	if want := strings.Join(want, "\n"); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestManyProblems checks that a list of problems ends somewhere.
func TestManyProblems(t *testing.T) {
	m := testwasm.NewModule()
	for i := range 2 * componentize.MaxProblems {
		m.ImportFunc("$root", fmt.Sprintf("f%d", i), "->")
	}
	_, err := componentize.New(m.Bytes(), componentize.Options{})
	var all *componentize.Error
	if !errors.As(err, &all) || len(all.Problems) != componentize.MaxProblems || !all.More {
		t.Errorf("the problems are not %d and more: %v", componentize.MaxProblems, err)
	}
}

// TestNoModule shows what is said about files that are no core modules.
func TestNoModule(t *testing.T) {
	for data, want := range map[string]string{
		"":                                    "the module: offset 0x0",
		"\x00asm\x0d\x00\x01\x00":             "the module: it is a component already",
		"\x00asm\x01\x00\x00\x00\x01":         "the module: offset 0x8: the integer is cut off",
		"\x00asm\x01\x00\x00\x00\x02\x01\xff": "the module: offset 0x8: the imports",
		"\x00asm\x01\x00\x00\x00\x07\x01\x05": "the module: offset 0xa (core module, export section)",
	} {
		if _, err := componentize.New([]byte(data), componentize.Options{}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%x: the error is %v, want %s …", data, err, want)
		}
	}
}

package componentize_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// clang compiles a guest in C. Without a compiler the test fails: there is no other way to know whether what
// compilers make can be made a component.
func clang(t testing.TB, source string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "guest.wasm")
	message, err := exec.CommandContext(t.Context(), "clang", "--target=wasm32", "-std=c11", "-Os", "-ffreestanding", "-nostdlib",
		"-Wall", "-Wextra", "-Werror", "-Wl,--no-entry", "-o", out, source).CombinedOutput()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		t.Fatalf("%v: this test needs clang and wasm-ld (Debian: apt-get install clang lld)", err)
	case err != nil:
		t.Fatalf("clang: %v\n%.20000s", err, message)
	}
	code, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// world loads a world.
func world(t testing.TB, path, name string) *model.World {
	t.Helper()
	tree, err := resolve.Load(path, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(tree.Root.Worlds, func(w *model.World) bool { return w.Name == name })
	if at < 0 {
		t.Fatalf("%s has no world %s", path, name)
	}
	return tree.Root.Worlds[at]
}

// TestWithoutABI makes a component for a world that nobody has given an ABI, with interfaces from everywhere.
func TestWithoutABI(t *testing.T) {
	w := world(t, "testdata/included.wit", "all")
	m := testwasm.NewModule()
	m.ImportFunc("inner", "f", "i32 -> i32")
	m.ImportFunc("test:included/i", "g", "i32 -> i32")
	m.Func("outer#h", "i32 -> i32", "i32.const 0")
	file, err := componentize.New(m.Bytes(), componentize.Options{World: w})
	if err != nil {
		t.Fatal(err)
	}
	checkType(t, file, w)
}

// sink is a resource of the host that keeps what is put into it.
type sink struct {
	name    string
	lines   []string
	dropped bool
}

func (s *sink) Drop(context.Context) { s.dropped = true }

// shop is the host of the shelf. Functions of the host are in the terms of [vm.HostFunc].
type shop struct{ sinks []*sink }

func (s *shop) imports(t testing.TB) []*vm.Interface {
	text, number := abi.Primitive(abi.String), abi.Primitive(abi.U32)
	resource := &abi.Resource{Name: "sink"}
	self := abi.Param{Name: "self", Type: abi.NewBorrow(resource)}
	host := func(name string, params []abi.Param, result *abi.Type, call func(args []value.Value) value.Value) glue.Func {
		f, err := vm.HostFunc(name, &abi.Func{Params: params, Result: result},
			func(_ context.Context, args []value.Value) (value.Value, error) { return call(args), nil })
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	param := func(name string, typ *abi.Type) []abi.Param { return []abi.Param{{Name: name, Type: typ}} }
	log := &vm.Interface{
		Name:      "test:shelf/log@1.2.0",
		Resources: []glue.NamedResource{{Name: "sink", Type: resource}},
		Funcs: []glue.Func{
			host("[constructor]sink", param("name", text), abi.NewOwn(resource), func(args []value.Value) value.Value {
				s.sinks = append(s.sinks, &sink{name: args[0].(string)})
				return value.Own{Rep: s.sinks[len(s.sinks)-1]}
			}),
			host("[method]sink.put", []abi.Param{self, {Name: "line", Type: text}}, number, func(args []value.Value) value.Value {
				to := args[0].(value.Borrow).Rep.(*sink)
				to.lines = append(to.lines, args[1].(string))
				return uint32(len(to.lines))
			}),
			host("echo", param("text", text), text, func(args []value.Value) value.Value { return args[0] }),
			host("twice", param("n", number), number, func(args []value.Value) value.Value { return 2 * args[0].(uint32) }),
		},
	}
	shout := host("shout", param("text", text), text, func(args []value.Value) value.Value {
		return strings.ToUpper(args[0].(string)) + "!"
	})
	return []*vm.Interface{log, {Funcs: []glue.Func{shout}}}
}

// start compiles and instantiates a component.
func start(t testing.TB, file []byte, imports ...*vm.Interface) *vm.Instance {
	t.Helper()
	ctx := t.Context()
	machine, err := vm.New(ctx, vm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { machine.Close(context.Background()) })
	c, err := machine.Compile(ctx, "guest", file)
	if err != nil {
		t.Fatal(err)
	}
	i, err := c.Instantiate(ctx, vm.Options{Imports: imports})
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

// TestRunC makes a component of a module that clang has compiled, with strings and resources in both directions, and
// runs it.
func TestRunC(t *testing.T) {
	w := world(t, "testdata/shelf/shelf.wit", "shop")
	file, err := componentize.New(clang(t, "testdata/shelf/shelf.c"), componentize.Options{World: w})
	if err != nil {
		t.Fatal(err)
	}
	host := &shop{}
	i := start(t, file, host.imports(t)...)
	const shelf = "test:shelf/shelf@1.2.0"

	if got := call(t, i, "", "greet", "ada"); got != "ADA!" {
		t.Errorf("greet: %v, which is not what was started says", got)
	}
	book := call(t, i, shelf, "[constructor]book", "Snow Crash")
	if got := call(t, i, shelf, "[method]book.title", value.Borrow(book.(value.Own))); got != "Snow Crash" {
		t.Errorf("title: %v", got)
	}
	if len(host.sinks) != 1 || !host.sinks[0].dropped || !slices.Equal(host.sinks[0].lines, []string{"Snow Crash"}) {
		t.Errorf("the host's resources: %+v", host.sinks)
	}
	if got := call(t, i, shelf, "count"); got != uint32(1) {
		t.Errorf("%v books, want one", got)
	}
	titles := value.List{"a", "b", "c"}
	want := value.OK(value.Record{{Name: "row", Value: uint8(1)}, {Name: "title", Value: "b"}})
	if got := call(t, i, shelf, "find", titles, uint32(1)); !value.Equal(got, want) {
		t.Errorf("find: %v, want %v", got, want)
	}
	if got := call(t, i, shelf, "find", titles, uint32(3)); !value.Equal(got, value.Err(value.Enum("missing"))) {
		t.Errorf("find: %v, want an error", got)
	}
}

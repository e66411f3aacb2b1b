package vm_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// item is a resource that the host of these tests defines.
type item struct {
	name  string
	drops *[]string
}

func (i *item) Drop(context.Context) { *i.drops = append(*i.drops, i.name) }

// shelf is a host interface on dynamic values: it makes items, tells their names and takes them back.
func shelf(t *testing.T, drops *[]string) *vm.Interface {
	t.Helper()
	res := &abi.Resource{Name: "item"}
	own, borrow, text := abi.NewOwn(res), abi.NewBorrow(res), abi.Primitive(abi.String)
	back, err := abi.NewResult(text, abi.Primitive(abi.U32))
	if err != nil {
		t.Fatal(err)
	}
	fn := func(name string, param abi.Param, result *abi.Type, call vm.ValueFunc) glue.Func {
		f, err := vm.HostFunc(name, &abi.Func{Params: []abi.Param{param}, Result: result}, call)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	return &vm.Interface{
		Name: "test:host/shelf",
		Funcs: []glue.Func{
			fn("make", abi.Param{Name: "name", Type: text}, own, func(_ context.Context, args []value.Value) (value.Value, error) {
				return value.Own{Rep: &item{args[0].(string), drops}}, nil
			}),
			fn("name", abi.Param{Name: "it", Type: borrow}, text, func(_ context.Context, args []value.Value) (value.Value, error) {
				name := args[0].(value.Borrow).Rep.(*item).name
				if name == "" {
					return nil, errors.New("it has no name")
				}
				return name, nil
			}),
			fn("take", abi.Param{Name: "it", Type: own}, back, func(_ context.Context, args []value.Value) (value.Value, error) {
				switch name := args[0].(value.Own).Rep.(*item).name; name {
				case "lost":
					return value.Err(uint32(404)), nil
				case "odd":
					return "not a result", nil
				default:
					return value.OK(name), nil
				}
			}),
		},
		Resources: []glue.NamedResource{{Name: "item", Type: res}},
	}
}

// shelfGuest makes an item and asks for its name, drops it, or gives it back.
func shelfGuest() *testwasm.Component {
	c := testwasm.NewComponent()
	host := c.ImportInstance("test:host/shelf", testwasm.NewInstanceType().Resource("item").
		Func("make", "func(name: string) -> own<item>").
		Func("name", "func(it: borrow<item>) -> string").
		Func("take", "func(it: own<item>) -> result<string, u32>"))
	typ := c.Alias(host, testwasm.SortType, "item")
	libc := testwasm.NewModule()
	libc.Allocator()
	lib := c.Instantiated(libc)
	memory, realloc := testwasm.WithMemory(c.Core(lib, testwasm.Memory, "memory")), testwasm.WithRealloc(c.CoreFunc(lib, "realloc"))
	lowered := func(name string) testwasm.CoreExport {
		return testwasm.CoreExport{Name: name, Index: c.Lower(c.Alias(host, testwasm.SortFunc, name), memory, realloc)}
	}
	given := c.CoreInline(lowered("make"), lowered("name"), lowered("take"), testwasm.CoreExport{Name: "drop", Index: c.ResourceDrop(typ)})
	m := testwasm.NewModule()
	makes, name := m.ImportFunc("host", "make", "i32 i32 -> i32"), m.ImportFunc("host", "name", "i32 i32 ->")
	take, drop := m.ImportFunc("host", "take", "i32 i32 ->"), m.ImportFunc("host", "drop", "i32 ->")
	item := fmt.Sprintf("local.get 0 local.get 1 call %d", makes)
	m.Func("name", "i32 i32 -> i32", fmt.Sprintf("%s i32.const 8 call %d i32.const 8", item, name))
	m.Func("drop", "i32 i32 ->", fmt.Sprintf("%s call %d", item, drop))
	m.Func("take", "i32 i32 -> i32", fmt.Sprintf("%s i32.const 8 call %d i32.const 8", item, take))
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: given})
	c.ExportFunc("name", c.CoreFunc(inst, "name"), "func(s: string) -> string", memory, realloc)
	c.ExportFunc("drop", c.CoreFunc(inst, "drop"), "func(s: string)", memory, realloc)
	c.ExportFunc("take", c.CoreFunc(inst, "take"), "func(s: string) -> result<string, u32>", memory, realloc)
	return c
}

func startWith(t *testing.T, c *testwasm.Component, host ...*vm.Interface) (*vm.Instance, error) {
	t.Helper()
	compiled, err := newVM(t).Compile(ctx, "guest", c.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return compiled.Instantiate(ctx, vm.Options{Imports: host})
}

func TestHostFunc(t *testing.T) {
	var drops []string
	i, err := startWith(t, shelfGuest(), shelf(t, &drops))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, arg string
		want      value.Value
	}{
		{"name", "cup", "cup"},
		{"drop", "plate", nil},
		{"take", "spoon", value.OK("spoon")},
		{"take", "lost", value.Err(uint32(404))},
	} {
		got, err := i.Call(ctx, "", tt.name, tt.arg)
		if err != nil || tt.want != nil && !value.Equal(got, tt.want) || tt.want == nil && got != nil {
			t.Errorf("%s(%q) = %v, %v, want %v", tt.name, tt.arg, got, err, tt.want)
		}
	}
	if !slices.Equal(drops, []string{"plate"}) {
		t.Errorf("dropped in calls: %q", drops)
	}
	if err := i.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(drops, []string{"plate", "cup"}) { // the guest still had the cup
		t.Errorf("dropped in the end: %q", drops)
	}
}

func TestHostFuncFails(t *testing.T) {
	for _, tt := range []struct{ fn, arg, want string }{
		{"name", "", "host: it has no name"},
		{"take", "odd", "the host's result: want result, have string"},
	} {
		var drops []string
		i, err := startWith(t, shelfGuest(), shelf(t, &drops))
		if err != nil {
			t.Fatal(err)
		}
		_, err = i.Call(ctx, "", tt.fn, tt.arg)
		var trap *vm.Trap
		if !errors.As(err, &trap) || trap.Reason != tt.want {
			t.Errorf("%s: got %v, want a trap because %s", tt.fn, err, tt.want)
		}
	}
}

// TestAnyHostFunc serves functions of several types with one that learns its type from the component.
func TestAnyHostFunc(t *testing.T) {
	c := testwasm.NewComponent()
	host := c.ImportInstance("test:host/any", testwasm.NewInstanceType().
		Func("first", "func(a: u32, b: u64) -> u32").Func("second", "func(x: f64, why: u8) -> f64"))
	for name, core := range map[string]string{"first": "func(a: u32, b: u64) -> u32", "second": "func(x: f64, why: u8) -> f64"} {
		c.ExportFunc(name, c.Lower(c.Alias(host, testwasm.SortFunc, name)), core)
	}
	var types []string
	first := func(typ *abi.Func) (vm.ValueFunc, error) {
		types = append(types, typ.String())
		if len(typ.Params) != 2 {
			return nil, errors.New("it takes two parameters")
		}
		return func(_ context.Context, args []value.Value) (value.Value, error) { return args[0], nil }, nil
	}
	i, err := startWith(t, c, &vm.Interface{Name: "test:host/any", Funcs: []glue.Func{
		vm.AnyHostFunc("first", first), vm.AnyHostFunc("second", first),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := i.Call(ctx, "", "first", uint32(7), uint64(8)); err != nil || got != uint32(7) {
		t.Errorf("first: %v, %v", got, err)
	}
	if got, err := i.Call(ctx, "", "second", 2.5, uint8(1)); err != nil || got != 2.5 {
		t.Errorf("second: %v, %v", got, err)
	}
	if !slices.Contains(types, "func(x: f64, why: u8) -> f64") {
		t.Errorf("asked for %q", types)
	}

	c = testwasm.NewComponent()
	c.ImportInstance("test:host/any", testwasm.NewInstanceType().Func("first", "func()"))
	_, err = startWith(t, c, &vm.Interface{Name: "test:host/any", Funcs: []glue.Func{vm.AnyHostFunc("first", first)}})
	if err == nil || !strings.Contains(err.Error(), "it takes two parameters") {
		t.Errorf("a function of another type: %v", err)
	}
}

// moduleUser imports an interface with a core module and an instance in it, and calls a function of each.
func moduleUser(function, inner string) *testwasm.Component {
	c := testwasm.NewComponent()
	host := c.ImportInstance("test:host/parts", testwasm.NewInstanceType().
		Module("module", function, "-> i32").Instance("inner", testwasm.NewInstanceType().Func("g", inner)))
	m := c.CoreInstance(c.Alias(host, testwasm.SortCoreModule, "module"))
	c.ExportFunc("f", c.CoreFunc(m, function), "func() -> u32")
	instance := c.Alias(host, testwasm.SortInstance, "inner")
	c.ExportFunc("g", c.Lower(c.Alias(instance, testwasm.SortFunc, "g")), "func() -> u32")
	return c
}

// TestHostParts gives components a core module and an instance as parts of a host interface.
func TestHostParts(t *testing.T) {
	m := testwasm.NewModule()
	m.Func("f", "-> i32", "i32.const 3")
	m.Func("more", "->", "")
	g, err := vm.HostFunc("g", &abi.Func{Result: abi.Primitive(abi.U32)}, func(context.Context, []value.Value) (value.Value, error) {
		return uint32(4), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, function, inner, want string // want is an error
	}{
		{"both", "f", "func() -> u32", ""},
		{"another module", "h", "func() -> u32", "import test:host/parts#module: what the host has does not fit"},
		{"another instance", "f", "func() -> s32", "import test:host/parts#inner#g: the component expects"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := newVM(t)
			module, err := v.NewModule(ctx, m.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			host := &vm.Interface{
				Name:      "test:host/parts",
				Modules:   []vm.NamedModule{{Name: "module", Module: module}},
				Instances: []*vm.Interface{{Name: "inner", Funcs: []glue.Func{g}}},
			}
			compiled, err := v.Compile(ctx, "guest", moduleUser(tt.function, tt.inner).Bytes())
			if err != nil {
				t.Fatal(err)
			}
			i, err := compiled.Instantiate(ctx, vm.Options{Imports: []*vm.Interface{host}})
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %v, want %q", err, tt.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range map[string]uint32{"f": 3, "g": 4} {
				if got, err := i.Call(ctx, "", name); err != nil || got != want {
					t.Errorf("%s() = %v, %v", name, got, err)
				}
			}
			if err := i.Close(ctx); err != nil {
				t.Error(err)
			}
			if err := module.Close(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestNewModuleRefuses hands over what is no core module.
func TestNewModuleRefuses(t *testing.T) {
	v := newVM(t)
	for _, wasm := range [][]byte{nil, testwasm.NewComponent().Bytes(), append(testwasm.NewModule().Bytes(), 1, 2)} {
		if _, err := v.NewModule(ctx, wasm); err == nil {
			t.Errorf("%x was taken", wasm)
		}
	}
}

// provider is a host that wants to know when its process ends.
type provider struct {
	err   error
	ended int
}

func (p *provider) Provide(proc *vm.Process) ([]*vm.Interface, error) {
	proc.AtExit(func() { p.ended++ })
	return nil, p.err
}

// TestProcess instantiates with a host and sees when its process ends.
func TestProcess(t *testing.T) {
	c, err := newVM(t).Compile(ctx, "guest", testwasm.NewComponent().Bytes())
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{}
	i, err := c.Instantiate(ctx, vm.Options{Host: p})
	if err != nil || p.ended != 0 {
		t.Fatalf("%v; ended %d times", err, p.ended)
	}
	for range 2 {
		if err := i.Close(ctx); err != nil || p.ended != 1 {
			t.Errorf("%v; ended %d times", err, p.ended)
		}
	}

	p = &provider{err: errors.New("paper jam")}
	if _, err := c.Instantiate(ctx, vm.Options{Host: p}); err != p.err || p.ended != 1 {
		t.Errorf("%v; ended %d times", err, p.ended)
	}

	p = &provider{}
	var own vm.Process
	if i, err = c.Instantiate(ctx, vm.Options{Host: p, Process: &own}); err != nil {
		t.Fatal(err)
	}
	if err := i.Close(ctx); err != nil || p.ended != 0 {
		t.Errorf("%v; a process of ours has ended %d times", err, p.ended)
	}
	if own.Close(); p.ended != 1 {
		t.Errorf("ended %d times", p.ended)
	}
}

package vm_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/vm"
)

const maxFuzzed = 64 << 10

// bounds keep what is fuzzed small, and make it end.
var bounds = vm.Limits{
	MaxMemory: 4 << 20, MaxTotalMemory: 16 << 20, MaxTableElements: 1 << 17, MaxInstances: 200, MaxHandles: 100, CallBudget: 1 << 20,
	Fuel: 3_000_000,
}

// FuzzInstantiate compiles anything, instantiates it alone and linked to itself, and calls what needs no arguments.
// All of it may fail, but neither panic nor stay for ever.
func FuzzInstantiate(f *testing.F) {
	examples, err := filepath.Glob("../../examples/*/*.wasm")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range examples {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add(newGuest().export("a", "one", number).iface("test:a/b@1.0.0", [2]string{"c", scale}).Bytes())
	f.Add(composed().Bytes())
	f.Add(greeterWasm())
	f.Add(askerWasm())
	f.Add(spinnerWasm())
	f.Add(counterWasm())
	v := newVM(f)
	greeter, err := v.Compile(ctx, "greeter", greeterWasm())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > maxFuzzed {
			return
		}
		c, err := v.Compile(ctx, "fuzzed", data)
		if err != nil {
			return
		}
		defer c.Close(ctx)
		for _, links := range [][]vm.Link{nil, {{Component: c}}, {{Component: greeter}}} {
			i, err := c.Instantiate(ctx, vm.Options{Limits: bounds, Links: links})
			if err != nil {
				continue
			}
			callAll(t, i)
			if err := i.Close(ctx); err != nil {
				t.Error(err)
			}
		}
	})
}

// callAll calls the functions without parameters, until one of them ends the instance.
func callAll(t *testing.T, i *vm.Instance) {
	for _, fn := range i.Funcs() {
		e, err := i.Func(fn.Interface, fn.Name)
		if err != nil || len(e.Type().Params) != 0 {
			continue // it may be one that can't be called
		}
		if _, err := vm.CallExport(ctx, e); err != nil && i.Err() == nil {
			t.Errorf("%s failed, and the instance lives: %v", fn, err)
		}
	}
}

// composed is a component with another inside, which it imports a function from.
func composed() *testwasm.Component {
	inner := newGuest().export("f", "ten", scale)
	forward := testwasm.NewModule()
	forward.ImportFunc("inner", "f", "i32 -> i32")
	forward.Func("g", "i32 -> i32", "local.get 0 call 0")

	user := testwasm.NewComponent()
	f := user.ImportFunc("f", scale)
	given := user.CoreInline(testwasm.CoreExport{Name: "f", Index: user.Lower(f)})
	core := user.Instantiated(forward, testwasm.CoreArg{Name: "inner", Instance: given})
	user.ExportFunc("g", user.CoreFunc(core, "g"), scale)

	outer := testwasm.NewComponent()
	one := outer.Instance(outer.Component(inner.Component))
	two := outer.Instance(outer.Component(user), testwasm.Arg{Name: "f", Sort: testwasm.SortFunc, Index: outer.Alias(one, testwasm.SortFunc, "f")})
	outer.Export("g", testwasm.SortFunc, outer.Alias(two, testwasm.SortFunc, "g"))
	return outer
}

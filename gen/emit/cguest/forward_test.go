package cguest_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/emit/cguest"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/value/valuetest"
	"github.com/witan-os/witan/runtime/vm"
)

// TestForward sends random values through guests that forward them, from exports to imports, and results the other
// way. All must arrive as they were sent, and nothing may stay allocated.
func TestForward(t *testing.T) {
	for _, name := range []string{"scalars", "lists", "records", "variants"} {
		t.Run(name, func(t *testing.T) {
			tree, err := resolve.Load("testdata/"+name+".wit", resolve.Options{})
			if err != nil {
				t.Fatal(err)
			}
			w := tree.Root.Worlds[0]
			w.Exports = append(w.Exports, &model.Item{Name: "blocks", Func: blocks})
			if err := layout.Compute(tree); err != nil {
				t.Fatal(err)
			}
			main := filepath.Join(t.TempDir(), "main.c")
			if err := os.WriteFile(main, []byte(cguest.Forward(w)), 0o666); err != nil {
				t.Fatal(err)
			}
			wasm := build(t, tree, w, main)
			f := newForwarder(t, wasm, w.Imports[0].Interface)
			for _, fn := range w.Imports[0].Interface.Funcs {
				t.Run(fn.Base, func(t *testing.T) {
					rapid.Check(t, func(r *rapid.T) { f.check(r, fn) })
				})
			}
		})
	}
}

// blocks says how many blocks a guest has allocated.
var blocks = &model.Func{Name: "blocks", Base: "blocks", Result: &model.Type{Kind: abi.U32}}

// build makes a component of a program for a world.
func build(t testing.TB, tree *model.Tree, w *model.World, program ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	out := filepath.Join(dir, "main.wasm")
	sources := append(writeFiles(t, dir, generate(t, tree, w)), program...)
	compile(t, append(sources, "-DCABI_COUNT", "-I"+dir, "-Wl,--no-entry", "-Wl,--stack-first", "-o", out)...)
	core, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	wasm, err := componentize.New(core, componentize.Options{World: w})
	if err != nil {
		t.Fatal(err)
	}
	return wasm
}

// run compiles and instantiates a component for the time of a test.
func run(t testing.TB, wasm []byte, host ...*vm.Interface) *vm.Instance {
	t.Helper()
	ctx := context.Background()
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close(ctx) })
	c, err := v.CompileWith(ctx, t.Name(), wasm, component.AllFeatures)
	if err != nil {
		t.Fatal(err)
	}
	inst, err := c.Instantiate(ctx, vm.Options{Imports: host})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { inst.Close(ctx) })
	return inst
}

// forwarder calls a guest, and is called by it.
type forwarder struct {
	inst   *vm.Instance
	iface  string
	got    []value.Value // what the guest has passed on
	answer value.Value   // what it gets
}

func newForwarder(t *testing.T, wasm []byte, iface *model.Interface) *forwarder {
	t.Helper()
	f := &forwarder{iface: iface.ID()}
	host := &vm.Interface{Name: iface.ID()}
	for _, fn := range iface.Funcs {
		hf, err := vm.HostFunc(fn.Name, fn.ABI, func(_ context.Context, args []value.Value) (value.Value, error) {
			f.got = args
			return f.answer, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		host.Funcs = append(host.Funcs, hf)
	}
	f.inst = run(t, wasm, host)
	return f
}

// check draws a call of a function and makes it.
func (f *forwarder) check(t *rapid.T, fn *model.Func) {
	args := make([]value.Value, len(fn.Params))
	for i, p := range fn.Params {
		args[i] = valuetest.Value(t, p.Type.ABI)
	}
	f.got, f.answer = nil, nil
	if fn.Result != nil {
		f.answer = valuetest.Value(t, fn.Result.ABI)
	}
	ctx := context.Background()
	got, err := f.inst.Call(ctx, f.iface, fn.Name, args...)
	if err != nil {
		t.Fatalf("%s: %v", fn, err)
	}
	if fn.Result != nil && !value.Equal(got, f.answer) {
		t.Errorf("%s: the host returned %v, and %v came", fn, f.answer, got)
	}
	for i := range args {
		if !value.Equal(args[i], f.got[i]) {
			t.Errorf("%s: argument %s was %v, and %v came", fn, strconv.Quote(fn.Params[i].Name), args[i], f.got[i])
		}
	}
	if left, err := f.inst.Call(ctx, "", "blocks"); err != nil || left != uint32(0) {
		t.Errorf("%s: %v blocks are left, %v", fn, left, err)
	}
}

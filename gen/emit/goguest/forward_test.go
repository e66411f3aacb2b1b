package goguest_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/emit/goguest"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/value/valuetest"
	"github.com/witan-os/witan/runtime/vm"
)

// forwardMain is the main package of a guest that does nothing but forward.
const forwardMain = `package main

import _ "outsider.test/app/gen/exports/test/guest/v1/calls"

func main() {}
`

// TestForward sends random values through a guest that forwards them, from exports to imports, and results the other
// way. All must arrive as they were sent, while the collector runs as often as it can.
func TestForward(t *testing.T) {
	tree := load(t, "testdata/wit")
	w := worldOf(t, tree, "forward")
	m := newModule(t)
	m.generate(t, "gen", tree, w)
	iface := model.Interfaces(w.Exports)[0]
	forward, err := goguest.Forward(tree, w, iface, goguest.Options{Module: outsider + "/gen"})
	if err != nil {
		t.Fatal(err)
	}
	forward.Path = "gen/" + forward.Path
	m.write(t, forward, emit.File{Path: "main.go", Content: []byte(forwardMain)})
	f := newForwarder(t, m.component(t, w), iface)
	for _, fn := range iface.Funcs {
		t.Run(fn.Base, func(t *testing.T) {
			rapid.Check(t, func(r *rapid.T) { f.check(r, fn) })
		})
	}
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
	f.inst = run(t, wasm, []string{"GOGC=1"}, host)
	return f
}

// check draws a call of a function and makes it.
func (f *forwarder) check(t *rapid.T, fn *model.Func) {
	args := make([]value.Value, len(fn.Params))
	for i, p := range fn.Params {
		args[i] = settled(valuetest.Value(t, p.Type.ABI))
	}
	f.got, f.answer = nil, nil
	if fn.Result != nil {
		f.answer = settled(valuetest.Value(t, fn.Result.ABI))
	}
	got, err := f.inst.Call(context.Background(), f.iface, fn.Name, args...)
	if err != nil {
		t.Fatalf("%s: %v", fn, err)
	}
	if fn.Result != nil && !value.Equal(got, f.answer) {
		t.Errorf("%s: the host returned %v, and %v came", fn, f.answer, got)
	}
	if len(f.got) != len(args) {
		t.Fatalf("%s: the guest passed %d arguments on", fn, len(f.got))
	}
	for i := range args {
		if !value.Equal(args[i], f.got[i]) {
			t.Errorf("%s: argument %s was %v, and %v came", fn, fn.Params[i].Name, args[i], f.got[i])
		}
	}
}

// settled is a value as it is after a Go map: of pairs with one key only the last is left, and they are sorted.
func settled(v value.Value) value.Value {
	m, ok := v.(value.Map)
	if !ok {
		return v
	}
	last := value.Map{}
	for i, entry := range m {
		if !slices.ContainsFunc(m[i+1:], func(later value.Entry) bool { return later.Key == entry.Key }) {
			last = append(last, entry)
		}
	}
	slices.SortFunc(last, func(a, b value.Entry) int {
		if n, ok := a.Key.(uint32); ok {
			return cmp.Compare(n, b.Key.(uint32))
		}
		return strings.Compare(a.Key.(string), b.Key.(string))
	})
	return last
}

package wast

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// This file is the host that scripts of wasmtime's suite import: an instance "host", and two functions by
// themselves. Scripts name the parameters of its functions in several ways, so that only their types count.

// simpleModule is the core module that the host exports: a global g, which is 100, and a function f, which
// returns 101.
const simpleModule = "\x00asm\x01\x00\x00\x00" +
	"\x01\x05\x01\x60\x00\x01\x7f" + // type 0: () -> (i32)
	"\x03\x02\x01\x00" + // function 0: type 0
	"\x06\x07\x01\x7f\x00\x41\xe4\x00\x0b" + // global 0: i32, const, 100
	"\x07\x09\x02\x01g\x03\x00\x01f\x00\x00" + // exports
	"\x0a\x07\x01\x05\x00\x41\xe5\x00\x0b" // code of function 0: i32.const 101

// testHost is the host's state in one run of a script.
type testHost struct {
	drops, last uint32 // how many of the first resource were dropped, and the representation of the last one
}

// thing is a resource of the host.
type thing struct {
	host *testHost
	rep  uint32
}

// Drop counts.
func (t *thing) Drop(context.Context) {
	t.host.drops++
	t.host.last = t.rep
}

// The resource types of the host.
var (
	resource1 = &abi.Resource{Name: "resource1"}
	resource2 = &abi.Resource{Name: "resource2"}
)

// newHost makes the host's interfaces, with counters at zero.
func newHost(simple *vm.Module) []*vm.Interface {
	h := &testHost{}
	u32, text := abi.Primitive(abi.U32), abi.Primitive(abi.String)
	own, borrow := abi.NewOwn(resource1), abi.NewBorrow(resource1)
	root := &vm.Interface{Funcs: []glue.Func{
		typed("host-return-two", nil, u32, always(uint32(2))), async("host-echo-u32"),
	}}
	nested := &vm.Interface{Name: "nested", Funcs: []glue.Func{typed("return-four", nil, u32, always(uint32(4)))}}
	host := &vm.Interface{
		Name: "host",
		Funcs: []glue.Func{
			typed("return-three", nil, u32, always(uint32(3))),
			typed("return-hi", nil, text, always("hi")),
			typed("[constructor]resource1", types(u32), own, h.construct),
			typed("[static]resource1.assert", types(own, u32), nil, h.assert),
			typed("[static]resource1.last-drop", nil, u32, func(context.Context, []value.Value) (value.Value, error) { return h.last, nil }),
			typed("[static]resource1.drops", nil, u32, func(context.Context, []value.Value) (value.Value, error) { return h.drops, nil }),
			typed("[method]resource1.simple", types(borrow, u32), nil, h.assert),
			typed("[method]resource1.take-borrow", types(borrow, borrow), nil, always(nil)),
			typed("[method]resource1.take-own", types(borrow, own), nil, always(nil)),
			async("[method]resource1.never-return"), async("never-return"), async("return-two-slowly"), async("echo-slowly"),
		},
		Resources: []glue.NamedResource{
			{Name: "resource1", Type: resource1}, {Name: "resource1-again", Type: resource1}, {Name: "resource2", Type: resource2},
		},
		Modules:   []vm.NamedModule{{Name: "simple-module", Module: simple}},
		Instances: []*vm.Interface{nested},
	}
	return []*vm.Interface{root, host}
}

func types(list ...*abi.Type) []*abi.Type { return list }

// typed is a host function whose parameters may have any names.
func typed(name string, params []*abi.Type, result *abi.Type, call vm.ValueFunc) glue.Func {
	return vm.AnyHostFunc(name, func(f *abi.Func) (vm.ValueFunc, error) {
		fits := slices.EqualFunc(f.Params, params, func(p abi.Param, t *abi.Type) bool { return p.Type.String() == t.String() })
		if !fits || (f.Result == nil) != (result == nil) || result != nil && f.Result.String() != result.String() {
			return nil, errors.New("its parameters or its result are others")
		}
		return call, nil
	})
}

// async is a host function that only async calls reach.
func async(name string) glue.Func {
	return vm.AnyHostFunc(name, func(*abi.Func) (vm.ValueFunc, error) { return nil, errors.New("it is async") })
}

func always(v value.Value) vm.ValueFunc {
	return func(context.Context, []value.Value) (value.Value, error) { return v, nil }
}

func (h *testHost) construct(_ context.Context, args []value.Value) (value.Value, error) {
	return value.Own{Rep: &thing{h, args[0].(uint32)}}, nil
}

// assert compares a resource's representation with the one that is expected.
func (h *testHost) assert(ctx context.Context, args []value.Value) (value.Value, error) {
	var rep uint32
	switch v := args[0].(type) {
	case value.Own:
		rep = v.Rep.(*thing).rep
	case value.Borrow:
		rep = v.Rep.(*thing).rep
	}
	if rep != args[1].(uint32) {
		return nil, fmt.Errorf("the resource has the representation %d, not %d", rep, args[1])
	}
	return nil, nil
}

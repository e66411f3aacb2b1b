package vm

import (
	"context"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/value"
)

// This file makes hosts that know no Go types: their functions work on dynamic values. Generated code is many
// times faster; this is for tools, tests, and hosts that learn of types when they run.

// ValueFunc is a host function on dynamic values. It gets one value for each parameter and returns the result,
// nil if there is none. Resources that Go defines come and go as what their value.Own and value.Borrow hold; one
// that implements glue.Dropper is told when its owner drops it. An error traps the caller; it is not the error
// side of a result, which is a value like any other.
type ValueFunc func(ctx context.Context, args []value.Value) (value.Value, error)

// HostFunc makes a member of a host interface, or a function that a world imports by itself, of Go code on
// dynamic values. Components that import the function must agree on the type.
func HostFunc(name string, typ *abi.Func, call ValueFunc) (glue.Func, error) {
	plan, err := abi.NewPlan(typ)
	if err != nil {
		return glue.Func{}, err
	}
	return glue.Func{
		Name: name, Type: typ.String(), Params: plan.Lowered.Params, Results: plan.Lowered.Results, Call: onValues(plan, call),
	}, nil
}

// AnyHostFunc is [HostFunc] for a function that takes its type from the component which imports it: resolve
// returns the code for a type, or an error that says why no function of that type is to be had.
func AnyHostFunc(name string, resolve func(typ *abi.Func) (ValueFunc, error)) glue.Func {
	return glue.Func{Name: name, For: func(typ *abi.Func) (instance.HostCall, error) {
		call, err := resolve(typ)
		if err != nil {
			return nil, err
		}
		plan, err := abi.NewPlan(typ)
		if err != nil {
			return nil, err
		}
		return onValues(plan, call), nil
	}}
}

func onValues(plan *abi.Plan, call ValueFunc) instance.HostCall {
	return func(ctx context.Context, b *instance.Boundary, stack []uint64) {
		result, err := call(ctx, value.LiftParams(b, plan, stack))
		if err != nil {
			b.Fail(err)
		}
		value.LowerResult(b, plan, stack, result)
	}
}

// Module is a core module that a host interface exports.
type Module = instance.Module

// NamedModule is a core module under the name that a host interface exports it with.
type NamedModule = instance.NamedModule

// NewModule checks and compiles a core module for [Interface.Modules].
func (v *VM) NewModule(ctx context.Context, wasm []byte) (*Module, error) {
	return instance.CompileModule(ctx, v.engine, wasm)
}

package componentize

import (
	"slices"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// The types of core functions: those that the canonical ABI gives to functions of a world are in their plans, and the
// others are here.

// sameType compares the types of core functions.
func sameType(a, b *component.CoreFuncType) bool {
	return slices.Equal(a.Params, b.Params) && slices.Equal(a.Results, b.Results)
}

// coreType is a signature of the canonical ABI as a core type.
func coreType(params, results []abi.CoreType) *component.CoreFuncType {
	return &component.CoreFuncType{Params: coreVals(params), Results: coreVals(results)}
}

func coreVals(types []abi.CoreType) []component.CoreValType {
	vals := make([]component.CoreValType, len(types))
	for i, t := range types {
		vals[i] = component.CoreValType(t)
	}
	return vals
}

var (
	i32          = component.CoreI32
	dtorType     = signature(1, 0)
	callbackType = &component.CoreFuncType{Params: []component.CoreValType{i32, i32, i32}, Results: []component.CoreValType{i32}}
	reallocType  = &component.CoreFuncType{Params: []component.CoreValType{i32, i32, i32, i32}, Results: []component.CoreValType{i32}}
)

// signature makes the type of a core function with parameters and results of type i32.
func signature(params, results int) *component.CoreFuncType {
	all := []component.CoreValType{i32, i32, i32, i32}
	return &component.CoreFuncType{Params: all[:params:params], Results: all[:results:results]}
}

// handles is the type of the functions that make two handles, which come back in one number.
var handles = &component.CoreFuncType{Results: []component.CoreValType{component.CoreI64}}

// signatures are the types of the built-ins that have the same one always, for memories with addresses of 32 bits.
var signatures = map[component.BuiltinOp]*component.CoreFuncType{
	component.ResourceNew: signature(1, 1), component.ResourceRep: signature(1, 1), component.ResourceDrop: signature(1, 0),
	component.TaskCancel: signature(0, 0), component.BackpressureInc: signature(0, 0), component.BackpressureDec: signature(0, 0),
	component.SubtaskCancel: signature(1, 1), component.SubtaskDrop: signature(1, 0),
	component.WaitableSetNew: signature(0, 1), component.WaitableSetDrop: signature(1, 0), component.WaitableJoin: signature(2, 0),
	component.WaitableSetWait: signature(2, 1), component.WaitableSetPoll: signature(2, 1),
	component.ErrorContextNew: signature(2, 1), component.ErrorContextDebugMessage: signature(2, 0),
	component.ErrorContextDrop: signature(1, 0),
	component.StreamNew:        handles, component.FutureNew: handles,
	component.StreamRead: signature(3, 1), component.StreamWrite: signature(3, 1),
	component.FutureRead: signature(2, 1), component.FutureWrite: signature(2, 1),
	component.StreamCancelRead: signature(1, 1), component.StreamCancelWrite: signature(1, 1),
	component.FutureCancelRead: signature(1, 1), component.FutureCancelWrite: signature(1, 1),
	component.StreamDropReadable: signature(1, 0), component.StreamDropWritable: signature(1, 0),
	component.FutureDropReadable: signature(1, 0), component.FutureDropWritable: signature(1, 0),
	component.ThreadYield: signature(0, 1), component.ThreadIndex: signature(0, 1), component.ThreadSuspend: signature(0, 1),
	component.ThreadResumeLater: signature(1, 0), component.ThreadSuspendThenResume: signature(1, 1),
	component.ThreadYieldThenResume: signature(1, 1), component.ThreadSuspendThenPromote: signature(1, 1),
	component.ThreadYieldThenPromote: signature(1, 1),
}

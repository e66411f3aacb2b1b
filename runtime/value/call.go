package value

import "github.com/witan-os/witan/runtime/abi"

// A call of an export lowers its parameters and lifts the result; a call that an import answers lifts
// the parameters and lowers the result. In all four functions stack holds the call's core values and
// has at least [abi.Plan.Slots] slots.

// LowerParams lowers the arguments of a call of an export. Arguments that [CheckParams] refuses trap and
// so poison the instance: check before entering it.
func LowerParams(b Boundary, p *abi.Plan, stack []uint64, params []Value) {
	if err := CheckParams(p.Func, params); err != nil {
		b.Refuse("%v", err)
	}
	if p.ParamBlock != nil {
		ptr := b.Alloc(p.ParamBlock.Size, p.ParamBlock.Align)
		store(b, p.ParamBlock, ptr, Tuple(params))
		stack[0] = uint64(ptr)
		return
	}
	for i := range p.Params {
		lowerFlat(b, &p.Params[i], stack, params[i])
	}
}

// LiftResult lifts what an export has returned; nil when the function has no result.
func LiftResult(b Boundary, p *abi.Plan, stack []uint64) Value {
	switch {
	case p.Result != nil:
		return LiftFlat(b, p.Result, stack)
	case p.ResultBlock != nil:
		return Load(b, p.ResultBlock, uint32(stack[0]))
	}
	return nil
}

// LiftParams lifts the arguments that a guest gave to an import.
func LiftParams(b Boundary, p *abi.Plan, stack []uint64) []Value {
	if p.ParamBlock != nil {
		return Load(b, p.ParamBlock, uint32(stack[0])).(Tuple)
	}
	b.Reserve(uint64(len(p.Params)) * elemCost)
	params := make([]Value, len(p.Params))
	for i := range p.Params {
		params[i] = LiftFlat(b, &p.Params[i], stack)
	}
	return params
}

// LowerResult lowers what the host answers to the guest's call of an import. stack still holds the
// parameters, of which the last is where a result in memory goes. A value that [CheckResult] refuses
// traps.
func LowerResult(b Boundary, p *abi.Plan, stack []uint64, v Value) {
	if err := CheckResult(p.Func, v); err != nil {
		b.Refuse("the host's result: %v", err)
	}
	switch {
	case p.Result != nil:
		lowerFlat(b, p.Result, stack, v)
	case p.ResultBlock != nil:
		ptr := uint32(stack[p.ResultSlot()])
		b.View(ptr, p.ResultBlock.Size, p.ResultBlock.Align)
		store(b, p.ResultBlock, ptr, v)
	}
}

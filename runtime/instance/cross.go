package instance

import (
	"context"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

// calledWith makes the lifted function callable through an import that another component has lowered with
// the given plan. The values pass through Go as dynamic values: it is the way across for what no adapter
// can do. async says that the import is lowered with that option.
func (l *lift) calledWith(caller *abi.Plan, async bool) (HostCall, error) {
	e, err := l.export("")
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, b *Boundary, stack []uint64) {
		if l.inst.isEntered() {
			b.Trap("the callee's instance is in a call already")
		}
		b.depart()
		args := value.LiftParams(b, caller, stack)
		far := b.inst.distance(l.inst)
		b.inst.away += far
		l.inst.setEntered(true)
		e.name = b.name
		e.start(ctx)
		e.arrive(b)
		value.LowerParams(&e.Boundary, l.plan, e.stack, args)
		result := e.perform(l, async || b.inst.task != nil)
		b.arrive(&e.Boundary)
		value.LowerResult(b, caller, stack, result)
		b.passage = nil
		if e.drawn != 0 {
			e.giveBack()
		}
		if err := e.postReturn(); err != nil {
			panic(err)
		}
		l.inst.setEntered(false)
		b.inst.away -= far
		if async {
			stack[0] = subtaskReturned
		}
	}, nil
}

// perform runs the callee of a call between components and lifts its result. mayWait says that the caller could
// wait for an async callee: it is async itself, or calls asynchronously.
func (e *Export) perform(l *lift, mayWait bool) value.Value {
	if l.async {
		return e.runTask(l, mayWait)
	}
	e.returns(e.inst.meter.Call(e.ctx, e.fn, e.stack))
	e.depart()
	return value.LiftResult(&e.Boundary, l.plan, e.stack)
}

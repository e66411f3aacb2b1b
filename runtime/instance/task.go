package instance

import (
	"context"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/value"
)

// This file runs async functions of components for other components, as far as they never wait: each is done
// when its core function has returned. What would wait traps as not supported.

var errAsync = unsupported("async functions are")

// subtaskReturned is the state of a call as an async import returns it: the callee has returned its result.
const subtaskReturned = 2

// task is a call of a function that was lifted with the async option.
type task struct {
	lift     *lift
	export   *Export
	mayWait  bool // see perform
	returned bool // task.return was called
	result   value.Value
}

// What an async function with a callback returns in the lower four bits.
const (
	callbackExit  = 0 // it is done
	callbackYield = 1 // the callback is to be called when others had their turn
	callbackWait  = 2 // the callback is to be called when there is an event in a waitable set
)

// signature is the type of the core function.
func (l *lift) signature() abi.Signature {
	s := l.plan.Lifted
	if l.async {
		s.Results = nil
		if l.callback != nil {
			s.Results = []abi.CoreType{abi.I32}
		}
	}
	return s
}

// runTask runs the callee until it is done, and returns the result that it has given to task.return.
func (e *Export) runTask(l *lift, mayWait bool) value.Value {
	t := &task{lift: l, export: e, mayWait: mayWait}
	if l.inst.pressure != 0 {
		t.wait()
	}
	l.inst.task = t
	if err := e.inst.meter.Call(e.ctx, e.fn, e.stack); err != nil {
		e.abandon()
		panic(TrapOf(e.inst.name(), e.name, err))
	}
	if l.callback != nil {
		t.runCallback()
	}
	l.inst.task = nil
	if !t.returned {
		e.Trap("the function has ended without task.return")
	}
	return t.result
}

// runCallback does what the callee asked for when its core function returned.
func (t *task) runCallback() {
	switch code := uint32(t.export.stack[0]) & 0xf; code {
	case callbackExit:
	case callbackYield, callbackWait:
		t.wait()
	default:
		t.export.Trap("the callback code %d is unknown", code)
	}
}

// wait traps, because of the caller or because of us.
func (t *task) wait() {
	e := t.export
	if !t.returned && !t.mayWait {
		e.Trap("the function waits, but its caller is not async and can't")
	}
	e.abandon()
	err := unsupported("waiting in async functions is")
	panic(&Trap{Component: e.inst.name(), Function: e.name, Reason: err.Error(), Cause: err})
}

// taskReturn defines the built-in with which an async function returns its result.
func (w *walk) taskReturn(d *component.Builtin, b *Boundary) error {
	var result *abi.Type
	var err error
	if d.Result != nil {
		if result, err = w.inst.env.value(d.Result); err != nil {
			w.trapping(b.name, err)
			return nil
		}
	}
	plan, err := abi.NewReturnPlan(result)
	if err != nil {
		return err
	}
	if b.options, err = w.options(d.Options); err != nil {
		return err
	}
	w.pushHost(plan.Lowered, b.serve(func(_ context.Context, b *Boundary, stack []uint64) {
		b.inst.task.takeResult(b, plan, stack)
	}))
	return nil
}

// takeResult lifts the result. It is on its way to the caller as if the core function had returned it.
func (t *task) takeResult(b *Boundary, plan *abi.Plan, stack []uint64) {
	var want *abi.Type
	if len(plan.Func.Params) > 0 {
		want = plan.Func.Params[0].Type
	}
	switch {
	case t == nil:
		b.Trap("there is no async call to return from")
	case t.returned:
		b.Trap("the call has returned already")
	case !abi.Same(want, t.lift.typ.Result) || b.memory != t.lift.memory || b.encoding != t.lift.encoding:
		b.Trap("the function that was called has another result, or another memory or encoding for it")
	case t.export.scope.borrows != 0:
		b.Trap("the callee kept %d borrowed handles", t.export.scope.borrows)
	}
	b.depart()
	if want != nil {
		t.result = value.LiftParams(b, plan, stack)[0]
	}
	t.export.passage, b.passage = b.passage, nil
	t.export.taken, b.taken = b.taken, nil
	t.export.drawn, b.drawn = t.export.drawn+b.drawn, 0
	t.returned = true
}

package instance

import (
	"context"
	"errors"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/engine"
)

// ErrBusy reports a call into an instance that is already running one: a component instance serves one
// call at a time and can't be re-entered.
var ErrBusy = errors.New("the instance is in a call already")

// Export is an exported component function, resolved once and called often. One call goes
//
//	if err := e.Enter(ctx); err != nil { … }
//	defer e.Leave(&err)
//	s := e.Stack()
//	s[0] = …              // lower the parameters
//	e.Invoke()
//	v := … s[0] …         // lift the result
//
// Traps panic up to Leave, which makes an error of them and poisons the instance; after a call that went
// well Leave runs the post-return function.
type Export struct {
	Boundary
	typ      *abi.Func
	plan     *abi.Plan
	fn       engine.Function
	post     engine.Function
	stack    []uint64
	ret      uint64 // what the callee returned, for post-return
	returned bool   // the callee has returned and post-return is due
}

// Type is the function's type.
func (e *Export) Type() *abi.Func { return e.typ }

// Plan says how the function's values cross.
func (e *Export) Plan() *abi.Plan { return e.plan }

// Enter starts a call. Its error is the instance's when that is dead, or [ErrBusy].
func (e *Export) Enter(ctx context.Context) error {
	if err := e.inst.enter(); err != nil {
		return err
	}
	e.start(ctx)
	return nil
}

func (e *Export) start(ctx context.Context) {
	e.ctx, e.budget, e.returned = ctx, e.inst.limits.CallBudget, false
	e.inst.storage = [2]uint32{}
}

// Stack holds the core values of the call: parameters before Invoke, the result after it.
func (e *Export) Stack() []uint64 { return e.stack }

// Invoke runs the callee.
func (e *Export) Invoke() {
	if err := e.fn.CallWithStack(e.ctx, e.stack); err != nil {
		panic(TrapOf(e.inst.name(), e.name, err))
	}
	if e.scope.borrows != 0 {
		e.Trap("the callee kept %d borrowed handles", e.scope.borrows)
	}
	e.returned, e.ret = true, e.stack[0]
}

// Leave ends the call. It must be deferred directly, because it recovers. A trap becomes *err.
func (e *Export) Leave(err *error) {
	r := recover()
	if r == nil {
		if trap := e.postReturn(); trap != nil {
			r = trap
		}
	}
	e.scope = scope{}
	if r == nil {
		e.inst.leave()
		return
	}
	failure, ok := r.(error)
	if !ok {
		panic(r)
	}
	e.inst.die(failure)
	*err = failure
}

// postReturn lets the callee free its result, once. It may not call out.
func (e *Export) postReturn() error {
	if e.post == nil || !e.returned {
		return nil
	}
	e.returned = false
	e.inst.setLeave(false)
	e.stack[0] = e.ret
	err := e.post.CallWithStack(e.ctx, e.stack)
	e.inst.setLeave(true)
	if err != nil {
		return TrapOf(e.inst.name(), e.name+" (post-return)", err)
	}
	return nil
}

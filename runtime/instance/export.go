package instance

import (
	"context"
	"errors"
	"fmt"

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
	began    bool   // the callee has been entered
	returned bool   // the callee has returned and post-return is due
}

// Type is the function's type.
func (e *Export) Type() *abi.Func { return e.typ }

// Plan says how the function's values cross.
func (e *Export) Plan() *abi.Plan { return e.plan }

// Enter starts a call. Its error is the instance's when that is dead, or [ErrBusy]. In a team it waits for the instance's
// turn, at most until ctx is done, and a host function must have made the call in [Blocking].
//
// ErrBusy is for a call that a guest's host makes back into the guest. It does not make an instance safe for
// use by several goroutines at a time: a locked instruction would cost as much as the rest of Enter.
func (e *Export) Enter(ctx context.Context) error {
	i := e.inst
	if i.running != nil || i.dead.Load() != nil {
		call, err := i.admit(ctx)
		if err != nil {
			return err
		}
		i.member.running, ctx = e, call
	} else {
		i.running = e
	}
	i.entered = true
	if i.gate != nil {
		i.setEntered(true)
	}
	e.start(ctx)
	return nil
}

func (e *Export) start(ctx context.Context) {
	e.ctx, e.budget, e.began, e.returned = ctx, e.inst.budget, false, false
	e.scratch = e.scratch[:0]
	e.inst.storage = [2]uint32{}
}

// Stack holds the core values of the call: parameters before Invoke, the result after it.
func (e *Export) Stack() []uint64 { return e.stack }

// Invoke runs the callee.
func (e *Export) Invoke() {
	e.began = true
	e.returns(e.fn.CallWithStack(e.ctx, e.stack))
}

// returns takes what the callee left behind.
func (e *Export) returns(trap error) {
	if trap != nil {
		panic(TrapOf(e.inst.name(), e.name, trap))
	}
	if e.scope.borrows != 0 {
		e.Trap("the callee kept %d borrowed handles", e.scope.borrows)
	}
	e.returned, e.ret = true, e.stack[0]
}

// Finish is Invoke and Leave in one, for results that are lifted without a check: whoever calls it need not
// defer Leave. The result is in Stack afterwards.
func (e *Export) Finish() error {
	if err := e.fn.CallWithStack(e.ctx, e.stack); err != nil || e.scope.borrows != 0 || e.post != nil {
		return e.finishWith(err)
	}
	e.inst.leave()
	return nil
}

// finishWith is the end of a call that trapped or has more to do.
func (e *Export) finishWith(trap error) (err error) {
	e.began = true
	defer e.Leave(&err)
	e.returns(trap)
	return nil
}

// Leave ends the call. It must be deferred directly, because it recovers. A trap or a *[Misuse] becomes *err; a trap
// before Invoke is in an *[UnfitError].
func (e *Export) Leave(err *error) {
	r := recover()
	if e.drawn != 0 {
		e.giveBack()
	}
	if m, ok := r.(*Misuse); ok {
		e.takeBack()
		e.scope = scope{}
		e.inst.leave()
		*err = m
		return
	}
	if r == nil {
		if trap := e.postReturn(); trap != nil {
			r = trap
		}
	}
	e.scope = scope{}
	if len(e.moves) != 0 {
		e.forget()
	}
	if r == nil {
		e.handOver()
		e.inst.leave()
		return
	}
	e.abandon()
	failure, ok := r.(error)
	if !ok {
		failure = fmt.Errorf("panic: %v", r)
	}
	e.inst.die(failure)
	if !ok {
		panic(r)
	}
	if !e.began {
		failure = &UnfitError{failure}
	}
	*err = failure
}

// UnfitError is why a call has ended an instance before the function was entered: what was passed had no room, or the guest's
// realloc failed.
type UnfitError struct{ trap error }

// Error is the trap's.
func (e *UnfitError) Error() string { return e.trap.Error() }

// Unwrap is the trap.
func (e *UnfitError) Unwrap() error { return e.trap }

// postReturn lets the callee free its result, once. It may not call out.
func (e *Export) postReturn() error {
	if e.post == nil || !e.returned {
		return nil
	}
	e.returned = false
	e.inst.setLeave(false)
	e.stack[0] = e.ret
	err := e.inst.meter.CallLast(e.ctx, e.post, e.stack)
	e.inst.setLeave(true)
	if err != nil {
		return TrapOf(e.inst.name(), e.name+" (post-return)", err)
	}
	return nil
}

package guard

import (
	"context"
	"fmt"
	"strings"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
)

// function is a function of the provider as one client has it.
type function struct {
	callee   Callee
	client   context.Context // of its life
	provider *Provider
	number   int
	plan     *abi.Plan   // of the client's import
	absent   value.Value // the result when there is no answer; nil if there is none for that
	scalars  []scalar    // of the parameters, if all values of the function are in core values
	result   scalar
	yielding bool // see [Link.Yielding]
}

// call carries a call whose values are dynamic on the way.
func (f *function) call(ctx context.Context, b *glue.Boundary, stack []uint64) {
	args := value.LiftParams(b, f.plan, stack)
	var a answer
	var err error
	if f.yielding {
		glue.Blocking(ctx, func() { a, err = f.perform(ctx, args) })
	} else {
		a, err = f.perform(ctx, args)
	}
	if err != nil {
		f.refuse(ctx, b, err)
		dropOwned(ctx, args)
		value.LowerResult(b, f.plan, stack, f.absent)
		return
	}
	arrived := false
	defer func() {
		if !arrived { // the client traps: what it has not got is nobody's
			for _, r := range a.made {
				r.life.leave(r)
			}
		}
	}()
	b.Hold(a.size) // it was charged to the provider, which is done with it
	value.LowerResult(b, f.plan, stack, a.result)
	arrived = true
}

// begin begins a call in a life of the provider, as soon as there is one.
func (f *function) begin(ctx context.Context) (*Life, *glue.Export, error) {
	for {
		life, err := f.callee.Begin(ctx)
		if err != nil {
			return nil, nil, err
		}
		e, err := f.export(life)
		if err == nil {
			err = e.Enter(life.ctx)
		}
		if err == nil {
			return life, e, nil
		}
		ended := life.instance.Err() != nil // just now, so that the call has not begun
		f.callee.End(life, err)
		if !ended {
			return nil, nil, err
		}
	}
}

// answer is what a provider has returned.
type answer struct {
	result value.Value
	made   []*Resource // by the provider, for the result
	size   uint64      // what it takes of Go memory, beyond what is usual
}

// perform runs the function in the provider.
func (f *function) perform(ctx context.Context, args []value.Value) (a answer, err error) {
	if err := f.callee.Admit(weigh(f.plan, args)); err != nil {
		return a, err
	}
	life, e, err := f.begin(ctx)
	if err != nil {
		return a, err
	}
	var ended error
	defer func() { f.callee.End(life, ended) }()
	life.current, life.made = f, nil
	a.result, a.size, ended = invoke(e, args)
	a.made = life.made
	return a, lost(ended)
}

func invoke(e *glue.Export, args []value.Value) (result value.Value, size uint64, err error) {
	defer e.Leave(&err)
	value.LowerParams(e, e.Plan(), e.Stack(), args)
	e.Invoke()
	result = value.LiftResult(e, e.Plan(), e.Stack())
	return result, e.Drawn(), nil
}

// callScalars carries a call whose values are numbers: they are the same on both sides.
func (f *function) callScalars(ctx context.Context, b *glue.Boundary, stack []uint64) {
	if err := f.performScalars(ctx, stack); err != nil {
		f.refuse(ctx, b, err)
		value.LowerResult(b, f.plan, stack, f.absent)
	}
}

func (f *function) performScalars(ctx context.Context, stack []uint64) (err error) {
	life, e, err := f.begin(ctx)
	if err != nil {
		return err
	}
	defer func() { f.callee.End(life, err) }()
	s := e.Stack()
	for i, kind := range f.scalars {
		s[i] = kind.canonical(stack[i])
	}
	if err := e.Finish(); err != nil {
		return lost(err)
	}
	if f.result != nothing {
		stack[0] = f.result.canonical(s[0])
	}
	return nil
}

// lostError is what ended a call in the provider. It has the words of the provider's error and not the error itself:
// how the provider has ended is not how the client ends.
type lostError string

func (e lostError) Error() string { return string(e) }

// lost is the client's error for a call that ended in the provider with an error, or nil.
func lost(err error) error {
	if err == nil {
		return nil
	}
	text, _, _ := strings.Cut(err.Error(), "\n") // without the guest's frames
	return lostError(text)
}

// refuse traps the client for a call without an answer, unless the function has a result for that.
func (f *function) refuse(ctx context.Context, b *glue.Boundary, err error) {
	if f.absent != nil && ctx.Err() == nil {
		return
	}
	b.Fail(fmt.Errorf("no answer from process %s: %w", f.callee.Name(), err))
}

// unavailable is the case of a function's error type that says that there is no answer.
const unavailable = "unavailable"

// absent is the result of a function that says so, or nil.
func absent(t *abi.Func) value.Value {
	if t.Result == nil || t.Result.Kind != abi.Result || t.Result.Cases[1].Type == nil {
		return nil
	}
	failure := t.Result.Cases[1].Type
	for _, c := range failure.Cases {
		switch {
		case c.Name != unavailable || c.Type != nil:
		case failure.Kind == abi.Enum:
			return value.Err(value.Enum(unavailable))
		case failure.Kind == abi.Variant:
			return value.Err(value.Variant{Case: unavailable})
		}
	}
	return nil
}

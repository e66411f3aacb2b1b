package instance

import (
	"context"
	"fmt"
	"slices"

	"github.com/witan-os/witan/runtime/abi"
)

// This file is about resources that a component defines, in the hands of Go. A typed client gets one from a call,
// lends it to others, gives it away or drops it.

// Held is Go's hold of a resource that a component defines: what an own handle is in the table of a component.
// Generated code embeds it in the Go value of the resource. Like its instance, it is for one goroutine at a time.
type Held struct {
	typ      *abi.Resource // as generated code knows it, for messages: the component may have no name for it
	resource *abi.Resource
	definer  *local
	rep      uint32
	fate     fate
}

// fate says what has become of a resource.
type fate uint8

const (
	inHand fate = iota
	wasDropped
	wasGiven
)

func (h *Held) held() *Held { return h }

// holdsResource is implemented by what embeds a Held.
type holdsResource interface{ held() *Held }

// Holder makes the Go values of resources of one type that a component defines.
type Holder struct {
	Type *abi.Resource  // as generated code knows it
	Hold func(Held) any // the value embeds the Held
}

// holding is a Holder with the resource type that it is for in one component.
type holding struct {
	Holder
	actual  *abi.Resource
	definer *local
}

// holding returns how Go holds resources of the type in the calls of b, or nil if Go defines them.
func (b *Boundary) holding(r *abi.Resource) *holding {
	for i := range b.holdings {
		if b.holdings[i].Type == r {
			return &b.holdings[i]
		}
	}
	return nil
}

// Misuse is the error of a call with a resource that it can't have: one that was dropped or given away, or that is
// not of the component which is called. The function was not called, and no resource has another owner than before;
// the component may have allocated memory for parameters that came before it.
type Misuse struct {
	Function string
	Reason   string // one sentence, for people
}

// Error names the function and the reason.
func (m *Misuse) Error() string { return m.Function + ": " + m.Reason }

func (b *Boundary) misuse(h *holding, reason string) {
	panic(&Misuse{Function: b.name, Reason: "the resource of type " + h.Type.Name + " " + reason})
}

// move is a resource that a call has lent or given to its callee while the parameters were lowered.
type move struct {
	held  *Held  // nil for a resource that Go defines
	index uint32 // in the callee's table; 0 for a resource that was lent to its definer
	lent  bool
}

// moved notes a resource that is on its way, in case that a later one can't follow.
func (b *Boundary) moved(m move) {
	if b.holdings != nil {
		b.moves = append(b.moves, m)
	}
}

// takeBack undoes the moves of a call that does not come about.
func (b *Boundary) takeBack() {
	table := &b.inst.handles
	for _, m := range slices.Backward(b.moves) {
		if m.index != 0 {
			table.entries[m.index] = handle{}
			table.free = append(table.free, m.index)
		}
		if m.held != nil {
			m.held.fate = inHand
		}
	}
	b.forget()
}

// forget ends the loans of a call. What it was given is not Go's any more.
func (b *Boundary) forget() {
	for i := range b.moves { // mostly one, for which clear takes longer
		b.moves[i].held = nil
	}
	b.moves = b.moves[:0]
}

// take lifts an own handle.
func (h *holding) take(b *Boundary, i uint32) any {
	e, err := b.inst.handles.takeOwn(i, h.actual)
	if err != nil {
		b.Trap("%v", err)
	}
	return h.Hold(Held{typ: h.Type, resource: h.actual, definer: h.definer, rep: e.rep})
}

// give lowers an own handle.
func (h *holding) give(b *Boundary, v any) uint32 {
	held := h.check(b, v)
	for i := range b.moves {
		if b.moves[i].held == held {
			b.misuse(h, "is on loan to the same call")
		}
	}
	i := b.add(handle{resource: h.actual, rep: held.rep, own: true})
	held.fate = wasGiven
	b.moved(move{held: held, index: i})
	return i
}

// lend lowers a borrow handle. The component that defines the resource gets the representation instead.
func (h *holding) lend(b *Boundary, v any) uint32 {
	held := h.check(b, v)
	if h.definer.inst == b.inst {
		b.moved(move{held: held, lent: true})
		return held.rep
	}
	i := b.add(handle{resource: h.actual, rep: held.rep, scope: &b.scope})
	b.scope.borrows++
	b.moved(move{held: held, index: i, lent: true})
	return i
}

// check returns what v holds, if that may be lent or given away.
func (h *holding) check(b *Boundary, v any) *Held {
	x, ok := v.(holdsResource)
	if !ok && v == nil {
		b.misuse(h, "is missing")
	}
	if !ok {
		b.misuse(h, fmt.Sprintf("is not one of the component but a Go value of type %T", v))
	}
	held := x.held()
	switch {
	case held.resource != h.actual:
		b.misuse(h, "belongs to another instance")
	case held.fate != inHand:
		b.misuse(h, held.fate.String())
	}
	return held
}

// String completes a sentence about the resource.
func (f fate) String() string {
	if f == wasDropped {
		return "was dropped before"
	}
	return "was given away before"
}

// Drop ends a resource that its owner keeps no longer. One that Go defines is told, if it is a [Dropper]; the
// destructor runs of one that a component defines. Then the error is a *[Misuse] if it is gone already, the reason
// why its instance can't be called, or the destructor's trap, which ends the instance.
func Drop(ctx context.Context, v any) error {
	if x, ok := v.(holdsResource); ok {
		return x.held().drop(ctx)
	}
	dropHost(ctx, v)
	return nil
}

// Drop makes a [Dropper] of what embeds the Held, for components that own it. Nobody there can take the error that
// the function [Drop] has.
func (h *Held) Drop(ctx context.Context) { _ = h.drop(ctx) }

func (h *Held) drop(ctx context.Context) error {
	i := h.definer.inst
	switch {
	case h.fate != inHand:
		return &Misuse{Function: "drop of " + h.typ.Name, Reason: "the resource " + h.fate.String()}
	case i.running != nil || i.dead.Load() != nil:
		call, err := i.admit(ctx)
		if err != nil {
			return err
		}
		ctx = call
	default:
		i.running = busy
	}
	h.fate = wasDropped
	if h.definer.dtor == nil {
		i.leave()
		return nil
	}
	i.setEntered(true)
	if err := h.definer.runDestructor(ctx, h.rep); err != nil {
		err = TrapOf(i.name(), "drop of "+h.typ.Name, err)
		i.die(err)
		return err
	}
	i.leave()
	return nil
}

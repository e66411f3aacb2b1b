package instance

import (
	"context"
	"errors"
)

// This file has what calls take of Go memory charged: to the call, and what is more than usual to the quota that
// [Limits.Overhead] is. What a call that breaks off has taken is given back when its instance is closed, which that is the
// end of.

// Reserve charges n bytes of Go memory to the call.
func (b *Boundary) Reserve(n uint64) {
	if n > b.budget {
		b.draw(n - b.budget)
	}
	b.budget -= n
}

// drawStep is how many bytes are taken from the quota at least.
const drawStep = 64 << 10

// draw makes the budget larger by some bytes, as far as the call may have them.
func (b *Boundary) draw(more uint64) {
	most := b.inst.member.limits.CallBudget
	left := most - b.inst.budget // which is all of it without a quota
	left -= min(left, b.drawn)
	if more > left {
		b.Trap("the values of the call take more than %d bytes of host memory", most)
	}
	more = max(more, min(left, drawStep))
	b.Hold(more)
	b.budget += more
}

// Hold charges Go memory that values of the call take until it ends, and that is none of its budget, to the quota of the
// instance.
func (b *Boundary) Hold(n uint64) {
	m := b.inst.member
	if m.limits.Overhead == nil {
		return
	}
	if !m.limits.Overhead.Take(n) {
		b.Trap("nothing is left of the memory for values of calls: this one wants %d bytes more", n)
	}
	b.drawn += n
	m.drawn += n
}

// Drawn is how many bytes the values of the call have taken of the instance's quota so far.
func (b *Boundary) Drawn() uint64 { return b.drawn }

// giveBack ends what the call has taken.
func (b *Boundary) giveBack() {
	m := b.inst.member
	m.limits.Overhead.Give(b.drawn)
	m.drawn -= b.drawn
	b.drawn = 0
}

// refund gives back what is left of the account's overhead, when nobody uses it any more.
func (a *account) refund() {
	if a.limits.Overhead == nil {
		return
	}
	a.limits.Overhead.Give(a.drawn)
	a.drawn, a.kept = 0, 0
	a.meter.DropStacks()
}

// What instances take besides their memories, in bytes: about as much as the engine and this package allocate.
const (
	elementCost  = 8
	stepCost     = 128
	coreCost     = 4 << 10
	functionCost = 10 << 10  // with a stack that has not grown
	freeUpkeep   = 512 << 10 // is not charged: few components have more
)

// errNoUpkeep is the error of an instantiation.
var errNoUpkeep = errors.New("nothing is left of the memory for instances and their tables")

// upkeep is how many bytes all of that takes, beyond what is free.
func (t *tally) upkeep() uint64 {
	n := t.elements*elementCost + t.steps*stepCost + t.functions*functionCost + uint64(t.cores)*coreCost
	return n - min(n, freeUpkeep)
}

// settle takes the upkeep of what is used from the quota, or gives back what is due no more.
func (a *account) settle() bool {
	if a.limits.Overhead == nil {
		return true
	}
	due := a.used.upkeep()
	switch {
	case due > a.upkeep:
		if !a.limits.Overhead.Take(due - a.upkeep) {
			return false
		}
	case due < a.upkeep:
		a.limits.Overhead.Give(a.upkeep - due)
	}
	a.upkeep = due
	return true
}

// chargedFunction is a core function of a host call that is charged. So is the guest's stack before: the guest may stay
// in the call for long, and has not come back to Go since its stack grew.
type chargedFunction struct{ hostFunction }

// Call serves the guest.
func (f *chargedFunction) Call(ctx context.Context, stack []uint64) {
	f.callAt(ctx, stack, f.inst.meter.Deep(0))
}

// callAt is Call when it is known whether the stack may be as it is.
func (f *chargedFunction) callAt(ctx context.Context, stack []uint64, deep error) {
	if deep != nil {
		panic(deep)
	}
	f.hostFunction.Call(ctx, stack)
	if f.drawn != 0 {
		f.giveBack()
	}
}

package instance

import (
	"context"

	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/meter"
)

// This file is about the turns of a team. The instance that made the outermost call has the turn, also while it is in
// code of others, which work for it. Only at home, in its own code, can it give the turn to another one or be ended.
// The graph of links has no cycles, so who is at home is in nobody else's code any further out.

// turnGrants is how many grants of fuel a member gets before it is another one's turn, if one waits: about half a
// millisecond of work.
const turnGrants = 32

// home reports whether the current member's code can be left alone: it is neither in a call that went through Go, nor
// runs its realloc for an adapter that is between two memories. That the code is the member's is for the caller to know.
func (t *team) home() bool {
	if t.store.away != 0 {
		return false
	}
	for _, i := range t.current.instances {
		if !i.canLeave() {
			return false
		}
	}
	return true
}

// Yield decides what happens when code counted by a meter comes back to Go.
func (t *team) Yield(ctx context.Context, from *engine.Meter) *engine.Meter {
	m := t.current
	t.endIfDead()
	t.grants++
	if from != m.meter || !t.home() {
		t.hurry(ctx)
		if err := m.deepAway(from); err != nil {
			t.store.away++
			panic(err)
		}
		return m.meter
	}
	engine.EndIfDone(ctx)
	if err := m.meter.Deep(0); err != nil {
		panic(err)
	}
	if m.meter.Spent() {
		panic(engine.ErrOutOfFuel)
	}
	t.owed = 0
	if m.clients > 0 {
		return m.meter
	}
	if wait := m.meter.Wait(); wait > 0 || t.due() {
		t.turn.give()
		if wait > 0 {
			engine.Sleep(ctx, wait)
		}
		t.regain(m)
		engine.EndIfDone(ctx)
	}
	return m.meter
}

// deepAway is the error when the stack has no room for more, in code that a meter counts and that works for the member.
// Each has room for as much as it would have by itself. What Go has called of others has a stack of theirs.
func (m *member) deepAway(from *engine.Meter) error {
	err := m.meter.Deep(from.MaxStack)
	if err == nil && from != m.meter {
		err = from.Deep(0)
	}
	return err
}

// due reports whether it is another member's turn.
func (t *team) due() bool { return t.grants >= turnGrants && t.turn.queued.Load() > 0 }

// regain waits until it is a member's turn again. That can't be cut short: without the turn, the call can't even end.
func (t *team) regain(m *member) {
	_ = t.turn.take(context.Background(), context.Background())
	t.resume(m)
	t.endIfDead()
}

// hurry has a call in others' code end, or give up its turn, as soon as it is back at home. It may be cut off where
// it is only together with the team.
func (t *team) hurry(ctx context.Context) {
	m := t.current
	late := m.meter.Spent() || ctx.Err() != nil
	if late || t.due() {
		m.meter.Recall()
	}
	if !late {
		return
	}
	t.owed += meter.Budget
	if t.owed <= t.overdraft {
		return
	}
	t.store.away++ // it is not at home, and all have to end
	engine.EndIfDone(ctx)
	panic(engine.ErrOutOfFuel)
}

// endedError ends a call because its team has ended.
type endedError struct{ cause error }

func (e *endedError) Error() string { return e.cause.Error() }

func (e *endedError) Unwrap() error { return e.cause }

func (t *team) endIfDead() {
	if err := t.store.Err(); err != nil {
		panic(&endedError{err})
	}
}

// teamFunction is a core function of a host call that an instance in a team makes.
type teamFunction struct{ chargedFunction }

// Call serves the guest. One that works for another member is not concerned by the end of that one's call.
func (f *teamFunction) Call(ctx context.Context, stack []uint64) {
	i := f.inst
	if i.team.current == i.member {
		f.chargedFunction.Call(ctx, stack)
		return
	}
	i.away++
	f.callAt(i.team.base, stack, i.team.current.deepAway(i.meter))
	i.away--
}

// Blocking runs f, which may take its time, in a host function of an instance in a team: meanwhile others may have
// their turn. ctx is the host function's context; with any other, f is just run. So it is where nobody else may
// come in: in the call of an instance for another one, and in that of one to which others are linked.
//
// Blocking must be called by the goroutine of the host function, without locks: when f has returned it waits for the
// turn, and panics if the team has ended.
func Blocking(ctx context.Context, f func()) {
	c := callOf(ctx, nil)
	if c == nil || !c.pause() {
		f()
		return
	}
	defer c.proceed()
	f()
}

// pause gives up the turn, if that may be.
func (c *callContext) pause() bool {
	if c.member == nil || c.paused.Load() || c.member.clients > 0 || !c.team.home() {
		return false
	}
	c.paused.Store(true)
	c.team.current = nil
	c.team.turn.give()
	return true
}

func (c *callContext) proceed() {
	defer c.paused.Store(false)
	c.team.regain(c.member)
}

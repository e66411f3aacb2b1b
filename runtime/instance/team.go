package instance

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/engine"
)

// A team is the store of several programs that call each other without Go between them, each driven by a goroutine of
// its own. One of them runs at a time, so that a call from one to another needs no lock and no flag. This file has
// the calls into a team; pace.go is about when the turn changes, and fate.go about who ends with whom.
type team struct {
	store     *Store
	turn      turn
	base      context.Context // of what providers do for others; done when the team has ended
	wake      func()          // ends base
	overdraft uint64
	culprit   atomic.Pointer[member] // whose call has ended the team; nil if none has

	// Who has the turn may use these.
	current *member // who made the outermost call
	grants  int     // of the turn so far
	owed    uint64  // fuel that was used in others' code since the call should have ended

	mu       sync.Mutex
	calls    int           // that are inside, or waiting to be
	draining bool          // no others may come
	drained  chan struct{} // closed when there are no calls; nil unless somebody waits
}

// NewTeam returns a store whose instances are used by several goroutines: each root instance by one at a time. They
// take turns, in the order in which they ask for it. [Export.Enter] waits for the turn instead of failing. It changes
// after some work in code of the instance itself, and in [Blocking].
//
// Each root instance has limits of its own, with what was made to be linked to it. Its work in code of others is
// charged to it as well. Out of fuel or cancelled, a call goes on until it is back in its own instance's code, so that
// nobody finds a provider in the middle of something. If it uses more than overdraft until then, all of the team ends;
// 0 stands for [DefaultOverdraft].
//
// An instance to which no other is linked ends alone when it traps or exits in its own code, and [Instance.Close]
// takes it out of the team. A trap in code of an instance that another one has called ends all of the team.
func NewTeam(e *engine.Engine, overdraft uint64) *Store {
	s := &Store{engine: e, locals: map[*abi.Resource]*local{}, linked: true, running: busy}
	defaultTo(&overdraft, DefaultOverdraft)
	t := &team{store: s, overdraft: overdraft}
	base, cancel := context.WithCancelCause(context.Background())
	t.base = &callContext{Context: base, team: t}
	t.wake = func() { cancel(s.Err()) }
	s.team = t
	return s
}

// DefaultOverdraft is the fuel that others may use for an instance of a team that has none left, or whose call was
// cancelled: some hundred milliseconds of work.
const DefaultOverdraft = 1 << 30

// End ends the store with an error, from any goroutine: no call can begin any more, and what runs in a team ends as soon
// as it comes back to Go. Host functions that wait in a call of their own program are for that call's context to end.
func (s *Store) End(cause error) { s.poison(cause) }

// callContext is the context of a call into a team.
type callContext struct {
	context.Context
	team   *team
	member *member     // whose call it is; nil for what a provider does for others
	paused atomic.Bool // it is not this call's turn, see Blocking
}

// callKey asks a context for the innermost call of a team, or with nil of any.
type callKey struct{ team *team }

// Value adds the call itself to what the caller's context has.
func (c *callContext) Value(key any) any {
	if k, ok := key.(callKey); ok && (k.team == nil || k.team == c.team) {
		return c
	}
	return c.Context.Value(key)
}

// callOf returns nil when there is none.
func callOf(ctx context.Context, t *team) *callContext {
	c, _ := ctx.Value(callKey{t}).(*callContext)
	return c
}

// enter begins a call of a member when it is its turn. The context is that of the call.
func (t *team) enter(ctx context.Context, m *member) (context.Context, error) {
	if err := t.acquire(ctx, m, t.base); err != nil {
		return nil, err
	}
	err := t.store.Err()
	if dead := m.dead.Load(); dead != nil {
		err = *dead
	}
	if err != nil {
		t.leave(m)
		return nil, err
	}
	return &callContext{Context: ctx, team: t, member: m}, nil
}

// acquire waits until a member may use the store, whatever has become of both, or until one of the contexts is done.
func (t *team) acquire(ctx context.Context, m *member, also context.Context) error {
	if c := callOf(ctx, t); c != nil && !c.paused.Load() {
		return ErrBusy // it would wait for itself
	}
	if !m.busy.CompareAndSwap(false, true) {
		return ErrBusy
	}
	if !t.begin() {
		m.busy.Store(false)
		return ErrClosed
	}
	if err := t.turn.take(ctx, also); err != nil {
		m.busy.Store(false)
		t.finish()
		return err
	}
	t.resume(m)
	m.active = true
	return nil
}

// resume begins the turn of a member.
func (t *team) resume(m *member) {
	t.current, t.store.away, t.grants, t.owed = m, 0, 0, 0
}

// leave ends a call.
func (t *team) leave(m *member) {
	t.current, m.active, m.running = nil, false, nil
	m.busy.Store(false)
	t.turn.give()
	t.finish()
}

// begin counts a call, unless the team is being closed.
func (t *team) begin() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.draining {
		return false
	}
	t.calls++
	return true
}

func (t *team) finish() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.calls--; t.calls == 0 && t.drained != nil {
		close(t.drained)
		t.drained = nil
	}
}

// drain waits until no call is inside. No other can begin.
func (t *team) drain(ctx context.Context) error {
	t.mu.Lock()
	t.draining = true
	if t.calls > 0 && t.drained == nil {
		t.drained = make(chan struct{})
	}
	drained := t.drained
	t.mu.Unlock()
	if drained == nil {
		return nil
	}
	select {
	case <-drained:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// join makes an instance in the team.
func (t *team) join(ctx context.Context, c *composition, o Settings) (*Instance, error) {
	m := t.store.newMember(o)
	if err := t.acquire(ctx, m, t.base); err != nil {
		return nil, err
	}
	defer t.leave(m)
	if err := t.store.Err(); err != nil {
		return nil, err
	}
	if err := m.use(o.Links); err != nil {
		return nil, err
	}
	t.store.members = append(t.store.members, m)
	c.member = m
	i, err := c.instantiate(&callContext{Context: ctx, team: t, member: m})
	if err == nil {
		return i, nil
	}
	if isEnd(err) {
		t.lose(m, err)
	}
	_ = t.remove(ctx, m) // the first error counts
	return nil, err
}

// use makes the member one that depends on those whose instances it is going to be linked to. A provider that is in a
// call of its own, and only waiting for its turn, can't be called by others.
func (m *member) use(links []Link) error {
	for _, l := range links {
		if l.Instance == nil {
			continue
		}
		err := l.Instance.Err()
		if err == nil && l.Instance.member.active {
			err = ErrBusy
		}
		if err != nil {
			m.release()
			return err
		}
		m.providers = append(m.providers, l.Instance.member)
		l.Instance.member.clients++
	}
	return nil
}

// release ends what use began.
func (m *member) release() {
	for _, p := range m.providers {
		p.clients--
	}
	m.providers = nil
}

// ErrProvides is the error of closing an instance of a team to which others are linked.
var ErrProvides = errors.New("other instances of the team are linked to the instance")

// part takes a member out of the team.
func (t *team) part(ctx context.Context, m *member) error {
	if err := t.acquire(ctx, m, context.Background()); err != nil {
		if errors.Is(err, ErrClosed) { // with all of the team
			return nil
		}
		return err
	}
	defer t.leave(m)
	if m.clients > 0 {
		return ErrProvides
	}
	closed := error(ErrClosed)
	m.dead.Store(&closed)
	return t.remove(ctx, m)
}

// remove closes a member on which nobody depends. Resources of others that it owns are dropped first: they go on.
func (t *team) remove(ctx context.Context, m *member) error {
	if t.store.Err() == nil {
		if err := m.dropForeign(&callContext{Context: ctx, team: t, member: m}); err != nil {
			t.store.poison(err)
		}
	}
	err := m.close(ctx)
	m.release()
	return err
}

// dropForeign runs the destructors of resources that the member owns and another one defines. An error is a trap there.
func (m *member) dropForeign(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			trap, ok := r.(error)
			if !ok {
				panic(r)
			}
			err = trap
		}
	}()
	for _, i := range m.instances {
		b := &Boundary{name: "closing", inst: i}
		for n := range i.handles.entries {
			e := &i.handles.entries[n]
			if l := i.locals[e.resource]; e.own && l != nil && l.inst.member != m {
				e.own = false
				l.destroy(ctx, b, e.rep)
			}
		}
	}
	return nil
}

package instance

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/engine"
)

// Store holds the instances that can call each other: those that one component consists of, and those that
// were linked to it. It is the store of the specification: one call runs in it at a time, a trap ends all of
// it, and its memory is released as a whole. Handles, memories and flags of several instances change in one
// call without a lock, and no one of them can be trusted when another one broke off in the middle; whoever
// wants instances with fates of their own gives each a store.
//
// A Store is used by one goroutine at a time, unless it is that of a team: see [NewTeam].
type Store struct {
	engine *engine.Engine
	common *account // of all members; nil for a team
	team   *team    // nil unless members take turns
	// linked says that instances are going to be linked, so that memories may have to be shown to adapters.
	linked  bool
	members []*member
	memory  engine.Memory // the one made last; nil at first
	locals  map[*abi.Resource]*local
	away    int     // how far a call of a team is in other members' code, as far as Go was on the way there
	running *Export // the call that is inside, see Export.Enter; nil if there is none, and for a team always busy
	dead    atomic.Pointer[error]
}

// NewStore returns a store for instances that are to be linked to each other. Their components must be
// compiled by the same engine.
func NewStore(e *engine.Engine, limits Limits) *Store {
	s := newStore(e, limits)
	s.linked = true
	return s
}

func newStore(e *engine.Engine, limits Limits) *Store {
	s := &Store{engine: e, locals: map[*abi.Resource]*local{}}
	s.common = s.newAccount(limits, nil)
	return s
}

// Fuel returns how much the instances of the store have used so far, in the units of [Limits]. While one of them
// runs, that is up to the size of a grant more than it has used. It is 0 for a team, whose instances have their own.
func (s *Store) Fuel() uint64 {
	if s.common == nil {
		return 0
	}
	return s.common.meter.Used()
}

// AddFuel allows the instances to use more, if [Limits] set a bound. A store that has run out of fuel is dead:
// it needs the fuel before. It has no effect on a team.
func (s *Store) AddFuel(n uint64) {
	if s.common != nil {
		s.common.meter.Add(n)
	}
}

// busy stands for what may not be disturbed and is no call of a function.
var busy = &Export{}

// outermost is the function that Go has called, nil if there is none.
func (s *Store) outermost() engine.Function {
	if e := s.running; e != nil {
		return e.fn
	}
	return nil
}

// local is a resource type that a component of the store defines.
type local struct {
	inst *Instance
	dtor *coreExtern // nil without destructor
	// idle is the destructor ready for a call, and stack its parameter. It is nil while the destructor runs: one
	// that runs inside itself needs a call stack of its own.
	idle  engine.Function
	stack [1]uint64
}

// ErrClosed is the error of calls into an instance after Close.
var ErrClosed = errors.New("the instance is closed")

// Err returns why no instance of the store can be called any more, or nil.
func (s *Store) Err() error {
	if dead := s.dead.Load(); dead != nil {
		return *dead
	}
	return nil
}

// poison ends the store: every later call gets the error. The first one counts.
func (s *Store) poison(err error) {
	if s.dead.CompareAndSwap(nil, &err) && s.team != nil {
		s.team.wake()
	}
}

// Close ends all instances of the store: Go resources that they own are told, and their memory is released. No
// call may be running; that of a team waits until none is, and gives up with ctx.
func (s *Store) Close(ctx context.Context) error {
	if s.team != nil {
		s.poison(ErrClosed)
		if err := s.team.drain(ctx); err != nil {
			return err
		}
	}
	closed := error(ErrClosed)
	s.dead.Store(&closed)
	var errs []error
	for _, m := range slices.Backward(slices.Clone(s.members)) {
		errs = append(errs, m.close(ctx))
	}
	return errors.Join(errs...)
}

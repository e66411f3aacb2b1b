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
// A Store is used by one goroutine at a time.
type Store struct {
	engine *engine.Engine
	limits Limits
	// linked says that instances are going to be linked, so that memories may have to be shown to adapters.
	linked    bool
	instances []*Instance
	modules   []engine.Module
	memory    engine.Memory // the one made last; nil at first
	locals    map[*abi.Resource]*local
	crossings []*crossing   // calls between components, by their edge numbers
	host      *adapterHost  // what adapters call; nil until there is one
	nested    int           // how many destructors run inside each other
	quota     engine.Quota  // of memories
	meter     *engine.Meter // of the work of all instances
	tally
	atClose []func()
	drops   func(r *abi.Resource, handle uint32) // see OnDrop; may be nil
	running bool                                 // a call is inside; see Export.Enter
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
	limits = limits.withDefaults()
	return &Store{
		engine: e, limits: limits, locals: map[*abi.Resource]*local{},
		quota: engine.Quota{Each: limits.MaxMemory, Total: limits.MaxTotalMemory}, meter: e.NewMeter(limits.Fuel),
	}
}

// bounded gives the core instances that are made with the context their part of the limits.
func (s *Store) bounded(ctx context.Context) context.Context {
	return engine.WithMeter(engine.WithQuota(ctx, &s.quota), s.meter)
}

// Fuel returns how much the instances of the store have used so far, in the units of [Limits]. While one of them
// runs, that is up to the size of a grant more than it has used.
func (s *Store) Fuel() uint64 { return s.meter.Used() }

// AddFuel allows the instances to use more, if [Limits] set a bound. A store that has run out of fuel is dead:
// it needs the fuel before.
func (s *Store) AddFuel(n uint64) { s.meter.Add(n) }

// tally is what was taken of the limits, but for memory.
type tally struct {
	steps    uint64 // definitions, see maxSteps
	elements uint64 // of tables
	cores    int    // instances of core modules
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
func (s *Store) poison(err error) { s.dead.CompareAndSwap(nil, &err) }

// AtClose has f called when the store is closed and its instances are gone.
func (s *Store) AtClose(f func()) { s.atClose = append(s.atClose, f) }

// Close ends all instances of the store: Go resources that they own are told, and their memory is released. No
// call may be running.
func (s *Store) Close(ctx context.Context) error {
	closed := error(ErrClosed)
	s.dead.Store(&closed)
	err := s.undo(ctx, mark{})
	s.meter.Close()
	if s.host != nil {
		s.host.giveBack(ctx)
		s.host = nil
	}
	for _, f := range slices.Backward(s.atClose) {
		f()
	}
	s.atClose = nil
	return err
}

// mark is a point to which a store can go back.
type mark struct {
	instances, modules, crossings int
	tally
}

func (s *Store) mark() mark {
	return mark{len(s.instances), len(s.modules), len(s.crossings), s.tally}
}

// undo closes what was added to the store since the mark. What was there before does not depend on it, but for
// the gates of older instances.
func (s *Store) undo(ctx context.Context, m mark) error {
	instances, modules := s.instances[m.instances:], s.modules[m.modules:]
	s.instances, s.modules, s.crossings, s.tally = s.instances[:m.instances], s.modules[:m.modules], s.crossings[:m.crossings], m.tally
	for _, i := range instances {
		i.handles.dropAll(ctx)
	}
	gone := make(map[engine.Module]bool, len(modules))
	var errs []error
	for n := len(modules) - 1; n >= 0; n-- {
		gone[modules[n]] = true
		errs = append(errs, modules[n].Close(ctx))
	}
	for _, i := range s.instances {
		if i.gate != nil && gone[i.gate.module] {
			i.gate = nil // its flags are in the instance as well
		}
	}
	s.memory = nil
	for r, l := range s.locals {
		if l.inst.index >= m.instances {
			delete(s.locals, r)
		}
	}
	clear(instances)
	clear(modules)
	return errors.Join(errs...)
}

package instance

import (
	"context"
	"fmt"
	"time"

	"github.com/witan-os/witan/runtime/engine"
)

// Limits bound what the instances of a store may cost their host; a zero field means its default. Whatever goes
// beyond one is refused before it takes anything: an instantiation by a *[LinkError], a call by a *[Trap], and an
// instruction that makes a memory grow by its result -1, as the core specification has it.
//
// Not limited here: a table does not grow beyond [engine.MaxTableElements]. The time of a call is limited by its
// context: when that is done, guest code traps.
type Limits struct {
	MaxHandles       int    // resource handles that each component instance may hold; default [DefaultMaxHandles]
	CallBudget       uint64 // bytes of Go memory for the values of one call; default [CallBudget]
	MaxMemory        uint64 // bytes that each linear memory may have; default 4 GiB less 64 KiB, all that there can be
	MaxTotalMemory   uint64 // bytes that all linear memories may have together; default [DefaultTotalMemory]
	MaxTableElements uint64 // that all tables may have together, with those in segments; default [DefaultTableElements]
	MaxInstances     int    // component instances, and as many core instances; default [DefaultMaxInstances]

	// MaxStack is how many bytes of Go memory the stack of a call may have, which doubles whenever it is full. A guest with
	// a larger one is stopped when it comes back to Go: it may take twice as much until then, and some megabytes more.
	// The default is [DefaultMaxStack].
	MaxStack uint64

	// Fuel is the work that all instances may do together, in units of which a nanosecond takes about three; see
	// [engine.Meter]. The same calls use the same. The default is any amount.
	Fuel uint64

	// Memory is what MaxMemory and MaxTotalMemory are then taken from, for a host that takes more from it; nil for a
	// quota of the store's own.
	Memory *engine.Quota
	// Overhead is what Go memory is taken from that serves guests and is none of theirs, as far as it is more than usual:
	// what many instances, their definitions and large tables take, beyond 512 KiB; stacks that their functions have grown,
	// beyond 256 KiB, and buffers for results that these keep, until the store is closed; and the values of a call beyond
	// [FreeValues], until it ends. A call that finds nothing left ends with a trap. nil is for no bound but the other ones,
	// each of which is for one store.
	Overhead *engine.Quota
	// Pace is asked each time when guest code has done about twenty microseconds of work, by the goroutine that runs it, for
	// how long it is to wait. In a team that concerns instances to which no other is linked, in their own code, and
	// others have their turn meanwhile. nil is for never.
	Pace func() time.Duration
}

// Defaults of [Limits].
const (
	DefaultMaxHandles    = 1 << 16
	DefaultTotalMemory   = 4 << 30
	DefaultMaxStack      = 16 << 20
	DefaultTableElements = 1 << 24
	DefaultMaxInstances  = 10_000
)

// maxSteps bounds the definitions of a store's instances, each as often as it is instantiated: a component that
// uses another one twice doubles it for a few bytes.
const maxSteps = 4_000_000

func (l Limits) withDefaults() Limits {
	defaultTo(&l.MaxHandles, DefaultMaxHandles)
	defaultTo(&l.CallBudget, CallBudget)
	defaultTo(&l.MaxMemory, engine.MaxMemoryPages<<16)
	defaultTo(&l.MaxTotalMemory, DefaultTotalMemory)
	defaultTo(&l.MaxTableElements, DefaultTableElements)
	defaultTo(&l.MaxInstances, DefaultMaxInstances)
	defaultTo(&l.MaxStack, DefaultMaxStack)
	return l
}

// freeBudget is what a call may take for its values without asking.
func (l *Limits) freeBudget() uint64 {
	if l.Overhead == nil {
		return l.CallBudget
	}
	return min(l.CallBudget, FreeValues)
}

func defaultTo[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// account is what instances may take together, and what they have taken.
type account struct {
	limits Limits
	quota  *engine.Quota // of memories
	meter  *engine.Meter // of the work
	used   tally
	kept   uint64 // bytes of buffers between calls, see Boundary.FitScratch
	drawn  uint64 // of limits.Overhead, for values and such buffers
	upkeep uint64 // of that, for what was taken
}

// tally is what was taken of the limits, but for memory and work.
type tally struct {
	steps     uint64 // definitions, see maxSteps
	elements  uint64 // of tables
	functions uint64 // that Go can call
	instances int    // of components
	cores     int    // instances of core modules
}

// newAccount makes an account for instances whose work the engine counts, or of whose turns others decide.
func (s *Store) newAccount(limits Limits, t *team) *account {
	a := &account{limits: limits.withDefaults()}
	if a.quota = limits.Memory; a.quota == nil {
		a.quota = &engine.Quota{Each: a.limits.MaxMemory, Total: a.limits.MaxTotalMemory}
	}
	if t != nil {
		a.meter = s.engine.NewMeterFor(a.limits.Fuel, t)
	} else {
		a.meter = s.engine.NewMeter(a.limits.Fuel)
	}
	a.meter.MaxStack, a.meter.Outermost = a.limits.MaxStack, s.outermost
	a.meter.Pace, a.meter.Stacks = limits.Pace, limits.Overhead
	return a
}

// bounded gives the core instances that are made with the context their part of the limits.
func (a *account) bounded(ctx context.Context) context.Context {
	return engine.WithMeter(engine.WithQuota(ctx, a.quota), a.meter)
}

func (t *tally) add(u tally) {
	t.steps += u.steps
	t.elements += u.elements
	t.functions += u.functions
	t.instances += u.instances
	t.cores += u.cores
}

func (t *tally) subtract(u tally) {
	t.steps -= u.steps
	t.elements -= u.elements
	t.functions -= u.functions
	t.instances -= u.instances
	t.cores -= u.cores
}

// take counts what a member takes.
func (m *member) take(t tally) error {
	if t.steps > maxSteps-m.used.steps {
		return fmt.Errorf("the instances of the store have more than %d definitions", maxSteps)
	}
	m.used.add(t)
	if !m.settle() {
		m.used.subtract(t)
		return errNoUpkeep
	}
	m.took.add(t)
	return nil
}

// admitInstance counts one more component instance.
func (m *member) admitInstance(definitions int) error {
	if m.used.instances >= m.limits.MaxInstances {
		return fmt.Errorf("the store would hold more than %d component instances", m.limits.MaxInstances)
	}
	return m.take(tally{instances: 1, steps: uint64(definitions)})
}

// admitCore counts one more core instance and what it takes.
func (m *member) admitCore(c engine.Cost) error {
	if m.used.cores >= m.limits.MaxInstances {
		return fmt.Errorf("the store would hold more than %d core instances", m.limits.MaxInstances)
	}
	if left := m.quota.Left(); c.Memory > left {
		return fmt.Errorf("the core module wants a memory of %d bytes, and the limits leave %d", c.Memory, left)
	}
	if left := m.limits.MaxTableElements - m.used.elements; c.Elements > left {
		return fmt.Errorf("the core module wants tables of %d elements, and the limits leave %d", c.Elements, left)
	}
	return m.take(tally{cores: 1, elements: c.Elements, steps: c.Entities})
}

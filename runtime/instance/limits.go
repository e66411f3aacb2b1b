package instance

import (
	"fmt"

	"github.com/witan-os/witan/runtime/engine"
)

// Limits bound what the instances of a store may cost their host; a zero field means its default. Whatever goes
// beyond one is refused before it takes anything: an instantiation by a *[LinkError], a call by a *[Trap], and an
// instruction that makes a memory grow by its result -1, as the core specification has it.
//
// Not limited here: a table does not grow beyond [engine.MaxTableElements], and the stack of core functions that
// call each other not beyond about a hundred megabytes, where they trap. The time of a call is limited by its context: when that is done, guest code traps.
type Limits struct {
	MaxHandles       int    // resource handles that each component instance may hold; default [DefaultMaxHandles]
	CallBudget       uint64 // bytes of Go memory for the values of one call; default [CallBudget]
	MaxMemory        uint64 // bytes that each linear memory may have; default 4 GiB less 64 KiB, all that there can be
	MaxTotalMemory   uint64 // bytes that all linear memories may have together; default [DefaultTotalMemory]
	MaxTableElements uint64 // that all tables may have together, with those in segments; default [DefaultTableElements]
	MaxInstances     int    // component instances, and as many core instances; default [DefaultMaxInstances]

	// Fuel is the work that all instances may do together, in units of which a nanosecond takes about three; see
	// [engine.Meter]. The same calls use the same. The default is any amount.
	Fuel uint64
}

// Defaults of [Limits].
const (
	DefaultMaxHandles    = 1 << 16
	DefaultTotalMemory   = 4 << 30
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
	return l
}

func defaultTo[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// admitInstance counts one more component instance.
func (s *Store) admitInstance(definitions int) error {
	if len(s.instances) >= s.limits.MaxInstances {
		return fmt.Errorf("the store would hold more than %d component instances", s.limits.MaxInstances)
	}
	return s.admitSteps(uint64(definitions))
}

func (s *Store) admitSteps(n uint64) error {
	if n > maxSteps-s.steps {
		return fmt.Errorf("the instances of the store have more than %d definitions", maxSteps)
	}
	s.steps += n
	return nil
}

// admitCore counts one more core instance and what it takes.
func (s *Store) admitCore(c engine.Cost) error {
	if s.cores >= s.limits.MaxInstances {
		return fmt.Errorf("the store would hold more than %d core instances", s.limits.MaxInstances)
	}
	if left := s.quota.Left(); c.Memory > left {
		return fmt.Errorf("the core module wants a memory of %d bytes, and the limits leave %d", c.Memory, left)
	}
	if left := s.limits.MaxTableElements - s.elements; c.Elements > left {
		return fmt.Errorf("the core module wants tables of %d elements, and the limits leave %d", c.Elements, left)
	}
	s.cores++
	s.elements += c.Elements
	return s.admitSteps(c.Entities)
}

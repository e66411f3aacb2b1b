package engine

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"

	"github.com/tetratelabs/wazero/api"

	"github.com/witan-os/witan/runtime/meter"
)

// ErrOutOfFuel ends guest code that has used up its fuel.
var ErrOutOfFuel = errors.New("out of fuel")

// Cancelled ends guest code whose call was cancelled.
type Cancelled struct {
	Cause error // of the call's context, see [context.Cause]
}

// Error gives the cause.
func (c *Cancelled) Error() string { return "cancelled: " + c.Cause.Error() }

// Unwrap returns the cause.
func (c *Cancelled) Unwrap() error { return c.Cause }

// Meter counts the work of guest code, and stops it.
//
// The code of guests is instrumented (see [meter.Rewrite]): after some ten microseconds of work at the
// latest it comes back to Go, where the garbage collector and other goroutines get their turn, and where
// the code ends if the context of the call is done or there is no fuel left. Fuel is counted in units, about
// three for a nanosecond. A program that does the same uses the same.
//
// The instances that one meter counts belong together, and only one of them runs at a time.
type Meter struct {
	engine   *Engine
	limited  bool
	limit    atomic.Uint64
	granted  atomic.Uint64 // to all instances
	counters []api.Global  // what is left of it, in each instance
	module   Module        // with the function that code comes back to; nil until there is code
}

// NewMeter returns a meter for new instances that may use so much fuel, or any amount if that is 0.
func (e *Engine) NewMeter(fuel uint64) *Meter {
	m := &Meter{engine: e, limited: fuel != 0}
	m.limit.Store(fuel)
	return m
}

type meterKey struct{}

// WithMeter has a meter count the work of the instances that are made with the context.
func WithMeter(ctx context.Context, m *Meter) context.Context {
	return context.WithValue(ctx, meterKey{}, m)
}

func (e *Engine) meterOf(ctx context.Context) *Meter {
	if m, ok := ctx.Value(meterKey{}).(*Meter); ok {
		return m
	}
	return e.NewMeter(0)
}

// Used returns the fuel that was used so far. While the guest runs, that is a bit more than it has used.
func (m *Meter) Used() uint64 {
	used := m.granted.Load()
	for _, c := range m.counters {
		used -= uint64(max(int32(c.Get()), 0))
	}
	return used
}

// Add allows more fuel, unless any amount was allowed from the start.
func (m *Meter) Add(fuel uint64) { m.limit.Add(fuel) }

// Close releases what the meter needs. The instances that it counts must be closed.
func (m *Meter) Close(ctx context.Context) error {
	m.counters = nil
	if m.module == nil {
		return nil
	}
	return m.module.Close(ctx)
}

func (m *Meter) watch(counter api.Global) { m.counters = append(m.counters, counter) }

// yieldModule returns the module from which instrumented code imports yield, and makes it at first.
func (m *Meter) yieldModule(ctx context.Context) (Module, error) {
	if m.module != nil {
		return m.module, nil
	}
	module, err := m.engine.Host(ctx, []HostFunc{{
		Name: meter.Yield, Type: NewFuncType(nil, []byte{api.ValueTypeI32}), Code: GoFunc(m.yield),
	}})
	m.module = module
	return module, err
}

// yield is what guest code calls when it has used a grant. Being in Go is enough to let the garbage collector
// proceed.
func (m *Meter) yield(ctx context.Context, stack []uint64) {
	runtime.Gosched()
	select {
	case <-ctx.Done():
		panic(&Cancelled{context.Cause(ctx)})
	default:
	}
	grant := uint64(meter.Budget)
	if m.limited {
		grant = min(grant, m.limit.Load()-m.granted.Load())
		if grant == 0 {
			panic(ErrOutOfFuel)
		}
	}
	m.granted.Add(grant)
	stack[0] = grant
}

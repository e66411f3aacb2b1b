package engine

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"

	"github.com/tetratelabs/wazero"
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
	counted  []Module
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

func meterOf(ctx context.Context) *Meter {
	m, _ := ctx.Value(meterKey{}).(*Meter)
	return m
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

// Close ends counting. The instances that the meter counts must be closed.
func (m *Meter) Close() {
	for _, inst := range m.counted {
		m.engine.meters.Delete(inst)
	}
	m.counters, m.counted = nil, nil
}

func (m *Meter) watch(inst Module, counter api.Global) {
	m.counters, m.counted = append(m.counters, counter), append(m.counted, inst)
	m.engine.meters.Store(inst, m)
}

// yieldModule returns the module from which instrumented code imports yield. There is one for all, because it
// takes longer to make one than an instance of a small guest.
func (e *Engine) yieldModule(ctx context.Context) (Module, error) {
	e.yieldOnce.Do(func() {
		b := e.runtime.NewHostModuleBuilder("yield").NewFunctionBuilder()
		b = b.WithGoModuleFunction(api.GoModuleFunc(e.yieldTo), nil, []api.ValueType{api.ValueTypeI32})
		var code wazero.CompiledModule
		if code, e.yieldErr = b.Export(meter.Yield).Compile(ctx); e.yieldErr == nil {
			e.yield, e.yieldErr = e.runtime.InstantiateModule(ctx, code, anonymous)
		}
	})
	return e.yield, e.yieldErr
}

// yieldTo is what guest code calls when it has used a grant. Its meter is found by the instance, and while a start
// function runs by the context that the instance is made with.
func (e *Engine) yieldTo(ctx context.Context, from api.Module, stack []uint64) {
	m := meterOf(ctx)
	if found, ok := e.meters.Load(from); ok {
		m = found.(*Meter)
	}
	if e.yields.Add(1)%yieldsPerTurn == 0 {
		runtime.Gosched()
	}
	stack[0] = m.yield(ctx)
}

// yieldsPerTurn is after how many yields, about a millisecond of work, a guest lets other goroutines run if the
// scheduler has not asked for that before. More often would be expensive: the scheduler wakes an idle processor,
// which then runs the guest with cold caches.
const yieldsPerTurn = 64

// yield makes another grant. Being in Go is enough to let the garbage collector proceed. Nobody sees what code
// without a meter uses.
func (m *Meter) yield(ctx context.Context) (grant uint64) {
	select {
	case <-ctx.Done():
		panic(&Cancelled{context.Cause(ctx)})
	default:
	}
	grant = meter.Budget
	if m == nil {
		return grant
	}
	if m.limited {
		grant = min(grant, m.limit.Load()-m.granted.Load())
		if grant == 0 {
			panic(ErrOutOfFuel)
		}
	}
	m.granted.Add(grant)
	return grant
}

package engine

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

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
// The code of guests is instrumented (see [meter.Rewrite]): after about twenty microseconds of work at the
// latest it comes back to Go, where the garbage collector and other goroutines get their turn, and where
// the code ends if the context of the call is done or there is no fuel left. Fuel is counted in units, about
// three for a nanosecond. A program that does the same uses the same.
//
// The instances that one meter counts belong together, and only one of them runs at a time.
type Meter struct {
	// Pace is asked each time when guest code comes back to Go for how long it is to wait; nil is for never. It is set
	// before there are instances.
	Pace func() time.Duration

	// MaxStack is how many bytes of Go memory the guests' stacks may have when they come back to Go; 0 is for any.
	// Outermost returns the function that Go has called first, nil if there is none; all others are called with
	// [Meter.Call]. Both are set before there are instances.
	MaxStack  uint64
	Outermost func() Function
	// Stacks is what the stacks are taken from that functions have grown, as far as they are larger than usual; nil is for
	// nothing. It is set before there are instances.
	Stacks *Quota

	engine  *Engine
	turns   Turns // nil for a meter that decides itself
	limited bool
	limit   atomic.Uint64
	granted atomic.Uint64 // that this meter has paid for
	nested  nested
	grown   []grown
	latest  grown  // whose stack was charged last
	charged uint64 // of Stacks

	mu     sync.Mutex
	gauges []*gauge // of the instances that it counts
}

// Turns decides what happens when guest code comes back to Go, for guests of several meters that call each other.
type Turns interface {
	// Yield is called with the meter of the code that has come back. It panics to end the guest, and else returns
	// the meter that pays for what the code does next.
	Yield(ctx context.Context, from *Meter) (payer *Meter)
}

// gauge is what is left of a grant, in one instance.
type gauge struct {
	meter   *Meter
	module  Module
	counter Global
	payer   atomic.Pointer[Meter] // of the grant
}

// NewMeter returns a meter for new instances that may use so much fuel, or any amount if that is 0.
func (e *Engine) NewMeter(fuel uint64) *Meter {
	m := &Meter{engine: e, limited: fuel != 0}
	m.limit.Store(fuel)
	return m
}

// NewMeterFor is [Engine.NewMeter] for guests about whom others decide.
func (e *Engine) NewMeterFor(fuel uint64, t Turns) *Meter {
	m := e.NewMeter(fuel)
	m.turns = t
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

// Used returns the fuel that was used so far. While the guest runs, that is a bit more than it has used. What is left
// of a grant in an instance of another meter counts as used.
func (m *Meter) Used() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	used := m.granted.Load()
	for _, g := range m.gauges {
		used -= g.left(m)
	}
	return used
}

// left is what a payer has left in the instance.
func (g *gauge) left(payer *Meter) uint64 {
	if g.payer.Load() != payer {
		return 0
	}
	return uint64(max(int32(g.counter.Get()), 0))
}

// Spent reports whether there is no fuel left to grant.
func (m *Meter) Spent() bool { return m.limited && m.granted.Load() >= m.limit.Load() }

// Recall takes back what is left of the grants of the meter's instances, so that they come back to Go as soon as they
// have work to count. None of them may be running.
func (m *Meter) Recall() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, g := range m.gauges {
		m.recall(g)
	}
}

func (m *Meter) recall(g *gauge) {
	m.granted.Add(-g.left(m))
	g.counter.Set(0)
}

// Add allows more fuel, unless any amount was allowed from the start.
func (m *Meter) Add(fuel uint64) { m.limit.Add(fuel) }

// Forget ends counting for instances that are going to be closed; what they have used stays used.
func (m *Meter) Forget(modules []Module) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gauges = slices.DeleteFunc(m.gauges, func(g *gauge) bool {
		if !slices.Contains(modules, g.module) {
			return false
		}
		m.recall(g)
		m.engine.gauges.Delete(g.module)
		return true
	})
}

func (m *Meter) watch(inst Module, counter Global) {
	m.mu.Lock()
	defer m.mu.Unlock()
	g := &gauge{meter: m, module: inst, counter: counter}
	g.payer.Store(m)
	m.gauges = append(m.gauges, g)
	m.engine.gauges.Store(inst, g)
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
	var g *gauge
	if found, ok := e.gauges.Load(from); ok {
		g = found.(*gauge)
		m = g.meter
	}
	if e.yields.Add(1)%yieldsPerTurn == 0 {
		runtime.Gosched()
	}
	if m == nil || m.turns == nil {
		stack[0] = m.yield(ctx)
		return
	}
	payer := m.turns.Yield(ctx, m)
	if g != nil {
		g.payer.Store(payer)
	}
	stack[0] = payer.pay()
}

// yieldsPerTurn is after how many yields, about a millisecond of work, a guest lets other goroutines run if the
// scheduler has not asked for that before. More often would be expensive: the scheduler wakes an idle processor,
// which then runs the guest with cold caches.
const yieldsPerTurn = 64

// yield makes another grant. Being in Go is enough to let the garbage collector proceed. Nobody sees what code
// without a meter uses.
func (m *Meter) yield(ctx context.Context) (grant uint64) {
	if d := m.Wait(); d > 0 {
		Sleep(ctx, d)
	}
	EndIfDone(ctx)
	if m == nil {
		return meter.Budget
	}
	if err := m.Deep(0); err != nil {
		panic(err)
	}
	if m.Spent() {
		panic(ErrOutOfFuel)
	}
	return m.pay()
}

// Wait is how long the guest is to wait now.
func (m *Meter) Wait() time.Duration {
	if m == nil || m.Pace == nil {
		return 0
	}
	return m.Pace()
}

// Sleep lets a guest wait, at most until its context is done.
func Sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// EndIfDone panics with a *[Cancelled] when the context of a guest's call is done.
func EndIfDone(ctx context.Context) {
	select {
	case <-ctx.Done():
		panic(&Cancelled{context.Cause(ctx)})
	default:
	}
}

// pay makes another grant to whichever instance, beyond the limit if there is less than nothing left: whether that may
// be is for [Turns] to say.
func (m *Meter) pay() (grant uint64) {
	grant = meter.Budget
	if granted, limit := m.granted.Load(), m.limit.Load(); m.limited && granted < limit {
		grant = min(grant, limit-granted)
	}
	m.granted.Add(grant)
	return grant
}

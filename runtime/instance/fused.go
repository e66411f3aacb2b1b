package instance

import (
	"context"
	"errors"
	"sync"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/fuse"
)

// This file links a component's import to another component's export: directly, through an adapter of
// runtime/fuse, or, for what that can't do, through dynamic values (cross.go).

// Crossing is how calls pass from one component instance to another.
type Crossing string

// The ways across, the fastest first.
const (
	CrossDirect  Crossing = "direct"  // the caller calls the callee's core function
	CrossFused   Crossing = "fused"   // an adapter is between them
	CrossDynamic Crossing = "dynamic" // values pass through Go
)

// Edge is a function of one component instance that another calls.
type Edge struct {
	Function string // as the caller imports it; may be ""
	Crossing Crossing
	Why      error         // why there is no adapter; nil unless dynamic
	Adapter  *fuse.Adapter // nil unless fused
}

// Edges lists the calls between components that were linked with the instance, in the order of linking.
func (i *Instance) Edges() []Edge {
	edges := make([]Edge, len(i.member.crossings))
	for n, c := range i.member.crossings {
		edges[n] = c.Edge
	}
	return edges
}

// crossing is an edge of an instance at run time.
type crossing struct {
	Edge
	caller, callee *Boundary
}

var (
	errGoFunction = errors.New("a core function of the edge is written in Go")
	errContext    = errors.New("a side keeps values in the context of a call")
)

// cross makes a core function that calls l. plan and options are those with which the caller, whose boundary
// is b, lowers it.
func (w *walk) cross(l *lift, b *Boundary, plan *abi.Plan, options component.Options) error {
	w.inst.callees = append(w.inst.callees, l.inst)
	c := &crossing{Edge: Edge{Function: b.name}, caller: b, callee: &Boundary{name: b.name, inst: l.inst}}
	c.callee.memory = l.memory
	w.inst.member.crossings = append(w.inst.member.crossings, c)
	var f coreExtern
	if c.Why = errAsync; !l.async && !options.Async {
		var err error
		if f, err = w.fuse(c, l, plan, options); err != nil {
			return err
		}
	}
	if c.Why != nil {
		c.Crossing = CrossDynamic
		if err := w.inst.member.take(l.functions()); err != nil {
			return err
		}
		call, err := l.calledWith(plan, options.Async)
		if err != nil {
			return err
		}
		w.pushHost(plan.Lowered, b.serve(call))
		return nil
	}
	f.Extern = funcExtern(plan.Lowered)
	w.pushCore(f)
	return nil
}

// fuse makes the core function without Go on the way, or sets c.Why.
func (w *walk) fuse(c *crossing, l *lift, plan *abi.Plan, options component.Options) (coreExtern, error) {
	t := &tie{walk: w, caller: c.caller.memory, given: map[string]engine.Module{}}
	edge := t.edge(l, plan, options)
	if t.err != nil {
		return coreExtern{}, t.err
	}
	if c.Why = t.why; c.Why != nil {
		return coreExtern{}, nil
	}
	if !edge.CheckLeave && edge.Enter == nil && fuse.Direct(edge) {
		c.Crossing = CrossDirect
		return l.core, nil
	}
	if c.Adapter, c.Why = fuse.Build(edge); c.Why != nil {
		return coreExtern{}, nil
	}
	c.Crossing = CrossFused
	m, err := w.linkAdapter(c, t.given, l)
	return coreExtern{module: m, name: fuse.ExportName}, err
}

// tie collects what an adapter is to be linked with.
type tie struct {
	*walk
	caller engine.Memory
	given  map[string]engine.Module
	why    error // no adapter is possible
	err    error
}

func (t *tie) edge(l *lift, plan *abi.Plan, options component.Options) *fuse.Edge {
	caller, callee := t.inst, l.inst
	e := &fuse.Edge{
		Caller:     fuse.Party{Plan: plan, Encoding: options.Encoding},
		Callee:     fuse.Party{Plan: l.plan, Encoding: l.encoding, Realloc: t.function("callee-realloc", l.allocator)},
		PostReturn: t.function("post-return", l.post),
		CheckLeave: caller.habits.restrained,
		Keeps: func(r *abi.Resource) bool {
			local, ok := t.inst.locals[r]
			return !ok || local.inst != callee
		},
	}
	if f := t.function("callee", &l.core); f != nil {
		e.Func = *f
	}
	if options.HasRealloc {
		realloc := t.coreFunc(options.Realloc)
		e.Caller.Realloc = t.function("caller-realloc", &realloc)
	}
	// Between members of a team, Go must know when the caller's code runs for an adapter: see team.home.
	if caller.habits.restrained || e.Caller.Realloc != nil && caller.member != callee.member {
		e.Caller.Leave = t.gate("caller-gate", caller, fuse.GateLeave)
	}
	if callee.habits.leaves && callee.habits.restrained {
		e.Callee.Leave = t.gate("callee-gate", callee, fuse.GateLeave)
	}
	if callee.mayReturn() {
		e.Enter = t.gate("callee-gate", callee, fuse.GateEnter)
	}
	if callee.habits.remembers || caller.habits.remembers && options.HasRealloc {
		t.why = errContext
	}
	if plan.NeedsMemory() {
		if e.Window = t.window(l); e.Window.Pages == 0 {
			t.apart(e, l, options)
		}
	}
	return e
}

// function names a core function for import by the adapter.
func (t *tie) function(as string, x *coreExtern) *fuse.Import {
	if x == nil {
		return nil
	}
	if x.host != nil {
		t.why = errGoFunction
		return nil
	}
	t.given[as] = x.module
	return &fuse.Import{Module: as, Name: x.name}
}

func (t *tie) gate(as string, i *Instance, name string) *fuse.Import {
	g, err := t.needGate(i)
	if err != nil {
		t.err = err
		return nil
	}
	t.given[as] = g.module
	return &fuse.Import{Module: as, Name: name}
}

// window is the zero value when the memories can't be shown in one.
func (t *tie) window(l *lift) fuse.Window {
	w, ok := t.root.engine.Window(t.caller, l.memory)
	if !ok {
		return fuse.Window{}
	}
	return fuse.Window{Pages: engine.WindowPages, Caller: w.Caller, Callee: w.Callee}
}

// linkAdapter compiles and instantiates the adapter of a crossing.
func (w *walk) linkAdapter(c *crossing, given map[string]engine.Module, l *lift) (engine.Module, error) {
	e := w.root.engine
	code, err := w.root.adapters.compile(w.ctx, e, c.Adapter.Wasm)
	if err != nil {
		return nil, err
	}
	host, err := w.adapterHost()
	if err != nil {
		return nil, err
	}
	given[fuse.HostModule] = host.module
	provide := func(name string) engine.Module { return given[name] }
	var m engine.Module
	if c.Adapter.Window {
		m, err = e.InstantiateWindow(w.ctx, code, provide, c.caller.memory, l.memory,
			[2]string{fuse.CallerSizeGlobal, fuse.CalleeSizeGlobal})
	} else {
		m, err = e.Instantiate(w.ctx, code, provide)
	}
	if err != nil {
		return nil, err
	}
	w.own(m)
	m.ExportedGlobal(fuse.EdgeGlobal).(engine.Global).Set(uint64(len(w.inst.member.crossings) - 1))
	return m, nil
}

// pass moves or lends a resource and returns its handle, or representation, on the other side.
func (c *crossing) pass(h fuse.Handle, i uint32) uint32 {
	from, to := c.caller, c.callee
	if !h.ToCallee {
		from, to = to, from
	}
	if h.Own {
		e, err := from.inst.handles.takeOwn(i, h.Resource)
		if err != nil {
			c.refuse(h, from, err)
		}
		return to.add(e)
	}
	e, err := from.inst.handles.get(i, h.Resource)
	if err != nil {
		c.refuse(h, from, err)
	}
	if e.own && c.Adapter.Settles {
		e.lends++
		from.lent = append(from.lent, i)
	}
	if l, ok := to.inst.locals[h.Resource]; ok && l.inst == to.inst {
		return e.rep
	}
	to.scope.borrows++
	return to.add(handle{resource: e.resource, host: e.host, rep: e.rep, scope: &to.scope})
}

// refuse traps because of a handle that a side does not have. If the caller has passed nothing before it, the callee has
// not heard of the call.
func (c *crossing) refuse(h fuse.Handle, from *Boundary, err error) {
	if h.First {
		c.caller.inst.away--
	}
	from.Trap("%v", err)
}

// settle ends the loans of a call whose callee has returned.
func (c *crossing) settle() {
	if n := c.callee.scope.borrows; n != 0 {
		c.caller.Trap("the callee kept %d borrowed handles", n)
	}
	c.caller.endLoans()
}

// adapterCache keeps the machine code of a component's adapters, by their bytes: later instances have the
// same ones.
type adapterCache struct {
	hosts hostPool
	mu    sync.Mutex
	codes map[string]*engine.Code
}

func (a *adapterCache) compile(ctx context.Context, e *engine.Engine, wasm []byte) (*engine.Code, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if code, ok := a.codes[string(wasm)]; ok {
		return code, nil
	}
	code, err := e.CompileTrusted(ctx, wasm)
	if err != nil {
		return nil, err
	}
	if a.codes == nil {
		a.codes = map[string]*engine.Code{}
	}
	a.codes[string(wasm)] = code
	return code, nil
}

func (a *adapterCache) close(ctx context.Context) {
	a.hosts.close(ctx)
	for _, code := range a.codes {
		// Closing only fails for code that is still being instantiated, which the contract excludes.
		_ = code.Close(ctx)
	}
}

package instance

import (
	"context"
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
)

// This file is the part of the walk that deals with canonical definitions: it makes component functions
// out of core functions and the other way round.

func (w *walk) plan(t *component.FuncType) (*abi.Plan, error) {
	typ, err := w.inst.env.function(t)
	if err != nil {
		return nil, err
	}
	return abi.NewPlan(typ)
}

// options fills in what canonical options name. The decoder has checked that those which are needed are
// there.
func (w *walk) options(o component.Options) (options, error) {
	named := options{encoding: o.Encoding}
	if o.HasMemory {
		x := w.core[engine.ExternMemory][o.Memory]
		named.memory = x.module.ExportedMemory(x.name)
	}
	var err error
	if o.HasRealloc {
		named.realloc, err = w.callable(o.Realloc)
	}
	return named, err
}

// lift defines a function. One of a type that can't be called yet is an error only for who calls it: a
// component may export several versions of an interface and still be of use.
func (w *walk) lift(d *component.Lift) error {
	plan, err := w.plan(d.Type)
	if err != nil {
		w.functions = append(w.functions, &function{unsupported: err})
		return nil
	}
	l := &lift{typ: plan.Func, plan: plan, inst: w.inst, core: w.coreFunc(d.CoreFunc), async: d.Options.Async}
	if d.Options.HasCallback {
		callback := w.coreFunc(d.Options.Callback)
		l.callback = &callback
	}
	if want := coreType(l.signature()); !l.core.Func.Equal(want) {
		return fmt.Errorf("the core function to lift has type %s, but %s lifts from %s", l.core.Func, plan.Func, want)
	}
	if l.options, err = w.options(d.Options); err != nil {
		return err
	}
	if d.Options.HasRealloc {
		realloc := w.coreFunc(d.Options.Realloc)
		l.allocator = &realloc
	}
	if d.Options.HasMemory {
		l.home = &w.core[engine.ExternMemory][d.Options.Memory]
	}
	if d.Options.HasPostReturn {
		post := w.coreFunc(d.Options.PostReturn)
		l.post = &post
	}
	w.functions = append(w.functions, &function{lift: l})
	return w.inst.member.take(l.functions())
}

// trapping defines a core function that traps with an error. A component may import much that it never calls.
func (w *walk) trapping(what string, err error) {
	b := &Boundary{name: what, inst: w.inst}
	trap := b.serve(func(context.Context, *Boundary, []uint64) {
		panic(&Trap{Component: w.inst.name(), Function: what, Reason: err.Error(), Cause: err})
	})
	w.pushCore(coreExtern{Extern: engine.Extern{Kind: engine.ExternFunc}, host: trap, untyped: true})
}

func (w *walk) lower(d *component.Lower) error {
	f := w.functions[d.Func]
	plan, err := w.plan(d.Type)
	switch {
	case err != nil:
	case f.unsupported != nil:
		err = f.unsupported
	case f.host != nil && plan.Func.Async:
		err = ErrAsync
	case d.Options.Async:
		plan, err = abi.NewAsyncPlan(plan.Func)
	}
	if err != nil {
		w.trapping(f.name, err)
		return nil
	}
	b := &Boundary{name: f.name, inst: w.inst}
	if b.options, err = w.options(d.Options); err != nil {
		return err
	}
	if f.host == nil {
		return w.cross(f.lift, b, plan, d.Options)
	}
	if f.host.Borrows {
		b.bytes = viewed
	}
	call, err := f.host.body(plan.Func)
	if err != nil {
		return err
	}
	w.pushHost(plan.Lowered, b.serve(call))
	return nil
}

func (w *walk) builtin(d *component.Builtin) error {
	b := &Boundary{name: d.Op.String(), inst: w.inst}
	one := []abi.CoreType{abi.I32}
	switch d.Op {
	case component.ContextGet:
		w.pushHost(abi.Signature{Results: one}, b.always(contextGet(d.Slot)))
		return nil
	case component.ContextSet:
		w.pushHost(abi.Signature{Params: one}, b.always(contextSet(d.Slot)))
		return nil
	case component.TaskReturn:
		return w.taskReturn(d, b)
	case component.BackpressureInc, component.BackpressureDec:
		w.pushHost(abi.Signature{}, b.always(changeBackpressure(d.Op)))
		return nil
	case component.ResourceNew, component.ResourceRep, component.ResourceDrop:
		return w.resourceBuiltin(d, b)
	}
	w.trapping(b.name, unsupported("the built-in %s is", d.Op))
	return nil
}

func (w *walk) pushHost(s abi.Signature, code engine.HostCode) {
	w.pushCore(coreExtern{Extern: funcExtern(s), host: code})
}

func contextGet(slot uint32) HostCall {
	return func(_ context.Context, b *Boundary, stack []uint64) { stack[0] = uint64(b.inst.storage[slot]) }
}

func contextSet(slot uint32) HostCall {
	return func(_ context.Context, b *Boundary, stack []uint64) { b.inst.storage[slot] = uint32(stack[0]) }
}

func (w *walk) resourceBuiltin(d *component.Builtin, b *Boundary) error {
	r, err := w.inst.env.resource(d.Type.(*component.Resource))
	if err != nil {
		return err
	}
	b.name += " of " + r.Name
	one := []abi.CoreType{abi.I32}
	switch d.Op {
	case component.ResourceNew:
		w.pushHost(abi.Signature{Params: one, Results: one}, b.serve(resourceNew(r)))
	case component.ResourceDrop:
		if l := w.inst.locals[r]; l != nil && l.inst != w.inst {
			w.inst.callees = append(w.inst.callees, l.inst) // its destructor
		}
		drop := resourceDrop(r, w.inst.locals[r])
		if w.inst.member.drops != nil && w.inst.locals[r] == nil {
			drop = announced(drop, w.inst.member.drops, r)
		}
		w.pushHost(abi.Signature{Params: one}, b.serve(drop))
	case component.ResourceRep:
		w.pushHost(abi.Signature{Params: one, Results: one}, b.always(resourceRep(r)))
	}
	return nil
}

func resourceNew(r *abi.Resource) HostCall {
	return func(_ context.Context, b *Boundary, stack []uint64) {
		stack[0] = uint64(b.add(handle{resource: r, rep: uint32(stack[0]), own: true}))
	}
}

func resourceRep(r *abi.Resource) HostCall {
	return func(_ context.Context, b *Boundary, stack []uint64) {
		stack[0] = uint64(b.get(r, uint32(stack[0])).rep)
	}
}

// resourceDrop drops a handle. l is the resource's definition when a component of the store has it.
func resourceDrop(r *abi.Resource, l *local) HostCall {
	return func(ctx context.Context, b *Boundary, stack []uint64) {
		e, err := b.inst.handles.remove(uint32(stack[0]), r)
		if err != nil {
			b.Trap("%v", err)
		}
		switch {
		case !e.own:
			if e.scope != nil {
				e.scope.borrows--
			}
		case l != nil:
			l.destroy(ctx, b, e.rep)
		default:
			dropHost(ctx, e.host)
		}
	}
}

// maxNested bounds how deep destructors may drop resources whose destructors drop others. Each level takes
// Go's stack, of which there is no second when it is used up.
const maxNested = 1000

// destroy runs the destructor of a resource that a component defines.
func (l *local) destroy(ctx context.Context, b *Boundary, rep uint32) {
	if l.dtor == nil {
		return
	}
	outside := l.inst != b.inst
	if outside && l.inst.isEntered() {
		b.Trap("the destructor's instance is in a call already")
	}
	if b.inst.member.nested == maxNested {
		b.Trap("more than %d destructors run inside each other", maxNested)
	}
	far := b.inst.distance(l.inst)
	b.inst.away += far
	b.inst.member.nested++
	if outside {
		l.inst.setEntered(true)
	}
	if err := l.runDestructor(ctx, rep); err != nil {
		panic(TrapOf(b.inst.name(), b.name, err))
	}
	if outside {
		l.inst.setEntered(false)
	}
	b.inst.member.nested--
	b.inst.away -= far
}

func (l *local) runDestructor(ctx context.Context, rep uint32) (err error) {
	f, stack := l.idle, l.stack[:]
	l.idle = nil
	if f == nil {
		stack = make([]uint64, len(l.stack))
		if f, err = l.dtor.callable(); err != nil {
			return err
		}
	}
	stack[0] = uint64(rep)
	storage := l.inst.storage
	l.inst.storage = [2]uint32{} // a destructor has a context of its own
	err = l.inst.meter.Call(ctx, f, stack)
	l.inst.storage = storage
	if l.idle != nil {
		l.inst.meter.DropStack(l.idle)
	}
	l.idle = f
	return err
}

func coreType(s abi.Signature) engine.FuncType {
	return engine.NewFuncType(coreBytes(s.Params), coreBytes(s.Results))
}

func coreBytes(types []abi.CoreType) []byte {
	b := make([]byte, len(types))
	for i, t := range types {
		b[i] = byte(t)
	}
	return b
}

func funcExtern(s abi.Signature) engine.Extern {
	return engine.Extern{Kind: engine.ExternFunc, Func: coreType(s)}
}

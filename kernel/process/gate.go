package process

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/witan-os/witan/generated/systable"
	"github.com/witan-os/witan/kernel/audit"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/link"
	"github.com/witan-os/witan/runtime/trace"
	"github.com/witan-os/witan/runtime/vm"
)

// gate stands between a process and the kernel's implementations. Every call that has a number goes through it, in
// all lives of the process. What passes costs one look at a bit and one addition.
type gate struct {
	process *Process
	granted []uint64 // a bit for each number
	counts  *audit.Counters
	denied  atomic.Uint64
	waiting atomic.Int32 // calls in progress that wait for something
}

func newGate(p *Process) *gate {
	g := &gate{process: p, granted: make([]uint64, (len(systable.Calls)+63)/64), counts: audit.NewCounters(len(systable.Calls))}
	copy(g.granted, p.spec.Calls)
	return g
}

// Tracer shows the calls of a process.
type Tracer func(e *trace.Event)

// watch puts the gate before a host interface.
func (g *gate) watch(i *vm.Interface, show Tracer) (*vm.Interface, error) {
	traced, err := trace.Watch(i, show)
	if err != nil {
		return nil, fmt.Errorf("tracing: %w", err)
	}
	watched := *i
	watched.Funcs = make([]glue.Func, len(i.Funcs))
	for n, f := range i.Funcs {
		watched.Funcs[n] = g.function(i.Name, f, traced.Funcs[n])
	}
	watched.Instances = make([]*vm.Interface, len(i.Instances))
	for n, inner := range i.Instances {
		if watched.Instances[n], err = g.watch(inner, show); err != nil {
			return nil, err
		}
	}
	return &watched, nil
}

func (g *gate) function(iface string, plain, traced glue.Func) glue.Func {
	path, track, _ := strings.Cut(link.Key(iface), "@")
	number := systable.Number(path, track, plain.Name)
	switch {
	case plain.For != nil:
		f := plain
		f.For = func(t *abi.Func) (instance.HostCall, error) {
			call, err := plain.For(t)
			if err != nil {
				return nil, err
			}
			shown, err := traced.For(t)
			return g.guarded(number, call, shown), err
		}
		return f
	case plain.Call != nil:
		f := plain
		f.Call = g.guarded(number, plain.Call, traced.Call)
		return f
	}
	return plain
}

// guarded is the body of a function behind the gate. One without a number was granted with its interface.
func (g *gate) guarded(number uint16, plain, traced instance.HostCall) instance.HostCall {
	tracing := &g.process.tracing
	body := func(ctx context.Context, b *glue.Boundary, stack []uint64) {
		if tracing.Load() {
			traced(ctx, b, stack)
			return
		}
		plain(ctx, b, stack)
	}
	if number == 0 {
		return body
	}
	word, bit := &g.granted[number/64], uint64(1)<<(number%64)
	if systable.Calls[number].Blocking {
		body = g.blocking(body)
	}
	return func(ctx context.Context, b *glue.Boundary, stack []uint64) {
		if *word&bit == 0 {
			g.refuse(b, number)
		}
		g.counts.Count(number)
		body(ctx, b, stack)
	}
}

// blocking is the body of a call that may wait.
func (g *gate) blocking(body instance.HostCall) instance.HostCall {
	return func(ctx context.Context, b *glue.Boundary, stack []uint64) {
		g.waiting.Add(1)
		defer g.waiting.Add(-1)
		body(ctx, b, stack)
	}
}

// refuse ends the process for a call that it was not granted.
func (g *gate) refuse(b *glue.Boundary, number uint16) {
	g.denied.Add(1)
	name := systable.Calls[number].Name()
	g.process.table.config.Audit.Append(&g.process.source, audit.Denied, number, name)
	b.Trap("denied: %s is not granted to process %s", name, g.process)
}

// limited notes that the process has asked for more than there is.
func (p *Process) limited(detail string) {
	p.gate.denied.Add(1)
	p.record(audit.Limited, detail)
}

// refused notes that the process tried what it has no right to.
func (p *Process) refused(detail string) {
	p.gate.denied.Add(1)
	p.record(audit.Denied, detail)
}

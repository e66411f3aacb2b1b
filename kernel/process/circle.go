package process

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/witan-os/witan/kernel/ipc"
)

// This file knows which process waits for which one: for the turn in a service, or for its answer. Whoever would wait for
// one that waits for him is told at once, since nobody else could end that but the clock.
//
// Nothing of it is noted by the calls themselves, which would cost each of them more than it costs those who have to wait
// anyway: who waits for whom stands in the services' queues.

// errCircle is why a call is not made.
var errCircle = errors.New("it waits for an answer of the process that calls it")

// wait is a call that a process makes: one in progress, one that waits for its turn, or one in the queue of an endpoint.
type wait struct {
	service *Process // nil for none
	number  uint64   // of the call in progress
	waiter  *waiter
	queued  ipc.Reply // to a message that was not received
}

// waits are the calls that processes make of each other, by the processes that make them.
type waits map[uint64]wait

func waitsOf(list []*Process) waits {
	waits := waits{}
	for _, p := range list {
		p.eachWait(func(client uint64, w wait) { waits[client] = w })
	}
	return waits
}

// eachWait finds the calls of a service. Such as will be given up earlier than the service has to answer are none, since
// nobody is ended because of them.
func (p *Process) eachWait(f func(client uint64, w wait)) {
	p.mu.Lock()
	current, waiters, desks := p.queue, slices.Clone(p.queue.waiters), []*desk(nil)
	if p.life != nil && p.life.ready {
		desks = p.life.desks
	}
	p.mu.Unlock()
	long := time.Duration(p.spec.CallTime)
	// A service that handles messages calls itself.
	if r := current.reply; current.busy && current.client != p.id && (!r.Wanted() || r.WaitsFor(long)) {
		f(current.client, wait{service: p, number: current.number})
	}
	for _, w := range waiters {
		if w.client != p.id {
			f(w.client, wait{service: p, waiter: w})
		}
	}
	for _, d := range desks {
		for _, c := range d.Callers(long) {
			f(c.Sender, wait{service: p, queued: c.Call})
		}
	}
}

// excuse reports whether a process waits for another one, which does not wait for it in turn.
func (w waits) excuse(p *Process) bool {
	at := w[p.id].service
	if at == nil {
		return false
	}
	for range w { // there are no more on the way
		if at = w[at.id].service; at == nil || at == p {
			break
		}
	}
	return at != p
}

// chain are the calls because of which one process waits for another one; nil if it does not.
func (w waits) chain(from, to *Process) (calls []wait) {
	for at := from; len(calls) < len(w); {
		next := w[at.id]
		if next.service == nil {
			return nil
		}
		calls = append(calls, next)
		if at = next.service; at == to {
			return calls
		}
	}
	return nil // it is in a circle of others
}

// awaited reports whether anybody calls the process, or waits for its turn: only then can it be a part of a circle that it
// closes itself, since what it does is then a part of a call.
func (p *Process) awaited() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.queue.busy || len(p.queue.waiters) > 0
}

// waitsFor reports whether p waits for the other process, directly or through others.
func (p *Process) waitsFor(other *Process) bool {
	return p.table.waiting([]*Process{p}, []*Process{other})
}

// waiting reports whether one of some processes waits for one of others, directly or not. The queues are not all looked at
// in one moment. But calls that were there twice were there in between, and so at the same time.
func (t *Table) waiting(from, to []*Process) bool {
	first := waitsOf(t.list())
	for _, f := range from {
		for _, t := range to {
			calls := first.chain(f, t)
			if calls != nil && slices.Equal(calls, waitsOf(f.table.list()).chain(f, t)) {
				return true
			}
		}
	}
	return false
}

// circle reports whether the service would answer only when it has an answer of the client. Not only who is in the chain
// of calls is waited for, but also who keeps the turn of a team, for which all of the team wait.
func (c *caller) circle() bool {
	from, to := []*Process{c.service}, []*Process{c.client}
	if t := c.service.team; t != nil {
		from = append(from, t.keepers...)
	}
	if c.client.keepsTurn() {
		to = c.client.team.members
	}
	return c.service.table.waiting(from, to)
}

// keepsTurn reports whether the process keeps the turn of its team while it waits.
func (p *Process) keepsTurn() bool { return p.team != nil && slices.Contains(p.team.keepers, p) }

// circleTime is how often who waits for an end looks whether that waits for him.
const circleTime = 10 * time.Millisecond

// awaitEndFor waits for an end of p, which is bound to come, for another process. If p waits for that one, it can't end
// before that one goes on: then there is nothing to wait for. The error is that of ctx.
func (p *Process) awaitEndFor(ctx context.Context, other *Process, end <-chan struct{}) error {
	clock := time.NewTicker(circleTime)
	defer clock.Stop()
	for !p.waitsFor(other) {
		select {
		case <-end:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-clock.C:
		}
	}
	return nil
}

package process

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/witan-os/witan/kernel/guard"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// This file lets processes call a service: one at a time, in the order in which they came. A call that comes between
// two lives waits for the next one.

// queue is who calls, and who waits for that. It is guarded by the process's lock.
type queue struct {
	busy    bool
	number  uint64    // of the call in progress
	life    *life     // in which it is
	client  uint64    // the process that makes it
	reply   ipc.Reply // that a client waits for who has called through an endpoint's queue
	waiters []*waiter
	idle    chan struct{} // closed when the call in progress has ended; nil if nobody wants to know
}

// waiter is a call that has not begun.
type waiter struct {
	client uint64           // the process that makes it
	turn   chan *guard.Life // gets nil when there will be no turn
}

// next gives the turn to the first who waits, if there is a life that serves.
func (q *queue) next(l *life) {
	if q.busy || len(q.waiters) == 0 || l == nil || l.serving == nil {
		return
	}
	q.begin(l, q.waiters[0].client)
	q.waiters[0].turn <- l.serving
	q.waiters = slices.Delete(q.waiters, 0, 1)
}

func (q *queue) begin(l *life, client uint64) {
	q.busy, q.life = true, l
	q.number++
	q.client, q.reply = client, ipc.Reply{}
}

// refuseAll tells all who wait that there will be no turn.
func (q *queue) refuseAll() {
	for _, w := range q.waiters {
		w.turn <- nil
	}
	q.waiters = nil
}

// whenIdle returns a channel that is closed when no call is in progress.
func (q *queue) whenIdle() <-chan struct{} {
	idle := make(chan struct{})
	if q.busy {
		q.idle = idle
	} else {
		close(idle)
	}
	return idle
}

// caller is a service as one of its clients calls it. It implements [guard.Callee].
type caller struct{ client, service *Process }

// Name implements [guard.Callee].
func (c *caller) Name() string { return c.service.spec.Name }

// Begin implements [guard.Callee].
func (c *caller) Begin(ctx context.Context) (*guard.Life, error) {
	for {
		life, err := c.begin(ctx)
		if life != nil || err != nil {
			return life, err
		}
	}
}

// begin is Begin once. It returns nothing at all when the life that would not answer has ended meanwhile: the next one
// is to be asked.
func (c *caller) begin(ctx context.Context) (*guard.Life, error) {
	p := c.service
	if p.team != nil && c.client.awaited() && c.circle() {
		return nil, errCircle
	}
	p.mu.Lock()
	if l := p.life; l != nil && l.serving != nil && !p.queue.busy && len(p.queue.waiters) == 0 {
		p.queue.begin(l, c.client.id)
		life := l.serving
		p.mu.Unlock()
		return life, nil
	}
	if err := p.mute(); err != nil {
		p.mu.Unlock()
		return nil, err
	}
	w := &waiter{c.client.id, make(chan *guard.Life, 1)}
	p.queue.waiters = append(p.queue.waiters, w)
	p.mu.Unlock()
	if p != c.client && (c.client.awaited() || c.client.keepsTurn()) && c.circle() {
		p.giveUp(w)
		return nil, errCircle
	}
	c.client.gate.waiting.Add(1)
	defer c.client.gate.waiting.Add(-1)
	select {
	case life := <-w.turn:
		if life == nil {
			p.mu.Lock()
			defer p.mu.Unlock()
			return nil, p.mute()
		}
		return life, nil
	case <-ctx.Done():
		p.giveUp(w)
		return nil, context.Cause(ctx)
	}
}

// mute is why the process will not answer calls; nil if it does, or may later. The lock is held.
func (p *Process) mute() error {
	switch {
	case p.final != nil:
		return fmt.Errorf("%w: it %s", guard.ErrGone, describe(*p.final))
	case p.life != nil && p.life.program:
		return fmt.Errorf("it is a program of its own")
	}
	return nil
}

// giveUp takes back a call that has not begun.
func (p *Process) giveUp(w *waiter) {
	p.mu.Lock()
	if i := slices.Index(p.queue.waiters, w); i >= 0 {
		p.queue.waiters = slices.Delete(p.queue.waiters, i, i+1)
		p.mu.Unlock()
		return
	}
	p.mu.Unlock()
	if life := <-w.turn; life != nil { // it came just now
		p.endTurn()
	}
}

// End implements [guard.Callee].
func (c *caller) End(_ *guard.Life, err error) {
	if err != nil {
		c.service.checkCall(err, c.client)
	}
	c.service.endTurn()
}

// checkCall looks at what has become of a service whose call for a client has ended with an error. The client is nil if it
// is not there any more.
func (p *Process) checkCall(err error, client *Process) {
	var unfit *glue.UnfitError
	if errors.As(err, &unfit) {
		p.overload(client, unfit)
	}
	p.checkLife()
}

// checkLife ends the life of a service that has trapped in a call.
func (p *Process) checkLife() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.life; l != nil && l.serving != nil && l.instance.Err() != nil {
		l.ready, l.serving = false, nil
		l.once.Do(func() { close(l.broken) })
	}
}

// endTurn ends a call.
func (p *Process) endTurn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue.busy, p.queue.life = false, nil
	if p.queue.idle != nil {
		close(p.queue.idle)
		p.queue.idle = nil
	}
	p.queue.next(p.life)
}

// watchCalls ends services that take too long for a call, as long as the table runs. It looks now and then, so that
// calls need no clock. The time in which a service waits for another one is that one's: otherwise who hangs would take
// all with it who have asked. Only those who wait for each other in a circle have nobody else to blame.
func (t *Table) watchCalls() {
	tick := time.Second / 2
	for _, s := range t.config.Specs {
		tick = min(tick, time.Duration(s.CallTime)/16)
	}
	clock := time.NewTicker(max(tick, time.Millisecond))
	defer clock.Stop()
	seen, last := map[*Process]sighting{}, time.Now()
	for {
		select {
		case <-clock.C:
		case <-t.ctx.Done():
			return
		}
		elapsed := time.Since(last)
		last = last.Add(elapsed)
		now := map[*Process]sighting{}
		list := t.list()
		waits := waitsOf(list)
		for _, p := range list {
			if s, ok := p.sight(); ok {
				s.waits = waits[p.id]
				if before := seen[p]; before.number == s.number {
					s.since = before.since
					if s.waits == before.waits && waits.excuse(p) {
						s.since = s.since.Add(elapsed)
					}
				}
				now[p] = s
				if time.Since(s.since) > time.Duration(p.spec.CallTime) {
					p.overdue(s.number)
				}
			}
		}
		seen = now
	}
}

// overdue ends the life that is in a call, if it still is.
func (p *Process) overdue(call uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.life != nil && p.queue.busy && p.queue.number == call {
		p.life.condemn(errOverdue)
	}
}

// sighting is a call that was seen in progress.
type sighting struct {
	number uint64
	since  time.Time
	waits  wait // what the service waits for
}

func (p *Process) sight() (sighting, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return sighting{number: p.queue.number, since: time.Now()}, p.queue.busy
}

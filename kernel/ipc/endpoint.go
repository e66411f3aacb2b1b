// Package ipc is how processes exchange what they know: messages through endpoints, and memory that they share.
//
// An endpoint is a bounded queue. Who sends may go on, or wait for the answer; who receives learns through which
// reference a message came, by its badge. What is in the queue stays there when its sender or a receiver ends, what
// does not fit waits with its sender, and a capability that goes along is, at any moment, in one process's space, in the
// queue, or ended. Waiting ends with the context, with the timeout, and with the reference that one waits through.
//
// Two processes that talk to each other do so without allocating, and with one switch of goroutines each way.
package ipc

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/witan-os/witan/kernel/capability"
)

// Endpoint is the object behind capabilities of the kind Endpoint. Processes use it through a [Party] and a reference.
type Endpoint struct {
	limits Limits
	server atomic.Pointer[Server] // nil for none
	direct atomic.Pointer[Server] // the same while it waits for messages, and otherwise nil

	mu sync.Mutex
	// Everyone who is in an operation, and every message, is in one of these lists.
	receivers list // waiters for messages; empty unless the queue is
	queue     list // messages that were accepted
	waiting   list // messages that do not fit yet, with their senders
	owed      list // callers whose message was received, and who wait for the answer
	bytes     int  // of payload in the queue
	free      list // entries that nobody uses
	answerers []answerer
	closed    bool

	after func() // that it is closed; may be nil
}

// answerer is a process that has received a call here, so that it may owe an answer when it ends.
type answerer struct {
	space *capability.Space
	tie   *capability.Tie
}

// NewEndpoint makes an endpoint that nobody pays for.
func NewEndpoint(limits Limits) *Endpoint { return NewChargedEndpoint(limits, nil) }

// NewChargedEndpoint makes an endpoint, whose [Limits.Cost] is to be charged before. When nobody has it any more, closed
// is called, unless nil.
func NewChargedEndpoint(limits Limits, closed func()) *Endpoint {
	return &Endpoint{limits: limits.complete(), after: closed}
}

// Kind is capability.Endpoint.
func (*Endpoint) Kind() capability.Kind { return capability.Endpoint }

// Rights are all of the kind.
func (*Endpoint) Rights() capability.Rights { return capability.Endpoint.Rights() }

// Len is the number of messages in the queue.
func (e *Endpoint) Len() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.queue.len
}

// Close ends all operations, and what is in the queue.
func (e *Endpoint) Close() {
	for _, r := range e.clear() {
		r.Drop()
	}
	if e.after != nil {
		e.after()
	}
}

// clear empties all lists, and returns the capabilities that were in the queue.
func (e *Endpoint) clear() (passed []*capability.Ref) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	for _, a := range e.answerers {
		a.space.Loosen(a.tie)
	}
	e.answerers = nil
	for _, l := range e.lists() {
		for l.first != nil {
			x := l.first
			if x.passed != nil {
				passed = append(passed, x.passed)
				x.passed = nil
			}
			if x.waiter != nil {
				e.fail(x.waiter, capability.ErrRevoked)
			} else {
				e.take(x)
			}
		}
	}
	e.free = list{}
	return passed
}

// Wake ends the operations whose reference has ended.
func (e *Endpoint) Wake() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, l := range e.lists() {
		for x := l.first; x != nil; {
			w := x.waiter
			x = x.after
			if w != nil && w.via.Err() != nil {
				e.fail(w, capability.ErrRevoked)
			}
		}
	}
	e.settle()
}

// lists are those that have waiters.
func (e *Endpoint) lists() [4]*list {
	return [...]*list{&e.receivers, &e.queue, &e.waiting, &e.owed}
}

// enlist puts a waiter into a list, and does what can be done then.
func (e *Endpoint) enlist(w *waiter, l *list) {
	l.push(&w.entry)
	e.settle()
}

// settle hands messages to receivers, and lets those in that now fit, until nothing more can be done.
func (e *Endpoint) settle() {
	for {
		e.match()
		x := e.waiting.first
		if x == nil || e.queue.len >= e.limits.Messages || e.bytes+len(x.payload) > e.limits.Bytes {
			return
		}
		x.leave()
		e.admit(x)
	}
}

// match brings messages and receivers together. It ends since each turn makes one of both lists shorter.
func (e *Endpoint) match() {
	for e.receivers.first != nil && e.queue.first != nil {
		e.deliver(e.queue.first, e.receivers.first.waiter)
	}
}

// admit puts a message into the queue. A call waits there itself; what was sent is copied, and its sender goes on.
func (e *Endpoint) admit(x *entry) {
	if x.call {
		e.enqueue(x, nil)
		return
	}
	w, copied := x.waiter, e.entry()
	if w.err = copied.collect(x); w.err != nil {
		e.recycle(copied)
		w.resolve()
		return
	}
	e.enqueue(copied, nil)
	e.match()
	if copied.list == &e.queue {
		copied.keep(copied.payload)
	}
	w.resolve()
}

// deliver gives a message to a receiver, unless one of both can't have it that way, whose operation then fails.
func (e *Endpoint) deliver(x *entry, to *waiter) {
	if to.server != nil { // which only wants to know
		e.take(&to.entry)
		to.resolve()
		return
	}
	if x.call {
		if err := e.mayOwe(to.into); err != nil {
			e.fail(to, err)
			return
		}
	}
	passed, err := x.pass(to.into)
	if err != nil {
		switch {
		case to.choosy && errors.Is(err, capability.ErrNoSlots):
			e.leaveOut(x, to)
		case lacksRoom(err):
			e.fail(to, err)
		default:
			e.fail(x.waiter, err)
		}
		return
	}
	e.take(x)
	to.got.Label, to.got.Passed, to.got.Sender, to.got.Badge = x.label, passed, x.sender, x.badge
	to.got.Payload = append(to.got.Payload, x.payload...)
	if x.call {
		to.got.Reply = Reply{x.waiter, x.waiter.turn}
		x.waiter.owes = to.into
		e.owed.push(x)
	}
	to.taken = x
	e.take(&to.entry)
	to.resolve()
}

// leaveOut takes a message away that can't be delivered. Who would have received it ends the capability of one whose
// sender has gone on: that may be to the endpoint itself, which is locked.
func (e *Endpoint) leaveOut(x *entry, to *waiter) {
	to.passed, x.passed = x.passed, nil
	e.fail(to, &LeftOut{x.sender})
	if x.call {
		e.fail(x.waiter, ErrNoReply)
		return
	}
	e.take(x)
	e.recycle(x)
}

// mayOwe has the endpoint told when the process ends that a space belongs to.
func (e *Endpoint) mayOwe(s *capability.Space) error {
	for i := range e.answerers {
		if e.answerers[i].space == s {
			return nil
		}
	}
	tie := capability.NewTie(e.abandoned)
	if err := s.Tie(tie); err != nil {
		return err
	}
	e.answerers = append(e.answerers, answerer{s, tie})
	return nil
}

// abandoned ends the calls whose answers were owed by a process that has ended.
func (e *Endpoint) abandoned(by *capability.Space) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answerers = slices.DeleteFunc(e.answerers, func(a answerer) bool { return a.space == by })
	for x := e.owed.first; x != nil; {
		w := x.waiter
		x = x.after
		if w.owes == by {
			e.fail(w, ErrNoReply)
		}
	}
}

// lacksRoom tells errors of who would get a capability from errors of who would give it.
func lacksRoom(err error) bool {
	return errors.Is(err, capability.ErrNoSlots) || errors.Is(err, capability.ErrNoProcess)
}

// finish ends the operation of a receiver that was given something. One that was cancelled meanwhile is of a process that is
// about to end: what it was given is put back, so that the message is another's.
func (e *Endpoint) finish(w *waiter) error {
	cancelled := w.cancelled()
	if !cancelled && w.got.Reply.Wanted() {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if !cancelled {
		e.recycle(w.taken)
		return nil
	}
	e.putBack(w.taken, w)
	return context.Cause(w.ctx)
}

// putBack makes a message that w was given the next one in the queue again. If there is no queue any more, or no caller,
// or the capability that came along has ended with the receiver's space already, the message is what the dying process
// has got last.
func (e *Endpoint) putBack(x *entry, w *waiter) {
	reply := w.got.Reply
	if e.closed || reply.Wanted() && !reply.due(e) {
		return
	}
	if w.got.Passed != 0 {
		r, err := w.into.Remove(w.got.Passed, 0)
		switch {
		case err == nil:
			x.passed = r
		case errors.Is(err, capability.ErrStale):
			return
		} // and one that has been revoked is of no use to anybody
	}
	if reply.Wanted() {
		e.take(x)
	} else {
		x.keep(w.got.Payload)
	}
	e.enqueue(x, e.queue.first)
	e.settle()
}

// enqueue puts x into the queue, in front of another entry or at the end.
func (e *Endpoint) enqueue(x, next *entry) {
	e.queue.insert(x, next)
	e.bytes += len(x.payload)
}

// take takes x out of the list that it is in, with all that being there has meant.
func (e *Endpoint) take(x *entry) {
	if x.call {
		x.waiter.turn++
	}
	switch x.list {
	case &e.queue:
		e.bytes -= len(x.payload)
	case &e.receivers:
		if x.waiter.server != nil {
			e.direct.Store(nil)
		}
	}
	x.leave()
}

// fail ends an operation.
func (e *Endpoint) fail(w *waiter, err error) {
	e.take(&w.entry)
	w.err = err
	w.resolve()
}

// What an endpoint keeps for the messages that follow: entries, and bytes of memory of each.
const (
	freeEntries = 16
	freeBytes   = 4 << 10
)

// entry returns an entry of nobody.
func (e *Endpoint) entry() *entry {
	if x := e.free.first; x != nil {
		x.leave()
		return x
	}
	return &entry{}
}

// recycle makes an entry free that is in no list.
func (e *Endpoint) recycle(x *entry) {
	if e.closed || e.free.len == e.limits.free() {
		return
	}
	own := x.own
	if cap(own) > freeBytes {
		own = nil
	}
	*x = entry{own: own}
	e.free.push(x)
}

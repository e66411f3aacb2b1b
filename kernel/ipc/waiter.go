package ipc

import (
	"context"
	"time"

	"github.com/witan-os/witan/kernel/capability"
)

// waiter is a goroutine in an operation of an endpoint. It waits while its entry is in a list: whoever takes it out says
// what has become of it, and wakes it.
//
// A select of channels for the outcome, the context and the revocation would cost more than everything else that an
// operation does. So there is one channel to wait on; the others find the waiter in its list. The endpoint keeps waiters
// for the next operation with the same context, so that they are registered with that once.
type waiter struct {
	entry
	endpoint *Endpoint
	wake     chan struct{} // takes one token, and has one only if parked was set
	parked   bool

	via  *capability.Ref // through which it waits
	into *capability.Space
	got  Delivery // what it was waiting for; before, the buffer for that is in Payload
	err  error    // why it does not get that

	taken *entry // of a message that it has received, until that is certain

	// A caller's, while the answer is due.
	owes *capability.Space // of the process that answers
	tie  *capability.Tie   // to it
	turn uint64            // of the next answer; replies of other turns are too late

	ctx        context.Context
	done       <-chan struct{} // the context's
	unregister func() bool     // from the context; nil if not registered
	timer      *time.Timer
	deadline   time.Time // zero for none
}

// idleWaiters is how many waiters an endpoint keeps.
const idleWaiters = 8

// waiter returns a waiter that is in no list.
func (e *Endpoint) waiter(ctx context.Context, via *capability.Ref, into *capability.Space, buf []byte) *waiter {
	w := e.idleWaiter(ctx.Done())
	w.ctx, w.via, w.into = ctx, via, into
	w.got.Payload = buf[:0]
	return w
}

// idleWaiter prefers one that knows the context already.
func (e *Endpoint) idleWaiter(done <-chan struct{}) *waiter {
	for x := e.idle.first; x != nil; x = x.after {
		if x.waiter.done == done {
			x.leave()
			return x.waiter
		}
	}
	if x := e.idle.first; x != nil && e.idle.len == idleWaiters {
		x.leave()
		x.waiter.unwatch()
		return x.waiter
	}
	w := &waiter{endpoint: e, wake: make(chan struct{}, 1)}
	w.entry.waiter = w
	w.tie = capability.NewTie(w.abandoned)
	return w
}

// release makes the waiter free for another operation.
func (e *Endpoint) release(w *waiter) {
	if !w.deadline.IsZero() {
		w.timer.Stop()
		w.deadline = time.Time{}
	}
	w.via, w.into, w.owes, w.err, w.got = nil, nil, nil, nil, Delivery{}
	w.entry = entry{waiter: w}
	if e.closed || w.cancelled() || e.idle.len == idleWaiters {
		w.unwatch()
		return
	}
	e.idle.push(&w.entry)
}

// watch has the waiter told when the context is cancelled, or the time over.
func (w *waiter) watch(timeout time.Duration) {
	if done := w.ctx.Done(); w.done != done {
		w.unwatch()
		w.done = done
		w.unregister = context.AfterFunc(w.ctx, w.interrupt)
	}
	if timeout > eternity {
		return
	}
	w.deadline = time.Now().Add(timeout)
	if w.timer == nil {
		w.timer = time.AfterFunc(timeout, w.interrupt)
	} else {
		w.timer.Reset(timeout)
	}
}

// eternity is a time that nobody waits to the end; added to a date it does not overflow.
const eternity = 100 * 365 * 24 * time.Hour

// unwatch forgets the context.
func (w *waiter) unwatch() {
	if w.unregister != nil {
		w.unregister()
	}
	w.done, w.unregister = nil, nil
}

func (w *waiter) cancelled() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}

// wait waits until the waiter has been taken out of its list. The endpoint is locked, and unlocked meanwhile.
func (w *waiter) wait(timeout time.Duration, impatient error) {
	if w.list == nil {
		return
	}
	e := w.endpoint
	if timeout > 0 {
		w.watch(timeout)
	}
	switch {
	case timeout <= 0:
		e.fail(w, impatient)
	case w.cancelled():
		e.fail(w, context.Cause(w.ctx))
	default:
		w.parked = true
		e.mu.Unlock()
		<-w.wake
		e.mu.Lock()
		return
	}
	e.settle()
}

// interrupt is called when the context is cancelled, or the time over: those of this operation, or of one before.
func (w *waiter) interrupt() {
	e := w.endpoint
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case w.list == &e.idle && w.cancelled():
		w.leave()
		w.unwatch()
	case w.list == nil || w.list == &e.idle:
	case w.cancelled():
		e.fail(w, context.Cause(w.ctx))
		e.settle()
	case !w.deadline.IsZero() && !time.Now().Before(w.deadline):
		e.fail(w, ErrTimeout)
		e.settle()
	}
}

// resolve wakes a waiter that was taken out of its list.
func (w *waiter) resolve() {
	if w.parked {
		w.parked = false
		w.wake <- struct{}{}
	}
}

// abandoned is called when the process that owes an answer has ended.
func (w *waiter) abandoned(by *capability.Space) {
	e := w.endpoint
	e.mu.Lock()
	defer e.mu.Unlock()
	if w.list == &e.owed && w.owes == by {
		e.fail(w, ErrNoReply)
	}
}

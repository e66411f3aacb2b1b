package ipc

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/witan-os/witan/kernel/capability"
)

// waiter is a goroutine in an operation of an endpoint. It waits while its entry is in one of the endpoint's lists.
// Whoever takes it out, with the endpoint locked, says what has become of it and wakes it.
//
// A select of channels for the outcome, the context and the revocation would cost more than everything else that an
// operation does. So there is one channel to wait on, and the others find the waiter in its list. A party keeps its
// waiter for the next operation with the same context, so that it is registered with that once.
type waiter struct {
	entry
	// at is the endpoint of its latest operation. That has to be locked to change at; another one may be set only when at
	// is nil.
	at     atomic.Pointer[Endpoint]
	parked bool // it waits for a token
	wake   chan struct{}

	via  *capability.Ref // through which it waits
	into *capability.Space
	got  Delivery // what it has waited for; until then, the buffer for that is in Payload
	err  error    // why it has not got that

	taken *entry // of a message that it has received, until that is final

	server *Server // that only waits for a message to come
	choosy bool    // it leaves out a message whose capability it has no room for

	// A caller's.
	owes *capability.Space // of the process that is to answer, while that is due
	turn uint64            // of the call, and again of the answer; replies of other turns are too late

	ctx        context.Context
	done       <-chan struct{} // of the context that the waiter is registered with
	unregister func() bool
	timer      *time.Timer
	deadline   time.Time // zero for none
}

// waiter is the party's waiter, if no other goroutine has it, and else a new one. It is for an operation of an endpoint,
// which the caller is about to lock.
func (p *Party) waiter(ctx context.Context, e *Endpoint) *waiter {
	w := p.idle.Swap(nil)
	if w == nil {
		w = &waiter{wake: make(chan struct{}, 1)}
		w.entry.waiter = w
	}
	if at := w.at.Load(); at != e && at != nil {
		at.mu.Lock()
		w.at.Store(nil)
		at.mu.Unlock()
	}
	if w.done != ctx.Done() {
		w.unwatch()
	}
	w.ctx = ctx
	return w
}

// release makes the waiter free for another operation.
func (p *Party) release(w *waiter) {
	if !w.deadline.IsZero() {
		w.timer.Stop()
		w.deadline = time.Time{}
	}
	w.via, w.into, w.owes, w.from, w.taken = nil, nil, nil, nil, nil
	w.payload, w.got.Payload, w.got.Reply = nil, nil, Reply{}
	w.err, w.call, w.server, w.choosy = nil, false, nil, false
	if !p.idle.CompareAndSwap(nil, w) {
		w.unwatch()
	}
}

// watch has the waiter told when the context is cancelled, or the time over.
func (w *waiter) watch(timeout time.Duration) {
	if w.unregister == nil {
		w.done, w.unregister = w.ctx.Done(), context.AfterFunc(w.ctx, w.interrupt)
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

// wait unlocks the endpoint and waits for the end of the operation.
func (w *waiter) wait(e *Endpoint, timeout time.Duration, impatient error) {
	if w.list != nil && timeout <= 0 {
		e.fail(w, impatient)
		e.settle()
	}
	if w.list == nil {
		e.mu.Unlock()
		return
	}
	w.watch(timeout)
	if w.cancelled() {
		// It may be that the waiter was told before this operation began.
		e.fail(w, context.Cause(w.ctx))
		e.settle()
		e.mu.Unlock()
		return
	}
	w.parked = true
	e.mu.Unlock()
	<-w.wake
}

// waitsFor reports whether there is so much time left.
func (w *waiter) waitsFor(d time.Duration) bool {
	return w.deadline.IsZero() || time.Until(w.deadline) >= d
}

// resolve ends the operation of a waiter that was taken out of its list.
func (w *waiter) resolve() {
	if w.parked {
		w.parked = false
		w.wake <- struct{}{}
	}
}

// lock locks the endpoint that the waiter waits at, and returns it; nil if the waiter does not wait.
func (w *waiter) lock() *Endpoint {
	e := w.at.Load()
	if e == nil {
		return nil
	}
	e.mu.Lock()
	if w.at.Load() != e || w.list == nil {
		e.mu.Unlock()
		return nil
	}
	return e
}

// interrupt is called when the context is cancelled, or the time over: those of this operation, or of one before.
func (w *waiter) interrupt() {
	e := w.lock()
	if e == nil {
		return
	}
	defer e.mu.Unlock()
	switch {
	case w.cancelled():
		e.fail(w, context.Cause(w.ctx))
	case !w.deadline.IsZero() && !time.Now().Before(w.deadline):
		e.fail(w, ErrTimeout)
	default:
		return
	}
	e.settle()
}

package ipc

import "time"

// Reply is where the answer to one call goes. The zero Reply is for messages whose sender does not wait.
type Reply struct {
	caller *waiter
	turn   uint64
}

// Wanted reports whether the sender waited for an answer when the message was received.
func (r Reply) Wanted() bool { return r.caller != nil }

// lock locks the endpoint of a call that has no answer yet, and returns it; nil if the answer is not due any more.
func (r Reply) lock() *Endpoint {
	if !r.Wanted() {
		return nil
	}
	e := r.caller.lock()
	if e != nil && !r.due(e) {
		e.mu.Unlock()
		return nil
	}
	return e
}

// due reports whether the caller waits for this answer at an endpoint, which is locked.
func (r Reply) due(e *Endpoint) bool {
	w := r.caller
	return w.at.Load() == e && w.list == &e.owed && w.turn == r.turn
}

// WaitsFor reports whether the sender still waits for the answer, and will do so for a time if it does not come.
func (r Reply) WaitsFor(d time.Duration) bool {
	e := r.lock()
	if e == nil {
		return false
	}
	defer e.mu.Unlock()
	return r.caller.waitsFor(d)
}

// Drop gives a call up that was not answered: the caller gets [ErrNoReply]. It does nothing if nobody waits.
func (r Reply) Drop() {
	if e := r.lock(); e != nil {
		e.fail(r.caller, ErrNoReply)
		e.mu.Unlock()
	}
}

// Reply answers a call. It fails with [ErrGone] if nobody waits for the answer: the call was answered, or given up. If the
// capability to be passed on can't be, or the payload is too long, the answer is still due.
func (p *Party) Reply(r Reply, m Message) error {
	e := r.lock()
	if e == nil {
		return ErrGone
	}
	defer e.mu.Unlock()
	if len(m.Payload) > e.limits.Payload {
		return &TooLong{len(m.Payload), e.limits.Payload}
	}
	w := r.caller
	answer := parcel{from: p.Space, handle: m.Passed}
	passed, err := answer.pass(w.into)
	if err != nil {
		return err
	}
	w.got.Label, w.got.Passed, w.got.Sender, w.got.Badge = m.Label, passed, p.ID, 0
	w.got.Payload = append(w.got.Payload, m.Payload...)
	e.take(&w.entry)
	w.resolve()
	return nil
}

package ipc

import (
	"context"
	"time"

	"github.com/witan-os/witan/kernel/capability"
)

// Party is a process as its partners see it. Its methods may be called from any goroutine, with references to endpoints.
type Party struct {
	ID    uint64
	Space *capability.Space
}

// Send leaves a message, and waits for room while the queue is full: [ErrFull] if the timeout is zero, else [ErrTimeout].
// Needs the right to send. Messages of one goroutine are received in their order. A message that can't be sent leaves
// no trace: the capability to be passed on is then still in the party's space.
func (p *Party) Send(ctx context.Context, via *capability.Ref, m Message, timeout time.Duration) error {
	e, err := enter(ctx, via, capability.Send, len(m.Payload))
	if err != nil {
		return err
	}
	defer e.mu.Unlock()
	w := e.waiter(ctx, via, nil, nil)
	defer e.release(w)
	p.submit(w, &m)
	w.wait(timeout, ErrFull)
	return w.err
}

// Call sends a message and waits for the answer, whose payload is put into buf, or into new memory if that is too small.
// The timeout is for both. Needs the right to send. It fails like [Party.Send], and with [ErrNoReply] if whoever has
// received the message drops it or ends. The capability to be passed on stays in the party's space until the message is
// received; should its receiver end in that moment, the capability waits with the call for the next one, and ends with it.
func (p *Party) Call(ctx context.Context, via *capability.Ref, m Message, buf []byte, timeout time.Duration) (Delivery, error) {
	e, err := enter(ctx, via, capability.Send, len(m.Payload))
	if err != nil {
		return Delivery{}, err
	}
	w := e.waiter(ctx, via, p.Space, buf)
	w.call = true
	p.submit(w, &m)
	w.wait(timeout, ErrTimeout)
	answer, err, stray := w.got, w.err, w.passed
	e.release(w)
	e.mu.Unlock()
	if stray != nil {
		stray.Drop()
	}
	if err != nil {
		return Delivery{}, err
	}
	return answer, nil
}

// submit has a message wait to be let in.
func (p *Party) submit(w *waiter, m *Message) {
	w.label, w.payload, w.sender, w.badge = m.Label, m.Payload, p.ID, w.via.Badge()
	w.from, w.handle = p.Space, m.Passed
	e := w.endpoint
	e.waiting.push(&w.entry)
	e.settle()
}

// Receive takes the oldest message, and waits while there is none: [ErrEmpty] if the timeout is zero, else [ErrTimeout].
// Needs the right to receive. The payload is put into buf, or into new memory if that is too small. If the party's space
// has no room for the capability that goes along, Receive fails with [capability.ErrNoSlots], and the message stays.
func (p *Party) Receive(ctx context.Context, via *capability.Ref, buf []byte, timeout time.Duration) (Delivery, error) {
	e, err := enter(ctx, via, capability.Receive, 0)
	if err != nil {
		return Delivery{}, err
	}
	defer e.mu.Unlock()
	w := e.waiter(ctx, via, p.Space, buf)
	defer e.release(w)
	e.receivers.push(&w.entry)
	e.settle()
	w.wait(timeout, ErrEmpty)
	return e.received(w)
}

// enter locks the endpoint behind a reference, for an operation that needs a right and brings a payload of a length.
func enter(ctx context.Context, via *capability.Ref, need capability.Rights, length int) (*Endpoint, error) {
	e, err := capability.As[*Endpoint](via, capability.Endpoint, need)
	if err != nil {
		return nil, err
	}
	if length > e.limits.Payload {
		return nil, &TooLong{length, e.limits.Payload}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	e.mu.Lock()
	// Who waits is found when the reference ends, and nobody begins to wait afterwards.
	if err := via.Err(); err != nil {
		e.mu.Unlock()
		return nil, err
	}
	return e, nil
}

// Reply is where the answer to one call goes. The zero Reply is for messages whose sender does not wait.
type Reply struct {
	caller *waiter
	turn   uint64
}

// Wanted reports whether the sender waits for an answer, or has when the message was received.
func (r Reply) Wanted() bool { return r.caller != nil }

// due reports whether the caller still waits. Its endpoint is locked.
func (r Reply) due() bool {
	w := r.caller
	return w.list == &w.endpoint.owed && w.turn == r.turn
}

// Reply answers a call. It fails with [ErrGone] if nobody waits for the answer: the call was answered, or given up. If the
// capability to be passed on can't be, or the payload is too long, the answer is still due.
func (p *Party) Reply(r Reply, m Message) error {
	if !r.Wanted() {
		return ErrGone
	}
	w := r.caller
	e := w.endpoint
	if len(m.Payload) > e.limits.Payload {
		return &TooLong{len(m.Payload), e.limits.Payload}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if !r.due() {
		return ErrGone
	}
	answer := entry{from: p.Space, handle: m.Passed}
	passed, err := answer.pass(w.into)
	if err != nil {
		return err
	}
	w.got = Delivery{Label: m.Label, Payload: append(w.got.Payload, m.Payload...), Passed: passed, Sender: p.ID}
	e.take(&w.entry)
	w.resolve()
	return nil
}

// Drop gives a call up that was not answered: the caller gets [ErrNoReply]. It does nothing if nobody waits.
func (r Reply) Drop() {
	if !r.Wanted() {
		return
	}
	e := r.caller.endpoint
	e.mu.Lock()
	defer e.mu.Unlock()
	if r.due() {
		e.fail(r.caller, ErrNoReply)
	}
}

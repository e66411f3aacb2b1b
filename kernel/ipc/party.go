package ipc

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/witan-os/witan/kernel/capability"
)

// Party is a process as its partners see it. Its methods may be called from any goroutine; they are fastest when one does
// so with one context at a time. A context that outlives the party should be cancelled when the party ends.
type Party struct {
	ID    uint64            // what receivers are told
	Space *capability.Space // where capabilities that go along come from, and arrive

	idle  atomic.Pointer[waiter]
	spare atomic.Pointer[Exchange]
}

// Send leaves a message, and waits for room while the queue is full: [ErrFull] if the timeout is zero, else [ErrTimeout].
// Needs the right to send. Messages of one goroutine are received in their order, if one goroutine at a time receives. A
// message that can't be sent leaves no trace: the capability to be passed on is then still in the party's space.
func (p *Party) Send(ctx context.Context, via *capability.Ref, m Message, timeout time.Duration) error {
	e, w, err := p.enter(ctx, via, capability.Send, len(m.Payload))
	if err != nil {
		return err
	}
	w.fill(p, &m)
	e.enlist(w, &e.waiting)
	w.wait(e, timeout, ErrFull)
	err = w.err
	p.release(w)
	return err
}

// Call sends a message and waits for the answer, whose payload is put into buf, or into new memory if that is too small.
// The timeout is for both. Needs the right to send. It fails like [Party.Send], and with [ErrNoReply] if whoever has
// received the message drops it or ends. The capability to be passed on stays in the party's space until the message is
// received; should its receiver end in that moment, the capability waits with the call for the next one, and ends with it.
//
// A [Server] that has nothing else to do answers on the goroutine of the caller, which then stays with it until it has
// done so, whatever happens.
func (p *Party) Call(ctx context.Context, via *capability.Ref, m Message, buf []byte, timeout time.Duration) (Delivery, error) {
	if !served(via) {
		var answer Delivery
		err := p.ask(ctx, via, &m, buf, timeout, &answer)
		return answer, err
	}
	x := p.spare.Swap(nil)
	if x == nil {
		x = &Exchange{}
	}
	x.Request, x.Buffer = m, buf
	err := p.Exchange(ctx, via, x, timeout)
	answer := x.Answer
	*x = Exchange{}
	p.spare.Store(x)
	return answer, err
}

// Exchange is a call and its answer, in memory that serves for one call after the other. Structures of this size are
// not handed from one function to the next on the way: copying them takes longer than all else that the kernel does.
type Exchange struct {
	Request Message
	Buffer  []byte   // for the payload of the answer
	Answer  Delivery // empty after an error

	call   Delivery // the request, as a server gets it
	answer Message  // and its answer
}

// Exchange is [Party.Call] with x.Request and x.Buffer, which leaves the answer in x.
func (p *Party) Exchange(ctx context.Context, via *capability.Ref, x *Exchange, timeout time.Duration) error {
	x.Answer = Delivery{}
	if done, err := p.direct(ctx, via, x, timeout); done {
		return err
	}
	return p.ask(ctx, via, &x.Request, x.Buffer, timeout, &x.Answer)
}

// ask is a call whose message goes through the queue. An error leaves answer as it is.
func (p *Party) ask(
	ctx context.Context, via *capability.Ref, m *Message, buf []byte, timeout time.Duration, answer *Delivery,
) error {
	e, w, err := p.enter(ctx, via, capability.Send, len(m.Payload))
	if err != nil {
		return err
	}
	w.fill(p, m)
	w.call, w.into, w.got.Payload = true, p.Space, buf[:0]
	e.enlist(w, &e.waiting)
	w.wait(e, timeout, ErrTimeout)
	if err = w.err; err == nil {
		*answer = w.got
	}
	if w.passed != nil {
		w.passed.Drop()
		w.passed = nil
	}
	p.release(w)
	return err
}

// Receive takes the oldest message, and waits while there is none: [ErrEmpty] if the timeout is zero, else [ErrTimeout].
// Needs the right to receive. The payload is put into buf, or into new memory if that is too small. If the party's space
// has no room for the capability that goes along, Receive fails with [capability.ErrNoSlots], and the message stays.
func (p *Party) Receive(ctx context.Context, via *capability.Ref, buf []byte, timeout time.Duration) (Delivery, error) {
	return p.receive(ctx, via, buf, timeout, false)
}

func (p *Party) receive(
	ctx context.Context, via *capability.Ref, buf []byte, timeout time.Duration, choosy bool,
) (Delivery, error) {
	e, w, err := p.enter(ctx, via, capability.Receive, 0)
	if err != nil {
		return Delivery{}, err
	}
	w.into, w.got.Payload, w.choosy = p.Space, buf[:0], choosy
	e.enlist(w, &e.receivers)
	w.wait(e, timeout, ErrEmpty)
	if w.err == nil {
		w.err = e.finish(w)
	}
	got, err := w.got, w.err
	if w.passed != nil {
		w.passed.Drop()
		w.passed = nil
	}
	p.release(w)
	if err != nil {
		return Delivery{}, err
	}
	return got, nil
}

// enter begins an operation that needs a right and brings a payload of a length: it locks the endpoint behind a
// reference, and finds a waiter.
func (p *Party) enter(ctx context.Context, via *capability.Ref, need capability.Rights, length int) (*Endpoint, *waiter, error) {
	object, _ := via.Object(need)
	e, ok := object.(*Endpoint)
	if !ok { // which As explains; it is too slow for those who have the right
		_, err := capability.As[*Endpoint](via, capability.Endpoint, need)
		return nil, nil, err
	}
	if length > e.limits.Payload {
		return nil, nil, &TooLong{length, e.limits.Payload}
	}
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	w := p.waiter(ctx, e)
	e.mu.Lock()
	// Who waits is found when the reference ends, and nobody begins to wait afterwards.
	if err := via.Err(); err != nil {
		e.mu.Unlock()
		p.release(w)
		return nil, nil, err
	}
	w.via = via
	if w.at.Load() == nil {
		w.at.Store(e)
	}
	return e, w, nil
}

// fill makes the waiter's entry a message of the party's.
func (w *waiter) fill(p *Party, m *Message) {
	w.label, w.payload, w.sender, w.badge = m.Label, m.Payload, p.ID, w.via.Badge()
	w.from, w.handle = p.Space, m.Passed
}

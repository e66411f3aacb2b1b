package ipc

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/witan-os/witan/kernel/capability"
)

// This file is about servers: processes that do not wait for messages themselves. Somebody waits for them, with
// [Party.Await]. As long as there is nothing to take, a call need not be a message at all: it is answered on the
// goroutine of its caller, which spares two switches of goroutines. Every other message goes the ordinary way.

// Server is a process that can answer a call on the goroutine of its caller.
type Server struct {
	Party
	// Patience is how long an answer may take at most. A caller that has less is not answered this way, since nothing
	// takes its goroutine back in the middle.
	Patience time.Duration
	// Answer answers a call that brings no capability, unless the process has anything else to do: then begun is false,
	// and nothing has happened. The payload of the call is borrowed, and it has no Reply. That of the answer belongs to
	// the caller; it may be in buf. The capability that goes along with the answer is in the server's space. An error is
	// why there is no answer; what is in answer does not count then. Neither pointer is kept.
	Answer func(call *Delivery, buf []byte, answer *Message) (begun bool, err error)
	// Vain reports whether a process that calls would wait in vain, since the server waits for it. It is asked before a
	// call with as much time as an answer may take is queued. nil stands for a server that waits for nobody.
	Vain func(sender uint64) bool

	at atomic.Pointer[Endpoint] // that it serves
}

// Await waits until there is a message for the server, and leaves it there. Meanwhile calls may be answered on the
// goroutines of their callers. It needs the right to receive, and fails when the reference has ended or ctx is done. From
// then on the endpoint has the server, until that retires.
func (s *Server) Await(ctx context.Context, via *capability.Ref) error {
	e, w, err := s.enter(ctx, via, capability.Receive, 0)
	if err != nil {
		return err
	}
	w.server = s
	s.at.Store(e)
	e.server.Store(s)
	e.enlist(w, &e.receivers)
	if w.list == &e.receivers {
		e.direct.Store(s)
	}
	w.wait(e, Forever, ErrEmpty)
	err = w.err
	s.release(w)
	return err
}

// Retire has the endpoint forget the server, which does not wait for messages any more.
func (s *Server) Retire() {
	if e := s.at.Load(); e != nil {
		e.server.CompareAndSwap(s, nil)
	}
}

// Caller is a process that waits for a server to receive its call.
type Caller struct {
	Sender uint64
	Call   Reply // that tells one call from the next, and is no use otherwise
}

// Callers are those that will wait so long at least, if they must.
func (s *Server) Callers(d time.Duration) (callers []Caller) {
	e := s.at.Load()
	if e == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, l := range []*list{&e.queue, &e.waiting} {
		for x := l.first; x != nil; x = x.after {
			if x.call && x.waiter.waitsFor(d) {
				callers = append(callers, Caller{x.sender, Reply{x.waiter, x.waiter.turn}})
			}
		}
	}
	return callers
}

// Take is [Party.Receive] for a server, which can't choose what it is sent, without waiting. If the server's space has no
// room for the capability that goes along, the message must not keep it from the others: it is left out. A caller gets
// [ErrNoReply], the capability of what was only sent ends, and Take fails with [*LeftOut].
func (s *Server) Take(ctx context.Context, via *capability.Ref, buf []byte) (Delivery, error) {
	return s.receive(ctx, via, buf, 0, true)
}

// served reports whether there is a server.
func served(via *capability.Ref) bool {
	object, _ := via.Object(capability.Send)
	e, ok := object.(*Endpoint)
	return ok && e.server.Load() != nil
}

// direct has a call answered by a server that waits for messages. If that is not possible, done is false, and nothing
// has happened.
//
// No message of the caller is overtaken: as long as there is one, nobody waits. Nothing is locked during the call, so
// that whatever else happens to the endpoint, to the reference or to either process happens at once; the caller is told
// afterwards.
func (p *Party) direct(ctx context.Context, via *capability.Ref, x *Exchange, timeout time.Duration) (done bool, err error) {
	m, call, d := &x.Request, &x.call, &x.Answer
	object, _ := via.Object(capability.Send)
	e, ok := object.(*Endpoint)
	if !ok || len(m.Payload) > e.limits.Payload || ctx.Err() != nil {
		return false, nil
	}
	s := e.direct.Load()
	if s == nil || m.Passed != 0 || timeout < s.Patience {
		return e.vain(p, timeout)
	}
	call.Label, call.Payload, call.Sender, call.Badge = m.Label, m.Payload, p.ID, via.Badge()
	begun, err := s.Answer(call, x.Buffer[:0], &x.answer)
	call.Payload = nil
	if !begun {
		return e.vain(p, timeout)
	}
	if err == nil {
		err = e.accept(p, s, &x.answer, d)
	} else {
		err = ErrNoReply
	}
	x.answer.Payload = nil
	switch {
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case via.Err() != nil:
		err = capability.ErrRevoked
	}
	if err != nil {
		if d.Passed != 0 {
			_ = p.Space.Drop(d.Passed) // unless it has ended with the process
		}
		*d = Delivery{}
	}
	return true, err
}

// vain ends a call before it is queued that nobody would answer.
func (e *Endpoint) vain(p *Party, timeout time.Duration) (over bool, err error) {
	s := e.server.Load()
	if s == nil || s.Vain == nil || timeout < s.Patience || !s.Vain(p.ID) {
		return false, nil
	}
	return true, ErrNoReply
}

// accept takes the answer of a server over. One that can't be given is none.
func (e *Endpoint) accept(p *Party, s *Server, answer *Message, d *Delivery) (err error) {
	if len(answer.Payload) > e.limits.Payload {
		err = ErrNoReply
	}
	with := parcel{from: s.Space, handle: answer.Passed}
	if err == nil {
		d.Passed, err = with.pass(p.Space)
	}
	if err != nil {
		if with.handle != 0 {
			_ = s.Space.Drop(with.handle) // the server has given it away
		}
		return ErrNoReply
	}
	d.Label, d.Payload, d.Sender = answer.Label, answer.Payload, s.ID
	return nil
}

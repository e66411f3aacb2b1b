package process

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/guard"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/glue"
)

// This file has a service handle the messages to endpoints that it serves. They take turns with the calls of processes
// that are linked to it. A caller who finds the service idle works in its instance at once, like one who is linked; any
// other message waits in the endpoint for a goroutine of the kernel, which gets the service's turn before it takes the
// message, so that none is taken by a life that is about to end.

// desk is an endpoint that a life serves.
type desk struct {
	ipc.Server
	life    *life
	ctx     context.Context // of whoever waits for messages
	name    string          // of the endpoint
	turn    *guard.Life
	via     *capability.Ref
	handler host.Handler
	buffer  []byte       // takes messages
	answers []byte       // and this answers to them
	message ipc.Delivery // the latest that was taken
	reply   ipc.Message  // and the answer to it
}

// Handle implements [host.Messages].
func (v *view) Handle(bind func(i *glue.Instance) (host.Handler, error)) { v.bind = bind }

// serve has the instance handle the messages to the endpoints of the process, from the moment when its life is
// published until the returned function has ended that.
func (l *life) serve(turn *guard.Life) (end func(), err error) {
	ctx, cancel := context.WithCancel(l.ctx)
	var all sync.WaitGroup
	end = func() {
		cancel()
		all.Wait()
	}
	for _, name := range l.process.spec.Serves {
		d, err := l.desk(ctx, name, turn)
		if err != nil {
			return end, fmt.Errorf("endpoint %s: %w", name, err)
		}
		l.desks = append(l.desks, d)
		all.Go(d.work)
	}
	return end, nil
}

func (l *life) desk(ctx context.Context, name string, turn *guard.Life) (*desk, error) {
	p := l.process
	if l.bind == nil {
		return nil, errors.New("nothing has messages handled here")
	}
	handler, err := l.bind(l.instance.Instance)
	if err != nil {
		return nil, err
	}
	o, err := p.table.config.Object(&manifest.Grant{Name: name, Endpoint: name, Rights: []manifest.Right{manifest.RightReceive}})
	if err != nil {
		return nil, err
	}
	via, err := o.Ref.Derive(capability.Receive, 0)
	if err != nil {
		return nil, err
	}
	l.served = append(l.served, via)
	d := &desk{life: l, ctx: ctx, name: name, turn: turn, via: via, handler: handler}
	d.Server = ipc.Server{Patience: time.Duration(p.spec.CallTime), Answer: d.answer, Vain: d.vain}
	d.ID, d.Space = p.id, l.space
	return d, nil
}

// work handles messages until the life ends, or the endpoint. A life that can't serve any more ends.
func (d *desk) work() {
	defer d.Retire()
	for {
		err := d.Await(d.ctx, d.via)
		if err == nil {
			err = d.next()
		}
		switch {
		case d.ctx.Err() != nil:
			return
		case errors.Is(err, capability.ErrRevoked):
			d.life.process.log("endpoint %s: %v", d.name, err)
			return
		case err != nil: // callers would wait for nobody
			d.life.process.condemn(d.life, &verdict{text: fmt.Sprintf("it can't serve the endpoint %s: %v", d.name, err), trapped: true})
			return
		}
	}
}

// next handles the message that is next in the queue, if it is still there when the life has its turn.
func (d *desk) next() (err error) {
	self := &caller{d.life.process, d.life.process}
	turn, err := self.Begin(d.ctx)
	if err != nil {
		return err
	}
	defer self.End(turn, nil)
	if turn != d.turn { // of a later life
		return context.Cause(d.ctx)
	}
	m, answer := &d.message, &d.reply
	*answer = ipc.Message{}
	*m, err = d.Take(d.ctx, d.via, d.buffer)
	var out *ipc.LeftOut
	switch {
	case errors.Is(err, ipc.ErrEmpty):
		return nil
	case errors.As(err, &out):
		d.leftOut(out.Sender)
		return nil
	case err != nil:
		return err
	}
	d.buffer = m.Payload[:0]
	by := d.sender(m.Sender)
	if by != nil && len(m.Payload) > 0 && d.life.process.admit(uint64(len(m.Payload)), by) != nil {
		d.give(m.Reply, ipc.Message{Passed: m.Passed}, ipc.ErrNoReply)
		return nil
	}
	if m.Reply.Wanted() {
		d.life.process.answersFor(m.Sender, m.Reply)
	}
	err = d.handler.Handle(d.life.ctx, m, d.answers[:0], answer)
	if errors.Is(err, capability.ErrNoSlots) {
		d.leftOut(m.Sender)
	} else if err != nil {
		d.life.process.checkCall(err, by)
	}
	d.give(m.Reply, *answer, err)
	return nil
}

// leftOut notes that a process has sent a capability that the server has no room for. It is the sender who has asked for
// too much: otherwise whoever may send could end a service.
func (d *desk) leftOut(sender uint64) {
	p := d.life.process
	by := d.sender(sender)
	if by == nil { // it has ended, and has no name any more
		p.limited(fmt.Sprintf("a capability of process %d", sender))
		return
	}
	by.limited("a capability for " + p.String() + ", which has no room for it")
}

// give gives an answer to who waits for it. One that can't be given, or that nobody waits for, is none.
func (d *desk) give(to ipc.Reply, answer ipc.Message, err error) {
	if err == nil {
		d.answers = answer.Payload[:0]
		err = d.Reply(to, answer)
	}
	if err != nil {
		to.Drop()
		if answer.Passed != 0 {
			_ = d.Space.Drop(answer.Passed) // the instance has given it away
		}
	}
}

// answer has the instance handle a call on the goroutine of its caller, if nobody else is there.
func (d *desk) answer(call *ipc.Delivery, buf []byte, answer *ipc.Message) (begun bool, err error) {
	p := d.life.process
	if p.team != nil || !p.tryTurn(d.turn, call.Sender) {
		return false, nil
	}
	err = d.handler.Handle(d.life.ctx, call, buf, answer)
	if err != nil {
		p.checkCall(err, d.sender(call.Sender))
	}
	p.endTurn()
	return true, err
}

// sender is the process that has sent a message, if it is still there.
func (d *desk) sender(id uint64) *Process {
	p, err := d.life.process.table.find(id)
	if err != nil {
		return nil
	}
	return p
}

// vain reports whether a process that calls the server would wait for one that waits for it.
func (d *desk) vain(sender uint64) bool {
	p := d.life.process
	by := d.sender(sender)
	return by != nil && by.awaited() && (by == p || p.waitsFor(by))
}

// answersFor notes that the call in progress is for a client, who waits for the answer to a message.
func (p *Process) answersFor(client uint64, r ipc.Reply) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue.client, p.queue.reply = client, r
}

// tryTurn begins a call of a service's life, if nobody is calling it or waits for that. In a team that is not enough. A
// service that clients have overloaded looks at all that it is sent, which takes longer.
func (p *Process) tryTurn(turn *guard.Life, client uint64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.life
	if l == nil || l.serving != turn || p.queue.busy || len(p.queue.waiters) > 0 || p.overloaded() {
		return false
	}
	p.queue.begin(l, client)
	return true
}

// condemn ends one life of the process.
func (p *Process) condemn(l *life, v *verdict) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l.condemn(v)
}

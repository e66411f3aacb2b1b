// Package endpoint implements witan:kernel/endpoint: messages between processes.
package endpoint

import (
	"context"
	"errors"
	"math"
	"time"

	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/endpoint"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// maxCapacity is how many messages an endpoint of a program holds at most.
const maxCapacity = 1024

// limits are those of an endpoint for so many messages. Few have long ones: what all that are queued may have together
// is paid for by the process, so it follows from their number, from room for one of the longest on.
func limits(capacity uint32) ipc.Limits {
	const each = 4 << 10 // bytes
	return ipc.Limits{Messages: int(capacity), Bytes: min(max(int(capacity)*each, ipc.DefaultPayload), ipc.DefaultBytes)}
}

// Interfaces are the host interfaces of one process.
func Interfaces(h *capability.Holder) glue.Fixed {
	list := wit.Provide(&provider{Holder: h, party: ipc.Party{ID: h.ID, Space: h.Kernel.Space()}})
	for i := range list[0].Funcs {
		list[0].Funcs[i].Borrows = true // the kernel copies what it keeps
	}
	return list
}

type provider struct {
	*capability.Holder
	party ipc.Party
	// buffer takes payloads. A process does one thing at a time, and has copied the one before.
	buffer []byte
}

// EndpointCreate implements wit.Host. What the endpoint may hold is charged to the process, and comes back when the last
// reference to it has ended.
func (p *provider) EndpointCreate(_ context.Context, capacity uint32) (glue.Own[wit.Endpoint], error) {
	if capacity == 0 || capacity > maxCapacity {
		return glue.Own[wit.Endpoint]{}, capability.OutOfRange
	}
	l := limits(capacity)
	if err := p.Kernel.Charge(l.Cost()); err != nil {
		return glue.Own[wit.Endpoint]{}, p.Fail("create endpoint", err)
	}
	held, err := p.Make(ipc.NewChargedEndpoint(l, func() { p.Kernel.Refund(l.Cost()) }))
	if err != nil {
		return glue.Own[wit.Endpoint]{}, err
	}
	return p.give(held), nil
}

// EndpointOpen implements wit.Host.
func (p *provider) EndpointOpen(_ context.Context, from glue.Own[wit.Capability]) (glue.Own[wit.Endpoint], error) {
	held, err := p.Open(from, object.Endpoint)
	if err != nil {
		return glue.Own[wit.Endpoint]{}, err
	}
	return p.give(held), nil
}

func (p *provider) give(held capability.Held) glue.Own[wit.Endpoint] {
	return glue.Give[wit.Endpoint](&endpoint{Held: held, host: p})
}

// ReplySend implements wit.Host.
func (p *provider) ReplySend(_ context.Context, to glue.Own[wit.Reply], message wit.Message) error {
	r, ok := to.Value().(*reply)
	if !ok {
		return errors.New("a reply comes from another implementation of witan:kernel/endpoint")
	}
	m, err := outgoing(message)
	if err != nil {
		return err
	}
	err = p.party.Reply(r.to, m)
	r.to.Drop() // an answer that could not be given does not come any more
	return p.after("reply", m, err)
}

// reply is the resource.
type reply struct{ to ipc.Reply }

// Drop implements glue.Dropper.
func (r *reply) Drop(context.Context) { r.to.Drop() }

// endpoint is the resource.
type endpoint struct {
	capability.Held
	host     *provider
	exchange ipc.Exchange // the latest call
}

// Capability implements wit.Endpoint.
func (e *endpoint) Capability(context.Context) (glue.Own[wit.Capability], error) { return e.Again() }

// Send implements wit.Endpoint.
func (e *endpoint) Send(ctx context.Context, message wit.Message, timeout glue.Option[uint64]) error {
	m, err := outgoing(message)
	if err != nil {
		return err
	}
	glue.Blocking(ctx, func() { err = e.host.party.Send(ctx, e.Ref(), m, duration(timeout)) })
	return e.host.after("send", m, err)
}

// Receive implements wit.Endpoint.
func (e *endpoint) Receive(ctx context.Context, timeout glue.Option[uint64]) (wit.Delivery, error) {
	var d ipc.Delivery
	var err error
	glue.Blocking(ctx, func() { d, err = e.host.party.Receive(ctx, e.Ref(), e.host.buffer, duration(timeout)) })
	if err != nil {
		return wit.Delivery{}, e.host.Fail("receive", err)
	}
	m, err := e.incoming(&d)
	if err != nil {
		return wit.Delivery{}, err
	}
	result := wit.Delivery{Badge: d.Badge, Message: m}
	if d.Reply.Wanted() {
		result.Reply = glue.Some(glue.Give[wit.Reply](&reply{d.Reply}))
	}
	return result, nil
}

// Call implements wit.Endpoint.
func (e *endpoint) Call(ctx context.Context, message wit.Message, timeout glue.Option[uint64]) (wit.Message, error) {
	x := &e.exchange
	var err error
	if x.Request.Passed, err = capability.Pass(message.Passed); err != nil {
		return wit.Message{}, err
	}
	x.Request.Label, x.Request.Payload, x.Buffer = message.Label, message.Payload, e.host.buffer
	glue.Blocking(ctx, func() { err = e.host.party.Exchange(ctx, e.Ref(), x, duration(timeout)) })
	x.Request.Payload = nil // which is the guest's
	if err != nil {
		return wit.Message{}, e.host.after("call", x.Request, err)
	}
	return e.incoming(&x.Answer)
}

// incoming is what has arrived, as the program gets it.
func (e *endpoint) incoming(d *ipc.Delivery) (m wit.Message, err error) {
	e.host.buffer = d.Payload[:0]
	m.Label, m.Payload = d.Label, d.Payload
	if d.Passed != 0 {
		m.Passed, err = e.host.Passed(d.Passed)
	}
	return m, err
}

// outgoing is what a program sends, as the kernel takes it.
func outgoing(m wit.Message) (ipc.Message, error) {
	passed, err := capability.Pass(m.Passed)
	return ipc.Message{Label: m.Label, Payload: m.Payload, Passed: passed}, err
}

// after ends an operation that may have failed. The program has given the capability away with the message: one that
// was not passed on is nobody's.
func (p *provider) after(operation string, m ipc.Message, err error) error {
	if err == nil {
		return nil
	}
	if m.Passed != 0 {
		_ = p.Kernel.Space().Drop(m.Passed) // it may have been on its way when the call failed
	}
	return p.Fail(operation, err)
}

// duration is a timeout as the kernel takes it.
func duration(timeout glue.Option[uint64]) time.Duration {
	if n, ok := timeout.Get(); ok && n < math.MaxInt64 {
		return time.Duration(n)
	}
	return ipc.Forever
}

// Package server has components handle messages: it calls what they export as witan:kernel/server.
package server

import (
	"context"
	"fmt"

	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/server"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// Bind finds how an instance of a process handles messages.
func Bind(h *capability.Holder, i *glue.Instance) (host.Handler, error) {
	i.Reuse(exported) // an answer is copied before the next message comes
	client, err := wit.BindAs(i, exported)
	if err != nil {
		return nil, fmt.Errorf("the component does not handle messages: %w", err)
	}
	handle, err := i.Func(exported, "handle")
	return &handler{h, client, handle}, err
}

// exported is the interface that components export.
const exported = "witan:kernel/server@0.1.0"

type handler struct {
	*capability.Holder
	client *wit.Client
	export *glue.Export // that the client calls
}

// Handle implements host.Handler.
func (h *handler) Handle(ctx context.Context, d *ipc.Delivery, buf []byte, answer *ipc.Message) (err error) {
	message := wit.Message{Label: d.Label, Payload: d.Payload}
	if d.Passed != 0 {
		if h.export.HandleRoom() == 0 { // a handle too many would end the instance
			_ = h.Kernel.Space().Drop(d.Passed) // unless it has just been revoked
			return object.ErrNoSlots
		}
		if message.Passed, err = h.Passed(d.Passed); err != nil { // it has just been revoked
			return ipc.ErrNoReply
		}
	}
	result, err := h.client.Handle(ctx, d.Badge, message)
	if err != nil {
		return err
	}
	m, ok := result.Get()
	if !ok {
		return ipc.ErrNoReply
	}
	answer.Label, answer.Payload = m.Label, append(buf, m.Payload...)
	answer.Passed, err = capability.Pass(m.Passed)
	return err
}

// Package server has components handle messages: it calls what they export as witan:kernel/server.
package server

import (
	"context"
	"fmt"

	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/server"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// Bind finds how an instance of a process handles messages.
func Bind(h *capability.Holder, i *glue.Instance) (host.Handler, error) {
	client, err := wit.Bind(i)
	if err != nil {
		return nil, fmt.Errorf("the component does not handle messages: %w", err)
	}
	return &handler{h, client}, nil
}

type handler struct {
	*capability.Holder
	client *wit.Client
}

// Handle implements host.Handler.
func (h *handler) Handle(ctx context.Context, d ipc.Delivery, _ []byte) (ipc.Message, error) {
	passed, err := h.Passed(d.Passed)
	if err != nil { // it has just been revoked
		return ipc.Message{}, ipc.ErrNoReply
	}
	answer, err := h.client.Handle(ctx, d.Badge, wit.Message{Label: d.Label, Payload: d.Payload, Passed: passed})
	if err != nil {
		return ipc.Message{}, err
	}
	m, ok := answer.Get()
	if !ok {
		return ipc.Message{}, ipc.ErrNoReply
	}
	given, err := capability.Pass(m.Passed)
	return ipc.Message{Label: m.Label, Payload: m.Payload, Passed: given}, err
}

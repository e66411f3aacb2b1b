package ipc

import (
	"context"
	"testing"

	"github.com/witan-os/witan/kernel/capability"
)

// BenchmarkCall is a call and its answer between two goroutines.
func BenchmarkCall(b *testing.B) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	service, client := capability.NewSpace(capability.Limits{}), capability.NewSpace(capability.Limits{})
	h, err := service.Make(NewEndpoint(Limits{}), 0)
	if err != nil {
		b.Fatal(err)
	}
	ref, _ := service.Get(h, capability.Receive)
	via, err := ref.Derive(capability.Send, 7)
	if err != nil {
		b.Fatal(err)
	}
	server := Party{ID: 1, Space: service}
	go func() {
		buf := make([]byte, 0, 64)
		for {
			d, err := server.Receive(ctx, ref, buf, Forever)
			if err != nil {
				return
			}
			if err := server.Reply(d.Reply, Message{Label: d.Label + 1, Payload: d.Payload}); err != nil {
				b.Error(err)
			}
		}
	}()
	caller := Party{ID: 2, Space: client}
	ctx2, cancel2 := context.WithCancel(b.Context())
	defer cancel2()
	buf, payload := make([]byte, 0, 64), make([]byte, 48)
	b.ReportAllocs()
	for b.Loop() {
		d, err := caller.Call(ctx2, via, Message{Label: 1, Payload: payload}, buf, Forever)
		if err != nil || d.Label != 2 || len(d.Payload) != 48 {
			b.Fatal(d, err)
		}
	}
}

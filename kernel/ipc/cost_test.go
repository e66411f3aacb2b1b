package ipc

import (
	"testing"
	"time"
	"unsafe"

	"github.com/witan-os/witan/kernel/capability"
)

// TestCost sends so that an endpoint holds as much memory as it can: each message that was long leaves its memory to one
// that is short. What it holds is never more than what its limits say that it costs.
func TestCost(t *testing.T) {
	if size := unsafe.Sizeof(entry{}); size > entryBytes {
		t.Fatalf("an entry has %d bytes", size)
	}
	limits := Limits{Messages: 64, Bytes: 64 << 10, Payload: 64 << 10}
	e := NewEndpoint(limits)
	ref := capability.New(e, e.Rights(), 0)
	p := Party{ID: 1, Space: capability.NewSpace(capability.Limits{})}
	send := func(length int) error {
		return p.Send(t.Context(), ref, Message{Payload: make([]byte, length)}, 0)
	}
	most := uint64(0)
	look := func() {
		held := uint64(0)
		for _, l := range []*list{&e.queue, &e.free} {
			for x := l.first; x != nil; x = x.after {
				held += uint64(cap(x.own)) + uint64(unsafe.Sizeof(*x))
			}
		}
		most = max(most, held)
		if held > limits.Cost() {
			t.Fatalf("it holds %d bytes, and costs %d", held, limits.Cost())
		}
	}
	for range 200 {
		for send(4000) == nil {
			look()
		}
		for range limits.Messages {
			if _, err := p.Receive(t.Context(), ref, nil, 0); err != nil {
				break
			}
			if err := send(1); err != nil {
				t.Fatal(err)
			}
			look()
		}
	}
	if most < uint64(limits.Bytes) {
		t.Errorf("it never held more than %d bytes", most)
	}
}

// TestChargedEndpoint is closed with its last reference, once, and holds nothing afterwards.
func TestChargedEndpoint(t *testing.T) {
	closed := 0
	e := NewChargedEndpoint(Limits{}, func() { closed++ })
	s := capability.NewSpace(capability.Limits{})
	p := Party{ID: 1, Space: s}
	h, err := s.Make(e, 0)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := s.Get(h, 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := p.Send(t.Context(), ref, Message{Payload: make([]byte, 100)}, time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.Receive(t.Context(), ref, nil, 0); err != nil || closed != 0 {
		t.Fatalf("%v, closed %d times", err, closed)
	}
	s.Close()
	s.Close()
	if closed != 1 || e.queue.len != 0 || e.free.len != 0 {
		t.Errorf("closed %d times, %d messages, %d entries", closed, e.queue.len, e.free.len)
	}
}

package endpoint

import (
	"bytes"
	"errors"
	"testing"
	"testing/synctest"

	witcap "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/endpoint"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/hostimpl/witan/internal/fakekernel"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// party is a process with the interface.
type party struct {
	*provider
	kernel *fakekernel.Kernel
}

func newParty(id uint64) party {
	k := fakekernel.New()
	h := &capability.Holder{Kernel: k, ID: id}
	return party{&provider{Holder: h, party: ipc.Party{ID: id, Space: k.InSpace}}, k}
}

// open takes a reference to an endpoint that another process has.
func (p party) open(t *testing.T, of wit.Endpoint, rights object.Rights, badge uint64) wit.Endpoint {
	t.Helper()
	ref, err := of.(*endpoint).Ref().Derive(rights, badge)
	if err != nil {
		t.Fatal(err)
	}
	c, err := p.Keep(ref)
	if err != nil {
		t.Fatal(err)
	}
	e, err := p.EndpointOpen(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return e.Value()
}

// create makes an endpoint.
func (p party) create(t *testing.T, capacity uint32) wit.Endpoint {
	t.Helper()
	e, err := p.EndpointCreate(t.Context(), capacity)
	if err != nil {
		t.Fatal(err)
	}
	return e.Value()
}

func now() glue.Option[uint64] { return glue.Some[uint64](0) }

func forever() glue.Option[uint64] { return glue.None[uint64]() }

func TestSendAndReceive(t *testing.T) {
	server, client := newParty(1), newParty(2)
	e := server.create(t, 2)
	out := client.open(t, e, object.Send, 9)
	for i, want := range []error{nil, nil, wit.Error(witcap.ErrorFull)} {
		err := out.Send(t.Context(), wit.Message{Label: uint64(i), Payload: []byte{byte(i)}}, now())
		if !errors.Is(err, want) {
			t.Errorf("message %d: %v, want %v", i, err, want)
		}
	}
	for i := range 2 {
		d, err := e.Receive(t.Context(), now())
		if err != nil || d.Badge != 9 || d.Message.Label != uint64(i) || !bytes.Equal(d.Message.Payload, []byte{byte(i)}) {
			t.Errorf("message %d: %+v, %v", i, d, err)
		}
	}
	if _, err := e.Receive(t.Context(), now()); !errors.Is(err, witcap.ErrorEmpty) {
		t.Errorf("an empty queue: %v", err)
	}
	if _, err := e.Receive(t.Context(), glue.Some[uint64](1000)); !errors.Is(err, witcap.ErrorTimedOut) {
		t.Errorf("a short wait: %v", err)
	}
	if _, err := out.Receive(t.Context(), now()); !errors.Is(err, witcap.ErrorDenied) {
		t.Errorf("receiving where one may only send: %v", err)
	}
	if err := out.Send(t.Context(), wit.Message{Payload: make([]byte, 1<<17)}, now()); !errors.Is(err, witcap.ErrorOutOfRange) {
		t.Errorf("a long message: %v", err)
	}
}

func TestCapacity(t *testing.T) {
	p := newParty(1)
	for _, n := range []uint32{0, maxCapacity + 1, 1 << 31} {
		if _, err := p.EndpointCreate(t.Context(), n); !errors.Is(err, witcap.ErrorOutOfRange) {
			t.Errorf("capacity %d: %v", n, err)
		}
	}
}

func TestCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := newParty(1), newParty(2)
		e := server.create(t, 2)
		out := client.open(t, e, object.Send, 0)
		go func() {
			for range 2 {
				d, err := e.Receive(t.Context(), forever())
				if err != nil {
					t.Error(err)
					return
				}
				to, ok := d.Reply.Get()
				if !ok {
					t.Error("a call wants no answer")
				}
				if d.Message.Label == 1 {
					_ = to.Drop(t.Context())
					continue
				}
				if err := server.ReplySend(t.Context(), to, wit.Message{Label: 5, Payload: d.Message.Payload}); err != nil {
					t.Error(err)
				}
			}
		}()
		m, err := out.Call(t.Context(), wit.Message{Payload: []byte("ping")}, forever())
		if err != nil || m.Label != 5 || string(m.Payload) != "ping" {
			t.Errorf("got %+v, %v", m, err)
		}
		if _, err := out.Call(t.Context(), wit.Message{Label: 1}, forever()); !errors.Is(err, witcap.ErrorNoReply) {
			t.Errorf("a dropped call: %v", err)
		}
		if _, err := out.Call(t.Context(), wit.Message{}, glue.Some[uint64](1e9)); !errors.Is(err, witcap.ErrorTimedOut) {
			t.Errorf("a call that nobody takes: %v", err)
		}
	})
}

// TestPass sends a capability along.
func TestPass(t *testing.T) {
	server, client := newParty(1), newParty(2)
	e := server.create(t, 1)
	out := client.open(t, e, object.Send, 0)
	own, err := client.create(t, 1).Capability(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := client.kernel.InSpace.Len()
	message := wit.Message{Passed: glue.Some(own)}
	if err := out.Send(t.Context(), message, now()); err != nil {
		t.Fatal(err)
	}
	if n := client.kernel.InSpace.Len(); n != before-1 {
		t.Errorf("the sender has %d capabilities after %d", n, before)
	}
	d, err := e.Receive(t.Context(), now())
	if err != nil {
		t.Fatal(err)
	}
	passed, ok := d.Message.Passed.Get()
	if !ok {
		t.Fatal("the capability has not arrived")
	}
	if kind, err := passed.Value().Kind(t.Context()); err != nil || kind != witcap.KindEndpoint {
		t.Errorf("it is %v, %v", kind, err)
	}
}

// TestPassNothing has a capability that can't be sent end with its message.
func TestPassNothing(t *testing.T) {
	server, client := newParty(1), newParty(2)
	out := client.open(t, server.create(t, 1), object.Send, 0)
	if err := out.Send(t.Context(), wit.Message{}, now()); err != nil {
		t.Fatal(err)
	}
	before := client.kernel.InSpace.Len()
	own, err := client.create(t, 1).Capability(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Send(t.Context(), wit.Message{Passed: glue.Some(own)}, now()); !errors.Is(err, witcap.ErrorFull) {
		t.Errorf("a full queue: %v", err)
	}
	if n := client.kernel.InSpace.Len(); n != before+1 {
		t.Errorf("%d capabilities, want %d: those before, and the endpoint", n, before+1)
	}
}

// TestBudget has an endpoint paid for by who makes it, as long as somebody has it.
func TestBudget(t *testing.T) {
	p, other := newParty(1), newParty(2)
	p.kernel.Budget = 200 << 10
	var ends []func()
	for {
		own, err := p.EndpointCreate(t.Context(), 1)
		if errors.Is(err, witcap.ErrorOverBudget) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(ends) == 0 {
			other.open(t, own.Value(), object.Send, 0)
		}
		ends = append(ends, func() {
			if err := own.Drop(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	if len(ends) == 0 || len(ends) > 3 { // each may hold 64 KiB
		t.Fatalf("%d endpoints in 200 KiB", len(ends))
	}
	before := p.kernel.Budget
	ends[0]()
	p.kernel.InSpace.Close()
	if want := before + uint64(len(ends))*limits(1).Cost(); p.kernel.Budget != want || want != 200<<10 {
		t.Errorf("%d bytes are left when all have ended, want %d", p.kernel.Budget, want)
	}
	p.kernel.Budget = limits(1).Cost() * 10
	if _, err := p.EndpointCreate(t.Context(), 1); err == nil || p.kernel.Budget != limits(1).Cost()*10 {
		t.Errorf("making one without a place for it: %v, and %d bytes are left", err, p.kernel.Budget)
	}
}

// TestLimits looks at what an endpoint holds, by the number of messages.
func TestLimits(t *testing.T) {
	for _, tt := range []struct {
		capacity uint32
		bytes    int
	}{{1, 64 << 10}, {16, 64 << 10}, {17, 68 << 10}, {64, 256 << 10}, {1024, 256 << 10}} {
		if l := limits(tt.capacity); l.Messages != int(tt.capacity) || l.Bytes != tt.bytes {
			t.Errorf("%d messages: %+v", tt.capacity, l)
		}
	}
}

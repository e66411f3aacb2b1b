package ipc

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/witan-os/witan/kernel/capability"
)

// butler is a server with a goroutine that handles what does not come directly.
type butler struct {
	Server
	turn     chan struct{} // has something in it while somebody has the turn
	directly atomic.Int32  // calls
	queued   atomic.Int32  // messages
	handle   func(d Delivery) (Message, error)
	ended    chan error
}

// hire has an endpoint served. The server ends with ctx, or with its reference.
func (s *service) hire(ctx context.Context, handle func(d Delivery) (Message, error)) *butler {
	b := &butler{handle: handle, turn: make(chan struct{}, 1), ended: make(chan error, 1)}
	b.ID, b.Space, b.Patience, b.Answer = 77, capability.NewSpace(capability.Limits{}), time.Minute, b.answer
	go func() { b.ended <- b.work(ctx, s.ref) }()
	return b
}

func (b *butler) answer(call *Delivery, _ []byte, answer *Message) (bool, error) {
	select {
	case b.turn <- struct{}{}:
	default:
		return false, nil
	}
	defer func() { <-b.turn }()
	b.directly.Add(1)
	m, err := b.handle(*call)
	*answer = m
	return true, err
}

func (b *butler) work(ctx context.Context, via *capability.Ref) error {
	for {
		if err := b.Await(ctx, via); err != nil {
			return err
		}
		if err := b.next(ctx, via); err != nil && !errors.Is(err, ErrEmpty) {
			return err
		}
	}
}

func (b *butler) next(ctx context.Context, via *capability.Ref) error {
	b.turn <- struct{}{}
	defer func() { <-b.turn }()
	d, err := b.Receive(ctx, via, nil, 0)
	if err != nil {
		return err
	}
	b.queued.Add(1)
	m, err := b.handle(d)
	if err != nil || b.Reply(d.Reply, m) != nil {
		d.Reply.Drop()
	}
	return nil
}

func echo(d Delivery) (Message, error) { return Message{Label: d.Badge, Payload: d.Payload}, nil }

// TestServe has calls that a server can answer directly and such that it can't, which makes no difference to callers.
func TestServe(t *testing.T) {
	for _, test := range []struct {
		name     string
		timeout  time.Duration
		pass     bool
		busy     bool
		directly bool
	}{
		{name: "idle", timeout: Forever, directly: true},
		{name: "time enough", timeout: time.Minute, directly: true},
		{name: "little time", timeout: time.Second},
		{name: "a capability", timeout: Forever, pass: true},
		{name: "busy", timeout: Forever, busy: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService(t, Limits{})
				ctx, end := context.WithCancel(t.Context())
				b := s.hire(ctx, echo)
				defer func() { end(); <-b.ended }()
				synctest.Wait()
				if test.busy {
					b.turn <- struct{}{}
					time.AfterFunc(time.Second, func() { <-b.turn })
				}
				p, via := s.client(t, 2)
				m := Message{Payload: []byte("bell")}
				if test.pass {
					m.Passed, _ = hold(t, p, capability.Grant)
				}
				d, err := p.Call(t.Context(), via, m, nil, test.timeout)
				if err != nil || d.Label != 20 || d.Sender != 77 || string(d.Payload) != "bell" {
					t.Errorf("%+v, %v", d, err)
				}
				if got := b.directly.Load() == 1; got != test.directly || b.directly.Load()+b.queued.Load() != 1 {
					t.Errorf("%d answered directly, %d from the queue", b.directly.Load(), b.queued.Load())
				}
			})
		})
	}
}

// TestServeEnds has one side or the other end in the middle of a direct call.
func TestServeEnds(t *testing.T) {
	killed := errors.New("killed")
	for _, test := range []struct {
		name string
		do   func(s *service, via *capability.Ref, kill func())
		m    Message
		err  error
		want error
	}{
		{name: "the server fails", err: errors.New("trap"), want: ErrNoReply},
		{name: "the caller is killed", do: func(_ *service, _ *capability.Ref, kill func()) { kill() }, want: killed},
		{name: "its reference ends", do: func(_ *service, via *capability.Ref, _ func()) { via.Drop() }, want: capability.ErrRevoked},
		{name: "the endpoint ends", do: func(s *service, _ *capability.Ref, _ func()) { s.Space.Close() }, want: capability.ErrRevoked},
		{name: "the answer is too long", m: Message{Payload: make([]byte, 9)}, want: ErrNoReply},
		{name: "the answer's capability is none", m: Message{Passed: 1 << 40}, want: ErrNoReply},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newService(t, Limits{Payload: 8})
				p, via := s.client(t, 2)
				ctx, kill := context.WithCancelCause(t.Context())
				own, end := context.WithCancel(t.Context())
				var b *butler
				var given *thing
				b = s.hire(own, func(Delivery) (Message, error) {
					if test.do != nil {
						test.do(s, via, func() { kill(killed) })
						test.m.Passed, given = hold(t, &b.Party, capability.Grant)
					}
					return test.m, test.err
				})
				synctest.Wait()
				_, err := p.Call(ctx, via, Message{}, nil, Forever)
				wantError(t, "call", err, test.want)
				if b.directly.Load() != 1 {
					t.Error("the call was not answered directly")
				}
				if given != nil && (p.Space.Len() != 0 || b.Space.Len() != 0) {
					t.Error("somebody has the capability of an answer that nobody got")
				}
				end()
				<-b.ended
			})
		})
	}
}

// TestServeGivesCapability has an answer bring one.
func TestServeGivesCapability(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t, Limits{})
		p, via := s.client(t, 2)
		ctx, end := context.WithCancel(t.Context())
		var b *butler
		b = s.hire(ctx, func(Delivery) (Message, error) {
			h, _ := hold(t, &b.Party, capability.Grant)
			return Message{Passed: h}, nil
		})
		synctest.Wait()
		d, err := p.Call(t.Context(), via, Message{}, nil, Forever)
		if _, lost := p.Space.Get(d.Passed, capability.Grant); err != nil || lost != nil || b.Space.Len() != 0 || b.directly.Load() != 1 {
			t.Errorf("%+v, %v, %v; the server has %d", d, err, lost, b.Space.Len())
		}
		end()
		<-b.ended
	})
}

// TestServeNextLife has messages wait while there is no server.
func TestServeNextLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t, Limits{})
		p, via := s.client(t, 2)
		ctx, end := context.WithCancel(t.Context())
		first := s.hire(ctx, echo)
		synctest.Wait()
		end()
		<-first.ended
		for range 3 {
			if err := p.Send(t.Context(), via, Message{}, 0); err != nil {
				t.Fatal(err)
			}
		}
		ctx, end = context.WithCancel(t.Context())
		second := s.hire(ctx, echo)
		if _, err := p.Call(t.Context(), via, Message{}, nil, Forever); err != nil {
			t.Error(err)
		}
		if first.directly.Load()+first.queued.Load() != 0 || second.queued.Load() < 3 {
			t.Errorf("the second server has had %d messages of the queue", second.queued.Load())
		}
		end()
		<-second.ended
	})
}

// TestServeOrder has clients send and call in turn, so that both ways are mixed. Each client's messages arrive in their
// order, and none is lost.
func TestServeOrder(t *testing.T) {
	const clients, messages = 4, 400
	s := newService(t, Limits{Messages: 3})
	ctx, end := context.WithCancel(t.Context())
	seen := map[uint64]uint64{} // by sender: the next number; guarded by the server's turn
	b := s.hire(ctx, func(d Delivery) (Message, error) {
		n := binary.LittleEndian.Uint64(d.Payload)
		if seen[d.Sender] != n {
			return Message{}, fmt.Errorf("%d is next of %d: %d", seen[d.Sender], d.Sender, n)
		}
		seen[d.Sender]++
		return Message{Payload: d.Payload}, nil
	})
	var all sync.WaitGroup
	for c := range clients {
		p, via := s.client(t, uint64(c+2))
		all.Go(func() {
			for i := range uint64(messages) {
				m := Message{Payload: binary.LittleEndian.AppendUint64(nil, i)}
				var err error
				if i%3 == uint64(c)%3 {
					err = p.Send(t.Context(), via, m, Forever)
				} else {
					_, err = p.Call(t.Context(), via, m, nil, Forever)
				}
				if err != nil {
					t.Errorf("message %d of %d: %v", i, p.ID, err)
					return
				}
			}
			// What was sent before is handled when a call is answered.
			if _, err := p.Call(t.Context(), via, Message{Payload: binary.LittleEndian.AppendUint64(nil, messages)}, nil, Forever); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	end()
	<-b.ended
	for sender, n := range seen {
		if n != messages+1 {
			t.Errorf("%d messages of %d", n, sender)
		}
	}
	if len(seen) != clients || int(b.directly.Load()+b.queued.Load()) != clients*(messages+1) {
		t.Errorf("%d clients, %d directly, %d queued", len(seen), b.directly.Load(), b.queued.Load())
	}
}

// TestLeaveOut has a server be sent capabilities that it has no room for. They keep nobody else from being heard.
func TestLeaveOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t, Limits{})
		b := &Server{Party: Party{ID: 77, Space: capability.NewSpace(capability.Limits{Slots: 1})}}
		sender, via := s.client(t, 2)
		caller, also := s.client(t, 3)
		own, err := s.ref.Derive(capability.Send|capability.Grant, 0) // to the endpoint itself
		if err != nil {
			t.Fatal(err)
		}
		h, err := sender.Space.Insert(own)
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, "send", sender.Send(t.Context(), via, Message{Passed: h}, 0), nil)
		kept, given := hold(t, caller, capability.Grant)
		called := make(chan error, 1)
		go func() {
			_, err := caller.Call(t.Context(), also, Message{Passed: kept}, nil, Forever)
			called <- err
		}()
		synctest.Wait()
		wantError(t, "send", sender.Send(t.Context(), via, Message{Label: 9}, 0), nil)

		spare, _ := hold(t, &b.Party, 0)
		for _, want := range []uint64{2, 3} {
			_, err := b.Take(t.Context(), s.ref, nil)
			var out *LeftOut
			if !errors.As(err, &out) || out.Sender != want {
				t.Errorf("got %v, want a message of %d left out", err, want)
			}
		}
		wantError(t, "the call", <-called, ErrNoReply)
		if own.Err() == nil {
			t.Error("the capability that was sent has not ended")
		}
		if given.closed != 0 || caller.Space.Len() != 1 {
			t.Error("the capability of the call is not the caller's any more")
		}
		if d, err := b.Take(t.Context(), s.ref, nil); err != nil || d.Label != 9 {
			t.Errorf("%+v, %v", d, err)
		}

		wantError(t, "drop", b.Space.Drop(spare), nil)
		wantError(t, "send", caller.Send(t.Context(), also, Message{Passed: kept}, 0), nil)
		if d, err := b.Take(t.Context(), s.ref, nil); err != nil || d.Passed == 0 {
			t.Errorf("with room: %+v, %v", d, err)
		}
		_, err = b.Take(t.Context(), s.ref, nil)
		wantError(t, "nothing", err, ErrEmpty)
		b.Space.Close()
	})
}

// TestVain has calls made of a server that waits for their sender. They are over at once, as long as it is the server.
func TestVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t, Limits{})
		b := &Server{Party: Party{ID: 77, Space: capability.NewSpace(capability.Limits{})}, Patience: time.Minute}
		b.Answer = func(*Delivery, []byte, *Message) (bool, error) { return false, nil }
		b.Vain = func(sender uint64) bool { return sender == 2 }
		ctx, end := context.WithCancel(t.Context())
		waiting := make(chan error, 1)
		go func() { waiting <- b.Await(ctx, s.ref) }()
		synctest.Wait()
		call := func(id uint64, timeout time.Duration) error {
			p, via := s.client(t, id)
			_, err := p.Call(t.Context(), via, Message{}, nil, timeout)
			return err
		}
		wantError(t, "while it waits for messages", call(2, time.Hour), ErrNoReply)
		wantError(t, "of another one", call(3, time.Hour), ErrTimeout)
		wantError(t, "the server", <-waiting, nil) // it was told of the message
		wantError(t, "while it does not", call(2, time.Hour), ErrNoReply)
		wantError(t, "with little time", call(2, time.Second), ErrTimeout)
		end()
		b.Retire()
		wantError(t, "without a server", call(2, time.Hour), ErrTimeout)
	})
}

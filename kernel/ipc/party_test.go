package ipc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/witan-os/witan/kernel/capability"
)

// service is an endpoint with the reference of its maker.
type service struct {
	*Endpoint
	Party
	ref *capability.Ref
}

func newService(tb testing.TB, limits Limits) *service {
	tb.Helper()
	s := &service{Endpoint: NewEndpoint(limits)}
	s.ID, s.Space = 1, capability.NewSpace(capability.Limits{})
	h, err := s.Space.Make(s.Endpoint, 0)
	if err == nil {
		s.ref, err = s.Space.Get(h, capability.Send|capability.Receive)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// client makes a process that may send.
func (s *service) client(tb testing.TB, id uint64) (*Party, *capability.Ref) {
	tb.Helper()
	via, err := s.ref.Derive(capability.Send, 10*id)
	if err != nil {
		tb.Fatal(err)
	}
	return &Party{ID: id, Space: capability.NewSpace(capability.Limits{})}, via
}

// hold puts a new thing into a party's space.
func hold(tb testing.TB, p *Party, rights capability.Rights) (capability.Handle, *thing) {
	tb.Helper()
	o := &thing{}
	h, err := p.Space.Insert(capability.New(o, rights, 0))
	if err != nil {
		tb.Fatal(err)
	}
	return h, o
}

func wantError(tb testing.TB, what string, err, want error) {
	tb.Helper()
	if !errors.Is(err, want) || want == nil && err != nil {
		tb.Errorf("%s: %v, want %v", what, err, want)
	}
}

func TestRefused(t *testing.T) {
	s := newService(t, Limits{Payload: 4})
	p, via := s.client(t, 2)
	dead, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("killed"))
	for _, test := range []struct {
		name string
		do   func() error
		want string
	}{
		{"receiving without the right", func() error {
			_, err := p.Receive(t.Context(), via, nil, 0)
			return err
		}, "denied: needs receive, has send"},
		{"sending to what is no endpoint", func() error {
			return p.Send(t.Context(), capability.New(&thing{}, capability.Write, 0), Message{}, 0)
		}, "denied: needs the kind endpoint, this is of the kind framebuffer"},
		{"too much", func() error {
			return p.Send(t.Context(), via, Message{Payload: make([]byte, 5)}, 0)
		}, "the message has 5 bytes, the endpoint takes 4 at most"},
		{"calling with too much", func() error {
			_, err := p.Call(t.Context(), via, Message{Payload: make([]byte, 5)}, nil, 0)
			return err
		}, "the message has 5 bytes, the endpoint takes 4 at most"},
		{"by a process that has ended", func() error { return p.Send(dead, via, Message{}, 0) }, "killed"},
		{"passing on what it has not", func() error {
			return p.Send(t.Context(), via, Message{Passed: 1 << 32}, 0)
		}, "denied: there is no such handle"},
		{"passing on what it may not", func() error {
			h, _ := hold(t, p, capability.Write)
			return p.Send(t.Context(), via, Message{Passed: h}, 0)
		}, "denied: needs grant, has write"},
		{"answering nobody", func() error { return p.Reply(Reply{}, Message{}) }, ErrGone.Error()},
	} {
		if err := test.do(); err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
	Reply{}.Drop()
	if s.Len() != 0 {
		t.Errorf("the queue has %d messages", s.Len())
	}
	via.Drop()
	wantError(t, "sending through what has ended", p.Send(t.Context(), via, Message{}, 0), capability.ErrRevoked)
}

// TestLimits fills a queue, by number and by bytes.
func TestLimits(t *testing.T) {
	for _, test := range []struct {
		limits      Limits
		size, holds int
	}{
		{Limits{}, 0, DefaultMessages},
		{Limits{}, DefaultPayload, DefaultBytes / DefaultPayload},
		{Limits{Messages: 3}, 1, 3},
		{Limits{Messages: 3, Bytes: 5}, 2, 2},
		{Limits{Messages: 3, Bytes: 5}, 5, 1},
		{Limits{Messages: 1000, Bytes: 1, Payload: 100}, 0, 1000},
	} {
		s := newService(t, test.limits)
		p, via := s.client(t, 2)
		m := Message{Payload: make([]byte, test.size)}
		for range test.holds {
			wantError(t, "sending", p.Send(t.Context(), via, m, 0), nil)
		}
		wantError(t, "sending too many", p.Send(t.Context(), via, m, 0), ErrFull)
		_, err := s.Receive(t.Context(), s.ref, nil, 0)
		wantError(t, "receiving", err, nil)
		wantError(t, "sending one more", p.Send(t.Context(), via, m, 0), nil)
		if s.Len() != test.holds {
			t.Errorf("%+v: the queue has %d messages", test.limits, s.Len())
		}
		var long *TooLong
		if err := p.Send(t.Context(), via, Message{Payload: make([]byte, s.limits.Payload+1)}, 0); !errors.As(err, &long) {
			t.Errorf("%+v: a long message: %v", test.limits, err)
		}
	}
}

// TestTimeouts has everybody wait in vain.
func TestTimeouts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t, Limits{Messages: 1})
		p, via := s.client(t, 2)
		for i, timeout := range []time.Duration{time.Second, time.Hour, time.Millisecond} {
			start := time.Now()
			_, err := s.Receive(t.Context(), s.ref, nil, timeout)
			wantError(t, "receiving", err, ErrTimeout)
			_, err = p.Call(t.Context(), via, Message{}, nil, timeout)
			wantError(t, "calling", err, ErrTimeout)
			wantError(t, "filling the queue", p.Send(t.Context(), via, Message{Label: uint64(i)}, timeout), nil)
			wantError(t, "sending", p.Send(t.Context(), via, Message{}, timeout), ErrTimeout)
			if got := time.Since(start); got != 3*timeout {
				t.Errorf("three times %v took %v", timeout, got)
			}
			// With a timeout that is long enough for this, and is over later.
			if d, err := s.Receive(t.Context(), s.ref, nil, timeout); err != nil || d.Label != uint64(i) {
				t.Errorf("got %+v, %v", d, err)
			}
		}
		for _, timeout := range []time.Duration{0, -1} {
			_, err := s.Receive(t.Context(), s.ref, nil, timeout)
			wantError(t, "not waiting", err, ErrEmpty)
		}
		// The timer of an operation must not end the next one.
		if _, err := s.Receive(t.Context(), s.ref, nil, time.Second); !errors.Is(err, ErrTimeout) {
			t.Error(err)
		}
		go func() {
			time.Sleep(time.Hour)
			wantError(t, "sending later", p.Send(t.Context(), via, Message{Label: 9}, 0), nil)
		}()
		if d, err := s.Receive(t.Context(), s.ref, nil, Forever-1); err != nil || d.Label != 9 {
			t.Errorf("waiting very long: %+v, %v", d, err)
		}
	})
}

// deafContext is cancelled like a context, and tells nobody: that is how one looks whose news are late.
type deafContext struct {
	context.Context
	done chan struct{}
}

func (c *deafContext) Done() <-chan struct{} { return c.done }

func (c *deafContext) Err() error {
	select {
	case <-c.done:
		return context.Canceled
	default:
		return nil
	}
}

func (c *deafContext) AfterFunc(func()) func() bool { return func() bool { return true } }

// TestPutBack kills a receiver in the moment in which it gets a message: the next one gets it, before all others.
func TestPutBack(t *testing.T) {
	for _, calls := range []bool{false, true} {
		t.Run(fmt.Sprintf("call=%t", calls), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { testPutBack(t, calls) })
		})
	}
}

func testPutBack(t *testing.T, calls bool) {
	s := newService(t, Limits{Messages: 1})
	p, via := s.client(t, 2)
	dying := &Party{ID: 3, Space: capability.NewSpace(capability.Limits{})}
	ctx := &deafContext{t.Context(), make(chan struct{})}
	var failed error
	go func() { _, failed = dying.Receive(ctx, s.ref, make([]byte, 10), Forever) }()
	synctest.Wait()

	h, o := hold(t, p, capability.Grant|capability.Write)
	close(ctx.done)
	var answered error
	m := Message{Label: 1, Payload: []byte("first"), Passed: h}
	go func() {
		if calls {
			_, answered = p.Call(t.Context(), via, m, nil, Forever)
		} else {
			answered = p.Send(t.Context(), via, m, Forever)
			clear(m.Payload)
		}
	}()
	synctest.Wait()
	wantError(t, "the receiver", failed, context.Canceled)
	if dying.Space.Len() != 0 || s.Len() != 1 {
		t.Fatalf("the receiver has %d capabilities, the queue %d messages", dying.Space.Len(), s.Len())
	}
	dying.Space.Close()

	later, viaLater := s.client(t, 4)
	wantError(t, "a message that has to wait", later.Send(t.Context(), viaLater, Message{Label: 2}, 0), ErrFull)
	d, err := s.Receive(t.Context(), s.ref, nil, 0)
	if err != nil || d.Label != 1 || string(d.Payload) != "first" || d.Sender != 2 || d.Badge != 20 {
		t.Fatalf("the next receiver gets %+v, %v", d, err)
	}
	if r, err := s.Space.Get(d.Passed, capability.Write); err != nil || o.closed != 0 {
		t.Errorf("the capability that went along is %v, %v, closed %d times", r, err, o.closed)
	}
	if d.Reply.Wanted() != calls {
		t.Errorf("an answer is wanted: %t", d.Reply.Wanted())
	}
	if calls {
		wantError(t, "the answer", s.Reply(d.Reply, Message{}), nil)
	}
	synctest.Wait()
	wantError(t, "the sender", answered, nil)
}

// TestPutBackAndGone has the caller go as well: what it has passed on ends, since it is nobody's.
func TestPutBackAndGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t, Limits{})
		p, via := s.client(t, 2)
		ctx := &deafContext{t.Context(), make(chan struct{})}
		go func() {
			_, err := s.Receive(ctx, s.ref, nil, Forever)
			wantError(t, "the receiver", err, context.Canceled)
		}()
		synctest.Wait()
		close(ctx.done)
		h, o := hold(t, p, capability.Grant)
		_, err := p.Call(t.Context(), via, Message{Passed: h}, nil, time.Second)
		wantError(t, "the call", err, ErrTimeout)
		if o.closed != 1 || p.Space.Len() != 0 || s.Len() != 0 {
			t.Errorf("the object was closed %d times, %d messages are left", o.closed, s.Len())
		}
	})
}

// TestPutBackAndClosed has the endpoint end between a message's arrival and the news that its receiver is dying.
func TestPutBackAndClosed(t *testing.T) {
	s := newService(t, Limits{})
	p, via := s.client(t, 2)
	dying := &Party{ID: 3, Space: capability.NewSpace(capability.Limits{})}
	ctx := &deafContext{t.Context(), make(chan struct{})}
	e, w, err := dying.enter(ctx, s.ref, capability.Receive, 0)
	if err != nil {
		t.Fatal(err)
	}
	w.into = dying.Space
	e.enlist(w, &e.receivers)
	w.watch(Forever)
	e.mu.Unlock()

	h, o := hold(t, p, capability.Grant)
	wantError(t, "sending", p.Send(t.Context(), via, Message{Passed: h}, 0), nil)
	s.Space.Close()
	close(ctx.done)
	wantError(t, "the receiver", e.finish(w), context.Canceled)
	dying.Space.Close()
	if s.Len() != 0 || o.closed != 1 {
		t.Errorf("the queue has %d messages, the object was closed %d times", s.Len(), o.closed)
	}
}

// TestWakeup ends what operations wait through.
func TestWakeup(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(s *service, above, via *capability.Ref, cancel context.CancelFunc)
		want error
	}{
		{"revoked", func(_ *service, above, _ *capability.Ref, _ context.CancelFunc) { above.Revoke() }, capability.ErrRevoked},
		{"dropped", func(_ *service, _, via *capability.Ref, _ context.CancelFunc) { via.Drop() }, capability.ErrRevoked},
		{"closed", func(s *service, _, _ *capability.Ref, _ context.CancelFunc) { s.Space.Close() }, capability.ErrRevoked},
		{"cancelled", func(_ *service, _, _ *capability.Ref, cancel context.CancelFunc) { cancel() }, context.Canceled},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for _, taken := range []int{0, 1} {
					s := newService(t, Limits{Messages: 1})
					server := &Party{ID: 5, Space: capability.NewSpace(capability.Limits{})}
					above, err := s.ref.Derive(s.ref.Rights(), 0)
					if err != nil {
						t.Fatal(err)
					}
					via, err := above.Derive(s.ref.Rights(), 0)
					if err != nil {
						t.Fatal(err)
					}
					ctx, cancel := context.WithCancel(t.Context())
					var ended [4]error
					for i := range ended {
						p := &Party{ID: 2, Space: capability.NewSpace(capability.Limits{})}
						// The first call is in the queue, or owed an answer; the others don't fit.
						go func() { _, ended[i] = p.Call(ctx, via, Message{}, nil, Forever) }()
						synctest.Wait()
					}
					for range taken {
						if _, err := server.Receive(t.Context(), s.ref, nil, 0); err != nil {
							t.Fatal(err)
						}
					}
					test.end(s, above, via, cancel)
					synctest.Wait()
					for _, err := range ended {
						wantError(t, "a call", err, test.want)
					}
					if n := s.receivers.len + s.queue.len + s.waiting.len + s.owed.len; n != 0 || s.bytes != 0 {
						t.Errorf("%d are left, and %d bytes", n, s.bytes)
					}
					cancel()
				}
			})
		})
	}
}

// TestAnswers looks at each end that a call can have.
func TestAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newService(t, Limits{})
		p, via := s.client(t, 2)
		call := func(end func(d Delivery)) error {
			done := make(chan error)
			go func() {
				_, err := p.Call(t.Context(), via, Message{}, nil, time.Minute)
				done <- err
			}()
			d, err := s.Receive(t.Context(), s.ref, nil, Forever)
			if err != nil {
				t.Fatal(err)
			}
			end(d)
			return <-done
		}
		var late Reply
		wantError(t, "an answer", call(func(d Delivery) {
			late = d.Reply
			var long *TooLong
			if err := s.Reply(d.Reply, Message{Payload: make([]byte, DefaultPayload+1)}); !errors.As(err, &long) {
				t.Errorf("too long an answer: %v", err)
			}
			wantError(t, "answering", s.Reply(d.Reply, Message{}), nil)
			wantError(t, "answering twice", s.Reply(d.Reply, Message{}), ErrGone)
		}), nil)
		wantError(t, "no answer", call(func(d Delivery) {
			late.Drop()
			wantError(t, "answering another call", s.Reply(late, Message{}), ErrGone)
			d.Reply.Drop()
			d.Reply.Drop()
			wantError(t, "answering what was dropped", s.Reply(d.Reply, Message{}), ErrGone)
		}), ErrNoReply)
		wantError(t, "no answer in time", call(func(d Delivery) {
			time.Sleep(time.Hour)
			wantError(t, "answering too late", s.Reply(d.Reply, Message{}), ErrGone)
		}), ErrTimeout)

		// The one who has received the message ends.
		done := make(chan error)
		go func() {
			_, err := p.Call(t.Context(), via, Message{}, nil, Forever)
			done <- err
		}()
		server := &Party{ID: 3, Space: capability.NewSpace(capability.Limits{})}
		if _, err := server.Receive(t.Context(), s.ref, nil, Forever); err != nil {
			t.Fatal(err)
		}
		server.Space.Close()
		wantError(t, "a call whose receiver has ended", <-done, ErrNoReply)
		_, err := server.Receive(t.Context(), s.ref, nil, 0)
		wantError(t, "receiving after the end", err, ErrEmpty)
		go func() {
			_, err := p.Call(t.Context(), via, Message{}, nil, Forever)
			done <- err
		}()
		synctest.Wait()
		_, err = server.Receive(t.Context(), s.ref, nil, 0)
		wantError(t, "receiving a call after the end", err, capability.ErrNoProcess)
		d, err := s.Receive(t.Context(), s.ref, nil, 0)
		wantError(t, "the call is another's", err, nil)
		wantError(t, "answering it", s.Reply(d.Reply, Message{}), nil)
		wantError(t, "that call", <-done, nil)
	})
}

// TestPassing sends capabilities to one who has no room for them.
func TestPassing(t *testing.T) {
	s := newService(t, Limits{})
	p, via := s.client(t, 2)
	full := &Party{ID: 3, Space: capability.NewSpace(capability.Limits{Slots: 1})}
	blocker, _ := hold(t, full, capability.Grant)
	h, o := hold(t, p, capability.Grant|capability.Write)
	wantError(t, "sending", p.Send(t.Context(), via, Message{Label: 1, Passed: h}, 0), nil)
	_, err := p.Space.Get(h, 0)
	wantError(t, "using what is on its way", err, capability.ErrStale)
	for range 2 {
		_, err := full.Receive(t.Context(), s.ref, nil, 0)
		wantError(t, "receiving without room", err, capability.ErrNoSlots)
	}
	p.Space.Close()
	if err := full.Space.Drop(blocker); err != nil {
		t.Fatal(err)
	}
	d, err := full.Receive(t.Context(), s.ref, nil, 0)
	if err != nil || d.Label != 1 {
		t.Fatalf("got %+v, %v", d, err)
	}
	if _, err := full.Space.Get(d.Passed, capability.Write); err != nil {
		t.Error(err)
	}
	wantError(t, "sending on", full.Send(t.Context(), s.ref, Message{Passed: d.Passed}, 0), nil)
	s.Space.Close()
	if o.closed != 1 {
		t.Errorf("the object in the queue of an endpoint that has ended was closed %d times", o.closed)
	}
}

// TestNothingLost has processes that are killed at any moment exchange messages, and then counts what has arrived.
func TestNothingLost(t *testing.T) {
	const senders, receivers, messages = 3, 3, 400
	s := newService(t, Limits{Messages: 4})
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	arrived := map[uint64]int{}
	var all []*thing
	var sending, receiving sync.WaitGroup

	for range receivers {
		receiving.Go(func() {
			for id := uint64(100); ctx.Err() == nil; id++ {
				life, kill := context.WithCancel(ctx)
				killer := time.AfterFunc(time.Duration(rand.IntN(300))*time.Microsecond, kill)
				p := &Party{ID: id, Space: capability.NewSpace(capability.Limits{Slots: 2})}
				for {
					d, err := p.Receive(life, s.ref, nil, Forever)
					if errors.Is(err, capability.ErrNoSlots) {
						break
					}
					if err != nil {
						wantError(t, "a receiver that was killed", err, context.Canceled)
						break
					}
					if len(d.Payload) != int(d.Label%50) || bytes.Count(d.Payload, []byte{byte(d.Label)}) != len(d.Payload) {
						t.Errorf("message %d has the payload %v", d.Label, d.Payload)
					}
					mu.Lock()
					arrived[d.Label]++
					mu.Unlock()
					if d.Reply.Wanted() && d.Label%3 != 0 {
						if err := p.Reply(d.Reply, Message{Label: d.Label}); err != nil {
							wantError(t, "an answer", err, ErrGone)
						}
					}
				}
				p.Space.Close()
				killer.Stop()
				kill()
			}
		})
	}
	var sent sync.Map
	for i := range uint64(senders) {
		p, via := s.client(t, i+2)
		sending.Go(func() {
			for n := range uint64(messages) {
				label := i*messages + n + 1
				m := Message{Label: label, Payload: bytes.Repeat([]byte{byte(label)}, int(label%50))}
				if n%4 == 0 {
					o := &thing{}
					if h, err := p.Space.Insert(capability.New(o, capability.Grant, 0)); err == nil {
						m.Passed = h
						mu.Lock()
						all = append(all, o)
						mu.Unlock()
					}
				}
				life, kill := context.WithTimeout(ctx, time.Duration(rand.IntN(2000))*time.Microsecond)
				if n%2 == 0 {
					if err := p.Send(life, via, m, Forever); err == nil {
						sent.Store(label, true)
					}
				} else if d, err := p.Call(life, via, m, nil, Forever); err == nil && d.Label != label {
					t.Errorf("call %d has got the answer to call %d", label, d.Label)
				}
				kill()
				if m.Passed != 0 {
					_ = p.Space.Drop(m.Passed) // if it is there still
				}
			}
			p.Space.Close()
		})
	}
	sending.Wait()
	stop()
	receiving.Wait()
	for {
		d, err := s.Receive(t.Context(), s.ref, nil, 0)
		if err != nil {
			wantError(t, "the rest", err, ErrEmpty)
			break
		}
		arrived[d.Label]++
	}
	sent.Range(func(label, _ any) bool {
		if arrived[label.(uint64)] == 0 {
			t.Errorf("message %d is lost", label)
		}
		return true
	})
	for label, n := range arrived {
		if n > 1 {
			t.Errorf("message %d has arrived %d times", label, n)
		}
	}
	s.Space.Close()
	for i, o := range all {
		if o.closed != 1 {
			t.Errorf("object %d of %d was closed %d times", i, len(all), o.closed)
		}
	}
	if n := s.receivers.len + s.queue.len + s.waiting.len + s.owed.len; n != 0 || s.bytes != 0 {
		t.Errorf("%d are left, and %d bytes", n, s.bytes)
	}
}

// serve answers calls until the context ends.
func (s *service) serve(ctx context.Context, tb testing.TB) {
	buf := make([]byte, 0, 64)
	for {
		d, err := s.Receive(ctx, s.ref, buf, Forever)
		if err != nil {
			return
		}
		if err := s.Reply(d.Reply, Message{Label: d.Label + 1, Payload: d.Payload}); err != nil {
			tb.Error(err)
		}
	}
}

// caller returns what calls a service that has a goroutine of its own. Each has its context, as processes have.
func caller(tb testing.TB) (call func()) {
	serving, stop := context.WithCancel(tb.Context())
	calling, stopCalling := context.WithCancel(tb.Context())
	s := newService(tb, Limits{})
	p, via := s.client(tb, 2)
	ended := make(chan struct{})
	go func() {
		s.serve(serving, tb)
		close(ended)
	}()
	tb.Cleanup(func() {
		stop()
		stopCalling()
		<-ended
	})
	buf, payload := make([]byte, 0, 64), make([]byte, 48)
	return func() {
		d, err := p.Call(calling, via, Message{Label: 1, Payload: payload}, buf, Forever)
		if err != nil || d.Label != 2 || len(d.Payload) != len(payload) {
			tb.Fatalf("got %+v, %v", d, err)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	if n := testing.AllocsPerRun(1000, caller(t)); n != 0 {
		t.Errorf("a call and its answer take %v allocations", n)
	}
	s := newService(t, Limits{})
	p, via := s.client(t, 2)
	ctx, buf, payload := t.Context(), make([]byte, 0, 64), make([]byte, 48)
	if n := testing.AllocsPerRun(1000, func() {
		for range 3 {
			wantError(t, "sending", p.Send(ctx, via, Message{Payload: payload}, 0), nil)
		}
		for range 3 {
			_, err := s.Receive(ctx, s.ref, buf, 0)
			wantError(t, "receiving", err, nil)
		}
	}); n != 0 {
		t.Errorf("queued messages take %v allocations", n)
	}
}

// BenchmarkCall is a call and its answer between two goroutines.
func BenchmarkCall(b *testing.B) {
	call := caller(b)
	b.ReportAllocs()
	for b.Loop() {
		call()
	}
}

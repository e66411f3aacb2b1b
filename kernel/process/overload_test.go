package process

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// observed is a system whose processes look at it.
type observed chan *system

func (o observed) get() *system {
	s := <-o
	o <- s
	return s
}

// take passes a text of a length, and reports whether the service has taken it.
func take(ctx context.Context, i *vm.Instance, n uint32) (bool, error) {
	got, err := i.Call(ctx, "", "take", n)
	switch {
	case err != nil:
		return false, err
	case value.Equal(got, value.OK(n)):
		return true, nil
	case value.Equal(got, value.Err(value.Enum("unavailable"))):
		return false, nil
	}
	return false, fmt.Errorf("a text of %d bytes: %v", n, got)
}

// tight is a service with one page of memory that may fail once within a time.
func tight(within time.Duration) func(*Spec) {
	return func(s *Spec) { s.Memory, s.Restarts, s.Period = 64<<10, 1, manifest.Duration(within) }
}

// serves reports whether the service has been started again so many times, and waits for calls.
func (s *system) serves(restarts uint32) func() bool {
	p := s.process("service")
	return func() bool { return p.restarts.Load() == restarts && p.state() == host.Waiting }
}

// TestOverload passes more to a service than it has room for. What it can't have room for, ever, does not reach it. What
// it only has no room for now ends it, but that is no failure of its own; and who does it again is stopped.
func TestOverload(t *testing.T) {
	const tooMuch, ever = room + 1, 64<<10 + 1
	o := make(observed, 1)
	s := boot(t, specified("service", "service", tight(time.Hour)),
		specified("bad", "client", never, entry(func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
			s := o.get()
			for n, want := range []struct {
				length   uint32
				taken    bool
				restarts uint32
			}{{ever, false, 0}, {100, true, 0}, {tooMuch, false, 1}, {100, false, 1}, {tooMuch, false, 1}, {ever, false, 1}} {
				taken, err := take(ctx, i, want.length)
				if err != nil {
					return err
				}
				if taken != want.taken {
					t.Errorf("call %d: taken %v", n, taken)
				}
				s.until("the service serves", s.serves(want.restarts))
			}
			if got, err := i.Call(ctx, "", "add", uint32(1), uint32(2)); got != uint32(3) {
				t.Errorf("numbers from it: %v, %v", got, err)
			}
			return nil
		})),
		specified("good", "client", essential, entry(func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
			s := o.get()
			s.ending("bad")
			if taken, err := take(ctx, i, 100); !taken || err != nil {
				t.Errorf("of another process: %v, %v", taken, err)
			}
			if got, err := i.Call(ctx, "", "fail"); err == nil {
				t.Errorf("a failure: %v", got)
			}
			s.until("the service serves", s.serves(2))
			return nil
		})))
	o <- s
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
	if e := s.ending("bad"); e != (host.Ending{Kind: host.Exited}) {
		t.Errorf("the bad one %s", describe(e))
	}
	if got := s.happened("bad"); got != "started limited limited limited limited limited ended" {
		t.Errorf("the bad one: %s", got)
	}
	// Its one failure of its own is the second end, and still the first that counts.
	if got, want := s.happened("service"), "started trapped restarted started trapped restarted started"; !strings.HasPrefix(got, want) {
		t.Errorf("the service: %s", got)
	}
}

// TestOverloadByMany has a process of the boot try it through others. They are stopped together.
func TestOverloadByMany(t *testing.T) {
	o := make(observed, 1)
	s := boot(t, specified("service", "service", tight(time.Hour)), specified("worker", "client", spawnable, entry(
		func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
			_, err := take(ctx, i, room+1)
			return err
		})),
		specified("boss", "spin", essential, func(s *Spec) { s.Startable = []string{"worker"} }, entry(
			func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
				for range 5 {
					w, err := k.Spawn(ctx, "worker", nil, nil)
					if err != nil {
						return err
					}
					if e, err := w.Wait(ctx); err != nil || e.Kind != host.Exited {
						t.Errorf("a worker %s, %v", describe(e), err)
					}
					w.Release()
				}
				s := o.get()
				s.until("the service serves", s.serves(1))
				return nil
			})))
	o <- s
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
}

// TestOverloadLater has a client that may do it again after a while, and one that has its fate with that of the service, which
// is not taken for the reason.
func TestOverloadLater(t *testing.T) {
	for name, with := range map[string]func(*Spec){"alone": func(*Spec) {}, "in a team": fusedTo(1)} {
		t.Run(name, func(t *testing.T) {
			const times = 4
			o := make(observed, 1)
			var calls atomic.Int64
			s := boot(t, specified("service", "service", tight(time.Millisecond), with), specified("other", "client", with, calling(&calls)),
				specified("it", "client", essential, entry(func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
					s := o.get()
					for n := range uint32(times) {
						if taken, err := take(ctx, i, room+1); taken || err != nil {
							return fmt.Errorf("call %d: %v, %w", n, taken, err)
						}
						s.until("it is there again", s.serves(n+1))
						time.Sleep(2 * time.Millisecond)
					}
					return nil
				})))
			o <- s
			if got := s.wait(); got != 0 {
				t.Errorf("status %d", got)
			}
			if got, want := s.happened("service"), "started"+strings.Repeat(" trapped restarted started", times); !strings.HasPrefix(got, want) {
				t.Errorf("the service: %s", got)
			}
		})
	}
}

// TestOverloadByMessages does with messages what TestOverload does with calls of a link.
func TestOverloadByMessages(t *testing.T) {
	big := ipc.Message{Label: labelTake, Payload: make([]byte, room+1)}
	for name, send := range map[string]func(context.Context, *ipc.Party, *capability.Ref) error{
		"call": func(ctx context.Context, p *ipc.Party, via *capability.Ref) error {
			if _, err := p.Call(ctx, via, big, nil, ipc.Forever); !errors.Is(err, ipc.ErrNoReply) {
				return fmt.Errorf("a call: %w", err)
			}
			return nil
		},
		"send": func(ctx context.Context, p *ipc.Party, via *capability.Ref) error {
			return p.Send(ctx, via, big, ipc.Forever)
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := make(observed, 1)
			s := boot(t, specified("service", "service", tight(time.Hour), serves),
				specified("bad", "spin", never, sends, sender(
					func(ctx context.Context, _ host.Kernel, p *ipc.Party, via *capability.Ref) error {
						s := o.get()
						for range 4 {
							if err := send(ctx, p, via); err != nil {
								return err
							}
							s.until("the service serves", s.serves(1))
						}
						s.until("all of it has been refused", func() bool { return s.process("bad").gate.denied.Load() == 4 })
						return nil
					})),
				specified("good", "spin", essential, sends, sender(
					func(ctx context.Context, _ host.Kernel, p *ipc.Party, via *capability.Ref) error {
						o.get().ending("bad")
						_, err := p.Call(ctx, via, ipc.Message{Label: labelCount, Payload: []byte("x")}, nil, ipc.Forever)
						return err
					})))
			o <- s
			if got := s.wait(); got != 0 {
				t.Errorf("status %d", got)
			}
			if e := s.ending("bad"); e != (host.Ending{Kind: host.Exited}) {
				t.Errorf("the bad one %s", describe(e))
			}
			if got, want := s.happened("service"), "started trapped restarted started"; !strings.HasPrefix(got, want) || strings.Count(got, "trapped") != 1 {
				t.Errorf("the service: %s", got)
			}
		})
	}
}

// TestStartWithoutService starts a client when its service has ended for good.
func TestStartWithoutService(t *testing.T) {
	o := make(observed, 1)
	s := boot(t, specified("service", "service", never),
		specified("first", "client", never, entry(func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
			_, err := i.Call(ctx, "", "fail")
			return err
		})),
		specified("later", "client", spawnable, entry(func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
			if taken, err := take(ctx, i, 1); taken || err != nil {
				t.Errorf("a function that can say so: %v, %v", taken, err)
			}
			_, err := i.Call(ctx, "", "add", uint32(1), uint32(2))
			return err
		})),
		specified("boss", "spin", essential, func(s *Spec) { s.Startable = []string{"later"} }, entry(
			func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
				o.get().ending("service")
				l, err := k.Spawn(ctx, "later", nil, nil)
				if err != nil {
					return err
				}
				e, err := l.Wait(ctx)
				const want = "no answer from process service: it has ended for good: it failed: "
				if err != nil || e.Kind != host.Trapped || !strings.Contains(e.Reason, want) || strings.Contains(e.Reason, "func(") {
					t.Errorf("it %s, %v", describe(e), err)
				}
				return nil
			})))
	o <- s
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
}

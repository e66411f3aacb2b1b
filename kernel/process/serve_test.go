package process

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// This file has a process of the tests serve the endpoint, with the functions of its component by their labels.

const (
	labelCount uint64 = iota
	labelFail
	labelSpin
	labelKill // the sender
	labelSelf // call the endpoint
	labelTake // the payload
)

// workHandler has messages handled by the function of the component that the label names, or does what there is none for.
type workHandler struct {
	instance *glue.Instance
	kernel   host.Kernel
	id       uint64
}

func (h workHandler) Handle(ctx context.Context, m *ipc.Delivery, buf []byte, answer *ipc.Message) error {
	switch m.Label {
	case labelKill:
		return h.kernel.Kill(ctx, m.Sender)
	case labelSelf:
		via, err := h.kernel.Granted("box")
		if err != nil {
			return err
		}
		p := ipc.Party{ID: h.id, Space: h.kernel.Space()}
		if _, err := p.Call(ctx, via, ipc.Message{Label: labelCount}, nil, ipc.Forever); !errors.Is(err, ipc.ErrNoReply) {
			return fmt.Errorf("a call of itself: %w", err)
		}
		return nil
	case labelTake:
		return h.take(ctx, string(m.Payload))
	}
	name := [...]string{"count", "fail", "spin"}[m.Label]
	e, err := h.instance.Func(workInterface, name)
	if err != nil {
		return err
	}
	if err := e.Enter(ctx); err != nil {
		return err
	}
	if err := e.Finish(); err != nil {
		return err
	}
	*answer = ipc.Message{Label: e.Stack()[0], Payload: append(buf, m.Payload...)}
	return nil
}

// take passes a text to the component.
func (h workHandler) take(ctx context.Context, text string) (err error) {
	e, err := h.instance.Func(workInterface, "take")
	if err != nil {
		return err
	}
	if err = e.Enter(ctx); err != nil {
		return err
	}
	defer e.Leave(&err)
	value.LowerParams(e, e.Plan(), e.Stack(), []value.Value{text})
	e.Invoke()
	return nil
}

// handling provides what processes of the tests get, and has messages handled.
func handling(p *vm.Process) ([]*vm.Interface, error) {
	if k, ok := host.Of(p); ok {
		k.Handle(func(i *glue.Instance) (host.Handler, error) { return workHandler{i, k, p.ID}, nil })
	}
	return kernelInterface(p)
}

func serves(s *Spec) { s.Serves = []string{"box"} }

func sends(s *Spec) {
	s.Grants = []manifest.Grant{{Name: "box", Endpoint: "box", Rights: []manifest.Right{manifest.RightSend}, Badge: 5}}
}

// sender is a process that sends to the endpoint.
func sender(f func(ctx context.Context, k host.Kernel, p *ipc.Party, via *capability.Ref) error) func(*Spec) {
	return func(s *Spec) {
		s.Entry = func(ctx context.Context, p *vm.Process, _ *vm.Instance) error {
			k, _ := host.Of(p)
			via, err := k.Granted("box")
			if err != nil {
				return err
			}
			return f(ctx, k, &ipc.Party{ID: p.ID, Space: k.Space()}, via)
		}
	}
}

// ask calls until a server has answered: a server that ends meanwhile does not.
func ask(ctx context.Context, p *ipc.Party, via *capability.Ref, label uint64, timeout time.Duration) (d ipc.Delivery, err error) {
	for {
		d, err = p.Call(ctx, via, ipc.Message{Label: label, Payload: []byte("bell")}, nil, timeout)
		if !errors.Is(err, ipc.ErrNoReply) {
			return d, err
		}
	}
}

// TestServe has calls answered directly and through the queue, by one instance.
func TestServe(t *testing.T) {
	s := boot(t, specified("server", "service", serves), specified("it", "succeed", essential, sends, sender(
		func(ctx context.Context, _ host.Kernel, p *ipc.Party, via *capability.Ref) error {
			for i := range uint64(100) {
				timeout := ipc.Forever
				if i%2 == 0 {
					timeout = time.Second
				}
				if i%5 == 0 {
					if err := p.Send(ctx, via, ipc.Message{Label: labelCount}, ipc.Forever); err != nil {
						return err
					}
				}
				want := i + 1 + i/5 + 1
				d, err := ask(ctx, p, via, labelCount, timeout)
				if err != nil || d.Label != want || string(d.Payload) != "bell" {
					return fmt.Errorf("call %d: %+v, %w", i, d, err)
				}
			}
			return nil
		})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
}

// TestServerTrap has a server end in the middle of a call: its caller is told, and the next one has the next life.
func TestServerTrap(t *testing.T) {
	for _, timeout := range []time.Duration{ipc.Forever, patience / 2} {
		s := boot(t, specified("server", "service", often, serves), specified("it", "succeed", essential, sends, sender(
			func(ctx context.Context, _ host.Kernel, p *ipc.Party, via *capability.Ref) error {
				for range 5 {
					if d, err := ask(ctx, p, via, labelCount, timeout); err != nil || d.Label != 1 {
						return fmt.Errorf("%+v, %w", d, err)
					}
					if _, err := p.Call(ctx, via, ipc.Message{Label: labelFail}, nil, timeout); !errors.Is(err, ipc.ErrNoReply) {
						return fmt.Errorf("fail: %w", err)
					}
				}
				return nil
			})))
		if got := s.wait(); got != 0 {
			t.Errorf("status %d", got)
		}
	}
}

// TestServerSpins has a server take too long for one call.
func TestServerSpins(t *testing.T) {
	s := boot(t, specified("server", "service", often, serves, within(50*time.Millisecond)), specified("it", "succeed", essential, sends, sender(
		func(ctx context.Context, _ host.Kernel, p *ipc.Party, via *capability.Ref) error {
			if _, err := ask(ctx, p, via, labelCount, ipc.Forever); err != nil {
				return err
			}
			if _, err := p.Call(ctx, via, ipc.Message{Label: labelSpin}, nil, ipc.Forever); !errors.Is(err, ipc.ErrNoReply) {
				return fmt.Errorf("spin: %w", err)
			}
			_, err := ask(ctx, p, via, labelCount, ipc.Forever)
			return err
		})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
}

// TestServeDeaths kills callers and the server at random moments. Afterwards the server answers, to a fresh caller.
func TestServeDeaths(t *testing.T) {
	chatter := sender(func(ctx context.Context, _ host.Kernel, p *ipc.Party, via *capability.Ref) error {
		for {
			timeout := ipc.Forever
			if rand.IntN(2) == 0 {
				timeout = time.Second
			}
			if _, err := ask(ctx, p, via, labelCount, timeout); err != nil {
				return err
			}
		}
	})
	always := func(s *Spec) { s.Restart, s.Restarts = manifest.RestartAlways, 1<<20 }
	s := boot(t, specified("server", "service", often, serves),
		specified("one", "succeed", always, sends, chatter), specified("two", "succeed", always, sends, chatter),
		specified("it", "succeed", essential, sends, sender(func(ctx context.Context, k host.Kernel, p *ipc.Party, via *capability.Ref) error {
			for range 60 {
				if err := k.Kill(ctx, find(k, []string{"server", "one", "two"}[rand.IntN(3)]).ID); err != nil {
					return err
				}
				if _, err := ask(ctx, p, via, labelCount, ipc.Forever); err != nil {
					return err
				}
				time.Sleep(time.Duration(rand.IntN(500)) * time.Microsecond)
			}
			return nil
		})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
}

// TestUnservable has a service lose what it receives messages with, otherwise than by the end of the endpoint.
func TestUnservable(t *testing.T) {
	s := boot(t, specified("server", "service", serves, never))
	p := s.process("server")
	s.until("it serves", func() bool { return p.state() == host.Waiting })
	via, err := s.endpoint.Derive(capability.Send, 0)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{life: p.life, ctx: p.life.ctx, name: "box", via: via}
	d.work()
	if e := s.ending("server"); e.Kind != host.Trapped {
		t.Errorf("it %s", describe(e))
	}
}

// TestCapabilityFlood sends a server more capabilities than it has room for. It serves on, and who has sent them is known.
func TestCapabilityFlood(t *testing.T) {
	const room = 4
	s := boot(t, specified("server", "service", serves, func(s *Spec) { s.Handles = room }),
		specified("it", "succeed", essential, sends, sender(
			func(ctx context.Context, k host.Kernel, p *ipc.Party, via *capability.Ref) error {
				for i := range 3 * room {
					h, err := k.Space().Insert(must(k.Granted("box")))
					if err != nil {
						return err
					}
					m := ipc.Message{Label: labelCount, Passed: h}
					if i%2 == 0 {
						err = p.Send(ctx, via, m, ipc.Forever)
					} else if _, err = p.Call(ctx, via, m, nil, ipc.Forever); (err == nil) != (i < room) {
						return fmt.Errorf("call %d: %w", i, err)
					} else if err != nil {
						err = k.Space().Drop(h) // which is still there
					}
					if err != nil {
						return err
					}
				}
				if d, err := ask(ctx, p, via, labelCount, ipc.Forever); err != nil || d.Label != room+1 {
					return fmt.Errorf("%+v, %w", d, err)
				}
				return nil
			})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
	if got, want := s.happened("it"), "started"+strings.Repeat(" limited", 2*room)+" ended"; got != want {
		t.Errorf("it: %s", got)
	}
	if got := s.happened("server"); got != "started killed" {
		t.Errorf("the server: %s", got)
	}
}

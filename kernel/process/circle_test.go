package process

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/guard"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/kernel/manifest"
)

// TestCircle has a chain of calls come back to where it began. The last call is not made; others wait.
func TestCircle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := emptyTable(t, Config{})
		outside, one, two, three, other := table.with("outside"), table.with("one"), table.with("two"), table.with("three"), table.with("other")
		one.queue.begin(nil, outside.id)
		two.queue.begin(nil, one.id)
		three.queue.begin(nil, two.id)
		other.queue.begin(nil, outside.id)
		for _, test := range []struct {
			name            string
			client, service *Process
			want            error
		}{
			{"the whole way round", three, one, errCircle},
			{"one step back", two, one, errCircle},
			{"away from it", three, other, context.DeadlineExceeded},
			{"from outside", outside, two, context.DeadlineExceeded},
			{"to who does nothing else", other, three, context.DeadlineExceeded},
		} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			if life, err := (&caller{test.client, test.service}).Begin(ctx); !errors.Is(err, test.want) {
				t.Errorf("%s: %v, %v", test.name, life, err)
			}
			if n := len(test.service.queue.waiters); n != 0 {
				t.Errorf("%s: %d wait still", test.name, n)
			}
			cancel()
		}
	})
}

// TestCircleOfWaiters has the last one to wait for its turn close the circle.
func TestCircleOfWaiters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := emptyTable(t, Config{})
		outside, one, two := table.with("outside"), table.with("one"), table.with("two")
		one.queue.begin(nil, outside.id)
		two.queue.begin(nil, outside.id)
		first := make(chan error)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_, err := (&caller{one, two}).Begin(ctx)
			first <- err
		}()
		synctest.Wait()
		if _, err := (&caller{two, one}).Begin(t.Context()); !errors.Is(err, errCircle) {
			t.Errorf("the second one: %v", err)
		}
		cancel()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("the first one: %v", err)
		}
	})
}

// TestCircleStorm has programs call services that call each other at random. If these call only such as come later in their
// order, no call is in a circle. Otherwise some are, and all chains come to an end because those are told.
func TestCircleStorm(t *testing.T) {
	for _, ordered := range []bool{true, false} {
		table := emptyTable(t, Config{})
		var services []*Process
		for range 5 {
			p := table.with("service")
			p.life = newLife(p)
			p.life.serving = new(guard.Life)
			services = append(services, p)
		}
		var circles atomic.Int32
		var chain func(random *rand.Rand, client *Process, from int) error
		chain = func(random *rand.Rand, client *Process, from int) error {
			for n := from; n < len(services); n++ {
				to := n
				if !ordered {
					to = random.IntN(len(services))
				}
				if random.IntN(2) == 0 || services[to] == client {
					continue
				}
				c := &caller{client, services[to]}
				life, err := c.Begin(t.Context())
				if errors.Is(err, errCircle) {
					circles.Add(1)
					continue
				}
				if err != nil {
					return err
				}
				err = chain(random, services[to], n+1)
				c.End(life, nil)
				if err != nil {
					return err
				}
			}
			return nil
		}
		var clients []*Process
		for range 6 {
			clients = append(clients, table.with("client"))
		}
		var all sync.WaitGroup
		for seed, client := range clients {
			all.Go(func() {
				random := rand.New(rand.NewPCG(uint64(seed), 1))
				for range 300 {
					if err := chain(random, client, 0); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		if got := circles.Load(); (got != 0) == ordered {
			t.Errorf("ordered: %v, circles: %d", ordered, got)
		}
	}
}

// TestCircleThroughQueue has a busy server call who waits for its answer to a message: while that is queued, when it is
// handled, and after the answer. Who has little time for the answer is called as well.
func TestCircleThroughQueue(t *testing.T) {
	for _, test := range []struct {
		timeout time.Duration
		want    error
	}{{ipc.Forever, errCircle}, {time.Minute, errCircle}, {5 * time.Second, context.DeadlineExceeded}} {
		synctest.Test(t, func(t *testing.T) {
			table := emptyTable(t, Config{})
			outside, server, client := table.with("outside"), table.with("server"), table.with("client")
			server.spec.CallTime = manifest.Duration(10 * time.Second)
			client.queue.begin(nil, outside.id)
			server.queue.begin(nil, outside.id)
			begin := func(when string, want error) {
				t.Helper()
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if _, err := (&caller{server, client}).Begin(ctx); !errors.Is(err, want) {
					t.Errorf("timeout %v, %s: %v, want %v", test.timeout, when, err, want)
				}
			}
			e := ipc.NewEndpoint(ipc.Limits{})
			via := capability.New(e, e.Rights(), 0)
			d := &desk{Server: ipc.Server{Party: ipc.Party{ID: server.id, Space: capability.NewSpace(capability.Limits{})}}}
			d.Answer = func(*ipc.Delivery, []byte, *ipc.Message) (bool, error) { return false, nil } // it is busy
			server.life = newLife(server)
			server.life.desks, server.life.ready = []*desk{d}, true
			begin("before the call", context.DeadlineExceeded)
			answered := make(chan error)
			go func() {
				p := ipc.Party{ID: client.id, Space: capability.NewSpace(capability.Limits{})}
				_, err := p.Call(t.Context(), via, ipc.Message{}, nil, test.timeout)
				answered <- err
			}()
			if err := d.Await(t.Context(), via); err != nil {
				t.Fatal(err)
			}
			begin("in the queue", test.want)
			m, err := d.Take(t.Context(), via, nil)
			if err != nil {
				t.Fatal(err)
			}
			server.queue.begin(nil, server.id)
			server.answersFor(client.id, m.Reply)
			begin("before the answer", test.want)
			if err := errors.Join(d.Reply(m.Reply, ipc.Message{}), <-answered); err != nil {
				t.Fatal(err)
			}
			begin("after the answer", context.DeadlineExceeded)
		})
	}
}

// TestCircleOfATeam has calls leave a team and come back to it, while somebody keeps its turn.
func TestCircleOfATeam(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := emptyTable(t, Config{Specs: []*Spec{
			specified("service", "service", fusedTo(1)), specified("other", "client", fusedTo(1)), specified("member", "client", fusedTo(1)),
			specified("outside", "service"), specified("farther", "service"),
		}})
		service, other, member, outside, farther := table.boot["service"], table.boot["other"], table.boot["member"], table.boot["outside"], table.boot["farther"]
		for _, test := range []struct {
			name            string
			calls           [][2]*Process
			client, service *Process
			want            error
		}{
			{"back to a member", [][2]*Process{{service, outside}}, outside, member, errCircle},
			{"back to who keeps the turn", [][2]*Process{{service, outside}}, outside, service, errCircle},
			{"by a detour", [][2]*Process{{service, farther}, {farther, outside}}, outside, member, errCircle},
			{"nobody keeps the turn", [][2]*Process{{other, outside}}, outside, member, context.DeadlineExceeded},
			{"for another one", [][2]*Process{{service, farther}}, outside, member, context.DeadlineExceeded},
			{"a member is waited for first", [][2]*Process{{farther, outside}, {outside, member}}, service, outside, errCircle},
			{"and nobody keeps the turn", [][2]*Process{{farther, outside}, {outside, member}}, other, outside, context.DeadlineExceeded},
		} {
			for _, p := range table.list() {
				p.queue = queue{}
			}
			for _, c := range test.calls {
				c[1].queue.begin(nil, c[0].id)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			if _, err := (&caller{test.client, test.service}).Begin(ctx); !errors.Is(err, test.want) {
				t.Errorf("%s: %v", test.name, err)
			}
			cancel()
		}
	})
}

// TestKillOfWhoWaits ends processes that wait for the one that ends them, also if they only come to that afterwards.
func TestKillOfWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := emptyTable(t, Config{})
		killer, victim, between := table.with("killer"), table.with("victim"), table.with("between")
		victim.life, victim.parent = newLife(victim), killer
		between.queue.begin(nil, victim.id)
		time.AfterFunc(time.Minute, func() {
			killer.mu.Lock()
			defer killer.mu.Unlock()
			killer.queue.begin(nil, between.id)
		})
		if err := victim.kill(t.Context(), killer, nil); err != nil {
			t.Error(err)
		}
		if v := verdictOf(victim.life.ctx); v == nil || !v.wanted {
			t.Errorf("the verdict on the victim: %v", v)
		}
		if err := (&child{victim}).Kill(t.Context()); err != nil || victim.ctx.Err() == nil {
			t.Errorf("as its parent: %v, %v", err, victim.ctx.Err())
		}
	})
}

// TestKillOfTheCaller has a server end the process whose call it is in. That has ended when the call has.
func TestKillOfTheCaller(t *testing.T) {
	s := boot(t, specified("server", "service", serves, within(time.Hour)),
		specified("victim", "succeed", never, sends, sender(
			func(ctx context.Context, _ host.Kernel, p *ipc.Party, via *capability.Ref) error {
				if _, err := ask(ctx, p, via, labelCount, ipc.Forever); err != nil {
					return err
				}
				_, err := p.Call(ctx, via, ipc.Message{Label: labelKill}, nil, ipc.Forever)
				return err
			})))
	if e := s.ending("victim"); e.Kind != host.Killed {
		t.Errorf("the victim %s", describe(e))
	}
	if got := s.happened("server"); got != "started" {
		t.Errorf("the server: %s", got)
	}
}

// TestSelfCall has a server call an endpoint that it serves itself, which nobody else could answer.
func TestSelfCall(t *testing.T) {
	s := boot(t, specified("server", "service", serves, sends, within(time.Hour)), specified("it", "succeed", essential, sends, sender(
		func(ctx context.Context, _ host.Kernel, p *ipc.Party, via *capability.Ref) error {
			if _, err := ask(ctx, p, via, labelSelf, ipc.Forever); err != nil {
				return err
			}
			d, err := ask(ctx, p, via, labelCount, ipc.Forever)
			if d.Label != 1 {
				t.Errorf("afterwards: %+v", d)
			}
			return err
		})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
}

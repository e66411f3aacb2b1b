package process

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/witan-os/witan/kernel/audit"
	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/runtime/vm"
)

// This file attacks a system from inside. Whoever attacks may lose; all others have to be there afterwards.

// TestSpin has more processes spin than there are CPUs. Others get their time, and whoever spins can be ended.
func TestSpin(t *testing.T) {
	specs := []*Spec{specified("service", "service")}
	names := []string{"a", "b", "c", "d"}
	for _, n := range names {
		specs = append(specs, specified(n, "spin", never))
	}
	s := boot(t, append(specs, specified("it", "client", essential, entry(
		func(ctx context.Context, k host.Kernel, i *vm.Instance) error {
			for range 100 {
				if _, err := i.Call(ctx, "", "add", uint32(1), uint32(2)); err != nil {
					return err
				}
			}
			for _, n := range names {
				if err := k.Kill(ctx, find(k, n).ID); err != nil {
					return err
				}
			}
			return nil
		})))...)
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
	for _, n := range names {
		if e := s.ending(n); e.Kind != host.Killed || !strings.HasPrefix(e.Reason, "killed by it[") {
			t.Errorf("%s %s", n, describe(e))
		}
	}
}

// TestShare has a process spin that may use a tenth of a CPU.
func TestShare(t *testing.T) {
	start := time.Now()
	s := boot(t, specified("limited", "spin", func(s *Spec) { s.Share = 10 }))
	s.until("it has worked for a while", func() bool { return s.process("limited").Info().CPUTime > 20*time.Millisecond })
	if passed := time.Since(start); passed < 9*20*time.Millisecond {
		t.Errorf("it has done that within %v", passed)
	}
	l := s.process("limited").interrupt(errOverdue)
	select {
	case <-l.done:
	case <-time.After(patience):
		t.Error("a process that waits for its share can't be ended")
	}
}

func TestShareOfPeriods(t *testing.T) {
	s := newShare(1)
	now := time.Unix(100, 0)
	clock := func() time.Time { return now }
	var waited time.Duration
	const grants = 1000
	for range grants {
		d := s.wait(clock)
		now = now.Add(d)
		waited += d
	}
	want := time.Duration(grants/s.allowance-1) * sharePeriod
	if waited < want || waited > want+2*sharePeriod {
		t.Errorf("for %d grants at %d in a period it has waited %v, want about %v", grants, s.allowance, waited, want)
	}
	now = now.Add(time.Hour)
	for range s.allowance {
		s.wait(clock)
	}
	if d := s.wait(clock); d > sharePeriod {
		t.Errorf("after an hour it waits %v", d)
	}
	if newShare(100).pace() != nil || newShare(0).pace() != nil {
		t.Error("a process that may use all of a CPU is asked to wait")
	}
}

// TestMemory has a process use up its memory, and its regions count.
func TestMemory(t *testing.T) {
	s := boot(t, specified("it", "grow", essential, func(s *Spec) { s.Memory = 1 << 20 }, entry(
		func(ctx context.Context, k host.Kernel, i *vm.Instance) error {
			if err := k.Charge(1<<20 + 1); !errors.Is(err, host.ErrOverBudget) {
				t.Errorf("more than there is: %v", err)
			}
			if err := k.Charge(1 << 19); err != nil {
				t.Errorf("half of it: %v", err)
			}
			if _, err := i.Call(ctx, runInterface, "run"); err != nil {
				t.Errorf("growing: %v", err)
			}
			if me := find(k, "it"); me.Memory != 1<<20 || me.MemoryLimit != 1<<20 {
				t.Errorf("it has %d bytes of %d", me.Memory, me.MemoryLimit)
			}
			if err := k.Charge(1); !errors.Is(err, host.ErrOverBudget) {
				t.Errorf("one byte more: %v", err)
			}
			k.Refund(1 << 19)
			return k.Charge(1 << 19)
		})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
}

// TestSumOfMemory has two processes that may each have most of what there is. Who comes too late gets no more, and
// nobody is harmed; what a life has had is there again for others.
func TestSumOfMemory(t *testing.T) {
	const total, each = 10 << 20, 8 << 20
	most := func(s *Spec) { s.Memory = each }
	grown := make(chan struct{})
	s := bootWith(t, Config{Memory: total},
		specified("first", "grow", most, never, entry(func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
			_, err := i.Call(ctx, runInterface, "run")
			close(grown)
			if err != nil {
				return err
			}
			<-ctx.Done()
			return ctx.Err()
		})),
		specified("it", "grow", most, essential, entry(func(ctx context.Context, k host.Kernel, i *vm.Instance) error {
			<-grown
			if has := find(k, "first").Memory; has != each {
				t.Errorf("the first one has %d bytes", has)
			}
			if _, err := i.Call(ctx, runInterface, "run"); err != nil {
				t.Errorf("growing: %v", err)
			}
			if has := find(k, "it").Memory; has != total-each {
				t.Errorf("the second one has %d bytes", has)
			}
			if err := k.Charge(1); !errors.Is(err, host.ErrOverBudget) {
				t.Errorf("one byte more: %v", err)
			}
			if err := k.Kill(ctx, find(k, "first").ID); err != nil {
				return err
			}
			if err := k.Charge(each - (total - each)); err != nil {
				t.Errorf("what the other one has left: %v", err)
			}
			k.Refund(each - (total - each))
			return nil
		})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
	if left := s.table.memory.Used(); left != 0 {
		t.Errorf("%d bytes are taken when all have ended", left)
	}
}

// TestFuel ends a process that has done all the work that it may do.
func TestFuel(t *testing.T) {
	s := boot(t, specified("it", "spin", essential, func(s *Spec) { s.Fuel = 1 << 24 }))
	if got := s.wait(); got != StatusTrap {
		t.Errorf("status %d", got)
	}
	if e := s.ending("it"); !strings.Contains(e.Reason, vm.ErrOutOfFuel.Error()) {
		t.Errorf("it %s", describe(e))
	}
}

// TestSpawn starts processes, and what may not be started.
func TestSpawn(t *testing.T) {
	passed := ipc.NewEndpoint(ipc.Limits{})
	s := boot(t, specified("worker", "exit", spawnable), specified("spinner", "spin", spawnable), specified("other", "spin", spawnable),
		specified("boss", "spin", essential, func(s *Spec) { s.Startable = []string{"worker", "spinner", "boss"} }, entry(
			func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
				for name, want := range map[string]error{"other": host.ErrDenied, "nobody": host.ErrNotFound, "boss": host.ErrNotFound} {
					if _, err := k.Spawn(ctx, name, nil, nil); !errors.Is(err, want) {
						t.Errorf("start of %s: %v", name, err)
					}
				}
				if _, err := k.Spawn(ctx, "worker", []string{strings.Repeat("x", maxArguments)}, nil); !errors.Is(err, host.ErrOverBudget) {
					t.Errorf("long arguments: %v", err)
				}
				ref := capability.New(passed, passed.Rights(), 0)
				w, err := k.Spawn(ctx, "worker", []string{"a", "b"}, ref)
				if err != nil {
					return err
				}
				e, err := w.Wait(ctx)
				if want := (host.Ending{Kind: host.Exited, Status: 7}); err != nil || e != want {
					t.Errorf("the worker %s, %v", describe(e), err)
				}
				if again, ok := w.Ending(); !ok || again != e {
					t.Errorf("asked again: %v", again)
				}
				over, end := context.WithCancel(ctx)
				end()
				for range 20 {
					if again, err := w.Wait(over); err != nil || again != e {
						t.Errorf("without waiting: %v, %v", again, err)
					}
				}
				if ref.Err() == nil {
					t.Error("the capability that was passed has not ended with the process")
				}
				c, err := k.Spawn(ctx, "spinner", nil, nil)
				if err != nil {
					return err
				}
				if _, ended := c.Ending(); ended {
					t.Error("the spinner has ended")
				}
				short, cancel := context.WithTimeout(ctx, 5*time.Millisecond)
				defer cancel()
				if _, err := c.Wait(short); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("a short wait: %v", err)
				}
				if err := c.Kill(ctx); err != nil {
					t.Error(err)
				}
				if e, _ := c.Wait(ctx); e.Kind != host.Killed {
					t.Errorf("the spinner %s", describe(e))
				}
				before := len(k.Processes())
				c.Release()
				w.Release()
				if now := len(k.Processes()); now != before-2 {
					t.Errorf("%d processes of %d are known after 2 were released", now, before)
				}
				return nil
			})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
	if got := s.happened("boss"); got != "started denied ended" {
		t.Errorf("the boss: %s", got)
	}
}

// TestSpawnBomb starts as many processes as it can. All of them end with it.
func TestSpawnBomb(t *testing.T) {
	var started atomic.Int32
	s := boot(t, specified("fork", "spin", spawnable, func(s *Spec) { s.Startable, s.Memory = []string{"fork"}, 1<<20 }, entry(
		func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
			started.Add(1)
			for ctx.Err() == nil {
				if _, err := k.Spawn(ctx, "fork", nil, nil); err != nil && ctx.Err() == nil {
					if !errors.Is(err, host.ErrOverBudget) {
						t.Error(err)
					}
					<-ctx.Done()
				}
			}
			return ctx.Err()
		})),
		specified("bomb", "spin", never, func(s *Spec) { s.Startable = []string{"fork"} }, entry(
			func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
				_, err := k.Spawn(ctx, "fork", nil, nil)
				<-ctx.Done()
				return err
			})), specified("bystander", "yields"))
	s.until("the table is full", func() bool { return len(s.table.list()) == MaxProcesses })
	s.until("all that can be started are", func() bool { return started.Load() == MaxProcesses-2 })
	s.process("bomb").interrupt(killed(s.process("bystander")))
	s.until("all have ended", func() bool { return len(s.table.list()) == 2 })
	if s.process("bystander").state() == host.Ended {
		t.Error("the bystander has ended")
	}
}

// TestAuditFlood starts processes to have the audit forget what was before. It has all of that, and a part of the flood.
func TestAuditFlood(t *testing.T) {
	const flood = audit.DefaultRecords/2 + 100 // each starts and ends
	s := boot(t, specified("worker", "succeed", spawnable), specified("bystander", "yields"),
		specified("boss", "spin", essential, func(s *Spec) { s.Startable = []string{"worker"} }, entry(
			func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
				for range flood {
					w, err := k.Spawn(ctx, "worker", nil, nil)
					if err != nil {
						return err
					}
					if _, err := w.Wait(ctx); err != nil {
						return err
					}
					w.Release()
				}
				return nil
			})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
	if got := s.happened("boss"); got != "started ended" {
		t.Errorf("the boss: %s", got)
	}
	if got := s.happened("bystander"); got != "started killed" {
		t.Errorf("the bystander: %s", got)
	}
	if got := len(strings.Fields(s.happened("worker"))); got != audit.DefaultRecords/8 {
		t.Errorf("%d records are about what the boss has started", got)
	}
	if got := s.audit.Suppressed(nil); got != 2*flood-audit.DefaultRecords/8 {
		t.Errorf("%d events were only counted", got)
	}
}

// TestRevokedWhileCalling kills a client in a call that its service does not end. All that it has made, lent or got of its
// grants is over at once, and not when the call is.
func TestRevokedWhileCalling(t *testing.T) {
	type lent struct{ made, grant *capability.Ref }
	calling := make(chan lent, 1)
	s := boot(t, specified("service", "service", within(time.Hour)), specified("it", "client", never, sends, entry(
		func(ctx context.Context, k host.Kernel, i *vm.Instance) error {
			h, err := k.Space().Make(ipc.NewEndpoint(ipc.Limits{}), 0)
			if err != nil {
				return err
			}
			var l lent
			if l.made, err = must(k.Space().Get(h, 0)).Derive(capability.Send, 0); err != nil {
				return err
			}
			if l.grant, err = must(k.Granted("box")).Derive(capability.Send, 0); err != nil {
				return err
			}
			calling <- l
			_, err = i.Call(ctx, "", "spin")
			return err
		})))
	l := <-calling
	s.until("the service is in the call", func() bool {
		_, busy := s.process("service").sight()
		return busy
	})
	if l.made.Err() != nil || l.grant.Err() != nil {
		t.Fatalf("before: %v, %v", l.made.Err(), l.grant.Err())
	}
	dying := s.process("it").interrupt(killed(s.process("service")))
	s.until("all of it has ended", func() bool { return l.made.Err() != nil && l.grant.Err() != nil })
	select {
	case <-dying.done:
		t.Error("the client has come out of its call")
	default:
	}
	if _, busy := s.process("service").sight(); !busy {
		t.Error("the service has ended the call")
	}
	s.process("service").interrupt(errOverdue)
	if e := s.ending("it"); e.Kind != host.Killed {
		t.Errorf("it %s", describe(e))
	}
	if got := s.happened("it"); got != "started killed" {
		t.Errorf("it: %s", got)
	}
}

// TestKillOneself ends the process that asks for it.
func TestKillOneself(t *testing.T) {
	s := boot(t, specified("it", "spin", never, entry(func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
		return k.Kill(ctx, find(k, "it").ID)
	})), specified("boss", "yields", essential), specified("killer", "spin", never, entry(
		func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
			if err := k.Kill(ctx, 1<<60); !errors.Is(err, host.ErrNotFound) {
				t.Errorf("nobody: %v", err)
			}
			return k.Kill(ctx, find(k, "boss").ID)
		})))
	if e := s.ending("it"); e.Kind != host.Killed {
		t.Errorf("it %s", describe(e))
	}
	if e := s.ending("killer"); !strings.Contains(e.Reason, "denied") {
		t.Errorf("the killer %s", describe(e))
	}
	// That it was refused is recorded by who answers the program, as with all refusals.
	if got := s.happened("killer"); got != "started trapped" {
		t.Errorf("the killer: %s", got)
	}
	if s.process("boss").state() == host.Ended {
		t.Error("an essential process has ended")
	}
}

// fusedTo has a client reach the service at the cost of a function call.
func fusedTo(team int) func(*Spec) {
	return func(s *Spec) {
		s.Team = team
		for i := range s.Imports {
			if s.Imports[i].Provider.Kind == manifest.Guarded {
				s.Imports[i] = policy.Import{Name: workInterface, Provider: manifest.Provider{Kind: manifest.Fused, Name: "service"}}
			}
		}
	}
}

// calling calls the service until something goes wrong, and counts.
func calling(calls *atomic.Int64) func(*Spec) {
	return entry(func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
		for n := uint32(0); ctx.Err() == nil; n++ {
			got, err := i.Call(ctx, "", "add", n, uint32(1))
			if err != nil {
				return err
			}
			if got != n+1 {
				return errors.New("a wrong sum")
			}
			calls.Add(1)
		}
		return ctx.Err()
	})
}

// TestRandomKills ends processes at random moments, of which all but one depend on another one.
func TestRandomKills(t *testing.T) {
	var guarded, fused atomic.Int64
	s := boot(t,
		specified("service", "service", often, fusedTo(1), within(time.Second)),
		specified("guarded", "client", often, calling(&guarded)),
		specified("fused", "client", often, fusedTo(1), calling(&fused)),
		specified("second", "client", often, fusedTo(1), calling(&fused)),
		specified("yields", "yields", often), specified("child", "spin", often, under("yields")),
	)
	names := []string{"service", "guarded", "fused", "second", "yields", "child"}
	random := rand.New(rand.NewPCG(1, 2))
	by := s.process("yields")
	for n := range 100 {
		for range random.IntN(3) + 1 {
			s.process(names[random.IntN(len(names))]).interrupt(killed(by))
		}
		time.Sleep(time.Duration(random.IntN(3000)) * time.Microsecond)
		if n%20 == 19 {
			g, f := guarded.Load(), fused.Load()
			s.until("all answer", func() bool { return guarded.Load() > g && fused.Load() > f })
		}
	}
	for _, name := range names {
		if s.process(name).state() == host.Ended {
			t.Errorf("%s has ended", name)
		}
	}
}

// TestTeam has processes that are fused to each other. One that traps in code of its own loses itself.
func TestTeam(t *testing.T) {
	var calls atomic.Int64
	s := boot(t, specified("service", "service", fusedTo(1)),
		specified("one", "client", fusedTo(1), calling(&calls)), specified("two", "client", fusedTo(1), calling(&calls)),
		specified("outside", "client", calling(&calls)))
	s.until("they call", func() bool { return calls.Load() > 1000 })
	before := s.process("service").restarts.Load()
	if l := s.process("one").interrupt(killed(s.process("two"))); l != nil {
		<-l.done
	}
	at := calls.Load()
	s.until("they go on", func() bool { return calls.Load() > at+1000 })
	if got := s.process("service").restarts.Load(); got != before {
		t.Errorf("the end of a client has ended the service %d times", got-before)
	}
	// The end of the service is the end of all who are fused to it.
	one := s.process("one").restarts.Load()
	s.process("service").interrupt(killed(s.process("two")))
	s.until("they were started again", func() bool { return s.process("one").restarts.Load() > one })
	at = calls.Load()
	s.until("they go on", func() bool { return calls.Load() > at+1000 })
}

// TestTeamTrap has a client trap in the service's code, and come back before and after the others have noticed.
func TestTeamTrap(t *testing.T) {
	for name, after := range map[string]func(context.Context){
		"at once": func(context.Context) {},
		"late":    func(ctx context.Context) { <-ctx.Done() },
	} {
		t.Run(name, func(t *testing.T) { teamTrap(t, after) })
	}
}

// teamTrap has a client trap and do something more before it ends.
func teamTrap(t *testing.T, after func(context.Context)) {
	var once sync.Once
	var calls atomic.Int64
	s := boot(t, specified("service", "service", fusedTo(1)),
		specified("bad", "client", fusedTo(1), entry(func(ctx context.Context, _ host.Kernel, i *vm.Instance) (err error) {
			once.Do(func() {
				for calls.Load() == 0 && ctx.Err() == nil {
					time.Sleep(time.Millisecond)
				}
				_, err = i.Call(ctx, "", "fail")
				after(ctx)
			})
			if err == nil {
				<-ctx.Done()
			}
			return err
		})),
		specified("good", "client", fusedTo(1), calling(&calls)),
		specified("bystander", "yields"))
	s.until("all are there again", func() bool {
		for _, n := range []string{"service", "bad", "good"} {
			if p := s.process(n); p.restarts.Load() == 0 || p.state() == host.Starting {
				return false
			}
		}
		return true
	})
	at := calls.Load()
	s.until("they go on", func() bool { return calls.Load() > at })
	if got := s.happened("bad"); got != "started trapped restarted started" {
		t.Errorf("who is to blame: %s", got)
	}
	for _, n := range []string{"service", "good"} {
		if got := s.happened(n); got != "started killed started" {
			t.Errorf("%s: %s", n, got)
		}
	}
	if got := s.happened("bystander"); got != "started" {
		t.Errorf("the bystander: %s", got)
	}
}

// TestTeamEndsFirst ends a service that has something which its clients need in its code. They are to be told before that
// is gone: they would trap there, and be taken for the cause.
func TestTeamEndsFirst(t *testing.T) {
	var calls atomic.Int64
	s := boot(t, specified("service", "service", often, fusedTo(1)), specified("one", "client", often, fusedTo(1), calling(&calls)))
	service, one := s.process("service"), s.process("one")
	latest := func(p *Process) *life {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.life != nil && p.life.ready {
			return p.life
		}
		return nil
	}
	for n := range 20 {
		at := calls.Load()
		s.until("it calls", func() bool { return calls.Load() > at })
		var client, life *life
		s.until("both are there", func() bool {
			client, life = latest(one), latest(service)
			return client != nil && life != nil
		})
		told := make(chan bool, 1)
		lost := func() { told <- client.ctx.Err() != nil }
		if _, err := life.space.Make(ipc.NewChargedEndpoint(ipc.Limits{}, lost), 0); err != nil {
			t.Fatal(err)
		}
		service.interrupt(killed(one))
		<-life.done
		if !<-told {
			t.Fatalf("in its life %d, the client is there when what the service has is not", n)
		}
	}
}

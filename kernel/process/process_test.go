package process

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/runtime/vm"
)

// TestEndings has programs end in all ways.
func TestEndings(t *testing.T) {
	for _, tt := range []struct {
		component string
		kind      host.EndKind
		status    uint8
		reason    string
		system    int // if the process is essential
	}{
		{"succeed", host.Exited, 0, "", 0},
		{"fail", host.Exited, 1, "", 1},
		{"exit", host.Exited, 7, "", 7},
		{"trap", host.Trapped, 0, "unreachable", StatusTrap},
		{"recurse", host.Trapped, 0, "stack overflow", StatusTrap},
		{"grow", host.Exited, 0, "", 0},
		{"nothing", host.Trapped, 0, "there is no component nothing", StatusBad},
	} {
		t.Run(tt.component, func(t *testing.T) {
			s := boot(t, specified("it", tt.component, essential), specified("other", "service"))
			e := s.ending("it")
			if e.Kind != tt.kind || e.Status != tt.status || !strings.Contains(e.Reason, tt.reason) || tt.reason == "" && e.Reason != "" {
				t.Errorf("it %s", describe(e))
			}
			if got := s.wait(); got != tt.system {
				t.Errorf("the system ended with %d, want %d", got, tt.system)
			}
			if e := s.ending("other"); e.Kind != host.Killed {
				t.Errorf("the other one %s", describe(e))
			}
		})
	}
}

// TestSystemEndsWithItsLastProcess has no essential process.
func TestSystemEndsWithItsLastProcess(t *testing.T) {
	s := boot(t, specified("one", "succeed"), specified("two", "fail", never))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
}

// TestRestarts holds the policies against each end.
func TestRestarts(t *testing.T) {
	for _, tt := range []struct {
		policy    manifest.Restart
		component string
		happened  string
	}{
		{manifest.RestartNever, "trap", "started trapped"},
		{manifest.RestartOnFailure, "succeed", "started ended"},
		{manifest.RestartOnFailure, "trap", "started trapped restarted started trapped restarted started trapped given-up"},
		{manifest.RestartOnFailure, "fail", "started ended restarted started ended restarted started ended given-up"},
		{manifest.RestartAlways, "succeed", "started ended restarted started ended restarted started ended given-up"},
	} {
		s := boot(t, specified("it", tt.component, func(s *Spec) { s.Restart, s.Restarts = tt.policy, 2 }))
		s.ending("it")
		if got := s.happened("it"); got != tt.happened {
			t.Errorf("%s, %s: %s, want %s", tt.component, tt.policy, got, tt.happened)
		}
	}
}

// TestFailedStart has a process fail to start, in a store of its own and in a team. Nothing is left of its attempts, and
// those who are in the team notice nothing.
func TestFailedStart(t *testing.T) {
	for name, with := range map[string]func(*Spec){"alone": func(*Spec) {}, "in a team": fusedTo(1)} {
		var built atomic.Int32
		count := func(m *manifest.Process) {
			if m.Name == "it" {
				built.Add(1)
			}
		}
		s := bootWith(t, Config{Memory: 1 << 30, Built: count}, specified("service", "service", with),
			specified("it", "unstartable", with, func(s *Spec) { s.Restarts = 3 }))
		if e := s.ending("it"); e.Kind != host.Trapped || !strings.Contains(e.Reason, "unreachable") {
			t.Errorf("%s: it %s", name, describe(e))
		}
		if got, want := s.happened("it"), "started"+strings.Repeat(" trapped restarted started", 3)+" trapped given-up"; got != want {
			t.Errorf("%s: it: %s", name, got)
		}
		if got := built.Load(); got != 4 {
			t.Errorf("%s: what it takes was compiled %d times", name, got)
		}
		s.until("the service serves", func() bool { return s.process("service").state() == host.Waiting })
		const page = 64 << 10
		if got := s.table.memory.Used(); got != page {
			t.Errorf("%s: %d bytes are taken, want %d for the service", name, got, page)
		}
		if got := s.happened("service"); got != "started" {
			t.Errorf("%s: the service: %s", name, got)
		}
	}
}

// TestKillsDoNotCount kills a service more often than it may fail. It is there again each time, and its failures count.
func TestKillsDoNotCount(t *testing.T) {
	s := boot(t, specified("service", "service", func(s *Spec) { s.Restarts = 1 }), specified("it", "client", essential, entry(
		func(ctx context.Context, k host.Kernel, i *vm.Instance) error {
			for range 6 {
				if err := k.Kill(ctx, find(k, "service").ID); err != nil {
					return err
				}
				if got, err := i.Call(ctx, "", "count"); got != uint32(1) {
					t.Errorf("count: %v, %v", got, err)
				}
			}
			_, err := i.Call(ctx, "", "fail")
			return err
		})))
	if got := s.wait(); got != StatusTrap {
		t.Errorf("status %d", got)
	}
	if got := strings.Count(s.happened("service"), "killed restarted started"); got != 6 {
		t.Errorf("the service: %s", s.happened("service"))
	}
}

func TestIntensity(t *testing.T) {
	i := intensity{most: 3, within: time.Second}
	now := time.Unix(1, 0)
	for n, want := range []bool{true, true, true, false, false} {
		if got := i.admit(now.Add(time.Duration(n) * 100 * time.Millisecond)); got != want {
			t.Errorf("restart %d: %v", n, got)
		}
	}
	if !i.admit(now.Add(time.Second)) || i.admit(now.Add(time.Second)) {
		t.Error("a place is not free again after the period, or more than one is")
	}
	var last time.Duration
	for n := range 100 {
		i := intensity{most: 10, within: 2 * time.Second, recent: make([]time.Time, n+1)}
		if d := i.delay(); d < last || d > time.Second/5 || n == 0 && d != 0 {
			t.Errorf("after %d restarts it waits %v, and %v after one less", n, d, last)
		} else {
			last = d
		}
	}
}

// TestCalls goes from one process to another through the kernel.
func TestCalls(t *testing.T) {
	s := boot(t, specified("service", "service"), specified("it", "client", essential, entry(
		func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
			for n := range uint32(100) {
				if got, err := i.Call(ctx, "", "add", n, uint32(2)); err != nil || got != n+2 {
					t.Errorf("add: %v, %v", got, err)
				}
			}
			return nil
		})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
}

// TestPrivate has two processes with an instance of the same component each, one of them in a team.
func TestPrivate(t *testing.T) {
	own := func(s *Spec) {
		s.Imports = []policy.Import{{Name: workInterface, Export: workInterface, Provider: manifest.Provider{Kind: manifest.Private, Name: "service"}}}
		s.Private = []string{"service"}
	}
	counts := entry(func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
		for n := range uint32(3) {
			if got, err := i.Call(ctx, "", "count"); got != n+1 {
				t.Errorf("count: %v, %v, want %d", got, err, n+1)
			}
		}
		return nil
	})
	s := boot(t, specified("one", "client", own, counts), specified("two", "client", own, counts, func(s *Spec) { s.Team = 1 }))
	for _, name := range []string{"one", "two"} {
		if e := s.ending(name); failed(e) {
			t.Errorf("%s %s", name, describe(e))
		}
	}
}

// TestServiceTrap has one client make its service trap. It loses itself; the other one finds a new life.
func TestServiceTrap(t *testing.T) {
	met := make(chan struct{})
	s := boot(t, specified("service", "service"),
		specified("bad", "client", never, entry(func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
			<-met
			_, err := i.Call(ctx, "", "fail")
			return err
		})),
		specified("good", "client", essential, entry(func(ctx context.Context, k host.Kernel, i *vm.Instance) error {
			if got, err := i.Call(ctx, "", "count"); got != uint32(1) {
				t.Errorf("count: %v, %v", got, err)
			}
			close(met)
			for {
				got, err := i.Call(ctx, "", "count")
				if err != nil {
					return err
				}
				if got == uint32(1) {
					break // a new life has not counted before
				}
			}
			for find(k, "bad").State != host.Ended { // the system's end is to be no reason for that
				time.Sleep(time.Millisecond)
			}
			return nil
		})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
	if e := s.ending("bad"); e.Kind != host.Trapped || !strings.Contains(e.Reason, "no answer from process service: trap") {
		t.Errorf("the client %s", describe(e))
	}
	if got := s.happened("service"); !strings.HasPrefix(got, "started trapped restarted started") {
		t.Errorf("the service: %s", got)
	}
}

// TestCallAfterKill has calls follow upon the end of their service at once: each is for the next life.
func TestCallAfterKill(t *testing.T) {
	idle := entry(func(ctx context.Context, _ host.Kernel, _ *vm.Instance) error {
		<-ctx.Done()
		return ctx.Err()
	})
	for name, others := range map[string][]*Spec{
		"alone":     {specified("service", "service", often)},
		"in a team": {specified("service", "service", often, fusedTo(1)), specified("fused", "client", often, fusedTo(1), idle)},
	} {
		s := boot(t, append(others, specified("it", "client", essential, entry(
			func(ctx context.Context, k host.Kernel, i *vm.Instance) error {
				for range 50 {
					if got, err := i.Call(ctx, "", "count"); got != uint32(1) {
						t.Errorf("%s: count: %v, %v", name, got, err)
					}
					if err := k.Kill(ctx, find(k, "service").ID); err != nil {
						return err
					}
				}
				return nil
			})))...)
		if got := s.wait(); got != 0 {
			t.Errorf("%s: status %d", name, got)
		}
	}
}

// TestServiceForGood has a service that is not started again. Calls that have a word for that return it.
func TestServiceForGood(t *testing.T) {
	s := boot(t, specified("service", "service", never), specified("it", "client", essential, entry(
		func(ctx context.Context, k host.Kernel, i *vm.Instance) error {
			if err := k.Kill(ctx, find(k, "service").ID); err != nil {
				return err
			}
			for range 3 {
				got, err := vm.CallText(ctx, must(i.Find("try")), []string{"7"})
				var failed *vm.Failed
				if !errors.As(err, &failed) || failed.Text != "unavailable" {
					t.Errorf("try: %v, %v", got, err)
				}
			}
			_, err := i.Call(ctx, "", "add", uint32(1), uint32(2))
			return err
		})))
	if got := s.wait(); got != StatusTrap {
		t.Errorf("status %d", got)
	}
	if e := s.ending("it"); !strings.Contains(e.Reason, "no answer from process service: it has ended for good: it was ended: killed by it[") {
		t.Errorf("it %s", describe(e))
	}
}

// TestOverdue has a service spin in a call. The caller waits for a bounded time, the next one for a new life.
func TestOverdue(t *testing.T) {
	s := boot(t, specified("service", "service", within(100*time.Millisecond)),
		specified("bad", "client", never, entry(func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
			_, err := i.Call(ctx, "", "spin")
			return err
		})))
	if e := s.ending("bad"); e.Kind != host.Trapped || !strings.Contains(e.Reason, errOverdue.text) {
		t.Errorf("the client %s", describe(e))
	}
	service := s.process("service")
	s.until("the service runs again", func() bool { return service.restarts.Load() > 0 && service.state() == host.Waiting })
	if got := s.happened("service"); got != "started trapped restarted started" {
		t.Errorf("the service: %s", got)
	}
}

// TestKillDuringACall has a service be killed in a call. Its client has not been killed: it has got no answer.
func TestKillDuringACall(t *testing.T) {
	s := boot(t, specified("service", "service"), specified("it", "client", never, entry(
		func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
			_, err := i.Call(ctx, "", "spin")
			return err
		})), specified("killer", "yields"))
	s.until("the service is busy", func() bool { return s.process("service").state() == host.Running })
	s.until("the call is made", func() bool {
		s.process("service").interrupt(killed(s.process("killer")))
		return s.process("it").state() == host.Ended
	})
	e := s.ending("it")
	if e.Kind != host.Trapped || !strings.Contains(e.Reason, "no answer from process service") || !strings.Contains(e.Reason, "killed by killer[") {
		t.Errorf("it %s", describe(e))
	}
}

// TestClientEnds has a client be ended while it waits in a call of a busy service. The service goes on.
func TestClientEnds(t *testing.T) {
	linked := make(chan struct{}) // and what that asks of the service is over
	s := boot(t, specified("service", "service", within(300*time.Millisecond)),
		specified("first", "client", never, entry(func(ctx context.Context, _ host.Kernel, i *vm.Instance) error {
			close(linked)
			_, err := i.Call(ctx, "", "spin")
			return err
		})))
	<-linked
	s.until("the service spins", func() bool { return s.process("service").state() == host.Running })
	second := &caller{s.process("first"), s.process("service")}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if life, err := second.Begin(ctx); !errors.Is(err, context.DeadlineExceeded) {
		if err == nil {
			second.End(life, nil)
		}
		t.Errorf("a call that came second: %v", err)
	}
	s.until("the service serves again", func() bool {
		life, err := second.Begin(t.Context())
		if err == nil {
			second.End(life, nil)
		}
		return err == nil
	})
}

// TestProgramAnswersNoCalls is about a link to what is no service.
func TestProgramAnswersNoCalls(t *testing.T) {
	s := boot(t, specified("service", "yields"), specified("it", "client", essential))
	if got := s.wait(); got != StatusBad {
		t.Errorf("status %d", got)
	}
	if e := s.ending("it"); !strings.Contains(e.Reason, "it is a program of its own") {
		t.Errorf("it %s", describe(e))
	}
}

// TestParent ends a parent, for once and for good.
func TestParent(t *testing.T) {
	s := boot(t, specified("top", "yields"), specified("child", "service", under("top")), specified("grandchild", "yields", under("child")),
		specified("bystander", "yields"))
	running := func() bool {
		for _, name := range []string{"top", "child", "grandchild", "bystander"} {
			if s.process(name).state() == host.Starting {
				return false
			}
		}
		return true
	}
	s.until("all run", running)
	for range 5 {
		before := s.process("grandchild").restarts.Load()
		l := s.process("top").interrupt(killed(s.process("bystander")))
		<-l.done
		s.until("all run again", func() bool { return running() && s.process("grandchild").restarts.Load() > before })
	}
	if got := s.process("bystander").restarts.Load(); got != 0 {
		t.Errorf("the bystander was started %d times again", got)
	}
	s.process("top").dismiss(errShutdown)
	for _, name := range []string{"top", "child", "grandchild"} {
		if e := s.ending(name); e.Kind != host.Killed {
			t.Errorf("%s %s", name, describe(e))
		}
	}
	if s.process("bystander").state() == host.Ended {
		t.Error("the bystander has ended")
	}
}

// TestStrategyAll starts all children again when one has failed.
func TestStrategyAll(t *testing.T) {
	for _, strategy := range []manifest.Strategy{manifest.StrategyOne, manifest.StrategyAll} {
		s := boot(t, specified("top", "yields", func(s *Spec) { s.Strategy = strategy }),
			specified("one", "yields", under("top")), specified("two", "service", under("top")))
		s.until("all run", func() bool {
			return s.process("one").state() != host.Starting && s.process("two").state() != host.Starting
		})
		s.process("one").interrupt(killed(s.process("top")))
		s.until("one runs again", func() bool { return s.process("one").restarts.Load() == 1 })
		want := uint32(0)
		if strategy == manifest.StrategyAll {
			want = 1
			s.until("two runs again", func() bool { return s.process("two").restarts.Load() == 1 })
		}
		if got := s.process("two").restarts.Load(); got != want || s.process("top").restarts.Load() != 0 {
			t.Errorf("%s: two was started %d times again, want %d", strategy, got, want)
		}
	}
}

// TestBadTrees are not run.
func TestBadTrees(t *testing.T) {
	for want, specs := range map[string][]*Spec{
		"there are two processes named it":          {specified("it", "spin"), specified("it", "spin")},
		"its parent none is no process of the boot": {specified("it", "spin", under("none"))},
		"is its own ancestor":                       {specified("a", "spin", under("b")), specified("b", "spin", under("a"))},
	} {
		if _, err := NewTable(Config{Specs: specs}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestGate refuses a system call that is not granted.
func TestGate(t *testing.T) {
	s := boot(t, specified("it", "identify", essential, func(s *Spec) { s.Calls = nil }))
	if got := s.wait(); got != StatusTrap {
		t.Errorf("status %d", got)
	}
	if e := s.ending("it"); !strings.Contains(e.Reason, "denied: witan:kernel/process@0.1#id is not granted to process it[") {
		t.Errorf("it %s", describe(e))
	}
	if got := s.happened("it"); got != "started denied trapped" {
		t.Errorf("the audit: %s", got)
	}
	if i := s.process("it").Info(); i.Denied != 1 || i.Calls != 0 {
		t.Errorf("counted %d refused and %d made", i.Denied, i.Calls)
	}
}

// TestCounts counts calls by number, and shows them when asked to.
func TestCounts(t *testing.T) {
	s := boot(t, specified("it", "yields"), specified("looks", "spin", essential, entry(
		func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
			id := find(k, "it").ID
			for {
				counts, err := k.Calls(id)
				if err != nil {
					return err
				}
				if len(counts) == 1 && counts[0].Count > 3 && counts[0].Name == "witan:kernel/process@0.1#yield" {
					return k.Trace(id, true)
				}
				if ctx.Err() != nil {
					return ctx.Err()
				}
			}
		})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
	if got := s.process("it").Info(); got.Calls < 4 || got.State != host.Ended {
		t.Errorf("it has %+v", got)
	}
}

// TestTrace shows calls from the moment on when that is asked for.
func TestTrace(t *testing.T) {
	s := boot(t, specified("it", "yields"))
	s.until("it calls", func() bool { return s.process("it").Info().Calls > 2 })
	if s.log.String() != "" {
		t.Errorf("the log has %s", s.log)
	}
	s.process("it").tracing.Store(true)
	s.until("calls are shown", func() bool { return strings.Contains(s.log.String(), "call of it: yield") })
}

// TestGrants gives a process a capability, and takes it back with all that was made of it.
func TestGrants(t *testing.T) {
	var kept *capability.Ref
	s := boot(t, specified("it", "spin", essential,
		func(s *Spec) { s.Grants = []manifest.Grant{{Name: "log", Endpoint: "log", Badge: 9}} },
		entry(func(_ context.Context, k host.Kernel, _ *vm.Instance) (err error) {
			if _, err := k.Granted("other"); !errors.Is(err, host.ErrNotFound) {
				t.Errorf("another one: %v", err)
			}
			want := host.Grant{Name: "log", Kind: capability.Endpoint, Rights: capability.Send | capability.Grant}
			if list := k.Grants(); len(list) != 1 || list[0] != want {
				t.Errorf("granted %v", list)
			}
			kept, err = k.Granted("log")
			if err != nil || kept.Badge() != 9 || kept.Err() != nil {
				t.Errorf("the grant: %+v, %v", kept, err)
			}
			return err
		})))
	s.wait()
	if kept.Err() == nil {
		t.Error("the capability is there after the process's end")
	}
	if s.endpoint.Err() != nil {
		t.Error("the kernel's own reference has ended")
	}
}

// find is the process of a name.
func find(k host.Kernel, name string) host.Info {
	for _, i := range k.Processes() {
		if i.Name == name {
			return i
		}
	}
	return host.Info{}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

package process

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/witan-os/witan/generated/systable"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/runtime/vm"
)

// small is a process whose budget has no room for what the kernel has for it.
func small(s *Spec) { s.Memory = 1 << 20 }

// overheadLimit is how many bytes the kernel has for the processes of a table with that much memory, and familyLimit what
// a family gets of that.
const (
	tableMemory   = 32 << 20
	overheadLimit = tableMemory / overheadShare
	familyLimit   = overheadLimit / familyShare
)

// TestStacksOfMany has processes with small budgets go deep and stay there. What there is for all of them bounds that: those
// that come too late end, and who is not of their family finds as much as before.
func TestStacksOfMany(t *testing.T) {
	const divers = 16
	yield := systable.Number("witan:kernel/process", "0.1", "yield")
	down := func(p *Process) bool { return p.gate.counts.Of(yield) > 0 }
	gone := func(p *Process) bool { return p.state() == host.Ended }
	var dived []*Process
	spawned := make(chan struct{})
	s := bootWith(t, Config{Memory: tableMemory}, specified("diver", "dive", small, spawnable),
		specified("boss", "spin", small, never, func(s *Spec) { s.Startable = []string{"diver"} }, entry(
			func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
				for range divers {
					if _, err := k.Spawn(ctx, "diver", nil, nil); err != nil {
						t.Error(err)
					}
				}
				close(spawned)
				<-ctx.Done()
				return ctx.Err()
			})))
	<-spawned
	for _, p := range s.table.list() {
		if p.spec.Name == "diver" {
			dived = append(dived, p)
		}
	}
	alive := 0
	for _, p := range dived {
		s.until("each is down or has ended", func() bool { return down(p) || gone(p) })
		if !gone(p) {
			alive++
			continue
		}
		if e, _ := p.Ending(); e.Kind != host.Trapped || !strings.Contains(e.Reason, "nothing is left of the memory for stacks") {
			t.Errorf("%s %s", p, describe(e))
		}
	}
	if alive == 0 || alive == len(dived) {
		t.Errorf("%d of %d are down", alive, len(dived))
	}
	if used := s.process("boss").overhead.Used(); used == 0 || used > familyLimit || used != s.table.overhead.Used() {
		t.Errorf("%d bytes of %d are taken, and %d in all", used, familyLimit, s.table.overhead.Used())
	}
	if left := overheadLimit - s.table.overhead.Used(); left < familyLimit {
		t.Errorf("%d bytes are left for others", left)
	}
	s.process("boss").dismiss(errOverdue)
	s.until("the family has ended", func() bool { return gone(s.process("boss")) })
	if used := s.table.overhead.Used(); used != 0 {
		t.Errorf("%d bytes are taken when nobody is there any more", used)
	}
}

// TestArgumentsOfMany has what processes are started with taken from the same, and given back at their end.
func TestArgumentsOfMany(t *testing.T) {
	const memory = 4 << 20
	long := []string{strings.Repeat("x", 60<<10)}
	s := bootWith(t, Config{Memory: memory}, specified("worker", "spin", spawnable), specified("boss", "spin", essential, func(s *Spec) {
		s.Startable = []string{"worker"}
	}, entry(func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
		if _, err := k.Spawn(ctx, "worker", make([]string, maxArguments/argumentCost+1), nil); !errors.Is(err, host.ErrOverBudget) {
			t.Errorf("empty arguments: %v", err)
		}
		var children []host.Child
		for {
			c, err := k.Spawn(ctx, "worker", long, nil)
			if errors.Is(err, host.ErrOverBudget) {
				break
			}
			if err != nil {
				return err
			}
			children = append(children, c)
		}
		if want := memory / overheadShare / familyShare / (argumentCost + 60<<10); len(children) != want {
			t.Errorf("%d processes were started, want %d", len(children), want)
		}
		if err := children[0].Kill(ctx); err != nil {
			return err
		}
		_, err := k.Spawn(ctx, "worker", long, nil)
		return err
	})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
	if used := s.table.overhead.Used(); used != 0 {
		t.Errorf("%d bytes are taken when nobody is there any more", used)
	}
}

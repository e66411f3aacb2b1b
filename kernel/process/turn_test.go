package process

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/witan-os/witan/kernel/guard"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
)

// emptyTable has no processes of a manifest.
func emptyTable(t *testing.T, c Config) *Table {
	t.Helper()
	table, err := NewTable(c)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// with adds a process that does nothing by itself.
func (t *Table) with(name string) *Process {
	return t.add(&Spec{Process: &policy.Process{Process: &manifest.Process{Name: name}}})
}

// hasty is a table of processes that have a second for each call.
func hasty(t *testing.T, names ...string) (*Table, []*Process) {
	t.Helper()
	var specs []*Spec
	for _, n := range names {
		specs = append(specs, specified(n, "service", within(time.Second)))
	}
	table := emptyTable(t, Config{Specs: specs})
	return table, table.list()
}

// TestRefusedByWhoHasEnded has a call wait while a program begins, which refuses it, and ends before the call hears of
// that. It waits for the next life then, and hears from that, or of the end.
func TestRefusedByWhoHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table := emptyTable(t, Config{})
		service := table.with("service")
		c := &caller{table.with("client"), service}
		var life *guard.Life
		answer := make(chan error, 1)
		go func() {
			var err error
			life, err = c.Begin(t.Context())
			answer <- err
		}()
		synctest.Wait()
		service.mu.Lock()
		service.queue.refuseAll() // by a life of which nothing is left
		service.mu.Unlock()
		synctest.Wait()
		select {
		case err := <-answer:
			t.Fatalf("the call has begun with %v, %v", life, err)
		default:
		}
		service.mu.Lock()
		service.final = &host.Ending{Kind: host.Killed, Reason: "enough"}
		service.queue.refuseAll()
		service.mu.Unlock()
		if err := <-answer; !errors.Is(err, guard.ErrGone) || !strings.HasSuffix(err.Error(), ": it was ended: enough") || life != nil {
			t.Errorf("the call has begun with %v, %v", life, err)
		}
	})
}

// TestOverdueCircle has two services wait for each other, one for the call that it makes and one for its turn. Both are
// ended, and who waits for one of them is not.
func TestOverdueCircle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table, p := hasty(t, "client", "outside", "one", "other")
		client, outside, one, other := p[0], p[1], p[2], p[3]
		for _, p := range []*Process{outside, one, other} {
			p.life = newLife(p)
		}
		outside.queue.begin(nil, client.id)
		one.queue.begin(nil, outside.id)
		other.queue.begin(nil, one.id)
		one.queue.waiters = []*waiter{{client: other.id}}
		go table.watchCalls()
		time.Sleep(3 * time.Second / 2)
		for p, want := range map[*Process]bool{outside: false, one: true, other: true} {
			if got := context.Cause(p.life.ctx) == errOverdue; got != want {
				t.Errorf("%s is overdue: %v", p, got)
			}
		}
		table.Stop(0)
	})
}

// TestOverdueChain has a service wait for another one, which hangs: it alone is ended for that. Who hides in many short
// calls of others is ended for what it does itself.
func TestOverdueChain(t *testing.T) {
	for _, test := range []struct {
		name   string
		calls  time.Duration // how long each of the calls takes that the service makes
		middle bool          // it is ended
		last   bool          // the one that it calls is ended
	}{
		{name: "one call that hangs", calls: time.Hour, last: true},
		{name: "many short calls", calls: 10 * time.Millisecond, middle: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				table, p := hasty(t, "first", "middle", "last")
				first, middle, last := p[0], p[1], p[2]
				for _, p := range []*Process{middle, last} {
					p.life = newLife(p)
				}
				middle.queue.begin(nil, first.id)
				over, end := context.WithCancel(t.Context())
				go table.watchCalls()
				go func() {
					for over.Err() == nil {
						last.mu.Lock()
						last.queue.begin(nil, middle.id)
						last.mu.Unlock()
						select {
						case <-time.After(test.calls):
						case <-over.Done():
						}
						last.endTurn()
					}
				}()
				time.Sleep(3 * time.Second / 2)
				for _, c := range []struct {
					process *Process
					ended   bool
				}{{middle, test.middle}, {last, test.last}} {
					if got := context.Cause(c.process.life.ctx) == errOverdue; got != c.ended {
						t.Errorf("%s is overdue: %v", c.process, got)
					}
				}
				end()
				table.Stop(0)
			})
		})
	}
}

package process

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/vm"
)

// watching grants another process, with all rights that there are to it, under its name.
func watching(target string) func(*Spec) {
	return func(s *Spec) { s.Grants = append(s.Grants, manifest.Grant{Name: target, Process: target}) }
}

// derive makes a reference with some rights.
func derive(t *testing.T, from *capability.Ref, rights capability.Rights) *capability.Ref {
	t.Helper()
	ref, err := from.Derive(rights, 0)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// uses does everything that a reference to a process is for, and returns the errors.
func uses(ctx context.Context, k host.Kernel, via *capability.Ref) (status, await, end error) {
	_, status = k.Status(via)
	waiting, cancel := context.WithTimeoutCause(ctx, time.Millisecond, ipc.ErrTimeout)
	defer cancel()
	_, await = k.Await(waiting, via)
	return status, await, k.End(ctx, via)
}

// TestSupervision has a process that runs all the time watched and ended by another one, as far as its references go.
func TestSupervision(t *testing.T) {
	s := boot(t, specified("target", "spin", often), specified("it", "spin", essential, watching("target"), entry(
		func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
			all, err := k.Granted("target")
			if err != nil {
				return err
			}
			for has, want := range map[capability.Rights]struct{ status, await, end bool }{
				capability.Read:    {status: true},
				capability.Receive: {await: true},
				capability.Execute: {end: true},
				capability.Grant:   {},
			} {
				before, err := k.Status(all)
				if err != nil {
					return err
				}
				status, await, end := uses(ctx, k, derive(t, all, has))
				var denied *capability.Denied
				if want.status && status != nil || !want.status && !errors.As(status, &denied) {
					t.Errorf("with %v: its status: %v", has, status)
				}
				if want.await && !errors.Is(await, ipc.ErrTimeout) || !want.await && !errors.As(await, &denied) {
					t.Errorf("with %v: a wait: %v", has, await)
				}
				if want.end && end != nil || !want.end && !errors.As(end, &denied) {
					t.Errorf("with %v: its end: %v", has, end)
				}
				after, err := k.Status(all)
				for ; err == nil && after.State != host.Running; after, err = k.Status(all) {
					time.Sleep(time.Millisecond)
				}
				if err != nil {
					return err
				}
				if restarted := after.Restarts - before.Restarts; restarted != 0 != want.end {
					t.Errorf("with %v: the target was started again %d times", has, restarted)
				}
				if after.ID != find(k, "target").ID || after.Name != "target" || after.State != host.Running {
					t.Errorf("with %v: it is %+v", has, after)
				}
			}
			_, _, end := uses(ctx, k, capability.New(ipc.NewEndpoint(ipc.Limits{}), capability.Send, 0))
			if kind := (*capability.WrongKind)(nil); !errors.As(end, &kind) {
				t.Errorf("by a reference to an endpoint: %v", end)
			}
			return nil
		})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
}

// TestSupervisionRevoked has what was lent be of no use once it is taken back, also for who waits.
func TestSupervisionRevoked(t *testing.T) {
	s := boot(t, specified("target", "spin"), specified("it", "spin", essential, watching("target"), entry(
		func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
			all, err := k.Granted("target")
			if err != nil {
				return err
			}
			lent := derive(t, all, all.Rights())
			waited := make(chan error)
			go func() {
				_, err := k.Await(ctx, lent)
				waited <- err
			}()
			time.Sleep(time.Millisecond)
			all.Revoke()
			if err := <-waited; !errors.Is(err, capability.ErrRevoked) {
				t.Errorf("the wait: %v", err)
			}
			if status, await, end := uses(ctx, k, lent); !errors.Is(status, capability.ErrRevoked) ||
				!errors.Is(await, capability.ErrRevoked) || !errors.Is(end, capability.ErrRevoked) {
				t.Errorf("uses: %v, %v, %v", status, await, end)
			}
			status, err := k.Status(all)
			if status.Restarts != 0 {
				t.Errorf("the target was ended %d times", status.Restarts)
			}
			return err
		})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
}

// TestSupervisedEnd has the ends of processes told to who has a reference, when they come and afterwards.
func TestSupervisedEnd(t *testing.T) {
	for _, tt := range []struct {
		component string
		kind      host.EndKind
		status    uint8
	}{
		{"exit", host.Exited, 7},
		{"trap", host.Trapped, 0},
	} {
		s := boot(t, specified("target", tt.component, never), specified("it", "spin", essential, watching("target"), entry(
			func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
				ref, err := k.Granted("target")
				if err != nil {
					return err
				}
				e, err := k.Await(ctx, ref)
				if err != nil || e.Kind != tt.kind || e.Status != tt.status {
					t.Errorf("%s: it %s, %v", tt.component, describe(e), err)
				}
				if status, err := k.Status(ref); err != nil || status.State != host.Ended || status.Ending != e {
					t.Errorf("%s: afterwards it is %+v, %v", tt.component, status, err)
				}
				over, cancel := context.WithCancel(ctx)
				cancel()
				for range 20 {
					if again, err := k.Await(over, ref); err != nil || again != e {
						t.Errorf("%s: without waiting: %v, %v", tt.component, again, err)
					}
				}
				if err := k.End(ctx, ref); err != nil {
					t.Errorf("%s: the end of what has ended: %v", tt.component, err)
				}
				return nil
			})))
		if got := s.wait(); got != 0 {
			t.Errorf("%s: status %d", tt.component, got)
		}
	}
}

// TestSupervisedEssential has nobody be able to end what the system needs.
func TestSupervisedEssential(t *testing.T) {
	s := boot(t, specified("target", "spin", essential), specified("it", "spin", never, watching("target"), entry(
		func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
			ref, err := k.Granted("target")
			if err != nil {
				return err
			}
			if want := capability.Read | capability.Receive | capability.Grant; ref.Rights() != want {
				t.Errorf("there are the rights %v, want %v", ref.Rights(), want)
			}
			if denied := (*capability.Denied)(nil); !errors.As(k.End(ctx, ref), &denied) {
				t.Error("it may be ended")
			}
			return nil
		})))
	if e := s.ending("it"); failed(e) {
		t.Errorf("it %s", describe(e))
	}
}

// TestSupervisedBySelf has a process end itself by a reference.
func TestSupervisedBySelf(t *testing.T) {
	s := boot(t, specified("it", "spin", never, watching("it"), entry(
		func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
			ref, err := k.Granted("it")
			if err != nil {
				return err
			}
			return k.End(ctx, ref)
		})))
	if e := s.ending("it"); e.Kind != host.Killed {
		t.Errorf("it %s", describe(e))
	}
}

// TestSupervisedChild has a parent pass on what it has started. Whoever gets it can end one life; that it is the last one
// is up to the parent. When the parent ends, so does the reference.
func TestSupervisedChild(t *testing.T) {
	to := make(chan *capability.Ref)
	seen := make(chan struct{})
	s := boot(t,
		specified("worker", "spin", spawnable, func(s *Spec) { s.Restart = manifest.RestartOnFailure }),
		specified("parent", "spin", never, func(s *Spec) { s.Startable = []string{"worker"} }, entry(
			func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
				for range 2 {
					c, err := k.Spawn(ctx, "worker", []string{"an argument"}, nil)
					if err != nil {
						return err
					}
					handle, err := k.Space().Make(c.Object(), 0)
					if err != nil {
						return err
					}
					own, err := k.Space().Get(handle, 0)
					if err != nil {
						return err
					}
					to <- derive(t, own, own.Rights())
					<-seen
					if err := c.Kill(ctx); err != nil {
						return err
					}
					c.Release()
					to <- nil
					<-seen
				}
				return nil
			})),
		specified("it", "spin", essential, entry(func(ctx context.Context, k host.Kernel, _ *vm.Instance) error {
			var refs []*capability.Ref
			for range 2 {
				ref := <-to
				refs = append(refs, ref)
				if err := k.End(ctx, ref); err != nil {
					t.Errorf("its end: %v", err)
				}
				s, err := k.Status(ref)
				for ; err == nil && s.Restarts == 0 && s.State != host.Ended; s, err = k.Status(ref) {
					time.Sleep(time.Millisecond)
				}
				if err != nil || s.State == host.Ended || s.Name != "worker" {
					t.Errorf("after the end of one life it is %+v, %v", s, err)
				}
				seen <- struct{}{}
				<-to
				if s, err := k.Status(ref); err != nil || s.State != host.Ended || s.Ending.Kind != host.Killed || s.Restarts != 1 {
					t.Errorf("when its parent has ended it and forgotten, it is %+v, %v", s, err)
				}
				if find(k, "worker").ID != 0 {
					t.Error("it is still listed")
				}
				seen <- struct{}{}
			}
			for _, ref := range refs {
				<-ref.Done()
				if status, await, end := uses(ctx, k, ref); !errors.Is(status, capability.ErrRevoked) ||
					!errors.Is(await, capability.ErrRevoked) || !errors.Is(end, capability.ErrRevoked) {
					t.Errorf("after its maker's end: %v, %v, %v", status, await, end)
				}
			}
			return nil
		})))
	if got := s.wait(); got != 0 {
		t.Errorf("status %d", got)
	}
}

// TestEndBetweenLives takes a reference back while it is used to end a process that has no life just then.
func TestEndBetweenLives(t *testing.T) {
	table, err := NewTable(Config{VM: shop().vm, Specs: []*Spec{specified("target", "spin"), specified("it", "spin")}})
	if err != nil {
		t.Fatal(err)
	}
	target := table.boot["target"] // it never runs
	own := derive(t, target.self, capability.Execute)
	ended := make(chan error)
	go func() { ended <- target.kill(t.Context(), table.boot["it"], own) }()
	select {
	case err := <-ended:
		t.Fatalf("it has not waited for a life: %v", err)
	case <-time.After(5 * time.Millisecond):
	}
	target.self.Revoke()
	if err := <-ended; !errors.Is(err, capability.ErrRevoked) {
		t.Errorf("got %v", err)
	}
	if l := target.begin(); l.ctx.Err() != nil {
		t.Error("the next life is condemned")
	}
}

// TestRevokeWaits has the end of a reference come after whatever its process is in the middle of.
func TestRevokeWaits(t *testing.T) {
	table, err := NewTable(Config{VM: shop().vm, Specs: []*Spec{specified("target", "spin")}})
	if err != nil {
		t.Fatal(err)
	}
	target := table.boot["target"]
	lent := derive(t, target.self, capability.Execute)
	target.mu.Lock() // as who condemns it, and has seen that the reference is good
	revoked := make(chan struct{})
	go func() {
		target.self.Revoke()
		close(revoked)
	}()
	<-lent.Done()
	select {
	case <-revoked:
		t.Error("the reference is revoked, and somebody still ends the process by it")
	case <-time.After(5 * time.Millisecond):
	}
	target.mu.Unlock()
	<-revoked
}

// TestReferentKeepsNothing closes the object of a process, as when its maker has ended.
func TestReferentKeepsNothing(t *testing.T) {
	table, err := NewTable(Config{VM: shop().vm, Specs: []*Spec{specified("target", "spin")}})
	if err != nil {
		t.Fatal(err)
	}
	o := newReferent(table.boot["target"])
	capability.New(o, o.Rights(), 0).Drop()
	if o.process.Load() != nil {
		t.Error("the object still has the process")
	}
	o.Wake() // which may come late
}

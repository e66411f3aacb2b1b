package supervision

import (
	"context"
	"errors"
	"testing"

	witcap "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	"github.com/witan-os/witan/generated/witan/kernel/v0.1/processes"
	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/supervision"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/hostimpl/witan/internal/fakekernel"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// target is an object of the kind process.
type target struct{}

func (target) Kind() object.Kind { return object.Process }

func (target) Rights() object.Rights { return object.Process.Rights() }

func (target) Close() {}

// watch makes a provider that has a reference to a process with some rights.
func watch(t *testing.T, status *host.Status, rights object.Rights) (*fakekernel.Kernel, *object.Ref, wit.Process) {
	t.Helper()
	k := fakekernel.New()
	k.Watched = status
	p := provider{&capability.Holder{Kernel: k, ID: 1}}
	root := object.New(target{}, object.Process.Rights(), 0)
	ref, err := root.Derive(rights, 0)
	if err != nil {
		t.Fatal(err)
	}
	c, err := p.Keep(ref)
	if err != nil {
		t.Fatal(err)
	}
	own, err := p.ProcessOpen(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return k, root, own.Value()
}

func TestStatus(t *testing.T) {
	for _, test := range []struct {
		status host.Status
		want   wit.Status
	}{
		{
			host.Status{ID: 3, Name: "words", State: host.Waiting, Restarts: 2},
			wit.Status{ID: 3, Name: "words", State: 2, Restarts: 2},
		},
		{
			host.Status{ID: 4, Name: "sums", State: host.Ended, Ending: host.Ending{Kind: host.Trapped, Reason: "unreach\xefable"}},
			wit.Status{ID: 4, Name: "sums", State: 3, Ending: glue.Some(processes.EndingTrapped("unreach\ufffdable"))},
		},
	} {
		_, _, p := watch(t, &test.status, object.Read)
		if got, err := p.Status(t.Context()); err != nil || got != test.want {
			t.Errorf("got %v, %v; want %v", got, err, test.want)
		}
	}
}

func TestWait(t *testing.T) {
	s := &host.Status{}
	_, _, p := watch(t, s, object.Receive)
	if _, err := p.Wait(t.Context(), glue.Some[uint64](1000)); !errors.Is(err, witcap.ErrorTimedOut) {
		t.Errorf("a short wait: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Wait(cancelled, glue.None[uint64]()); !errors.Is(err, context.Canceled) {
		t.Errorf("a wait of who is ended: %v", err)
	}
	s.State, s.Ending = host.Ended, host.Ending{Kind: host.Exited, Status: 3}
	if got, err := p.Wait(t.Context(), glue.None[uint64]()); err != nil || got != processes.EndingExited(3) {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestRights does everything with each right, and afterwards with none at all.
func TestRights(t *testing.T) {
	operations := []struct {
		need object.Rights
		do   func(ctx context.Context, p wit.Process) error
	}{
		{object.Read, func(ctx context.Context, p wit.Process) error {
			_, err := p.Status(ctx)
			return err
		}},
		{object.Receive, func(ctx context.Context, p wit.Process) error {
			_, err := p.Wait(ctx, glue.Some[uint64](0)) // the time is over, and what counts is the right
			return err
		}},
		{object.Execute, func(ctx context.Context, p wit.Process) error { return p.Kill(ctx) }},
	}
	for _, has := range []object.Rights{object.Read, object.Receive, object.Execute, object.Grant} {
		s := &host.Status{State: host.Ended}
		k, root, p := watch(t, s, has)
		for _, o := range operations {
			var want error
			if has != o.need {
				want = witcap.ErrorDenied
			}
			if err := o.do(t.Context(), p); !errors.Is(err, want) {
				t.Errorf("with %v, what needs %v: %v, want %v", has, o.need, err, want)
			}
		}
		refused := len(operations)
		if has != object.Grant {
			refused--
		}
		if len(k.Refusal) != refused {
			t.Errorf("with %v: recorded is %q", has, k.Refusal)
		}
		if killed := s.Restarts == 1; killed != (has == object.Execute) {
			t.Errorf("with %v: the process was killed %d times", has, s.Restarts)
		}
		root.Revoke()
		for _, o := range operations {
			if err := o.do(t.Context(), p); !errors.Is(err, witcap.ErrorRevoked) {
				t.Errorf("with %v, revoked: %v", has, err)
			}
		}
	}
}

// TestPassing has a process derive from what it works with.
func TestPassing(t *testing.T) {
	s := &host.Status{ID: 3}
	k, _, p := watch(t, s, object.Read|object.Execute|object.Grant)
	c, err := p.Capability(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	narrow, err := c.Value().Derive(t.Context(), witcap.RightsRead, 0)
	if err != nil {
		t.Fatal(err)
	}
	own, err := provider{&capability.Holder{Kernel: k, ID: 1}}.ProcessOpen(t.Context(), narrow)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := own.Value().Status(t.Context()); err != nil || got.ID != 3 {
		t.Errorf("watching: %v, %v", got, err)
	}
	if err := own.Value().Kill(t.Context()); !errors.Is(err, witcap.ErrorDenied) || s.Restarts != 0 {
		t.Errorf("killing what may be watched: %v", err)
	}
}

func TestOpenSomethingElse(t *testing.T) {
	p := provider{&capability.Holder{Kernel: fakekernel.New(), ID: 1}}
	c, err := p.Keep(object.New(ipc.NewEndpoint(ipc.Limits{}), object.Send, 0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.ProcessOpen(t.Context(), c); !errors.Is(err, witcap.ErrorWrongKind) {
		t.Errorf("got %v", err)
	}
}

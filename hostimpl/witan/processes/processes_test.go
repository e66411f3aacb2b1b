package processes

import (
	"context"
	"errors"
	"fmt"
	"testing"

	witcap "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/processes"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/hostimpl/witan/internal/fakekernel"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// task is a child whose end is a channel.
type task struct {
	end      chan host.Ending
	killed   bool
	released bool
	objects  int // that are not closed
}

func (*task) ID() uint64 { return 12 }

// Object makes an object of the kind, and nothing else: what it is for is up to the kernel.
func (c *task) Object() object.Object {
	c.objects++
	return &process{c}
}

type process struct{ *task }

func (*process) Kind() object.Kind { return object.Process }

func (*process) Rights() object.Rights { return object.Process.Rights() }

func (p *process) Close() { p.objects-- }

func (c *task) Wait(ctx context.Context) (host.Ending, error) {
	select {
	case e := <-c.end:
		return e, nil
	case <-ctx.Done():
		return host.Ending{}, ctx.Err()
	}
}

func (c *task) Ending() (host.Ending, bool) {
	return host.Ending{Kind: host.Killed}, c.killed
}

func (c *task) Release() { c.released = true }

func (c *task) Kill(context.Context) error {
	c.killed = true
	return nil
}

// start makes a process whose only child is t.
func start(c *task, fail error) (provider, *fakekernel.Kernel, *[]string) {
	k := fakekernel.New()
	started := new([]string)
	k.Start = func(name string, args []string, passed *object.Ref) (host.Child, error) {
		*started = append(*started, fmt.Sprint(name, args, passed != nil))
		return c, fail
	}
	return provider{&capability.Holder{Kernel: k, ID: 1}}, k, started
}

func TestSpawn(t *testing.T) {
	p, k, started := start(&task{}, nil)
	own, err := p.Keep(object.New(ipc.NewEndpoint(ipc.Limits{}), object.Send|object.Grant, 0))
	if err != nil {
		t.Fatal(err)
	}
	c, err := p.ChildSpawn(t.Context(), "worker", []string{"a", "b"}, glue.Some(own))
	if err != nil {
		t.Fatal(err)
	}
	if id, err := c.Value().ID(t.Context()); err != nil || id != 12 {
		t.Errorf("number %d, %v", id, err)
	}
	if got := fmt.Sprint(*started); got != "[worker[a b] true]" {
		t.Errorf("started: %s", got)
	}
	if n := k.InSpace.Len(); n != 0 {
		t.Errorf("%d capabilities are left of the one passed on", n)
	}
}

// TestSpawnRefused has what can't be started take nothing along.
func TestSpawnRefused(t *testing.T) {
	p, k, started := start(nil, host.ErrDenied)
	ref := object.New(ipc.NewEndpoint(ipc.Limits{}), object.Send|object.Grant, 0)
	own, err := p.Keep(ref)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.ChildSpawn(t.Context(), "worker", nil, glue.Some(own)); !errors.Is(err, witcap.ErrorDenied) {
		t.Errorf("got %v", err)
	}
	if ref.Err() == nil || len(k.Refusal) != 1 {
		t.Errorf("the capability is %v, recorded is %q", ref.Err(), k.Refusal)
	}
	own, err = p.Keep(object.New(ipc.NewEndpoint(ipc.Limits{}), object.Send, 0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.ChildSpawn(t.Context(), "worker", nil, glue.Some(own)); !errors.Is(err, witcap.ErrorDenied) {
		t.Errorf("passing on without the right to: %v", err)
	}
	if len(*started) != 1 {
		t.Errorf("started: %q", *started)
	}
}

func TestWait(t *testing.T) {
	c := &task{end: make(chan host.Ending, 1)}
	p, _, _ := start(c, nil)
	own, err := p.ChildSpawn(t.Context(), "worker", nil, glue.None[glue.Own[wit.Capability]]())
	if err != nil {
		t.Fatal(err)
	}
	child := own.Value()
	if _, err := child.Wait(t.Context(), glue.Some[uint64](1000)); !errors.Is(err, witcap.ErrorTimedOut) {
		t.Errorf("a short wait: %v", err)
	}
	for _, test := range []struct {
		end  host.Ending
		want wit.Ending
	}{
		{host.Ending{Kind: host.Exited, Status: 3}, wit.EndingExited(3)},
		{host.Ending{Kind: host.Trapped, Reason: "unreach\xefable"}, wit.EndingTrapped("unreach\ufffdable")},
		{host.Ending{Kind: host.Killed}, wit.EndingKilled()},
	} {
		c.end <- test.end
		if got, err := child.Wait(t.Context(), glue.None[uint64]()); err != nil || got != test.want {
			t.Errorf("got %v, %v; want %v", got, err, test.want)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := child.Wait(cancelled, glue.Some[uint64](1e9)); !errors.Is(err, context.Canceled) {
		t.Errorf("a wait of who is ended: %v", err)
	}
	if end, err := child.Ending(t.Context()); err != nil || end != glue.None[wit.Ending]() {
		t.Errorf("before its end: %v, %v", end, err)
	}
	if err := child.Kill(t.Context()); err != nil {
		t.Fatal(err)
	}
	if end, err := child.Ending(t.Context()); err != nil || end != glue.Some(wit.EndingKilled()) {
		t.Errorf("after its end: %v, %v", end, err)
	}
	if err := own.Drop(t.Context()); err != nil || !c.released {
		t.Errorf("dropped: %v, the kernel was told: %v", err, c.released)
	}
}

// TestCapability has references to a child outlive the resource, and be taken back.
func TestCapability(t *testing.T) {
	c := &task{}
	p, k, _ := start(c, nil)
	own, err := p.ChildSpawn(t.Context(), "worker", nil, glue.None[glue.Own[wit.Capability]]())
	if err != nil {
		t.Fatal(err)
	}
	references := make([]glue.Own[wit.Capability], 2)
	for i := range references {
		if references[i], err = own.Value().Capability(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if c.objects != 1 {
		t.Errorf("there are %d objects of one child", c.objects)
	}
	if kind, err := references[0].Value().Kind(t.Context()); err != nil || kind != witcap.KindProcess {
		t.Errorf("the reference is to a %v, %v", kind, err)
	}
	narrow, err := references[0].Value().Derive(t.Context(), witcap.RightsRead|witcap.RightsSend, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := narrow.Value().Rights(t.Context()); err != nil || got != witcap.RightsRead {
		t.Errorf("the narrowed reference has %v, %v", got, err)
	}
	if err := own.Drop(t.Context()); err != nil || c.objects != 1 || k.InSpace.Len() != 3 {
		t.Errorf("without the resource: %v, %d objects, %d references", err, c.objects, k.InSpace.Len())
	}
	if err := references[0].Value().Revoke(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := narrow.Value().Derive(t.Context(), 0, 0); !errors.Is(err, witcap.ErrorDenied) {
		t.Errorf("deriving without the right to: %v", err)
	}
	for _, r := range append(references, narrow) {
		if err := r.Drop(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if c.objects != 0 || k.InSpace.Len() != 0 {
		t.Errorf("%d objects and %d references are left", c.objects, k.InSpace.Len())
	}
}

// TestCapabilityBudget has references to children count as what the process makes.
func TestCapabilityBudget(t *testing.T) {
	c := &task{}
	p, k, _ := start(c, nil)
	k.InSpace = object.NewSpace(object.Limits{Objects: 1})
	var failed int
	for range 2 {
		own, err := p.ChildSpawn(t.Context(), "worker", nil, glue.None[glue.Own[wit.Capability]]())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := own.Value().Capability(t.Context()); errors.Is(err, witcap.ErrorOverBudget) {
			failed++
		} else if err != nil {
			t.Error(err)
		}
	}
	if failed != 1 || c.objects != 1 {
		t.Errorf("%d of 2 were refused, and %d objects are there", failed, c.objects)
	}
}

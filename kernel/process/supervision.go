package process

import (
	"context"
	"sync/atomic"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
)

// This file makes processes objects that others can have capabilities to.

// referent is the object behind capabilities of the kind Process: a process with all its lives.
type referent struct {
	rights  capability.Rights
	process atomic.Pointer[Process] // nil when closed: who keeps a reference that has ended keeps no more than that
}

// newReferent makes an object of a process. To end one that is essential is nobody's right.
func newReferent(p *Process) *referent {
	o := &referent{rights: capability.Process.Rights()}
	if p.spec.Essential {
		o.rights &^= capability.Execute
	}
	o.process.Store(p)
	return o
}

// Kind implements [capability.Object].
func (*referent) Kind() capability.Kind { return capability.Process }

// Rights implements [capability.Object].
func (o *referent) Rights() capability.Rights { return o.rights }

// Close implements [capability.Object]. The process goes on.
func (o *referent) Close() { o.process.Store(nil) }

// Wake implements [capability.Waker]. It returns when nobody condemns the process any more by a reference that has ended.
func (o *referent) Wake() {
	if p := o.process.Load(); p != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
	}
}

// referred is the process that a reference is to, for one who needs these rights.
func referred(via *capability.Ref, need capability.Rights) (*Process, error) {
	o, err := capability.As[*referent](via, capability.Process, need)
	if err != nil {
		return nil, err
	}
	if p := o.process.Load(); p != nil {
		return p, nil
	}
	return nil, capability.ErrRevoked
}

// Reference is the kernel's own reference to a process of the boot, of which those of others are derived; nil if there is
// no process of that name.
func (t *Table) Reference(name string) *capability.Ref {
	if p := t.boot[name]; p != nil {
		return p.self
	}
	return nil
}

// Status implements [host.Supervision].
func (v *view) Status(via *capability.Ref) (host.Status, error) {
	p, err := referred(via, capability.Read)
	if err != nil {
		return host.Status{}, err
	}
	s := host.Status{ID: p.id, Name: p.spec.Name, State: p.state(), Restarts: p.restarts.Load()}
	if s.State == host.Ended {
		s.Ending, _ = p.Ending()
	}
	return s, nil
}

// Await implements [host.Supervision].
func (v *view) Await(ctx context.Context, via *capability.Ref) (host.Ending, error) {
	p, err := referred(via, capability.Receive)
	if err != nil {
		return host.Ending{}, err
	}
	select {
	case <-p.ended:
	case <-via.Done():
	case <-ctx.Done():
	}
	if err := via.Err(); err != nil {
		return host.Ending{}, err
	}
	return p.endingOr(ctx)
}

// End implements [host.Supervision].
func (v *view) End(ctx context.Context, via *capability.Ref) error {
	p, err := referred(via, capability.Execute)
	if err != nil {
		return err
	}
	return v.kill(ctx, p, via)
}

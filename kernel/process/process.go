package process

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/witan-os/witan/kernel/audit"
	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/guard"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/vm"
)

// Process is a process from its start to its end for good, with all its lives.
type Process struct {
	table    *Table
	spec     *Spec
	id       uint64
	parent   *Process        // nil for the kernel
	spawned  bool            // by the parent, to which it belongs for one life
	extra    []string        // arguments behind those of the manifest
	passed   *capability.Ref // from the parent; nil for none
	self     *capability.Ref // the kernel's, to the process; nil if another one has started it
	ctx      context.Context // of all its lives
	dismiss  context.CancelCauseFunc
	ended    chan struct{} // closed at the end for good
	gate     *gate
	share    *share
	source   audit.Source
	provider guard.Provider
	team     *team // of those that are fused to each other; nil for none
	restarts atomic.Uint32
	worked   atomic.Uint64 // fuel of earlier lives
	overhead *vm.Quota     // see overhead.go; nil for no bound
	charged  uint64        // of that, for extra
	tracing  atomic.Bool

	mu       sync.Mutex
	life     *life // nil between lives
	changed  chan struct{}
	children []*Process // in the order of their start
	held     bool       // by the parent, which wants to know of the end
	final    *host.Ending
	queue    queue // of calls

	overloads map[*Process]*intensity // by processes of the boot, see root; nil as long as there are none
}

func newProcess(t *Table, s *Spec) *Process {
	p := &Process{table: t, spec: s, id: NewID(), ended: make(chan struct{}), changed: make(chan struct{})}
	p.source = audit.Source{ID: p.id, Name: s.Name}
	p.ctx, p.dismiss = context.WithCancelCause(context.Background())
	p.gate, p.share, p.team = newGate(p), newShare(uint64(s.Share)), t.teams[s.Team]
	p.overhead = part(t.overhead, familyShare)
	return p
}

// ID is the number of the process.
func (p *Process) ID() uint64 { return p.id }

// String is the process as messages have it, for example "fs[3]".
func (p *Process) String() string { return fmt.Sprintf("%s[%d]", p.spec.Name, p.id) }

// run gives the process its lives, until the end for good.
func (p *Process) run() {
	limit := intensity{most: p.spec.Restarts, within: time.Duration(p.spec.Period)}
	ending, cause := host.Ending{Kind: host.Killed, Reason: errShutdown.text}, error(nil)
	for {
		l, err := p.open()
		if err != nil { // there is no parent, or it is dismissed
			break
		}
		var v *verdict
		v, cause = l.live()
		ending = endingOf(cause, v)
		p.tell(ending, cause)
		if p.ctx.Err() != nil || !p.again(ending, v, &limit) {
			break
		}
		p.restarts.Add(1)
	}
	p.finish(ending, cause)
}

// open begins a life, if need be when the parent has one.
func (p *Process) open() (*life, error) {
	for {
		if p.ctx.Err() != nil {
			return nil, context.Cause(p.ctx)
		}
		if p.parent == nil {
			return p.begin(), nil
		}
		p.parent.mu.Lock()
		if up, changed := p.parent.life, p.parent.changed; up == nil || !up.ready || up.ctx.Err() != nil {
			p.parent.mu.Unlock()
			select {
			case <-changed:
			case <-p.ctx.Done():
			}
			continue
		}
		l := p.begin() // the parent's life can't end in between
		p.parent.mu.Unlock()
		return l, nil
	}
}

func (p *Process) begin() *life {
	l := newLife(p)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.life = l
	p.signal()
	return l
}

// signal wakes whoever waits for something to change. The lock is held.
func (p *Process) signal() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// tell says how a life has ended.
func (p *Process) tell(e host.Ending, cause error) {
	switch e.Kind {
	case host.Exited:
		p.record(audit.Ended, fmt.Sprintf("status %d", e.Status))
	case host.Killed:
		p.record(audit.Killed, e.Reason)
	case host.Trapped:
		p.record(audit.Trapped, e.Reason)
		p.log("%s", explain(e, cause))
	}
}

// again says whether there is another life, and waits until it is time for it.
func (p *Process) again(e host.Ending, v *verdict, limit *intensity) bool {
	if v != nil && v.again {
		return !p.spawned
	}
	if !wantsRestart(p.spec.Restart, e) {
		return false
	}
	wanted := v != nil && v.wanted
	if !wanted && !limit.admit(time.Now()) {
		p.record(audit.GivenUp, fmt.Sprintf("started again %d times within %v", limit.most, limit.within))
		if limit.most > 0 {
			p.log("ended %d times within %v: it is not started again", limit.most+1, limit.within)
		}
		return false
	}
	if failed(e) {
		p.restartSiblings()
	}
	if d := limit.delay(); d > 0 && !wanted {
		select {
		case <-time.After(d):
		case <-p.ctx.Done():
			return false
		}
	}
	p.record(audit.Restarted, "")
	return true
}

// restartSiblings starts the other children of the parent again, if that is how it treats failures.
func (p *Process) restartSiblings() {
	if p.parent == nil || p.parent.spec.Strategy != manifest.StrategyAll {
		return
	}
	for _, other := range p.parent.family() {
		if other != p && !other.spawned {
			other.interrupt(errSibling)
		}
	}
}

// family has the children, in the order of their start.
func (p *Process) family() []*Process {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.children)
}

// interrupt ends the life that the process has now, if it has one, and returns that.
func (p *Process) interrupt(v *verdict) *life {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.life != nil {
		p.life.condemn(v)
	}
	return p.life
}

// kill ends the life that the process has or gets next, for another process. It returns when that has ended, when it can't
// end before the other process goes on, or when there will be none. The error is that of ctx, or that of the reference by
// which the process is ended, should that end before it has done so; nil stands for whoever needs none.
func (p *Process) kill(ctx context.Context, by *Process, via *capability.Ref) error {
	var revoked <-chan struct{}
	if via != nil {
		revoked = via.Done()
	}
	for {
		l, changed, err := p.sentence(killed(by), via)
		switch {
		case err != nil || changed == nil:
			return err
		case l != nil:
			return p.awaitEndFor(ctx, by, l.done)
		}
		select {
		case <-changed:
		case <-revoked:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// sentence has the life end soon that the process has, unless the reference has ended. The channel is closed when that life
// is over or, without one, when something has changed. It is nil after the end for good.
func (p *Process) sentence(v *verdict, via *capability.Ref) (l *life, changed <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if via != nil {
		err = via.Err()
	}
	switch {
	case err != nil, p.final != nil:
		return nil, nil, err
	case p.life == nil:
		return nil, p.changed, nil
	}
	p.life.condemn(v)
	return p.life, p.life.done, nil
}

// finish is the end for good.
func (p *Process) finish(e host.Ending, cause error) {
	for _, child := range slices.Backward(p.family()) {
		child.dismiss(errParent)
		child.awaitEnd(endTime)
	}
	if p.passed != nil {
		p.passed.Withdraw()
	}
	p.mu.Lock()
	p.final = &e
	p.extra = nil // references to the process may outlive it by far
	p.refund()
	p.queue.refuseAll()
	p.signal()
	held := p.held
	p.mu.Unlock()
	close(p.ended)
	if p.spawned && !held {
		p.forget()
	}
	if p.spec.Essential && p.table.ctx.Err() == nil {
		p.table.stop(&shutdown{systemStatus(e, cause)})
	}
}

// forget takes a process that has been spawned out of the table and from its parent.
func (p *Process) forget() {
	p.table.mu.Lock()
	delete(p.table.processes, p.id)
	p.table.mu.Unlock()
	p.parent.mu.Lock()
	defer p.parent.mu.Unlock()
	p.parent.children = slices.DeleteFunc(p.parent.children, func(c *Process) bool { return c == p })
}

// awaitEnd waits for the end for good, but not for ever.
func (p *Process) awaitEnd(most time.Duration) {
	t := time.NewTimer(most)
	defer t.Stop()
	select {
	case <-p.ended:
	case <-t.C:
	}
}

// Ending is how the process has ended for good, if it has.
func (p *Process) Ending() (host.Ending, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.final == nil {
		return host.Ending{}, false
	}
	return *p.final, true
}

// endingOr is how the process has ended for good, or why a wait for that is over. Who does not want to wait at all is told
// of an end that was there already.
func (p *Process) endingOr(ctx context.Context) (host.Ending, error) {
	if e, ok := p.Ending(); ok {
		return e, nil
	}
	return host.Ending{}, context.Cause(ctx)
}

// record puts what has happened to the process into the audit.
func (p *Process) record(v audit.Verdict, detail string) {
	p.table.config.Audit.Append(&p.source, v, 0, detail)
}

// log writes a line about the process for people.
func (p *Process) log(format string, args ...any) {
	if w := p.table.config.Log; w != nil {
		_, _ = fmt.Fprintf(w, "witan: %s: %s\n", p, fmt.Sprintf(format, args...))
	}
}

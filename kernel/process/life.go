package process

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"sync"
	"time"

	"github.com/witan-os/witan/kernel/audit"
	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/guard"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

// life is a process from one start to the next end: an instance with all that it has.
type life struct {
	process *Process
	ctx     context.Context
	cancel  context.CancelCauseFunc
	started time.Time
	done    chan struct{} // closed when all of it is gone

	vm       vm.Process
	space    *capability.Space
	grants   []grant
	memory   *vm.Quota
	store    *vm.Store // of the team; nil without one
	instance *vm.Instance
	claiming sync.Mutex
	claims   []*claim
	served   []*capability.Ref                          // to endpoints
	desks    []*desk                                    // of these, when it is ready
	bind     func(*glue.Instance) (host.Handler, error) // nil if nothing can be served

	// Guarded by the process's lock:
	ready   bool        // it runs, or answers calls
	program bool        // it runs, and answers none
	linked  bool        // others of its team may be in its code; never false again
	serving *guard.Life // who answers; nil for nobody, or nobody any more
	excuse  *verdict    // on a trap that is a client's fault

	broken chan struct{}
	once   sync.Once // broken is closed

	sentence func() bool // keeps revoke from being called when the life is condemned
	revoked  sync.Once
}

func newLife(p *Process) *life {
	l := &life{process: p, started: time.Now(), done: make(chan struct{}), broken: make(chan struct{})}
	l.ctx, l.cancel = context.WithCancelCause(p.ctx)
	l.memory = &vm.Quota{Each: uint64(p.spec.Memory), Total: uint64(p.spec.Memory), Of: p.table.memory}
	return l
}

// live is the life from begin to end. The error says why it ended; the verdict on it, if there is one, counts more.
func (l *life) live() (*verdict, error) {
	defer close(l.done)
	err := l.start()
	switch {
	case err == error(errTeam):
		l.cancel(errTeam)
	case err != nil:
		err = &loadError{err}
	default:
		err = l.work()
	}
	v := verdictOf(l.ctx)
	blamed, closing := l.end()
	switch {
	case v == nil && !blamed:
		v = errTeam
	case v == errTeam && l.instance != nil && l.instance.EndedTeam():
		v = l.excuse // the others were sooner to notice than this one
	}
	return v, errors.Join(err, closing)
}

// start makes the instance.
func (l *life) start() error {
	p := l.process
	stdin, stdout, stderr := p.table.config.Streams(p.spec.Process.Process)
	for _, s := range []any{stdin, stdout, stderr} {
		if c, ok := s.(io.Closer); ok { // so that nobody waits in it for longer
			context.AfterFunc(l.ctx, func() { _ = c.Close() })
		}
	}
	l.space = capability.NewSpace(capability.Limits{Slots: p.spec.Handles})
	l.vm = vm.Process{
		ID: p.id, Started: l.started, Name: p.spec.Name,
		Args: slices.Concat(p.spec.Args, p.extra), Env: p.spec.Environment,
		Stdin: stdin, Stdout: stdout, Stderr: stderr, Log: p.table.config.Log, Files: p.files(), Kernel: &view{l},
	}
	if err := l.grant(); err != nil {
		return err
	}
	l.sentence = context.AfterFunc(l.ctx, func() {
		l.condemnChildren()
		l.revoke()
	})
	if p.team != nil {
		if err := p.team.join(l); err != nil {
			return err
		}
	}
	p.record(audit.Started, "")
	var err error
	l.instance, err = l.build()
	if f := p.table.config.Built; f != nil {
		f(p.spec.Process.Process)
	}
	return err
}

func (p *Process) files() fs.FS {
	if p.spec.Files {
		return p.table.config.Files
	}
	return nil
}

// work runs a program, or has a service answer calls until it is ended.
func (l *life) work() error {
	p := l.process
	if p.spec.Entry != nil {
		l.publish(nil)
		return p.spec.Entry(l.ctx, &l.vm, l.instance)
	}
	if main, err := l.instance.Func(vm.RunInterface, "run"); err == nil {
		l.publish(nil)
		_, err = vm.CallText(l.ctx, main, nil)
		return err
	}
	turn := guard.NewLife(l.ctx, l.instance.Instance, &caller{p, p})
	end, err := l.serve(turn)
	defer end()
	if err != nil {
		return err
	}
	l.publish(turn)
	select {
	case <-l.ctx.Done():
	case <-l.broken:
	}
	return l.instance.Err()
}

// publish tells everyone that the process runs, and, for a service, who answers its calls.
func (l *life) publish(serving *guard.Life) {
	p := l.process
	if f := p.table.config.Ready; f != nil {
		p.table.ready.Do(f)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	l.ready, l.program, l.serving, l.linked = true, serving == nil, serving, l.store != nil
	if l.ctx.Err() != nil {
		l.serving = nil // it was condemned before it could begin
	}
	if serving != nil {
		p.queue.next(l)
	} else {
		p.queue.refuseAll()
	}
	p.signal()
}

// end takes away all that the life has. A call of another process that is in the instance has been cancelled, and is
// waited for. It returns false if the life has only ended because of another one in its team.
func (l *life) end() (blamed bool, err error) {
	p := l.process
	if l.sentence != nil {
		l.sentence() // an end in good order has children end one after the other
	}
	l.cancel(errShutdown) // which ends calls of others; the first cause counts
	p.mu.Lock()
	p.life, l.ready, l.program, l.serving = nil, false, false, nil
	idle := p.queue.whenIdle()
	p.mu.Unlock()
	l.endTeam()
	l.endChildren()
	l.revoke()
	<-idle
	if l.instance != nil {
		p.worked.Add(l.instance.Fuel())
	}
	blamed = true
	if l.store != nil {
		blamed, err = p.team.leave(l)
	} else if l.instance != nil {
		err = l.instance.Close(context.WithoutCancel(l.ctx))
	}
	err = errors.Join(err, l.closeDevices())
	l.withdrawServed()
	l.vm.Close()
	return blamed, err
}

// condemn has the life end soon. Calls that come from now on are for the next one. The process's lock is held.
func (l *life) condemn(v *verdict) {
	l.cancel(v)
	l.serving = nil
}

// revoke ends what the life has made, all its references, and what it has lent. For one that is condemned that is at
// once, even if it is in a call of another process, which it can't be taken out of: for everybody else it is dead.
// Who is fused to it ends before, since its code would take the loss for a fault of theirs.
func (l *life) revoke() {
	l.revoked.Do(func() {
		l.endTeam()
		if l.space != nil {
			l.space.Close()
		}
		l.withdrawGrants()
	})
}

// endTeam ends the others of the team, if some of them can be in code of this life.
func (l *life) endTeam() {
	p := l.process
	p.mu.Lock()
	linked := l.linked
	p.mu.Unlock()
	if linked && p.provides() {
		l.store.End(errTeam)
		p.team.tell(l)
	}
}

// condemnChildren has the children end soon, before they notice that something of the parent's has.
func (l *life) condemnChildren() {
	for _, child := range slices.Backward(l.process.family()) {
		if child.spawned {
			child.dismiss(errParent)
		}
		child.interrupt(errParent)
	}
}

// endChildren ends the children, in the order that is the reverse of their start. Those that the process has started
// end for good.
func (l *life) endChildren() {
	for _, child := range slices.Backward(l.process.family()) {
		if child.spawned {
			child.dismiss(errParent)
			child.awaitEnd(endTime)
			child.release()
		} else if of := child.interrupt(errParent); of != nil {
			of.awaitEnd(endTime)
		}
	}
}

func (l *life) awaitEnd(most time.Duration) {
	t := time.NewTimer(most)
	defer t.Stop()
	select {
	case <-l.done:
	case <-t.C:
	}
}

// state is what the process does just now.
func (p *Process) state() host.State {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.final != nil:
		return host.Ended
	case p.life == nil || !p.life.ready:
		return host.Starting
	case p.gate.waiting.Load() > 0, !p.life.program && !p.queue.busy:
		return host.Waiting
	}
	return host.Running
}

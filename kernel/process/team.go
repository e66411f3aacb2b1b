package process

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/vm"
)

// This file is about processes that are fused to each other: they live in one store, where a call from one to another is
// a function call. What ends one in the middle of another's code ends all of them, and so does the end of one that
// others are fused to. They are then started again together, in a new store.

// team is such a group of processes.
type team struct {
	vm      *vm.VM
	members []*Process // those of the boot
	keepers []*Process // members that others are fused to: they keep the turn while they wait for something

	mu      sync.Mutex
	store   *vm.Store      // nil between two
	lives   map[*life]bool // in the store, or about to be
	failed  bool           // somebody has left it because it has ended
	changed chan struct{}  // closed when the store is gone
}

// errTeam is the verdict on those who end with another one.
var errTeam = &verdict{text: "the team of processes that it is in has ended", again: true}

// gather puts processes into their teams.
func gather(v *vm.VM, specs []*Spec) map[int]*team {
	teams := map[int]*team{}
	for _, s := range specs {
		if s.Team != 0 && teams[s.Team] == nil {
			teams[s.Team] = &team{vm: v, lives: map[*life]bool{}, changed: make(chan struct{})}
		}
	}
	return teams
}

// add makes a process a member, before any of them runs.
func (t *team) add(p *Process) {
	t.members = append(t.members, p)
	if p.provides() {
		t.keepers = append(t.keepers, p)
	}
}

// join has a life take part. It waits while lives of before are still about to end.
func (t *team) join(l *life) error {
	for {
		t.mu.Lock()
		if t.store == nil {
			t.store = t.vm.NewTeam(0)
		}
		if t.store.Err() == nil {
			t.lives[l] = true
			l.store = t.store
			t.mu.Unlock()
			return nil
		}
		changed := t.changed
		t.mu.Unlock()
		select {
		case <-changed:
		case <-l.ctx.Done():
			return context.Cause(l.ctx)
		}
	}
}

// leave ends a life's part in the team, in which no call of it is any more. If the team has come to its end, all others
// are told; blamed is false if that was none of the life's doing.
func (t *team) leave(l *life) (blamed bool, err error) {
	ctx := context.WithoutCancel(l.ctx)
	if l.instance != nil && l.store.Err() == nil {
		err = l.instance.Close(ctx)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.lives, l)
	if l.store.Err() == nil {
		return true, err
	}
	blamed = l.instance != nil && l.instance.EndedTeam() || l.instance == nil && !t.failed
	t.failed = true
	t.condemn(nil)
	if len(t.lives) == 0 {
		err = l.store.Close(ctx)
		t.store, t.failed = nil, false
		close(t.changed)
		t.changed = make(chan struct{})
	}
	return blamed, err
}

// tell has all others end because one does.
func (t *team) tell(l *life) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.condemn(l)
}

// condemn has all lives but one end. The lock is held.
func (t *team) condemn(but *life) {
	for l := range t.lives {
		if l == but {
			continue
		}
		l.process.mu.Lock()
		l.condemn(errTeam)
		l.process.mu.Unlock()
	}
}

// provides reports whether other processes are fused to this one.
func (p *Process) provides() bool {
	return slices.ContainsFunc(p.table.config.Specs, func(s *Spec) bool { return slices.Contains(s.fusedTo(), p.spec.Name) })
}

// fusedTo are the names of the processes that a process is fused to.
func (s *Spec) fusedTo() []string {
	names := map[string]bool{}
	for _, i := range s.Imports {
		if i.Provider.Kind == manifest.Fused {
			names[i.Provider.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// hold finds the instances of the processes that this one is fused to. They are kept from other calls until release,
// since nobody can be linked to one that is in a call.
func (l *life) hold() (instances map[string]*vm.Instance, release func(), err error) {
	instances = map[string]*vm.Instance{}
	var ends []func()
	release = func() {
		for _, end := range slices.Backward(ends) {
			end()
		}
	}
	p := l.process
	for _, name := range p.spec.fusedTo() { // in one order for all
		service := p.table.boot[name]
		c := &caller{p, service}
		life, err := c.Begin(l.ctx)
		if err != nil {
			return nil, release, err
		}
		ends = append(ends, func() { c.End(life, nil) })
		i, ok := service.serving(l.store)
		if !ok {
			return nil, release, errTeam // the store has ended, which l is about to be told
		}
		instances[name] = i
	}
	return instances, release, nil
}

// serving is the instance of a service that lives in a store.
func (p *Process) serving(store *vm.Store) (*vm.Instance, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.life == nil || p.life.serving == nil || p.life.store != store {
		return nil, false
	}
	return p.life.instance, true
}

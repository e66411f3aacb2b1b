package process

import (
	"fmt"
	"time"

	"github.com/witan-os/witan/runtime/glue"
)

// This file is about clients that pass more than a service has room for. That is to their account: a service that ends of it
// has not failed, and who does it as often as the service might fail passes nothing more for a while.

// Admit implements [guard.Callee].
func (c *caller) Admit(bytes uint64) error { return c.service.admit(bytes, c.client) }

// admit says why the service does not take values of a size from a client.
func (p *Process) admit(bytes uint64, client *Process) error {
	p.mu.Lock()
	room, barred := p.room(), p.bars(client)
	p.mu.Unlock()
	switch {
	case bytes > room:
		client.limited(fmt.Sprintf("%d bytes for %s, which has room for %d at most", bytes, p, room))
		return fmt.Errorf("the values take %d bytes, and it has room for %d at most", bytes, room)
	case barred:
		client.limited("values for " + p.String() + ", after it has ended of too many")
		return fmt.Errorf("it has ended of such values %d times within %v", p.patience(), time.Duration(p.spec.Period))
	}
	return nil
}

// room is how many bytes the memory of the process can have at most. The lock is held.
func (p *Process) room() uint64 {
	if p.life == nil {
		return uint64(p.spec.Memory)
	}
	left := p.life.memory.Left() // first: what is taken in between counts twice rather than not at all
	return left + p.life.memory.Used()
}

// patience is how often a client may have the service end.
func (p *Process) patience() int { return max(p.spec.Restarts, 1) }

// bars reports whether a client has had the service end too often lately. The lock is held.
func (p *Process) bars(client *Process) bool {
	if len(p.overloads) == 0 {
		return false
	}
	i := p.overloads[client.root()]
	return i != nil && i.full(time.Now())
}

// overloaded reports whether clients have had the service end lately. The lock is held.
func (p *Process) overloaded() bool {
	for root, i := range p.overloads {
		if i.full(time.Now()); len(i.recent) == 0 {
			delete(p.overloads, root)
		}
	}
	return len(p.overloads) > 0
}

// root is the process of the boot that has started this one, directly or not.
func (p *Process) root() *Process {
	for p.spawned {
		p = p.parent
	}
	return p
}

// overload is for when the life in a call has ended because it had no room for what a client has passed. The client is nil if
// it has ended meanwhile, as who sends a message can.
func (p *Process) overload(client *Process, why *glue.UnfitError) {
	if p.excuse(client, why) && client != nil {
		client.limited("values for " + p.String() + ", which had no room for them")
	}
}

// excuse has the life in a call not be blamed for its end, unless something else has ended it before.
func (p *Process) excuse(client *Process, why *glue.UnfitError) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.queue.life
	if v := verdictOf(l.ctx); l.instance.Err() == nil || v != nil && v != errTeam {
		return false
	}
	by := "a process that has ended"
	if client != nil {
		by = client.String()
		p.note(client)
	}
	l.excuse = &verdict{text: fmt.Sprintf("it had no room for what %s has passed: %s", by, firstLine(why)), trapped: true, wanted: true}
	l.condemn(l.excuse)
	return true
}

// note counts what a client has done. The lock is held.
func (p *Process) note(client *Process) {
	root := client.root()
	i := p.overloads[root]
	if i == nil {
		i = &intensity{most: p.patience(), within: time.Duration(p.spec.Period)}
		if p.overloads == nil {
			p.overloads = map[*Process]*intensity{}
		}
		p.overloads[root] = i
	}
	i.admit(time.Now())
}

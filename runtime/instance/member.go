package instance

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/witan-os/witan/runtime/engine"
)

// member is what one instantiation has added to a store: the instance that was asked for, with those that it consists
// of and those that were made to be linked to it. Members come and go as a whole.
type member struct {
	*account
	store     *Store
	took      tally // of the account
	instances []*Instance
	modules   []engine.Module
	marks     map[string]bool // of the code in the modules, see [engine.Report]
	crossings []*crossing     // calls to other components, by their edge numbers
	host      *adapterHost    // what adapters call; nil until there is one
	nested    int             // how many destructors run inside each other
	drops     DropFunc        // nil for nobody
	atClose   func()          // nil for nobody
	gone      bool

	// Of a team's member:
	providers []*member // whose instances it was linked to
	clients   int       // how many were linked to its instances
	busy      atomic.Bool
	active    bool    // a call is inside, and has had its turn
	running   *Export // the call, if it is one of a function
	dead      atomic.Pointer[error]
}

// newMember makes a member that is going to be one of the store's. The limits are those of a team's member; others have
// their store's.
func (s *Store) newMember(o Settings) *member {
	m := &member{account: s.common, store: s, drops: o.OnDrop, atClose: o.AtClose, marks: map[string]bool{}}
	if s.team != nil {
		m.account = s.newAccount(o.Limits, s.team)
		m.meter.Outermost = m.outermost
	}
	return m
}

// outermost is [Store.outermost] for a member of a team.
func (m *member) outermost() engine.Function {
	if m.running == nil {
		return nil
	}
	return m.running.fn
}

// own has a module closed with the member.
func (m *member) own(module engine.Module) { m.modules = append(m.modules, module) }

// close takes the member out of the store: Go resources that it owns are told, and its memory is released. No other
// member may depend on it.
func (m *member) close(ctx context.Context) error {
	if m.gone {
		return nil
	}
	m.gone = true
	s := m.store
	s.members = slices.DeleteFunc(s.members, func(other *member) bool { return other == m })
	for _, i := range m.instances {
		i.handles.dropAll(ctx)
	}
	m.meter.Forget(m.modules)
	var errs []error
	for _, module := range slices.Backward(m.modules) {
		errs = append(errs, module.Close(ctx))
	}
	if m.host != nil {
		m.host.giveBack(ctx)
	}
	s.memory = nil
	for r, l := range s.locals {
		if l.inst.member == m {
			delete(s.locals, r)
		}
	}
	m.used.subtract(m.took)
	m.settle() // which gives back, and so can't fail
	if s.team != nil || len(s.members) == 0 {
		m.refund()
	}
	m.instances, m.modules, m.crossings, m.host = nil, nil, nil, nil
	if m.atClose != nil {
		m.atClose()
	}
	return errors.Join(errs...)
}

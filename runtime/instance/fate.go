package instance

// This file is about who ends with a call into a team that has not returned.

// lose ends a member because of an error that ended its call, and all of the team if others are concerned. It is the
// member's turn.
func (t *team) lose(m *member, err error) {
	if t.store.Err() != nil {
		return
	}
	if t.alone(m, err) {
		m.dead.CompareAndSwap(nil, &err)
		return
	}
	t.culprit.CompareAndSwap(nil, m)
	t.store.poison(err)
}

// EndedTeam reports whether all of the instance's team has ended because of a call of this one.
func (i *Instance) EndedTeam() bool { return i.team != nil && i.team.culprit.Load() == i.member }

// alone reports whether a call was in its own member's code when it ended. Others are then as they were left by calls
// that have returned. It may be wrong in one direction only: a trap in a module of which providers have instances as well
// could be theirs.
func (t *team) alone(m *member, err error) bool {
	if m.clients > 0 || !t.home() {
		return false
	}
	trap, ok := err.(*Trap)
	switch {
	case !ok: // ended by a host function
		return true
	case trap.inst != nil:
		return trap.inst.member == m
	case trap.byCode:
		return m.marks[trap.mark] && !m.depends(trap.mark)
	}
	return true
}

// depends reports whether the code with a mark is also that of a member whose functions this one can call.
func (m *member) depends(mark string) bool {
	for _, p := range m.providers {
		if p.marks[mark] || p.depends(mark) {
			return true
		}
	}
	return false
}

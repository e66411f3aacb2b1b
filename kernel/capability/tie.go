package capability

// Tie binds something to a process that has to end with it, though the process holds no reference to it: an object
// that it has made, an answer that it owes.
type Tie struct {
	cut           func(*Space)
	space         *Space // nil when loose; guarded by the lock of that space
	before, after *Tie
}

// NewTie makes a loose tie. When a space that it is tied to is closed, cut is called with that space, with no lock
// held. By then the owner may have loosened the tie, and even have tied it to another space.
func NewTie(cut func(*Space)) *Tie { return &Tie{cut: cut} }

// Tie ties a loose tie to the space. It fails with [ErrNoProcess] when the space is closed.
func (s *Space) Tie(t *Tie) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrNoProcess
	}
	s.bind(t)
	return nil
}

// Loosen undoes [Space.Tie]. It does nothing if the space is closed, and t cut or about to be.
func (s *Space) Loosen(t *Tie) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unbind(t)
}

func (s *Space) bind(t *Tie) {
	t.space, t.after = s, s.ties
	if t.after != nil {
		t.after.before = t
	}
	s.ties = t
}

func (s *Space) unbind(t *Tie) {
	if t.space != s {
		return
	}
	if t.before != nil {
		t.before.after = t.after
	} else {
		s.ties = t.after
	}
	if t.after != nil {
		t.after.before = t.before
	}
	t.space, t.before, t.after = nil, nil, nil
}

// cutTies cuts all ties of a closed space.
func (s *Space) cutTies() {
	for {
		s.mu.Lock()
		t := s.ties
		if t == nil {
			s.mu.Unlock()
			return
		}
		s.unbind(t)
		s.mu.Unlock()
		t.cut(s)
	}
}

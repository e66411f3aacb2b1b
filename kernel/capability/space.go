package capability

import (
	"sync"
	"sync/atomic"
)

// Limits bound what a process may have. A zero stands for the default.
type Limits struct {
	Slots   int // capabilities that it holds; at most MaxSlots
	Objects int // objects that it has made and that are not closed
}

const (
	DefaultSlots   = 64
	DefaultObjects = 64
	MaxSlots       = 1 << 16
)

// Space holds the capabilities of one process. Its methods may be called from any goroutine; [Space.Get] takes no lock.
type Space struct {
	order      uint64 // of two spaces the one with the lower number is locked first
	slots      []slot
	maxObjects int

	mu      sync.Mutex // under it only the lock of one more space is taken, and nothing is called
	free    []uint32   // the empty slots, the next one to use at the end
	ties    *Tie
	objects int
	closed  bool
}

// slot is written with the space's lock and read without.
type slot struct {
	ref        atomic.Pointer[Ref] // nil when empty
	generation atomic.Uint32       // of the capability that is, or is next to be, here
}

var lastSpace atomic.Uint64

// NewSpace makes an empty space.
func NewSpace(limits Limits) *Space {
	if limits.Slots <= 0 {
		limits.Slots = DefaultSlots
	}
	if limits.Objects <= 0 {
		limits.Objects = DefaultObjects
	}
	n := min(limits.Slots, MaxSlots)
	s := &Space{order: lastSpace.Add(1), slots: make([]slot, n), maxObjects: limits.Objects, free: make([]uint32, n)}
	for i := range s.slots {
		s.slots[i].generation.Store(1)
		s.free[i] = uint32(n - 1 - i)
	}
	return s
}

// Get is the capability that a handle names, if it allows what is needed. It fails with [ErrBadHandle], [ErrStale],
// [ErrRevoked] or [*Denied].
func (s *Space) Get(h Handle, need Rights) (*Ref, error) {
	r, err := s.at(h)
	if err != nil {
		return nil, err
	}
	_, err = r.Object(need)
	return r, err
}

// at is the capability that a handle names.
func (s *Space) at(h Handle) (*Ref, error) {
	if h.index() >= uint64(len(s.slots)) {
		return nil, ErrBadHandle
	}
	at := &s.slots[h.index()]
	// Who empties the slot clears it before counting the generation on. So what is found between two looks at the
	// same generation is of that generation.
	before := at.generation.Load()
	r := at.ref.Load()
	now := at.generation.Load()
	switch {
	case h.generation() == now && before == now && r != nil:
		return r, nil
	case h.generation() != 0 && h.generation() < now:
		return nil, ErrStale
	}
	return nil, ErrBadHandle
}

// Insert takes a capability in. It fails with [ErrNoSlots] or [ErrNoProcess], and the reference is then still the
// caller's.
func (s *Space) Insert(r *Ref) (Handle, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.insert(r)
}

func (s *Space) insert(r *Ref) (Handle, error) {
	if err := s.room(); err != nil {
		return 0, err
	}
	last := len(s.free) - 1
	i := s.free[last]
	s.free = s.free[:last]
	s.slots[i].ref.Store(r)
	return makeHandle(s.slots[i].generation.Load(), int(i)), nil
}

// room tells why nothing can be inserted.
func (s *Space) room() error {
	switch {
	case s.closed:
		return ErrNoProcess
	case len(s.free) == 0:
		return ErrNoSlots
	}
	return nil
}

// Make takes in an object that the process has made, with all the rights that the object has. The object ends with the
// process, whoever has references to it. It fails with [ErrNoSlots] or [ErrNoProcess], and the object is then still the
// caller's to close.
func (s *Space) Make(object Object, badge uint64) (Handle, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.room(); err != nil {
		return 0, err
	}
	if s.objects == s.maxObjects {
		return 0, ErrNoSlots
	}
	r := first(object, object.Rights(), badge, s)
	r.origin.tie = NewTie(func(*Space) { r.origin.end() })
	s.bind(r.origin.tie)
	s.objects++
	return s.insert(r)
}

// unmake forgets an object that was made.
func (s *Space) unmake(t *Tie) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unbind(t)
	s.objects--
}

// Remove takes a capability out, for one who needs these rights. The reference is then the caller's. It fails like
// [Space.Get].
func (s *Space) Remove(h Handle, need Rights) (*Ref, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.Get(h, need)
	if err != nil {
		return nil, err
	}
	s.empty(h)
	return r, nil
}

// empty empties the slot of a valid handle.
func (s *Space) empty(h Handle) {
	at := &s.slots[h.index()]
	at.ref.Store(nil)
	if at.generation.Add(1) <= maxGeneration {
		s.free = append(s.free, uint32(h.index()))
	}
}

// Drop takes a capability out and ends it, also when it was revoked before.
func (s *Space) Drop(h Handle) error {
	r, err := s.takeOut(h)
	if err != nil {
		return err
	}
	r.Drop()
	return nil
}

// takeOut is Remove also for what was revoked.
func (s *Space) takeOut(h Handle) (*Ref, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.at(h)
	if err != nil {
		return nil, err
	}
	s.empty(h)
	return r, nil
}

// Derive takes in a reference derived from one that is here. It fails like [Space.Get], [Ref.Derive] and
// [Space.Insert].
func (s *Space) Derive(h Handle, rights Rights, badge uint64) (Handle, error) {
	r, err := s.Get(h, 0)
	if err != nil {
		return 0, err
	}
	child, err := r.Derive(rights, badge)
	if err != nil {
		return 0, err
	}
	derived, err := s.Insert(child)
	if err != nil {
		child.Drop()
	}
	return derived, err
}

// Move gives a capability away, for one who needs these rights: it is in one of both spaces at any moment. It fails like
// [Space.Get] and [Space.Insert], and the capability then is where it was.
func (s *Space) Move(h Handle, need Rights, to *Space) (Handle, error) {
	lockBoth(s, to)
	defer unlockBoth(s, to)
	r, err := s.Get(h, need)
	if err != nil {
		return 0, err
	}
	if s == to {
		return h, nil
	}
	moved, err := to.insert(r)
	if err != nil {
		return 0, err
	}
	s.empty(h)
	return moved, nil
}

// lockBoth locks two spaces, which may be the same.
func lockBoth(a, b *Space) {
	if a.order > b.order {
		a, b = b, a
	}
	a.mu.Lock()
	if a != b {
		b.mu.Lock()
	}
}

func unlockBoth(a, b *Space) {
	a.mu.Unlock()
	if a != b {
		b.mu.Unlock()
	}
}

// Len is how many capabilities are held.
func (s *Space) Len() int {
	n := 0
	for i := range s.slots {
		if s.slots[i].ref.Load() != nil {
			n++
		}
	}
	return n
}

// Entry is one of the capabilities in a space.
type Entry struct {
	Handle Handle
	Ref    *Ref
}

// List appends the capabilities that the space holds, in the order of their slots.
func (s *Space) List(list []Entry) []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.slots {
		at := &s.slots[i]
		if r := at.ref.Load(); r != nil {
			list = append(list, Entry{makeHandle(at.generation.Load(), i), r})
		}
	}
	return list
}

// Close is for when the process ends. Nothing can be inserted any more, what the process has made ends, what it still
// owes is called off, and its references end with all that was derived from them. Closing twice is closing once.
func (s *Space) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cutTies()
	for _, e := range s.List(nil) {
		if r, err := s.takeOut(e.Handle); err == nil {
			r.Withdraw()
		}
	}
}

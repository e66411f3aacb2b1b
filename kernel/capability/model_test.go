package capability

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// This file compares spaces and references with a model that is too simple to be wrong: nodes that know their parent, and
// maps from handles to nodes. Both do what a string of bytes says.

const (
	modelSpaces = 3
	modelLimit  = 4 // of slots, and of objects
)

// node is a reference in the model.
type node struct {
	object *modelObject
	parent *node
	rights Rights
	badge  uint64
	ended  bool
}

func (n *node) below(above *node) bool {
	for ; n != nil; n = n.parent {
		if n == above {
			return true
		}
	}
	return false
}

// modelObject is an object in the model, with the real one.
type modelObject struct {
	thing
	maker *modelSpace
	nodes []*node
}

func (o *modelObject) ended() bool {
	return !slices.ContainsFunc(o.nodes, func(n *node) bool { return !n.ended })
}

// endBelow ends what was derived from n.
func (o *modelObject) endBelow(above *node) {
	for _, n := range o.nodes {
		if n != above && n.below(above) {
			n.ended = true
		}
	}
}

func (o *modelObject) drop(gone *node) {
	gone.ended = true
	for _, n := range o.nodes {
		if n.parent == gone {
			n.parent = gone.parent
		}
	}
}

// modelSpace is a space in the model, with the real one.
type modelSpace struct {
	*Space
	held   map[Handle]*node
	issued []Handle
}

// model is the state of both.
type model struct {
	t       testing.TB
	program []byte
	spaces  [modelSpaces]*modelSpace
	objects []*modelObject
}

func newModelSpace() *modelSpace {
	return &modelSpace{Space: NewSpace(Limits{modelLimit, modelLimit}), held: map[Handle]*node{}}
}

// next is the next byte of the program, below n.
func (m *model) next(n int) int {
	if len(m.program) == 0 {
		return 0
	}
	b := m.program[0]
	m.program = m.program[1:]
	return int(b) % n
}

func (m *model) space() *modelSpace { return m.spaces[m.next(modelSpaces)] }

// handle is any handle that the space has ever issued, or one that it has not.
func (m *model) handle(s *modelSpace) Handle {
	i := m.next(len(s.issued) + 1)
	if i == len(s.issued) {
		return makeHandle(uint32(m.next(4)), m.next(2*modelLimit))
	}
	return s.issued[i]
}

func (m *model) rights() Rights { return Rights(m.next(int(allRights) + 1)) }

// get is what using a handle should give.
func (s *modelSpace) get(h Handle, need Rights) (*node, error) {
	n := s.held[h]
	switch {
	case n == nil && slices.Contains(s.issued, h):
		return nil, ErrStale
	case n == nil:
		return nil, ErrBadHandle
	case n.ended:
		return n, ErrRevoked
	case !n.rights.Has(need):
		return n, &Denied{need, n.rights}
	}
	return n, nil
}

func (s *modelSpace) room() error {
	if len(s.held) == modelLimit {
		return ErrNoSlots
	}
	return nil
}

// hold notes that a handle was issued, which must be a new one.
func (m *model) hold(s *modelSpace, h Handle, n *node) {
	if slices.Contains(s.issued, h) {
		m.t.Fatalf("the handle %v is issued again", h)
	}
	s.held[h] = n
	s.issued = append(s.issued, h)
}

// step does one operation in both worlds.
func (m *model) step() {
	s := m.space()
	switch m.next(16) {
	case 0, 1:
		m.make(s)
	case 2, 3, 4, 5:
		m.derive(s)
	case 6, 7, 8:
		m.move(s, m.space())
	case 9, 10:
		m.drop(s)
	case 11:
		m.revoke(s)
	case 12, 13, 14:
		h, need := m.handle(s), m.rights()
		_, want := s.get(h, need)
		_, err := s.Get(h, need)
		m.same("get", err, want)
	case 15:
		m.close(s)
	}
}

func (m *model) same(what string, err, want error) {
	m.t.Helper()
	if !same(err, want) {
		m.t.Fatalf("%s: %v, want %v", what, err, want)
	}
}

func (m *model) make(s *modelSpace) {
	o := &modelObject{maker: s}
	o.kind = Kind(1 + m.next(int(kinds)-1))
	made := 0
	for _, other := range m.objects {
		if other.maker == s && !other.ended() {
			made++
		}
	}
	want := s.room()
	if made == modelLimit {
		want = ErrNoSlots
	}
	badge := uint64(m.next(3))
	h, err := s.Make(o, badge)
	m.same("make", err, want)
	if err == nil {
		n := &node{object: o, rights: o.kind.Rights(), badge: badge}
		o.nodes = append(o.nodes, n)
		m.objects = append(m.objects, o)
		m.hold(s, h, n)
	}
}

func (m *model) derive(s *modelSpace) {
	h, rights, badge := m.handle(s), m.rights(), uint64(m.next(3))
	n, want := s.get(h, 0)
	if m.next(2) == 0 && n != nil {
		rights &= n.rights
	}
	if want == nil && !n.rights.Has(rights) {
		want = &Denied{rights, n.rights}
	} else if want == nil && n.badge != 0 && badge != 0 && badge != n.badge {
		want = ErrBadge
	} else if want == nil {
		want = s.room()
	}
	derived, err := s.Derive(h, rights, badge)
	m.same("derive", err, want)
	if err == nil {
		child := &node{n.object, n, rights, max(n.badge, badge), false}
		n.object.nodes = append(n.object.nodes, child)
		m.hold(s, derived, child)
	}
}

func (m *model) move(from, to *modelSpace) {
	h, need := m.handle(from), m.rights()&Grant
	n, want := from.get(h, need)
	if want == nil && from != to {
		want = to.room()
	}
	moved, err := from.Move(h, need, to.Space)
	m.same("move", err, want)
	if err == nil && from != to {
		delete(from.held, h)
		m.hold(to, moved, n)
	}
}

func (m *model) drop(s *modelSpace) {
	h := m.handle(s)
	n, want := s.get(h, 0)
	if errors.Is(want, ErrRevoked) {
		want = nil
	}
	m.same("drop", s.Drop(h), want)
	if want == nil {
		delete(s.held, h)
		if !n.ended {
			n.object.drop(n)
		}
	}
}

func (m *model) revoke(s *modelSpace) {
	h := m.handle(s)
	n, want := s.get(h, 0)
	r, err := s.Get(h, 0)
	m.same("revoke", err, want)
	if err == nil {
		r.Revoke()
		n.object.endBelow(n)
	}
}

// close ends a process, and begins another.
func (m *model) close(s *modelSpace) {
	s.Close()
	for _, o := range m.objects {
		if o.maker == s {
			for _, n := range o.nodes {
				n.ended = true
			}
		}
	}
	for _, n := range s.held {
		if !n.ended {
			n.object.endBelow(n)
			n.object.drop(n)
		}
	}
	m.spaces[slices.Index(m.spaces[:], s)] = newModelSpace()
}

// check compares everything.
func (m *model) check() {
	for i, s := range m.spaces {
		if s.Len() != len(s.held) {
			m.t.Fatalf("space %d has %d capabilities, want %d", i, s.Len(), len(s.held))
		}
		for _, h := range s.issued {
			n, want := s.get(h, 0)
			r, err := s.Get(h, 0)
			m.same("a handle", err, want)
			if n != nil && (r.Rights() != n.rights || r.Badge() != n.badge || r.Kind() != n.object.kind) {
				m.t.Fatalf("the reference is %v, %d, want %v, %d", r.Rights(), r.Badge(), n.rights, n.badge)
			}
		}
	}
	for i, o := range m.objects {
		if closed := o.closed.Load(); (closed == 1) != o.ended() || closed > 1 {
			m.t.Fatalf("object %d was closed %d times; it has ended: %t", i, closed, o.ended())
		}
	}
}

// follow does what the program says.
func follow(t testing.TB, program []byte) {
	m := &model{t: t, program: program}
	for i := range m.spaces {
		m.spaces[i] = newModelSpace()
	}
	for len(m.program) > 0 {
		m.step()
		m.check()
	}
	for _, s := range m.spaces {
		m.close(s)
	}
	m.check()
}

func TestModel(t *testing.T) {
	program := make([]byte, 500)
	for seed := range byte(200) {
		rand.NewChaCha8([32]byte{seed}).Read(program)
		follow(t, program)
	}
}

func FuzzModel(f *testing.F) {
	program := make([]byte, 100)
	for seed := range byte(8) {
		rand.NewChaCha8([32]byte{1, seed}).Read(program)
		f.Add(bytes.Clone(program))
	}
	f.Fuzz(func(t *testing.T, program []byte) {
		if len(program) > 1000 {
			t.Skip("longer programs find nothing that shorter ones do not")
		}
		follow(t, program)
	})
}

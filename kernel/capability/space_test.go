package capability

import (
	"errors"
	"sync"
	"testing"
)

func space(slots int) *Space { return NewSpace(Limits{Slots: slots}) }

func mustInsert(t *testing.T, s *Space, r *Ref) Handle {
	t.Helper()
	h, err := s.Insert(r)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHandles(t *testing.T) {
	s := space(2)
	h := mustInsert(t, s, New(endpoint(), Send, 0))
	if h == 0 || int64(h) < 0 {
		t.Errorf("the first handle is %#x", uint64(h))
	}
	for _, test := range []struct {
		name string
		h    Handle
		need Rights
		want error
	}{
		{"the handle", h, Send, nil},
		{"no right", h, Receive, &Denied{Receive, Send}},
		{"zero", 0, 0, ErrBadHandle},
		{"all ones", ^Handle(0), 0, ErrBadHandle},
		{"an empty slot", makeHandle(1, 1), 0, ErrBadHandle},
		{"a slot that is not there", makeHandle(1, 2), 0, ErrBadHandle},
		{"a later generation", h + 1<<32, 0, ErrBadHandle},
		{"generation zero", h & 0xffff_ffff, 0, ErrBadHandle},
	} {
		r, err := s.Get(test.h, test.need)
		if !same(err, test.want) || err == nil && r.Kind() != Endpoint {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
	if err := s.Drop(h); err != nil {
		t.Fatal(err)
	}
	again := mustInsert(t, s, New(endpoint(), Send, 0))
	if again.index() != h.index() || again == h {
		t.Errorf("the slot of %v was used again as %v", h, again)
	}
	if _, err := s.Get(h, 0); !errors.Is(err, ErrStale) {
		t.Errorf("the handle from before: %v", err)
	}
	if err := s.Drop(h); !errors.Is(err, ErrStale) {
		t.Errorf("dropping twice: %v", err)
	}
	r, _ := s.Get(again, 0)
	r.Drop()
	if _, err := s.Get(again, 0); !errors.Is(err, ErrRevoked) {
		t.Errorf("the handle of what has ended: %v", err)
	}
	if err := s.Drop(again); err != nil {
		t.Errorf("dropping what has ended: %v", err)
	}
}

// TestRetired uses a slot until its generations are used up.
func TestRetired(t *testing.T) {
	s := space(1)
	s.slots[0].generation.Store(maxGeneration)
	h := mustInsert(t, s, New(endpoint(), Send, 0))
	if int64(h) < 0 || h.generation() != maxGeneration {
		t.Errorf("the last handle is %#x", uint64(h))
	}
	if _, err := s.Get(h, Send); err != nil {
		t.Error(err)
	}
	if err := s.Drop(h); err != nil {
		t.Error(err)
	}
	if _, err := s.Get(h, 0); !errors.Is(err, ErrStale) {
		t.Errorf("the last handle, later: %v", err)
	}
	if _, err := s.Insert(New(endpoint(), Send, 0)); !errors.Is(err, ErrNoSlots) {
		t.Errorf("the slot was used again: %v", err)
	}
}

func TestLimits(t *testing.T) {
	for _, test := range []struct{ ask, get int }{{0, DefaultSlots}, {-1, DefaultSlots}, {3, 3}, {1 << 30, MaxSlots}} {
		if got := len(space(test.ask).slots); got != test.get {
			t.Errorf("%d slots asked for, got %d", test.ask, got)
		}
	}
	s := NewSpace(Limits{Slots: 3, Objects: 2})
	var made []*thing
	for i, want := range []error{nil, nil, ErrNoSlots} {
		o := endpoint()
		if _, err := s.Make(o, 0); !errors.Is(err, want) {
			t.Errorf("object %d: %v, want %v", i, err, want)
		}
		made = append(made, o)
	}
	h := mustInsert(t, s, New(endpoint(), Send, 0))
	if _, err := s.Insert(New(endpoint(), Send, 0)); !errors.Is(err, ErrNoSlots) {
		t.Errorf("a capability too many: %v", err)
	}
	if _, err := s.Derive(h, Send, 0); !errors.Is(err, ErrNoSlots) {
		t.Errorf("a derived capability too many: %v", err)
	}
	if s.Len() != 3 || len(s.List(nil)) != 3 {
		t.Errorf("there are %d capabilities", s.Len())
	}
	if err := s.Drop(s.List(nil)[0].Handle); err != nil || made[0].closed.Load() != 1 {
		t.Errorf("dropping an object: %v; it was closed %d times", err, made[0].closed.Load())
	}
	if _, err := s.Make(endpoint(), 0); err != nil {
		t.Errorf("an object in place of another: %v", err)
	}
	if made[2].closed.Load() != 0 {
		t.Error("an object that was not taken in was closed")
	}
}

func TestMove(t *testing.T) {
	from, to, full := space(4), space(4), space(1)
	mustInsert(t, full, New(endpoint(), Send, 0))
	o := endpoint()
	h := mustInsert(t, from, New(o, Send|Grant, 5))
	for _, test := range []struct {
		name string
		need Rights
		to   *Space
		want error
	}{
		{"no right", Receive, to, &Denied{Receive, Send | Grant}},
		{"no room", Grant, full, ErrNoSlots},
		{"to itself", Grant, from, nil},
	} {
		got, err := from.Move(h, test.need, test.to)
		if !same(err, test.want) || err == nil && got != h {
			t.Errorf("%s: %v, %v", test.name, got, err)
		}
		if _, err := from.Get(h, Send); err != nil {
			t.Errorf("%s: it is not where it was: %v", test.name, err)
		}
	}
	moved, err := from.Move(h, Grant, to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := from.Get(h, 0); !errors.Is(err, ErrStale) {
		t.Errorf("it is still where it was: %v", err)
	}
	if r, err := to.Get(moved, Send); err != nil || r.Badge() != 5 {
		t.Errorf("it has not arrived: %v", err)
	}
	from.Close()
	if _, err := to.Get(moved, Send); err != nil {
		t.Errorf("what was given away ended with who gave it: %v", err)
	}
	to.Close()
	if o.closed.Load() != 1 {
		t.Errorf("the object was closed %d times", o.closed.Load())
	}
	if _, err := full.Move(full.List(nil)[0].Handle, 0, to); !errors.Is(err, ErrNoProcess) {
		t.Errorf("moving to one that has ended: %v", err)
	}
}

// TestClose has a process end that has made an object, lent what it was given, and given away what it has made.
func TestClose(t *testing.T) {
	kernel, dying, other := space(8), space(8), space(8)
	given, made, passedOn := endpoint(), endpoint(), endpoint()
	parent := New(given, Send|Grant, 0)
	mustInsert(t, kernel, parent)
	child, err := parent.Derive(Send|Grant, 1)
	if err != nil {
		t.Fatal(err)
	}
	h := mustInsert(t, dying, child)
	lent, err := dying.Derive(h, Send, 0)
	if err != nil {
		t.Fatal(err)
	}
	if lent, err = dying.Move(lent, 0, other); err != nil {
		t.Fatal(err)
	}
	own, err := dying.Make(made, 0)
	if err != nil {
		t.Fatal(err)
	}
	away, err := dying.Make(passedOn, 0)
	if err != nil {
		t.Fatal(err)
	}
	if away, err = dying.Move(away, Grant, other); err != nil {
		t.Fatal(err)
	}
	cut := 0
	tie, loose := NewTie(func(s *Space) {
		cut++
		if s != dying {
			t.Error("the tie was cut for another space")
		}
	}), NewTie(func(*Space) { t.Error("a loose tie was cut") })
	for _, err := range []error{dying.Tie(loose), dying.Tie(tie)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	dying.Loosen(loose)
	other.Loosen(tie)

	dying.Close()
	dying.Close()
	if made.closed.Load() != 1 || passedOn.closed.Load() != 1 || given.closed.Load() != 0 || cut != 1 {
		t.Errorf("objects were closed %d, %d and %d times, a tie cut %d times", made.closed.Load(), passedOn.closed.Load(), given.closed.Load(), cut)
	}
	for name, h := range map[string]Handle{"what was lent": lent, "what was made": away} {
		if _, err := other.Get(h, 0); !errors.Is(err, ErrRevoked) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if parent.Err() != nil || given.woken.Load() == 0 {
		t.Error("what it was given ended for others too, or nobody was told")
	}
	if _, err := dying.Get(own, 0); !errors.Is(err, ErrStale) || dying.Len() != 0 {
		t.Errorf("the space has %d capabilities still, and %v", dying.Len(), err)
	}
	if _, err := dying.Insert(parent); !errors.Is(err, ErrNoProcess) {
		t.Errorf("inserting afterwards: %v", err)
	}
	if _, err := dying.Make(endpoint(), 0); !errors.Is(err, ErrNoProcess) {
		t.Errorf("making afterwards: %v", err)
	}
	if err := dying.Tie(loose); !errors.Is(err, ErrNoProcess) {
		t.Errorf("tying afterwards: %v", err)
	}
}

// TestRaces has goroutines do everything at once, for the race detector, and then counts.
func TestRaces(t *testing.T) {
	const rounds = 300
	spaces := []*Space{space(8), space(8), space(8)}
	var mu sync.Mutex
	var objects []*thing
	make := func(s *Space) {
		o := endpoint()
		if _, err := s.Make(o, 0); err == nil {
			mu.Lock()
			objects = append(objects, o)
			mu.Unlock()
		}
	}
	var done sync.WaitGroup
	for i, s := range spaces {
		next := spaces[(i+1)%len(spaces)]
		done.Go(func() {
			for range rounds {
				make(s)
				for _, e := range s.List(nil) {
					_, _ = s.Derive(e.Handle, Send, 0)
					_, _ = s.Move(e.Handle, Grant, next)
				}
			}
		})
		done.Go(func() {
			for range rounds {
				for _, e := range next.List(nil) {
					if r, err := next.Get(e.Handle, Send); err == nil {
						r.Revoke()
					}
					_ = next.Drop(e.Handle)
				}
			}
		})
	}
	done.Wait()
	for _, s := range spaces {
		s.Close()
		if s.Len() != 0 || s.objects != 0 || s.ties != nil {
			t.Errorf("a closed space has %d capabilities, %d objects, and ties: %t", s.Len(), s.objects, s.ties != nil)
		}
	}
	for i, o := range objects {
		if o.closed.Load() != 1 {
			t.Errorf("object %d of %d was closed %d times", i, len(objects), o.closed.Load())
		}
	}
}

func TestNoAllocation(t *testing.T) {
	s, to := space(4), space(4)
	h := mustInsert(t, s, New(endpoint(), Send|Grant, 0))
	tie := NewTie(func(*Space) {})
	if n := testing.AllocsPerRun(100, func() {
		r, err := s.Get(h, Send)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := As[*thing](r, Endpoint, Send); err != nil {
			t.Fatal(err)
		}
		if h, err = s.Move(h, Grant, to); err == nil {
			h, err = to.Move(h, Grant, s)
		}
		if err != nil || s.Tie(tie) != nil {
			t.Fatal(err)
		}
		s.Loosen(tie)
	}); n != 0 {
		t.Errorf("the hot paths allocate %v times", n)
	}
}

func BenchmarkGet(b *testing.B) {
	s := space(4)
	h, err := s.Insert(New(endpoint(), Send, 0))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Get(h, Send); err != nil {
			b.Fatal(err)
		}
	}
}

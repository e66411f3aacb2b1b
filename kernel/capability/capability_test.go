package capability

import (
	"errors"
	"sync/atomic"
	"testing"
)

// thing is an object for tests.
type thing struct {
	kind          Kind
	closed, woken atomic.Int32
}

func (o *thing) Kind() Kind { return o.kind }

func (o *thing) Rights() Rights { return o.kind.Rights() }

func (o *thing) Close() { o.closed.Add(1) }

func (o *thing) Wake() { o.woken.Add(1) }

func endpoint() *thing { return &thing{kind: Endpoint} }

func TestNames(t *testing.T) {
	for k := Endpoint; k < kinds; k++ {
		if got, ok := KindNamed(k.String()); !ok || got != k {
			t.Errorf("the kind %d is named %q, which is %d", k, k, got)
		}
		if k.Rights() == 0 || k.Rights()&^allRights != 0 || !k.Rights().Has(Grant) {
			t.Errorf("%v has the rights %v", k, k.Rights())
		}
	}
	for i, name := range rightNames {
		if got, ok := RightNamed(name); !ok || got != 1<<i || got.String() != name {
			t.Errorf("the right %d is named %q, which is %v", i, name, got)
		}
	}
	for _, name := range []string{"", "nothing", "unknown kind", "Send"} {
		if k, ok := KindNamed(name); ok {
			t.Errorf("%q is the kind %v", name, k)
		}
		if r, ok := RightNamed(name); ok {
			t.Errorf("%q is the right %v", name, r)
		}
	}
	for _, test := range []struct {
		got, want string
	}{
		{Rights(0).String(), "nothing"},
		{(Read | Receive).String(), "read, receive"},
		{Rights(1 << 31).String(), "unknown rights"},
		{Kind(0).String(), "nothing"},
		{Kind(255).String(), "unknown kind"},
		{makeHandle(3, 5).String(), "slot 5, use 3"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
	if Kind(255).Rights() != 0 {
		t.Error("an unknown kind has rights")
	}
}

// TestErrors holds the words that people read.
func TestErrors(t *testing.T) {
	r := New(&thing{kind: Memory}, Read|Grant, 0)
	_, denied := r.Object(Read | Write)
	for _, test := range []struct {
		err     error
		want    string
		refusal bool
	}{
		{denied, "denied: needs read, write, has read, grant", true},
		{&WrongKind{Endpoint, Log}, "denied: needs the kind endpoint, this is of the kind log", true},
		{ErrRevoked, "denied: the capability was revoked", true},
		{ErrStale, "denied: the handle is stale: what it stood for was dropped or given away", true},
		{ErrBadHandle, "denied: there is no such handle", true},
		{ErrBadge, "denied: the badge can't be changed", true},
		{ErrNoSlots, "the process can hold no more capabilities", false},
		{ErrNoProcess, "the process has ended", false},
	} {
		if test.err == nil || test.err.Error() != test.want || IsRefusal(test.err) != test.refusal {
			t.Errorf("got \"%v\", a refusal: %t; want %q, %t", test.err, IsRefusal(test.err), test.want, test.refusal)
		}
	}
}

type otherThing struct{ thing }

func TestAs(t *testing.T) {
	e := New(endpoint(), Send, 0)
	for _, test := range []struct {
		name string
		as   func() error
		want error
	}{
		{"the kind", func() error { _, err := As[*thing](e, Endpoint, Send); return err }, nil},
		{"no right", func() error { _, err := As[*thing](e, Endpoint, Receive); return err }, &Denied{Receive, Send}},
		{"another type", func() error { _, err := As[*otherThing](e, Log, Send); return err }, &WrongKind{Log, Endpoint}},
		{"another type, no right", func() error { _, err := As[*otherThing](e, Log, Read); return err }, &WrongKind{Log, Endpoint}},
	} {
		if err := test.as(); !same(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
	e.Drop()
	if _, err := As[*thing](e, Endpoint, Send); !errors.Is(err, ErrRevoked) {
		t.Errorf("after its end: %v", err)
	}
}

func same(err, want error) bool {
	if err == nil || want == nil {
		return err == want
	}
	return err.Error() == want.Error()
}

func TestDerive(t *testing.T) {
	root := New(endpoint(), Send|Receive|Read, 0)
	if root.Rights() != Send|Receive {
		t.Fatalf("the first reference has %v", root.Rights())
	}
	for _, test := range []struct {
		name   string
		rights Rights
		badge  uint64
		again  uint64 // a badge for a reference derived from that
		err    error
	}{
		{"the same", Send | Receive, 0, 0, nil},
		{"less", Send, 0, 0, nil},
		{"nothing", 0, 0, 0, nil},
		{"more", Send | Grant, 0, 0, &Denied{Send | Grant, Send | Receive}},
		{"unknown", 1 << 30, 0, 0, &Denied{1 << 30, Send | Receive}},
		{"badge, kept", Send, 7, 0, nil},
		{"badge, repeated", Send, 7, 7, nil},
		{"badge, later", Send, 0, 7, nil},
		{"badge, changed", Send, 7, 8, ErrBadge},
	} {
		child, err := root.Derive(test.rights, test.badge)
		if err == nil {
			var grandchild *Ref
			if grandchild, err = child.Derive(0, test.again); err == nil && grandchild.Badge() != max(test.badge, test.again) {
				t.Errorf("%s: the badge is %d", test.name, grandchild.Badge())
			}
			if child.Rights() != test.rights || child.Badge() != test.badge || child.Kind() != Endpoint {
				t.Errorf("%s: got %v, %d, %v", test.name, child.Rights(), child.Badge(), child.Kind())
			}
		}
		if !same(err, test.err) {
			t.Errorf("%s: %v, want %v", test.name, err, test.err)
		}
	}
}

// family is a tree of references to one object: a is above b, which is above c and d.
func family(t *testing.T) (o *thing, a, b, c, d *Ref) {
	t.Helper()
	o = endpoint()
	a = New(o, Send, 0)
	for _, step := range []struct {
		of **Ref
		to **Ref
	}{{&a, &b}, {&b, &c}, {&b, &d}} {
		child, err := (*step.of).Derive(Send, 0)
		if err != nil {
			t.Fatal(err)
		}
		*step.to = child
	}
	return o, a, b, c, d
}

func ended(refs ...*Ref) []bool {
	list := make([]bool, len(refs))
	for i, r := range refs {
		list[i] = r.Err() != nil
	}
	return list
}

func wantEnded(t *testing.T, what string, refs []*Ref, want ...bool) {
	t.Helper()
	for i, got := range ended(refs...) {
		if got != want[i] {
			t.Errorf("%s: reference %d has ended: %t", what, i, got)
		}
		select {
		case <-refs[i].Done():
			if !want[i] {
				t.Errorf("%s: reference %d is done", what, i)
			}
		default:
			if want[i] {
				t.Errorf("%s: reference %d is not done", what, i)
			}
		}
	}
}

func TestRevoke(t *testing.T) {
	o, a, b, c, d := family(t)
	before := c.Done()
	b.Revoke()
	wantEnded(t, "b is revoked", []*Ref{a, b, c, d}, false, false, true, true)
	select {
	case <-before:
	default:
		t.Error("who waited was not told")
	}
	if _, err := c.Object(0); !errors.Is(err, ErrRevoked) {
		t.Errorf("using what was revoked: %v", err)
	}
	for _, rights := range []Rights{0, Send, Send | Receive} { // the last is more than c had
		if _, err := c.Derive(rights, 0); !errors.Is(err, ErrRevoked) {
			t.Errorf("deriving %v from what was revoked: %v", rights, err)
		}
	}
	if o.woken.Load() != 1 || o.closed.Load() != 0 {
		t.Errorf("the object was woken %d times, closed %d times", o.woken.Load(), o.closed.Load())
	}
	b.Revoke()
	c.Revoke()
	if o.woken.Load() != 1 {
		t.Error("the object was woken for nothing")
	}
	a.Revoke()
	wantEnded(t, "a is revoked", []*Ref{a, b}, false, true)
	a.Drop()
	if o.closed.Load() != 1 {
		t.Errorf("the object was closed %d times", o.closed.Load())
	}
}

// TestDropInBetween takes a reference out of the middle: those below stay, and still hang on those above.
func TestDropInBetween(t *testing.T) {
	o, a, b, c, d := family(t)
	b.Drop()
	b.Drop()
	wantEnded(t, "b is dropped", []*Ref{a, b, c, d}, false, true, false, false)
	if o.woken.Load() != 1 {
		t.Errorf("the object was woken %d times", o.woken.Load())
	}
	a.Revoke()
	wantEnded(t, "a is revoked", []*Ref{a, b, c, d}, false, true, true, true)
	a.Drop()
	if o.closed.Load() != 1 {
		t.Errorf("the object was closed %d times", o.closed.Load())
	}
}

func TestDropAbove(t *testing.T) {
	o, a, b, c, d := family(t)
	a.Drop()
	b.Drop()
	wantEnded(t, "those above are dropped", []*Ref{a, b, c, d}, true, true, false, false)
	c.Drop()
	if o.closed.Load() != 0 {
		t.Error("the object was closed before its time")
	}
	d.Drop()
	if o.closed.Load() != 1 {
		t.Errorf("the object was closed %d times", o.closed.Load())
	}
}

func TestWithdraw(t *testing.T) {
	o, a, b, c, d := family(t)
	b.Withdraw()
	wantEnded(t, "b is withdrawn", []*Ref{a, b, c, d}, false, true, true, true)
	if o.woken.Load() != 1 || o.closed.Load() != 0 {
		t.Errorf("the object was woken %d times, closed %d times", o.woken.Load(), o.closed.Load())
	}
	a.Withdraw()
	if o.closed.Load() != 1 {
		t.Errorf("the object was closed %d times", o.closed.Load())
	}
}

// TestDeep revokes a chain that is longer than any stack of calls should be.
func TestDeep(t *testing.T) {
	o := endpoint()
	root := New(o, Send, 0)
	last := root
	for range 100_000 {
		child, err := last.Derive(Send, 0)
		if err != nil {
			t.Fatal(err)
		}
		last = child
	}
	root.Revoke()
	wantEnded(t, "the root is revoked", []*Ref{root, last}, false, true)
	root.Drop()
	if o.closed.Load() != 1 {
		t.Errorf("the object was closed %d times", o.closed.Load())
	}
}

package roundtrip_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/auditors"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/counters"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

// A client of a component that defines resources is an implementation like any other.
var _ counters.Host = (*counters.Client)(nil)

// accounts are the clients of a component with counters.
type accounts struct {
	t    testing.TB
	inst *vm.Instance
	*counters.Client
	auditors *auditors.Client
}

func open(t testing.TB, guest *testwasm.Component, imports ...*glue.Interface) *accounts {
	t.Helper()
	g := newGuests(t)
	c, err := g.vm.Compile(t.Context(), "guest", guest.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	a := &accounts{t: t}
	if a.inst, err = c.Instantiate(t.Context(), vm.Options{Imports: imports, Limits: vm.Limits{MaxHandles: 20}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.inst.Close(context.Background()) })
	if a.Client, err = counters.Bind(a.inst.Instance); err != nil {
		t.Fatal(err)
	}
	if a.auditors, err = auditors.Bind(a.inst.Instance); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *accounts) counter(start uint32) glue.Own[counters.Counter] {
	a.t.Helper()
	c, err := a.NewCounter(a.t.Context(), start)
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

func (a *accounts) drop(c glue.Own[counters.Counter]) {
	a.t.Helper()
	if err := c.Drop(a.t.Context()); err != nil {
		a.t.Error(err)
	}
}

// want checks the number of a counter.
func (a *accounts) want(c counters.Counter, want uint32) {
	a.t.Helper()
	if n, err := c.Add(a.t.Context(), 0); err != nil || n != want {
		a.t.Errorf("the counter is at %d, %v; want %d", n, err, want)
	}
}

func (a *accounts) wantLost(want uint32) {
	a.t.Helper()
	if n, err := a.Lost(a.t.Context()); err != nil || n != want {
		a.t.Errorf("the component has lost %d, %v; want %d", n, err, want)
	}
}

func wantMisuse(t *testing.T, err error, reason string) {
	t.Helper()
	var m *vm.Misuse
	if !errors.As(err, &m) || !strings.Contains(m.Reason, reason) {
		t.Errorf("got %v, want a misuse: %s", err, reason)
	}
}

func TestGuestResource(t *testing.T) {
	a := open(t, counterGuest())
	ctx := t.Context()
	for range 100 { // more than there may be handles at a time
		c := a.counter(5)
		if n, err := c.Value().Add(ctx, 300); n != 305 || err != nil {
			t.Fatalf("add: %d, %v", n, err)
		}
		twin, err := c.Value().Copy(ctx)
		if err != nil {
			t.Fatal(err)
		}
		a.drop(c)
		a.want(twin.Value(), 305)
		a.drop(twin)
	}
	a.wantLost(200)
}

func TestGuestResourceOwnership(t *testing.T) {
	a := open(t, counterGuest())
	ctx := t.Context()
	one, two := a.counter(400), a.counter(500)
	sum, err := a.CounterMerge(ctx, one, two.Value())
	if err != nil {
		t.Fatal(err)
	}
	a.want(sum.Value(), 900)
	a.want(two.Value(), 500)
	_, err = one.Value().Add(ctx, 1)
	wantMisuse(t, err, "was given away before")
	wantMisuse(t, one.Drop(ctx), "was given away before")
	a.wantLost(0)

	_, err = a.CounterMerge(ctx, sum, two.Value())
	var token glue.Error[glue.Own[counters.Token]]
	if !errors.As(err, &token) {
		t.Fatalf("merge: %v", err)
	}
	a.wantLost(1)
	stamp, err := a.Stamp(ctx, two.Value(), glue.Some(token.Value))
	if err != nil {
		t.Fatal(err)
	}
	if err := stamp.Drop(ctx); err != nil {
		t.Error(err)
	}
	wantMisuse(t, token.Value.Drop(ctx), "was given away before")
	if stamp, err = a.Stamp(ctx, two.Value(), glue.None[glue.Own[counters.Token]]()); err != nil || stamp.Drop(ctx) != nil {
		t.Error(err)
	}
	a.drop(two)
	a.wantLost(2)
}

// TestGuestResourcesInValues has resources in lists, records, options and variants.
func TestGuestResourcesInValues(t *testing.T) {
	a := open(t, counterGuest())
	ctx := t.Context()
	list, err := a.Make(ctx, 4)
	if err != nil || len(list) != 4 {
		t.Fatalf("make: %v, %v", list, err)
	}
	var lent []counters.Counter
	for i, c := range list {
		a.want(c.Value(), uint32(i))
		lent = append(lent, c.Value())
	}
	lent = append(lent, list[3].Value()) // the same one twice
	if n, err := a.Total(ctx, lent); n != 0+1+2+3+3 || err != nil {
		t.Errorf("total: %d, %v", n, err)
	}

	p, err := a.Swap(ctx, counters.Pair{Left: list[0], Name: "né", Right: glue.Some(list[1])})
	if err != nil {
		t.Fatal(err)
	}
	right, ok := p.Right.Get()
	if !ok || p.Name != "né" {
		t.Fatalf("swap: %+v", p)
	}
	a.want(p.Left.Value(), 1)
	a.want(right.Value(), 0)
	if p, err = a.Swap(ctx, counters.Pair{Left: list[2]}); err != nil {
		t.Fatal(err)
	}
	a.want(p.Left.Value(), 2)

	choice, err := a.Pick(ctx, counters.ChoiceMany([]glue.Own[counters.Counter]{p.Left, right}))
	many, ok := choice.AsMany()
	if err != nil || !ok || len(many) != 2 {
		t.Fatalf("pick: %v, %v", choice, err)
	}
	a.want(many[0].Value(), 2)
	a.want(many[1].Value(), 0)
	choice, err = a.Pick(ctx, counters.ChoiceOne(many[0]))
	if one, ok := choice.AsOne(); err != nil || !ok {
		t.Errorf("pick: %v, %v", choice, err)
	} else {
		a.want(one.Value(), 2)
	}
	if choice, err = a.Pick(ctx, counters.ChoiceNone()); err != nil || choice.Kind() != counters.ChoiceKindNone {
		t.Errorf("pick: %v, %v", choice, err)
	}
	a.wantLost(0)
}

// TestGuestResourceMisuse hands over what can't be had, and checks that nothing has happened.
func TestGuestResourceMisuse(t *testing.T) {
	a, b := open(t, counterGuest()), open(t, counterGuest())
	ctx := t.Context()
	mine, theirs, gone := a.counter(1), b.counter(2), a.counter(3)
	a.drop(gone)
	only := func(_ any, err error) error { return err }
	for _, tt := range []struct {
		name, reason string
		err          error
	}{
		{"a method", "was dropped", only(gone.Value().Add(ctx, 1))},
		{"drop", "was dropped", gone.Drop(ctx)},
		{"lend", "belongs to another instance", only(a.CounterMerge(ctx, mine, theirs.Value()))},
		{"give", "belongs to another instance", only(a.CounterMerge(ctx, theirs, mine.Value()))},
		{"both", "given away before", only(a.CounterMerge(ctx, mine, mine.Value()))},
		{"list", "was dropped", only(a.Total(ctx, []counters.Counter{mine.Value(), gone.Value()}))},
		{"owners", "was dropped", only(a.Pick(ctx, counters.ChoiceMany([]glue.Own[counters.Counter]{mine, gone})))},
		{"twice", "given away before", only(a.Swap(ctx, counters.Pair{Left: mine, Right: glue.Some(mine)}))},
		{"record", "another instance", only(a.Swap(ctx, counters.Pair{Left: mine, Name: "n", Right: glue.Some(theirs)}))},
		{"nothing", "is missing", only(a.Total(ctx, []counters.Counter{nil}))},
		{"Go's", "a Go value of type roundtrip_test.goCounter", only(a.Total(ctx, []counters.Counter{goCounter{}}))},
		{"no owner", "is missing", only(a.Swap(ctx, counters.Pair{Left: mine, Right: glue.Some(glue.Own[counters.Counter]{})}))},
		{"elsewhere", "was dropped", only(a.auditors.Audit(ctx, gone.Value()))},
	} {
		t.Run(tt.name, func(t *testing.T) { wantMisuse(t, tt.err, tt.reason) })
	}
	a.want(mine.Value(), 1)
	b.want(theirs.Value(), 2)
	a.drop(mine)
	b.drop(theirs)
	a.wantLost(2)
	b.wantLost(1)
}

// goCounter is a counter that Go implements.
type goCounter struct{ counters.Counter }

// TestGuestResourceOfDeadInstance keeps resources of instances that have trapped, or were closed.
func TestGuestResourceOfDeadInstance(t *testing.T) {
	a := open(t, counterGuest())
	ctx := t.Context()
	c := a.counter(1)
	_, trap := a.auditors.Issue(ctx, 13)
	var is *vm.Trap
	if !errors.As(trap, &is) {
		t.Fatalf("issue: %v", trap)
	}
	if _, err := c.Value().Add(ctx, 1); err != trap {
		t.Errorf("add: %v", err)
	}
	if err := c.Drop(ctx); err != trap {
		t.Errorf("drop: %v", err)
	}

	a = open(t, counterGuest())
	c = a.counter(666) // its destructor traps
	err := c.Drop(ctx)
	if !errors.As(err, &is) || is.Reason != "unreachable" || is.Function != "drop of test:features/counters@1/counter" {
		t.Errorf("drop: %v", err)
	}
	if _, again := a.Lost(ctx); again != err {
		t.Errorf("after the trap: %v", again)
	}

	a = open(t, counterGuest())
	c = a.counter(1)
	if err := a.inst.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.Drop(ctx); err == nil || err != a.inst.Err() {
		t.Errorf("drop: %v", err)
	}
}

// TestResourceOfAnotherInterface has two interfaces with the resources of one component.
func TestResourceOfAnotherInterface(t *testing.T) {
	for name, guest := range map[string]*testwasm.Component{"of one component": counterGuest(), "of two": firm()} {
		t.Run(name, func(t *testing.T) {
			a := open(t, guest)
			ctx := t.Context()
			c := a.counter(7)
			for range 30 {
				if n, err := a.auditors.Audit(ctx, c.Value()); n != 7 || err != nil {
					t.Fatalf("audit: %d, %v", n, err)
				}
			}
			issued, err := a.auditors.Issue(ctx, 40)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := a.Total(ctx, []counters.Counter{c.Value(), issued.Value()}); n != 47 || err != nil {
				t.Errorf("total: %d, %v", n, err)
			}
			a.want(issued.Value(), 40)
			if n, err := a.auditors.Absorb(ctx, issued); n != 40 || err != nil {
				t.Errorf("absorb: %d, %v", n, err)
			}
			_, err = a.auditors.Audit(ctx, issued.Value())
			wantMisuse(t, err, "given away before")
			a.wantLost(1)
			a.drop(c)
			a.wantLost(2)
		})
	}
}

// TestResourceOfTheHostOrAnotherGuest has a component import counters: from Go, and from a client of another one.
func TestResourceOfTheHostOrAnotherGuest(t *testing.T) {
	other := open(t, counterGuest())
	h := &auditHost{}
	c := bind(newGuests(t), "auditors", slices.Concat(counters.Provide(other), auditors.Provide(h)), auditors.Bind)
	ctx := t.Context()

	if n, err := c.Audit(ctx, goCounter{}); n != 1 || err != nil || h.seen != counters.Counter(goCounter{}) {
		t.Errorf("audit: %d, %v with %v", n, err, h.seen)
	}
	one := other.counter(5)
	if n, err := c.Audit(ctx, one.Value()); n != 2 || err != nil || h.seen != one.Value() {
		t.Errorf("audit: %d, %v with %v", n, err, h.seen)
	}
	other.want(one.Value(), 5)
	if n, err := c.Absorb(ctx, one); n != 3 || err != nil { // the host drops it
		t.Errorf("absorb: %d, %v", n, err)
	}
	wantMisuse(t, one.Drop(ctx), "was dropped")
	other.wantLost(1)
}

// auditHost counts its calls.
type auditHost struct {
	calls uint32
	seen  counters.Counter
}

func (h *auditHost) Audit(_ context.Context, s auditors.Subject) (uint32, error) {
	h.calls++
	h.seen = s
	return h.calls, nil
}

func (h *auditHost) Absorb(ctx context.Context, s glue.Own[auditors.Subject]) (uint32, error) {
	h.calls++
	return h.calls, s.Drop(ctx)
}

func (h *auditHost) Issue(context.Context, uint32) (glue.Own[auditors.Subject], error) {
	return glue.Own[auditors.Subject]{}, errors.New("none is left")
}

// TestGuestResourceInImport drops a component's resource when the component that it was given to is gone.
func TestGuestResourceInImport(t *testing.T) {
	a := open(t, counterGuest())
	ctx := t.Context()
	c := testwasm.NewComponent()
	given := c.ImportInstance(countersName, testwasm.NewInstanceType().Resource("counter").
		Func("[constructor]counter", counterFuncs[0][1]))
	c.Alias(given, testwasm.SortType, "counter")
	c.ExportFunc("keep", c.Lower(c.Alias(given, testwasm.SortFunc, "[constructor]counter")), "func(start: u32) -> u32")
	keeper, err := newGuests(t).vm.Compile(ctx, "keeper", c.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	inst, err := keeper.Instantiate(ctx, vm.Options{Imports: counters.Provide(a)})
	if err != nil {
		t.Fatal(err)
	}
	for want := uint32(1); want <= 3; want++ {
		if handle, err := inst.Call(ctx, "", "keep", uint32(50)); handle != want || err != nil {
			t.Fatalf("keep: %v, %v", handle, err)
		}
	}
	a.wantLost(0)
	if err := inst.Close(ctx); err != nil {
		t.Fatal(err)
	}
	a.wantLost(3)
}

// TestBindResources binds clients to components that have not what these want.
func TestBindResources(t *testing.T) {
	g := newGuests(t)
	ctx := t.Context()
	c := testwasm.NewComponent()
	r := c.Export("counter", testwasm.SortType, c.Resource())
	m := testwasm.NewModule()
	m.Func("f", "i32 -> i32", "local.get 0")
	core := c.CoreFunc(c.Instantiated(m), "f")
	var members []testwasm.Arg
	for _, f := range auditorFuncs {
		members = append(members, testwasm.Arg{Name: f[0], Sort: testwasm.SortFunc, Index: c.Lift(core, f[1])})
	}
	c.Export(auditorsName, testwasm.SortInstance, c.Inline(append(members, testwasm.Arg{Name: "counter", Sort: testwasm.SortType, Index: r})...))
	compiled, err := g.vm.Compile(ctx, "guest", c.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	inst, err := compiled.Instantiate(ctx, vm.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, bind := range []func(*glue.Instance) error{
		func(i *glue.Instance) error { _, err := counters.Bind(i); return err },
		func(i *glue.Instance) error { _, err := auditors.Bind(i); return err },
	} {
		if err := bind(inst.Instance); err == nil || !strings.Contains(err.Error(), "has no export "+countersName) {
			t.Errorf("got %v", err)
		}
	}
}

// TestAllocationOfGuestResources allocates nothing but the Go values of resources.
func TestAllocationOfGuestResources(t *testing.T) {
	ctx := t.Context()
	for name, guest := range map[string]*testwasm.Component{"of one component": counterGuest(), "of two": firm()} {
		a := open(t, guest)
		c := a.counter(1)
		lent := []counters.Counter{c.Value()}
		for _, tt := range []struct {
			name string
			want float64
			call func() error
		}{
			{"a method", 0, func() error { _, err := c.Value().Add(ctx, 1); return err }},
			{"a borrow", 0, func() error { _, err := a.auditors.Audit(ctx, c.Value()); return err }},
			{"borrows in a list", 0, func() error { _, err := a.Total(ctx, lent); return err }},
			{"a constructor", 1, func() error {
				c, err := a.NewCounter(ctx, 1)
				if err != nil {
					return err
				}
				return c.Drop(ctx)
			}},
			{"a constructor, and giving away", 1, func() error {
				c, err := a.auditors.Issue(ctx, 1)
				if err != nil {
					return err
				}
				_, err = a.auditors.Absorb(ctx, c)
				return err
			}},
		} {
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				if err := tt.call(); err != nil { // at first, lists of what is on its way grow
					t.Fatal(err)
				}
				var failed error
				n := testing.AllocsPerRun(100, func() {
					if err := tt.call(); err != nil {
						failed = err
					}
				})
				if failed != nil {
					t.Fatal(failed)
				}
				if n != tt.want {
					t.Errorf("%v allocations, want %v", n, tt.want)
				}
			})
		}
	}
}

// BenchmarkGuestMethod calls a method of a resource that the component defines.
func BenchmarkGuestMethod(b *testing.B) {
	a := open(b, counterGuest())
	ctx := b.Context()
	c := a.counter(1).Value()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Add(ctx, 1); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGuestFunction calls a function of the same component without resources, for comparison.
func BenchmarkGuestFunction(b *testing.B) {
	a := open(b, counterGuest())
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.Lost(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

package instance_test

import (
	"errors"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/vm"
)

// This file does by hand what generated clients do with resources that a component defines. Those are tested in
// gen/emit/roundtrip with values of all shapes.

// thingType is how Go knows the resource of a keeper.
var thingType = &abi.Resource{Name: "test:keep/things@1/thing"}

type thing struct{ instance.Held }

func holdThing(h instance.Held) any { return &thing{h} }

// things is a client of a keeper.
type things struct {
	t                      *testing.T
	give, take, lend, both *instance.Export
	inst                   *vm.Instance
}

func keepThings(t *testing.T, more string) *things {
	t.Helper()
	i := start(t, keeper(more))
	b := i.Bind("", instance.Holder{Type: thingType, Hold: holdThing})
	c := &things{
		t: t, inst: i,
		give: b.Func("give", "func(rep: u32) -> own<test:keep/things@1/thing>"),
		take: b.Func("take", "func(h: own<test:keep/things@1/thing>) -> u32"),
		lend: b.Func("lend", "func(h: borrow<test:keep/things@1/thing>) -> u32"),
		both: b.Func("both", "func(a: borrow<test:keep/things@1/thing>, b: own<test:keep/things@1/thing>) -> u32"),
	}
	if b.Err() != nil {
		t.Fatal(b.Err())
	}
	return c
}

func (c *things) new(rep uint32) *thing {
	c.t.Helper()
	e := c.give
	if err := e.Enter(ctx); err != nil {
		c.t.Fatal(err)
	}
	var err error
	defer e.Leave(&err)
	e.Stack()[0] = uint64(rep)
	e.Invoke()
	return e.TakeOwn(thingType, uint32(e.Stack()[0])).(*thing)
}

func call1(e *instance.Export, lower func(e *instance.Export)) (n uint32, err error) {
	if err := e.Enter(ctx); err != nil {
		return 0, err
	}
	defer e.Leave(&err)
	lower(e)
	e.Invoke()
	return uint32(e.Stack()[0]), nil
}

func (c *things) lendIt(v any) (uint32, error) {
	return call1(c.lend, func(e *instance.Export) { e.Stack()[0] = uint64(e.Lend(thingType, v)) })
}

func (c *things) takeIt(v any) (uint32, error) {
	return call1(c.take, func(e *instance.Export) { e.Stack()[0] = uint64(e.GiveOwn(thingType, v)) })
}

func (c *things) wantSum(want uint32) {
	c.t.Helper()
	wantCall(c.t, c.inst, want, "sum")
}

func wantMisuse(t *testing.T, err error, reason string) {
	t.Helper()
	var m *instance.Misuse
	if !errors.As(err, &m) {
		t.Errorf("got %v, want a misuse", err)
		return
	}
	wantError(t, err, reason)
}

func TestHeld(t *testing.T) {
	c := keepThings(t, "")
	v := c.new(300)
	for range 3 {
		if n, err := c.lendIt(v); n != 300 || err != nil { // who defines it sees the representation
			t.Errorf("lend: %d, %v", n, err)
		}
	}
	if err := instance.Drop(ctx, v); err != nil {
		t.Error(err)
	}
	c.wantSum(300)
	wantMisuse(t, instance.Drop(ctx, v), "was dropped before")
	c.wantSum(300)
	_, err := c.lendIt(v)
	wantMisuse(t, err, "lend: the resource of type test:keep/things@1/thing was dropped before")

	v = c.new(7)
	handle, err := c.takeIt(v)
	if err != nil {
		t.Fatal(err)
	}
	wantCall(t, c.inst, uint32(7), "look", handle)
	for _, use := range []func(any) (uint32, error){c.lendIt, c.takeIt} {
		_, err := use(v)
		wantMisuse(t, err, "was given away before")
	}
	wantMisuse(t, instance.Drop(ctx, v), "was given away before")
	c.wantSum(300) // it is the component's again, which has not dropped it
	wantCall(t, c.inst, nil, "drop", handle)
	c.wantSum(307)
}

func TestHeldOfOthers(t *testing.T) {
	one, two := keepThings(t, ""), keepThings(t, "")
	v := one.new(1)
	_, err := two.lendIt(v)
	wantMisuse(t, err, "belongs to another instance")
	_, err = two.takeIt(v)
	wantMisuse(t, err, "belongs to another instance")
	_, err = two.takeIt(nil)
	wantMisuse(t, err, "is missing")
	_, err = two.lendIt(&file{})
	wantMisuse(t, err, "is not one of the component but a Go value of type *instance_test.file")
	if n, err := one.lendIt(v); n != 1 || err != nil {
		t.Errorf("lend: %d, %v", n, err)
	}
	if n, err := two.lendIt(two.new(2)); n != 2 || err != nil {
		t.Errorf("after the misuse: %d, %v", n, err)
	}
}

// TestMisuseHasNoEffect gives a resource to a call that can't have the next one.
func TestMisuseHasNoEffect(t *testing.T) {
	c := keepThings(t, "")
	first, second := c.new(1), c.new(2)
	if err := instance.Drop(ctx, second); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		_, err := call1(c.both, func(e *instance.Export) {
			e.GiveOwn(thingType, first)
			e.Lend(thingType, second)
		})
		wantMisuse(t, err, "was dropped before")
	}
	_, err := call1(c.both, func(e *instance.Export) {
		e.Lend(thingType, first)
		e.GiveOwn(thingType, first)
	})
	wantMisuse(t, err, "is on loan to the same call")
	_, err = call1(c.both, func(e *instance.Export) {
		e.GiveOwn(thingType, first)
		e.Lend(thingType, first)
	})
	wantMisuse(t, err, "was given away before")
	if n, err := c.takeIt(first); n != 1 || err != nil { // the first place in the table
		t.Errorf("take: %d, %v", n, err)
	}
}

// TestHeldWithoutInstance has resources whose instance is dead or busy.
func TestHeldWithoutInstance(t *testing.T) {
	c := keepThings(t, "")
	v := c.new(1)
	_, trap := c.inst.Call(ctx, "", "drop", uint32(99))
	if err := instance.Drop(ctx, v); trap == nil || err != trap {
		t.Errorf("drop: %v, want %v", err, trap)
	}
	if _, err := c.lendIt(v); err != trap {
		t.Errorf("lend: %v, want %v", err, trap)
	}

	c = keepThings(t, "")
	v = c.new(1)
	_, err := call1(c.lend, func(e *instance.Export) {
		if err := instance.Drop(ctx, v); err != instance.ErrBusy {
			t.Errorf("drop in a call: %v", err)
		}
		e.Stack()[0] = uint64(e.Lend(thingType, v))
	})
	if err != nil {
		t.Error(err)
	}
	if err := instance.Drop(ctx, v); err != nil {
		t.Error(err)
	}
	c.wantSum(1)

	v = c.new(1)
	if err := c.inst.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if err := instance.Drop(ctx, v); err != instance.ErrClosed {
		t.Errorf("drop after Close: %v", err)
	}
}

func TestHeldDestructorTraps(t *testing.T) {
	c := keepThings(t, "unreachable")
	v := c.new(1)
	err := instance.Drop(ctx, v)
	var trap *instance.Trap
	if !errors.As(err, &trap) || trap.Function != "drop of test:keep/things@1/thing" {
		t.Fatalf("drop: %v", err)
	}
	if c.inst.Err() != err {
		t.Errorf("the instance has the error %v", c.inst.Err())
	}
}

// TestBind compares types whose resources have other names in the component.
func TestBind(t *testing.T) {
	i := start(t, keeper(""))
	holder := instance.Holder{Type: thingType, Hold: holdThing}
	asked := 0
	later := func(*instance.Instance) ([]instance.Holder, error) { asked++; return []instance.Holder{holder}, nil }
	fails := func(*instance.Instance) ([]instance.Holder, error) { return nil, errors.New("no holders today") }
	for _, tt := range []struct {
		name, typ, want string
		bind            func() *instance.Binder
	}{
		{"lend", "func(h: borrow<test:keep/things@1/thing>) -> u32", "", func() *instance.Binder { return i.Bind("", holder) }},
		{"lend", "func(h: own<test:keep/things@1/thing>) -> u32", "has type", func() *instance.Binder { return i.Bind("", holder) }},
		{"lend", "func(h: borrow<thing>) -> u32", "does not export their interface", func() *instance.Binder { return i.Bind("", holder) }},
		{"none", "func()", "has no exported function none", func() *instance.Binder { return i.Bind("") }},
		{"sum", "func() -> u32", "", func() *instance.Binder { b := i.Bind(""); b.Use(fails); return b }},
		{"lend", "func(h: borrow<test:keep/things@1/thing>) -> u32", "no holders today", func() *instance.Binder { b := i.Bind(""); b.Use(fails); return b }},
		{"lend", "func(h: borrow<test:keep/things@1/thing>) -> u32", "", func() *instance.Binder { b := i.Bind(""); b.Use(later, fails); return b }},
		{"both", "func(a: borrow<x>, b: own<test:keep/things@1/thing>) -> u32", "does not export", func() *instance.Binder { return i.Bind("", holder) }},
	} {
		b := tt.bind()
		e := b.Func(tt.name, tt.typ)
		switch {
		case tt.want == "" && (b.Err() != nil || e == nil):
			t.Errorf("%s: %v", tt.typ, b.Err())
		case tt.want != "":
			wantError(t, b.Err(), tt.want)
			if b.Func("sum", "func() -> u32") != nil {
				t.Errorf("%s: there is a function after an error", tt.typ)
			}
		}
	}
	if asked != 1 {
		t.Errorf("asked for holders %d times", asked)
	}

	var opened []*file
	i = start(t, opener(), files(&opened))
	b := i.Bind("")
	b.Func("keep", "func(f: borrow<file>)") // Go defines it
	if b.Err() != nil {
		t.Error(b.Err())
	}
	b.Func("keep", "func(f: borrow<dir>)")
	wantError(t, b.Err(), "has type")
}

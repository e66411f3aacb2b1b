package roundtrip_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/clockwork"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/spring"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

// The interfaces of the world clockwork as components call them.
const (
	springName = "test:features/spring@1.2.0"
	handsName  = "test:features/hands@1.2.0"
)

// clock is a component of the world clockwork. Its hands turn by the tension of both springs and what they are
// given; it beats with a tick of 1.
func clock() *testwasm.Component {
	c := testwasm.NewComponent()
	tension := func(name string) testwasm.CoreExport {
		i := c.ImportInstance(name, testwasm.NewInstanceType().Func("tension", "func() -> u32"))
		return testwasm.CoreExport{Name: name, Index: c.Lower(c.Alias(i, testwasm.SortFunc, "tension"))}
	}
	first, spare := tension(springName), tension("spare")
	tick := testwasm.CoreExport{Name: "tick", Index: c.Lower(c.ImportFunc("tick", "func(n: u32) -> u32"))}
	m := testwasm.NewModule()
	for _, name := range []string{springName, "spare"} {
		m.ImportFunc("host", name, "-> i32")
	}
	m.ImportFunc("host", "tick", "i32 -> i32")
	m.Func("turn", "i32 -> i32", "call 0 call 1 i32.const 100 i32.mul i32.add local.get 0 i32.add")
	m.Func("beat", "-> i32", "i32.const 1 call 2")
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: c.CoreInline(first, spare, tick)})
	turn := testwasm.Arg{Name: "turn", Sort: testwasm.SortFunc, Index: c.Lift(c.CoreFunc(inst, "turn"), "func(by: u32) -> u32")}
	c.Export(handsName, testwasm.SortInstance, c.Inline(turn))
	c.ExportFunc("beat", c.CoreFunc(inst, "beat"), "func() -> u32")
	return c
}

// tense is a spring.
type tense uint32

func (t tense) Tension(context.Context) (uint32, error) { return uint32(t), nil }

// ticker counts the ticks.
type ticker struct{ ticks uint32 }

func (t *ticker) Tick(_ context.Context, n uint32) (uint32, error) {
	t.ticks += n
	return t.ticks, nil
}

func TestWorld(t *testing.T) {
	ctx := t.Context()
	c, err := newGuests(t).vm.Compile(ctx, "clock", clock().Bytes())
	if err != nil {
		t.Fatal(err)
	}
	ended := 0
	world := clockwork.World{Spring: tense(3), Spare: tense(4), Host: &ticker{}}
	inst, err := c.Instantiate(ctx, vm.Options{Host: world})
	if err != nil {
		t.Fatal(err)
	}
	exports, err := clockwork.Bind(inst.Instance)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := exports.Hands.Turn(ctx, 10); n != 413 || err != nil {
		t.Errorf("turn: %d, %v", n, err)
	}
	for want := uint32(1); want <= 3; want++ {
		if n, err := exports.Beat(ctx); n != want || err != nil {
			t.Errorf("beat: %d, %v", n, err)
		}
	}

	// What has no field comes from the rest, and only that.
	world.Spring = nil
	world.Rest = rest(func(p *glue.Process) ([]*glue.Interface, error) {
		p.AtExit(func() { ended++ })
		return slices.Concat(spring.Provide(tense(8)), glue.Fixed{{Name: ""}, {Name: "spare"}}), nil
	})
	if inst, err = c.Instantiate(ctx, vm.Options{Host: world}); err != nil {
		t.Fatal(err)
	}
	if exports, err = clockwork.Bind(inst.Instance); err != nil {
		t.Fatal(err)
	}
	if n, err := exports.Hands.Turn(ctx, 0); n != 408 || err != nil {
		t.Errorf("turn: %d, %v", n, err)
	}
	if ended != 0 {
		t.Error("the process has ended before its instance")
	}
	if err := inst.Close(ctx); err != nil || ended != 1 {
		t.Errorf("%v; the process has ended %d times", err, ended)
	}
}

// rest provides what a World has no field for.
type rest func(*glue.Process) ([]*glue.Interface, error)

func (r rest) Provide(p *glue.Process) ([]*glue.Interface, error) { return r(p) }

func TestWorldIncomplete(t *testing.T) {
	ctx := t.Context()
	c, err := newGuests(t).vm.Compile(ctx, "clock", clock().Bytes())
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Instantiate(ctx, vm.Options{Host: clockwork.World{Spring: spring.Unimplemented{}}})
	var incomplete *glue.Incomplete
	if !errors.As(err, &incomplete) || !slices.Equal(incomplete.Interfaces, []string{"spare", ""}) {
		t.Errorf("got %v", err)
	}
	_, err = c.Instantiate(ctx, vm.Options{Host: clockwork.World{}})
	want := "the World test:features/clockwork@1.2.0 has no implementation of\n    test:features/spring@1.2.0\n    spare\n    the functions of the world itself"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}

	// A component that wants more than its world has does not get it from the rest.
	wants := testwasm.NewComponent()
	wants.ImportInstance("test:features/other", testwasm.NewInstanceType().Func("f", "func()"))
	if c, err = newGuests(t).vm.Compile(ctx, "wants", wants.Bytes()); err != nil {
		t.Fatal(err)
	}
	_, err = c.Instantiate(ctx, vm.Options{Host: clockwork.World{
		Spring: tense(1), Spare: tense(1), Rest: glue.Fixed{{Name: ""}, {Name: "test:features/other"}},
	}})
	var missing *vm.MissingImports
	if !errors.As(err, &missing) {
		t.Errorf("got %v", err)
	}
}

func TestExportsMissing(t *testing.T) {
	ctx := t.Context()
	for _, tt := range []struct{ with, want string }{
		{"beat", "has no export test:features/hands@1.2.0"},
		{handsName, "has no exported function beat"},
	} {
		c := testwasm.NewComponent()
		m := testwasm.NewModule()
		m.Func("f", "i32 -> i32", "local.get 0")
		m.Func("g", "-> i32", "i32.const 0")
		inst := c.Instantiated(m)
		if tt.with == "beat" {
			c.ExportFunc("beat", c.CoreFunc(inst, "g"), "func() -> u32")
		} else {
			turn := testwasm.Arg{Name: "turn", Sort: testwasm.SortFunc, Index: c.Lift(c.CoreFunc(inst, "f"), "func(by: u32) -> u32")}
			c.Export(handsName, testwasm.SortInstance, c.Inline(turn))
		}
		compiled, err := newGuests(t).vm.Compile(ctx, "part", c.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		i, err := compiled.Instantiate(ctx, vm.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := clockwork.Bind(i.Instance); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}

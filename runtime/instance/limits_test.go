package instance_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/vm"
)

// grower has a memory of some pages, and a table of some elements. It can make both grow.
func grower(pages, elements int) *testwasm.Component {
	m, c := testwasm.NewModule(), testwasm.NewComponent()
	m.Memory("", pages)
	if elements > 0 {
		m.Table("", elements)
	}
	m.Func("grow", "i32 -> i32", "local.get 0 memory.grow")
	m.Func("size", "-> i32", "memory.size")
	inst := c.Instantiated(m)
	c.ExportFunc("grow", c.CoreFunc(inst, "grow"), "func(pages: u32) -> s32")
	c.ExportFunc("size", c.CoreFunc(inst, "size"), "func() -> u32")
	return c
}

// TestLimitsAtTheStart refuses instances that would take too much, and says what.
func TestLimitsAtTheStart(t *testing.T) {
	several := testwasm.NewComponent()
	inner := several.Component(grower(2, 60))
	for range 3 {
		several.Instance(inner)
	}
	memory := testwasm.NewModule()
	memory.Memory("", 65535)
	large := testwasm.NewComponent()
	large.Instantiated(memory)
	for _, tt := range []struct {
		name   string
		guest  *testwasm.Component
		limits vm.Limits
		want   string
	}{
		{"a memory", grower(3, 0), vm.Limits{MaxMemory: 2 * page}, "the core module wants a memory of 196608 bytes, and the limits leave 131072"},
		{"memories together", several, vm.Limits{MaxTotalMemory: 5 * page}, "wants a memory of 131072 bytes, and the limits leave 65536"},
		{"tables", several, vm.Limits{MaxTableElements: 150}, "the core module wants tables of 60 elements, and the limits leave 30"},
		{"component instances", several, vm.Limits{MaxInstances: 3}, "the store would hold more than 3 component instances"},
		{"core instances", doubled(0, twoModules()), vm.Limits{MaxInstances: 2}, "the store would hold more than 2 core instances"},
		{"as large as it can be", large, vm.Limits{MaxTotalMemory: 1 << 30}, "wants a memory of 4294901760 bytes, and the limits leave 1073741824"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := compile(t, tt.guest)
			_, err := c.Instantiate(ctx, vm.Options{Limits: tt.limits})
			var link *vm.LinkError
			if !errors.As(err, &link) {
				t.Errorf("the error is a %T", err)
			}
			wantError(t, err, tt.want)
		})
	}
	instantiate(t, compile(t, several), vm.Options{
		Limits: vm.Limits{MaxTotalMemory: 6 * page, MaxTableElements: 180, MaxInstances: 4, MaxMemory: 2 * page},
	})
}

// twoModules is a component with three instances of core modules.
func twoModules() *testwasm.Component {
	c := testwasm.NewComponent()
	m := c.CoreModule(testwasm.NewModule())
	for range 3 {
		c.CoreInstance(m)
	}
	return c
}

// TestMemoryLimits lets guests grow into their limits; others are not concerned.
func TestMemoryLimits(t *testing.T) {
	c := compile(t, grower(1, 0))
	limits := vm.Limits{MaxMemory: 3 * page}
	one, two := instantiate(t, c, vm.Options{Limits: limits}), instantiate(t, c, vm.Options{Limits: limits})
	wantCall(t, one, int32(-1), "grow", uint32(3))
	wantCall(t, one, int32(1), "grow", uint32(2))
	wantCall(t, one, int32(-1), "grow", uint32(1))
	wantCall(t, one, uint32(3), "size")
	wantCall(t, two, int32(1), "grow", uint32(1))
	wantCall(t, instantiate(t, c, vm.Options{}), int32(1), "grow", uint32(100))
}

// TestLimitsOfAStore are for all of its instances together, and what a failed one took is given back.
func TestLimitsOfAStore(t *testing.T) {
	v := newVM(t)
	small, large := compileAs(t, v, "small", grower(1, 10)), compileAs(t, v, "large", grower(4, 10))
	o := vm.Options{Store: v.NewStore(vm.Limits{MaxTotalMemory: 4 * page, MaxTableElements: 30, MaxInstances: 3})}
	one := instantiate(t, small, o)
	for range 5 {
		_, err := large.Instantiate(ctx, o)
		wantError(t, err, "and the limits leave 196608")
	}
	two := instantiate(t, small, o)
	wantCall(t, one, int32(1), "grow", uint32(2))
	wantCall(t, two, int32(-1), "grow", uint32(1))
	if err := one.Close(ctx); err != nil { // and with it all of the store
		t.Error(err)
	}
	if _, err := two.Call(ctx, "", "size"); err == nil {
		t.Error("the store is closed, but one of its instances is not")
	}
}

// TestLimitsOfSharedMemory are the same for memories that adapters see.
func TestLimitsOfSharedMemory(t *testing.T) {
	outer := testwasm.NewComponent()
	one := outer.Instance(outer.Component(grower(1, 0)))
	outer.Export("grow", testwasm.SortFunc, outer.Alias(one, testwasm.SortFunc, "grow"))
	i := startWith(t, outer, vm.Options{Limits: vm.Limits{MaxMemory: 2 * page}})
	wantCall(t, i, int32(1), "grow", uint32(1))
	wantCall(t, i, int32(-1), "grow", uint32(1))
}

// TestEndlessRecursion traps; the guest's stack is not Go's.
func TestEndlessRecursion(t *testing.T) {
	c := compile(t, scalarGuest(
		[4]string{"down", "i32 -> i32", "local.get 0 i32.const 1 i32.add call 0 i32.const 1 i32.add", "func(n: u32) -> u32"},
		[4]string{"fine", "-> i32", "i32.const 1", "func() -> u32"},
	))
	one, two := instantiate(t, c, vm.Options{}), instantiate(t, c, vm.Options{})
	wantTrap(t, one, "stack overflow", "down", uint32(0))
	wantCall(t, two, uint32(1), "fine")
	if _, err := two.Call(ctx, "", "down", uint32(0)); !errors.Is(err, vm.ErrStackOverflow) {
		t.Errorf("got %v", err)
	}
}

// spinner is a guest with a function that does not end.
func spinner() *testwasm.Component {
	return scalarGuest(
		[4]string{"spin", "->", "loop br 0 end", "func()"},
		[4]string{"fine", "-> i32", "i32.const 1", "func() -> u32"},
	)
}

// TestFuel ends a guest that has used up what it may, and a store that gets more in time goes on.
func TestFuel(t *testing.T) {
	c := compile(t, spinner())
	one, two := instantiate(t, c, vm.Options{Limits: vm.Limits{Fuel: 1_000_000}}), instantiate(t, c, vm.Options{})
	wantCall(t, one, uint32(1), "fine")
	wantTrap(t, one, "out of fuel", "spin")
	if used := one.Fuel(); used != 1_000_000 {
		t.Errorf("used %d", used)
	}
	if _, err := one.Call(ctx, "", "fine"); !errors.Is(err, vm.ErrOutOfFuel) {
		t.Errorf("got %v", err)
	}
	wantCall(t, two, uint32(1), "fine")

	three := instantiate(t, c, vm.Options{Limits: vm.Limits{Fuel: 1_000_000}})
	three.AddFuel(1_000_000)
	wantTrap(t, three, "out of fuel", "spin")
	if used := three.Fuel(); used != 2_000_000 {
		t.Errorf("with more fuel, used %d", used)
	}
}

// TestFuelOfAStore is used by all of its instances, and by start functions.
func TestFuelOfAStore(t *testing.T) {
	m := testwasm.NewModule()
	m.Start(m.Func("", "->", "loop br 0 end"))
	c := testwasm.NewComponent()
	c.Instantiated(m)
	_, err := compile(t, c).Instantiate(ctx, vm.Options{Limits: vm.Limits{Fuel: 1000}})
	if !errors.Is(err, vm.ErrOutOfFuel) {
		t.Errorf("a start function that does not end: %v", err)
	}

	outer := testwasm.NewComponent()
	inner := outer.Instance(outer.Component(spinner()))
	outer.Export("spin", testwasm.SortFunc, outer.Alias(inner, testwasm.SortFunc, "spin"))
	wantTrap(t, startWith(t, outer, vm.Options{Limits: vm.Limits{Fuel: 1_000_000}}), "out of fuel", "spin")
}

// TestDeadline ends guests whose context is done, in a call and in a start function; others go on.
func TestDeadline(t *testing.T) {
	c := compile(t, spinner())
	one, two := instantiate(t, c, vm.Options{}), instantiate(t, c, vm.Options{})
	soon, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	_, err := one.Call(soon, "", "spin")
	var trap *vm.Trap
	if !errors.As(err, &trap) || !errors.Is(err, context.DeadlineExceeded) || trap.Reason != "cancelled: context deadline exceeded" {
		t.Errorf("got %v", err)
	}
	if one.Err() != err {
		t.Errorf("the instance is left with %v", one.Err())
	}
	wantCall(t, two, uint32(1), "fine")

	why := errors.New("enough of it")
	cancelled, stop := context.WithCancelCause(ctx)
	go func() {
		time.Sleep(10 * time.Millisecond)
		stop(why)
	}()
	if _, err := two.Call(cancelled, "", "spin"); !errors.Is(err, why) {
		t.Errorf("got %v", err)
	}
}

// TestManyEntities refuses a small file whose instances have room for much.
func TestManyEntities(t *testing.T) {
	m := testwasm.NewModule()
	for range 1000 {
		m.Global("", 0)
	}
	c := testwasm.NewComponent()
	module := c.CoreModule(m)
	for range 900 {
		c.CoreInstance(module)
	}
	outer := testwasm.NewComponent()
	inner := outer.Component(c)
	for range 6 {
		outer.Instance(inner)
	}
	_, err := compile(t, outer).Instantiate(ctx, vm.Options{})
	if err == nil || !strings.Contains(err.Error(), "more than 4000000 definitions") {
		t.Error(err)
	}
}

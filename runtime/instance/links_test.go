package instance_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// The tests in this file link components that come from files of their own.

const (
	echoType  = "func(s: string) -> string"
	scaleType = "func(n: u32) -> u32"
)

// echoer exports an interface with echo, which returns its argument, and scale, which multiplies by a factor.
func echoer(iface string, factor int) *testwasm.Component {
	m, c := testwasm.NewModule(), testwasm.NewComponent()
	m.Allocator()
	m.Func("echo", "i32 i32 -> i32", "i32.const 8 local.get 0 i32.store 0 i32.const 8 local.get 1 i32.store 4 i32.const 8")
	m.Func("scale", "i32 -> i32", fmt.Sprintf("local.get 0 i32.const %d i32.mul local.get 0 i32.eqz if unreachable end", factor))
	inst := c.Instantiated(m)
	memory, realloc := testwasm.WithMemory(c.Core(inst, testwasm.Memory, "memory")), testwasm.WithRealloc(c.CoreFunc(inst, "realloc"))
	echo := c.Lift(c.CoreFunc(inst, "echo"), echoType, memory, realloc)
	scale := c.Lift(c.CoreFunc(inst, "scale"), scaleType)
	if iface == "" {
		c.Export("echo", testwasm.SortFunc, echo)
		c.Export("scale", testwasm.SortFunc, scale)
		return c
	}
	c.Export(iface, testwasm.SortInstance, c.Inline(
		testwasm.Arg{Name: "echo", Sort: testwasm.SortFunc, Index: echo},
		testwasm.Arg{Name: "scale", Sort: testwasm.SortFunc, Index: scale}))
	return c
}

// caller imports what an echoer exports, and exports it again under the name that is given, or by itself.
func caller(imports, exports string) *testwasm.Component {
	c := testwasm.NewComponent()
	from := c.ImportInstance(imports, testwasm.NewInstanceType().Func("echo", echoType).Func("scale", scaleType))
	libc := testwasm.NewModule()
	libc.Allocator()
	lib := c.Instantiated(libc)
	memory, realloc := testwasm.WithMemory(c.Core(lib, testwasm.Memory, "memory")), testwasm.WithRealloc(c.CoreFunc(lib, "realloc"))
	given := c.CoreInline(
		testwasm.CoreExport{Name: "echo", Index: c.Lower(c.Alias(from, testwasm.SortFunc, "echo"), memory, realloc)},
		testwasm.CoreExport{Name: "scale", Index: c.Lower(c.Alias(from, testwasm.SortFunc, "scale"))})
	m := testwasm.NewModule()
	echo, scale := m.ImportFunc("host", "echo", "i32 i32 i32 ->"), m.ImportFunc("host", "scale", "i32 -> i32")
	m.Func("echo", "i32 i32 -> i32", fmt.Sprintf("local.get 0 local.get 1 i32.const 8 call %d i32.const 8", echo))
	m.Func("scale", "i32 -> i32", fmt.Sprintf("local.get 0 call %d", scale))
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: given})
	members := []testwasm.Arg{
		{Name: "echo", Sort: testwasm.SortFunc, Index: c.Lift(c.CoreFunc(inst, "echo"), echoType, memory, realloc)},
		{Name: "scale", Sort: testwasm.SortFunc, Index: c.Lift(c.CoreFunc(inst, "scale"), scaleType)},
	}
	if exports != "" {
		c.Export(exports, testwasm.SortInstance, c.Inline(members...))
		return c
	}
	for _, x := range members {
		c.Export(x.Name, x.Sort, x.Index)
	}
	return c
}

// compileAs compiles with one VM, under a name.
func compileAs(t testing.TB, v *vm.VM, name string, c *testwasm.Component) *vm.Component {
	t.Helper()
	compiled, err := v.Compile(ctx, name, c.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { compiled.Close(ctx) })
	return compiled
}

// instantiate makes an instance of a component that must have one.
func instantiate(t testing.TB, c *vm.Component, o vm.Options) *vm.Instance {
	t.Helper()
	i, err := c.Instantiate(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Close(ctx) })
	return i
}

func TestLink(t *testing.T) {
	const api = "acme:echo/api@1.0.0"
	for _, tt := range []struct {
		name, imports, exports, link string
	}{
		{"any", api, api, ""},
		{"under a name of its own", api, api, "echoer"},
		{"interface", api, api, api},
		{"interface without version", api, api, "acme:echo/api"},
		{"package", api, api, "acme:echo"},
		{"later version", api, "acme:echo/api@1.10.0", api},
		{"plain name", "echoer", "echoer", ""},
		{"the component as a whole", "echoer", "", "echoer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := newVM(t)
			links := []vm.Link{{Name: tt.link, Component: compileAs(t, v, "echoer", echoer(tt.exports, 3))}}
			i := instantiate(t, compileAs(t, v, "app", caller(tt.imports, "")), vm.Options{Links: links})
			wantCall(t, i, "naïve", "echo", "naïve")
			wantCall(t, i, uint32(21), "scale", uint32(7))
			for _, e := range i.Edges() {
				if runtime.GOOS == "linux" && e.Crossing == instance.CrossDynamic {
					t.Errorf("%s passes through Go: %v", e.Function, e.Why)
				}
			}
		})
	}
}

// TestLinkChain has two components between a caller and the end, each of which imports and exports the same.
func TestLinkChain(t *testing.T) {
	const api = "acme:echo/api@1.0.0"
	v := newVM(t)
	middle := compileAs(t, v, "middle", caller(api, api))
	i := instantiate(t, compileAs(t, v, "app", caller(api, "")), vm.Options{Links: []vm.Link{
		{Component: middle}, {Component: middle}, {Component: compileAs(t, v, "end", echoer(api, 2))},
	}})
	wantCall(t, i, "through all", "echo", "through all")
	wantCall(t, i, uint32(10), "scale", uint32(5))
	if n := len(i.Edges()); n != 6 {
		t.Errorf("there are %d calls between components, want 6", n)
	}
}

// TestLinksShareTheHost gives a linked component the interfaces of the host.
func TestLinksShareTheHost(t *testing.T) {
	v := newVM(t)
	c := testwasm.NewComponent()
	from := c.ImportInstance("acme:sum/api", testwasm.NewInstanceType().Func("add", scaleType))
	c.Export("add", testwasm.SortFunc, c.Alias(from, testwasm.SortFunc, "add"))
	middle := adder("test:host/counter")
	i := instantiate(t, compileAs(t, v, "app", c), vm.Options{
		Imports: []*glue.Interface{counter("test:host/counter", 5)},
		Links:   []vm.Link{{Component: compileAs(t, v, "adder", wrapped(middle, "acme:sum/api"))}},
	})
	wantCall(t, i, uint32(12), "add", uint32(7))
}

// wrapped is a component that exports the function add of another one in an interface.
func wrapped(inner *testwasm.Component, iface string) *testwasm.Component {
	c := testwasm.NewComponent()
	host := c.ImportInstance("test:host/counter", testwasm.NewInstanceType().Func("add", scaleType))
	one := c.Instance(c.Component(inner), testwasm.Arg{Name: "test:host/counter", Sort: testwasm.SortInstance, Index: host})
	c.Export(iface, testwasm.SortInstance, c.Inline(
		testwasm.Arg{Name: "add", Sort: testwasm.SortFunc, Index: c.Alias(one, testwasm.SortFunc, "add")}))
	return c
}

// thingUser imports a keeper and uses its things. All handles that it exports functions for are its own.
func thingUser() *testwasm.Component {
	c := testwasm.NewComponent()
	typ := testwasm.NewInstanceType().Resource("thing").
		Func("give", "func(rep: u32) -> own<thing>").
		Func("take", "func(h: own<thing>) -> u32").
		Func("lend", "func(h: borrow<thing>) -> u32").
		Func("sum", "func() -> u32")
	keeper := c.ImportInstance("keeper", typ)
	thing := c.Alias(keeper, testwasm.SortType, "thing")
	lower := func(name string) testwasm.CoreExport {
		return testwasm.CoreExport{Name: name, Index: c.Lower(c.Alias(keeper, testwasm.SortFunc, name))}
	}
	given := c.CoreInline(lower("give"), lower("take"), lower("lend"), testwasm.CoreExport{Name: "drop", Index: c.ResourceDrop(thing)})
	m := testwasm.NewModule()
	for _, name := range []string{"give", "take", "lend"} {
		m.Export(name, testwasm.Func, m.ImportFunc("keeper", name, "i32 -> i32"))
	}
	m.Export("drop", testwasm.Func, m.ImportFunc("keeper", "drop", "i32 ->"))
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "keeper", Instance: given})
	for _, name := range []string{"give", "take", "lend"} {
		c.ExportFunc(name, c.CoreFunc(inst, name), "func(n: u32) -> u32")
	}
	c.ExportFunc("drop", c.CoreFunc(inst, "drop"), "func(n: u32)")
	c.Export("sum", testwasm.SortFunc, c.Alias(keeper, testwasm.SortFunc, "sum"))
	return c
}

// TestLinkedResources passes resources that one component defines through another.
func TestLinkedResources(t *testing.T) {
	v := newVM(t)
	o := vm.Options{Links: []vm.Link{{Name: "keeper", Component: compileAs(t, v, "keeper", keeper(""))}}}
	user := compileAs(t, v, "user", thingUser())

	i := instantiate(t, user, o)
	h := call(t, i, "give", uint32(40))
	wantCall(t, i, uint32(40), "lend", h) // the representation, to who defines the type
	wantCall(t, i, uint32(0), "sum")
	wantCall(t, i, nil, "drop", h)
	wantCall(t, i, uint32(40), "sum") // the destructor ran where it belongs
	h = call(t, i, "give", uint32(2))
	call(t, i, "take", h) // its handle of the keeper is left there
	wantTrap(t, i, fmt.Sprintf("%d is not a handle of this instance", h), "lend", h)
	if _, err := instantiate(t, user, o).Call(ctx, "", "lend", uint32(1)); err == nil || !strings.Contains(err.Error(), "1 is not a handle") {
		t.Errorf("another composition: %v", err)
	}
}

// TestLinkToAnInstance has several instances import one that was there before them.
func TestLinkToAnInstance(t *testing.T) {
	v := newVM(t)
	s := v.NewStore(vm.Limits{})
	shared := instantiate(t, compileAs(t, v, "keeper", keeper("")), vm.Options{Store: s})
	user := compileAs(t, v, "user", thingUser())
	o := vm.Options{Links: []vm.Link{{Name: "keeper", Instance: shared}}} // their store is its
	one, two := instantiate(t, user, o), instantiate(t, user, o)
	if one.Store != s || two.Store != s {
		t.Error("the instances are not in the store of the one that they import")
	}
	for n, i := range []*vm.Instance{one, two} {
		call(t, i, "drop", call(t, i, "give", uint32(n+1)))
	}
	wantCall(t, shared, uint32(3), "sum")
	wantCall(t, one, uint32(3), "sum")

	_, err := two.Call(ctx, "", "drop", uint32(9))
	var trap *vm.Trap
	if !errors.As(err, &trap) || trap.Component != "user" {
		t.Fatalf("got %v, want a trap of the user", err)
	}
	for _, i := range []*vm.Instance{shared, one, two} {
		if i.Err() != err {
			t.Errorf("instances of one store trap together, but the error is %v", i.Err())
		}
	}
	if _, again := user.Instantiate(ctx, o); again != err {
		t.Errorf("another instance in the dead store: %v", again)
	}
}

// TestLinkErrors refuses links that do not fit, and leaves the store as it was.
func TestLinkErrors(t *testing.T) {
	const api = "acme:echo/api@1.0.0"
	v := newVM(t)
	app := compileAs(t, v, "app", caller(api, ""))
	other := testwasm.NewComponent()
	m := testwasm.NewModule()
	m.Func("scale", "i64 -> i64", "local.get 0")
	inst := other.Instantiated(m)
	other.Export(api, testwasm.SortInstance, other.Inline(
		testwasm.Arg{Name: "scale", Sort: testwasm.SortFunc, Index: other.Lift(other.CoreFunc(inst, "scale"), "func(n: u64) -> u64")},
		testwasm.Arg{Name: "echo", Sort: testwasm.SortFunc, Index: other.Lift(other.CoreFunc(inst, "scale"), "func(s: u64) -> u64")}))

	lacking := testwasm.NewComponent()
	lacking.Export(api, testwasm.SortInstance, lacking.Inline())
	needy := caller("acme:none/such@1.0.0", api)
	asFunc := scalarGuest([4]string{"f", "->", "", "func()"})
	asFunc.Export("thing", testwasm.SortComponent, asFunc.Component(testwasm.NewComponent()))
	wantsModule := testwasm.NewComponent()
	wantsModule.ImportFunc("thing", "func()")

	elsewhere := instantiate(t, compileAs(t, v, "elsewhere", echoer(api, 1)), vm.Options{})
	foreign := compileAs(t, newVM(t), "foreign", echoer(api, 1))
	one, two := compileAs(t, v, "one", caller("acme:x/x", api)), compileAs(t, v, "two", caller(api, "acme:x/x"))
	s := v.NewStore(vm.Limits{})
	fine := instantiate(t, compileAs(t, v, "fine", echoer(api, 4)), vm.Options{Store: s})

	for _, tt := range []struct {
		name string
		app  *vm.Component
		link []vm.Link
		want string
	}{
		{
			"another type", app,
			[]vm.Link{{Component: compileAs(t, v, "other", other)}},
			"import acme:echo/api@1.0.0#echo: the component expects\n    func(s: string) -> string\n" +
				"and component \"other\" has\n    func(s: u64) -> u64",
		},
		{
			"a function is lacking", app,
			[]vm.Link{{Component: compileAs(t, v, "lacking", lacking)}},
			`import acme:echo/api@1.0.0#echo: component "lacking" has no such function`,
		},
		{
			"another sort", compileAs(t, v, "wants", wantsModule),
			[]vm.Link{{Component: compileAs(t, v, "has", asFunc)}},
			`import thing: it is imported as func, but component "has" has it as component`,
		},
		{
			"something is missing", app,
			[]vm.Link{{Component: compileAs(t, v, "needy", needy)}},
			"component \"needy\" imports what nothing here provides:\n    acme:none/such@1.0.0",
		},
		{
			"another version is missing", app,
			[]vm.Link{{Component: compileAs(t, v, "versions", versions())}},
			"component \"versions\" imports what nothing here provides:\n    acme:echo/api@2.0.0  (there is acme:echo/api@1.5.0, of another semver track)",
		},
		{
			"cycle", app,
			[]vm.Link{{Component: one}, {Component: two}},
			"components can't import from each other:\n    one imports acme:x/x from two\n    two imports acme:echo/api@1.0.0 from one",
		},
		{
			"unused", app,
			[]vm.Link{{Instance: fine}, {Name: "acme:other", Component: one}},
			"one is linked for acme:other, but answers no import: it exports acme:echo/api@1.0.0, and what is imported is acme:echo/api@1.0.0",
		},
		{"another store", app, []vm.Link{{Name: "x", Instance: elsewhere}}, `link "x": instance "elsewhere" is in another store`},
		{"another VM", app, []vm.Link{{Component: foreign}}, `component "foreign" is compiled by another engine than the store's`},
		{"neither", app, []vm.Link{{Name: "x"}}, `link "x" needs either a component or an instance`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.app.Instantiate(ctx, vm.Options{Store: s, Links: tt.link})
			wantError(t, err, tt.want)
			if s.Err() != nil {
				t.Errorf("the store is dead: %v", s.Err())
			}
		})
	}
	i := instantiate(t, app, vm.Options{Links: []vm.Link{{Instance: fine}}})
	wantCall(t, i, uint32(8), "scale", uint32(2))
}

// versions is a component that exports what it imports in another version.
func versions() *testwasm.Component { return caller("acme:echo/api@2.0.0", "acme:echo/api@1.5.0") }

// TestSharedResourceTypes links two interfaces that must have one resource type in common.
func TestSharedResourceTypes(t *testing.T) {
	v := newVM(t)
	c := testwasm.NewComponent()
	maker := c.ImportInstance("maker", testwasm.NewInstanceType().Resource("thing").Func("give", "func(rep: u32) -> own<thing>"))
	thing := c.Alias(maker, testwasm.SortType, "thing")
	outer := testwasm.NewInstanceType()
	outer.Outer("thing", thing)
	c.ImportInstance("taker", outer.Func("take", "func(h: own<thing>) -> u32"))
	user := compileAs(t, v, "user", c)
	k := compileAs(t, v, "keeper", keeper(""))
	s := v.NewStore(vm.Limits{})
	one, two := instantiate(t, k, vm.Options{Store: s}), instantiate(t, k, vm.Options{Store: s})

	instantiate(t, user, vm.Options{Links: []vm.Link{{Name: "maker", Instance: one}, {Name: "taker", Instance: one}}})
	_, err := user.Instantiate(ctx, vm.Options{Links: []vm.Link{{Name: "maker", Instance: one}, {Name: "taker", Instance: two}}})
	wantError(t, err, "import taker#take: the component and component \"keeper\" both have\n    func(h: own<thing>) -> u32\nbut not with the same resource types")
}

// TestInstantiateDuringACall is refused: the store has one thread of control.
func TestInstantiateDuringACall(t *testing.T) {
	v := newVM(t)
	app := compileAs(t, v, "adder", adder("test:host/counter"))
	var i *vm.Instance
	host := counter("test:host/counter", 1)
	inner := host.Funcs[0].Call
	host.Funcs[0].Call = func(c context.Context, b *glue.Boundary, stack []uint64) {
		_, err := app.Instantiate(c, vm.Options{Store: i.Store, Imports: []*glue.Interface{host}})
		if err != instance.ErrBusy {
			t.Errorf("got %v", err)
		}
		inner(c, b, stack)
	}
	i = instantiate(t, app, vm.Options{Imports: []*glue.Interface{host}})
	wantCall(t, i, uint32(2), "add", uint32(1))
}

// TestFailedStartInASharedStore ends the store: what the start function has called may be half done.
func TestFailedStartInASharedStore(t *testing.T) {
	v := newVM(t)
	s := v.NewStore(vm.Limits{})
	shared := instantiate(t, compileAs(t, v, "shared", scalarGuest([4]string{"f", "-> i32", "i32.const 1", "func() -> u32"})), vm.Options{Store: s})
	c := testwasm.NewComponent()
	m := testwasm.NewModule()
	m.Start(m.Func("", "->", "unreachable"))
	c.Instantiated(m)
	_, err := compileAs(t, v, "bad", c).Instantiate(ctx, vm.Options{Store: s})
	var trap *vm.Trap
	if !errors.As(err, &trap) {
		t.Fatal(err)
	}
	if _, again := shared.Call(ctx, "", "f"); again != err {
		t.Errorf("the call after it gave %v", again)
	}
	var none value.Value
	if v, err := instantiate(t, compileAs(t, v, "other", echoer("", 2)), vm.Options{}).Call(ctx, "", "scale", uint32(1)); err != nil || v == none {
		t.Errorf("another store: %v, %v", v, err)
	}
}

// TestIncompleteInstances can't be called: not by their own start functions, nor by components inside of them.
func TestIncompleteInstances(t *testing.T) {
	calling := func() *testwasm.Module {
		m := testwasm.NewModule()
		m.Start(m.Func("", "->", fmt.Sprintf("call %d", m.ImportFunc("host", "f", "->"))))
		return m
	}
	lifted := func(c *testwasm.Component) int {
		m := testwasm.NewModule()
		m.Func("f", "->", "")
		return c.Lift(c.CoreFunc(c.Instantiated(m), "f"), "func()")
	}
	given := func(c *testwasm.Component, f int) testwasm.CoreArg {
		return testwasm.CoreArg{Name: "host", Instance: c.CoreInline(testwasm.CoreExport{Name: "f", Index: c.Lower(f)})}
	}
	own := testwasm.NewComponent()
	own.Instantiated(calling(), given(own, lifted(own)))

	inner := testwasm.NewComponent()
	inner.Instantiated(calling(), given(inner, inner.ImportFunc("f", "func()")))
	outer := testwasm.NewComponent()
	outer.Instance(outer.Component(inner), testwasm.Arg{Name: "f", Sort: testwasm.SortFunc, Index: lifted(outer)})

	for name, c := range map[string]*testwasm.Component{"its own start function": own, "one of a component inside": outer} {
		_, err := compile(t, c).Instantiate(ctx, vm.Options{})
		var trap *vm.Trap
		if !errors.As(err, &trap) || !strings.Contains(trap.Reason, "in a call already") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

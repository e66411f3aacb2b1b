package instance_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/vm"
)

// counter is a host interface whose function adds to what it is given.
func counter(name string, add uint32) *glue.Interface {
	return &glue.Interface{Name: name, Funcs: []glue.Func{
		hostFunc("add", "func(n: u32) -> u32", 1, 1, func(_ context.Context, _ *glue.Boundary, stack []uint64) {
			stack[0] = uint64(uint32(stack[0]) + add)
		}),
	}}
}

// importsAdd imports the counter and returns its function add, lowered.
func importsAdd(c *testwasm.Component, name string) (lowered int) {
	host := c.ImportInstance(name, testwasm.NewInstanceType().Func("add", "func(n: u32) -> u32"))
	return c.Lower(c.Alias(host, testwasm.SortFunc, "add"))
}

// TestShimAndFixup has a module call imports that exist only after it: through a table that is filled last.
// The name of the module that fills it is empty, as tools write it.
func TestShimAndFixup(t *testing.T) {
	shim := testwasm.NewModule()
	shim.Table("$imports", 1)
	shim.Func("0", "i32 -> i32", fmt.Sprintf("local.get 0 i32.const 0 call_indirect %d", shim.Type("i32 -> i32")))

	main := testwasm.NewModule()
	add := main.ImportFunc("test:host/counter", "add", "i32 -> i32")
	main.Func("twice", "i32 -> i32", fmt.Sprintf("local.get 0 call %[1]d call %[1]d", add))

	fixup := testwasm.NewModule()
	late := fixup.ImportFunc("", "0", "i32 -> i32")
	fixup.ImportTable("", "$imports", 1)
	fixup.Elem(0, late)

	c := testwasm.NewComponent()
	host := c.ImportInstance("test:host/counter", testwasm.NewInstanceType().Func("add", "func(n: u32) -> u32"))
	shimmed := c.Instantiated(shim)
	given := c.CoreInline(testwasm.CoreExport{Name: "add", Index: c.CoreFunc(shimmed, "0")})
	mained := c.Instantiated(main, testwasm.CoreArg{Name: "test:host/counter", Instance: given})
	c.Instantiated(fixup, testwasm.CoreArg{Name: "", Instance: c.CoreInline(
		testwasm.CoreExport{Name: "$imports", Sort: testwasm.Table, Index: c.Core(shimmed, testwasm.Table, "$imports")},
		testwasm.CoreExport{Name: "0", Index: c.Lower(c.Alias(host, testwasm.SortFunc, "add"))},
	)})
	c.ExportFunc("twice", c.CoreFunc(mained, "twice"), "func(n: u32) -> u32")

	i := start(t, c, counter("test:host/counter", 5))
	wantCall(t, i, uint32(11), "twice", uint32(1))
}

// TestInlineExports gives one module everything that another exports, and a function of the host, under other
// names and in one inline instance.
func TestInlineExports(t *testing.T) {
	lib := testwasm.NewModule()
	lib.Memory("mem", 1)
	lib.Global("glob", 40)
	lib.Table("tab", 1)
	lib.Elem(0, lib.Func("two", "-> i32", "i32.const 2"))
	lib.Data(8, "\x07")

	user := testwasm.NewModule()
	add := user.ImportFunc("all", "f", "i32 -> i32")
	two := user.ImportFunc("all", "g", "-> i32")
	user.ImportMemory("all", "m", 1)
	user.ImportGlobal("all", "x")
	user.ImportTable("all", "t", 1)
	user.Func("sum", "-> i32", fmt.Sprintf(
		"i32.const 8 i32.load 0 global.get 0 i32.add call %d i32.add i32.const 0 call_indirect %d i32.add call %d",
		two, user.Type("-> i32"), add))

	c := testwasm.NewComponent()
	lowered := importsAdd(c, "test:host/counter")
	l := c.Instantiated(lib)
	u := c.Instantiated(user, testwasm.CoreArg{Name: "all", Instance: c.CoreInline(
		testwasm.CoreExport{Name: "f", Index: lowered},
		testwasm.CoreExport{Name: "g", Index: c.CoreFunc(l, "two")},
		testwasm.CoreExport{Name: "m", Sort: testwasm.Memory, Index: c.Core(l, testwasm.Memory, "mem")},
		testwasm.CoreExport{Name: "x", Sort: testwasm.Global, Index: c.Core(l, testwasm.Global, "glob")},
		testwasm.CoreExport{Name: "t", Sort: testwasm.Table, Index: c.Core(l, testwasm.Table, "tab")},
	)})
	c.ExportFunc("sum", c.CoreFunc(u, "sum"), "func() -> u32")
	wantCall(t, start(t, c, counter("test:host/counter", 100)), uint32(7+40+2+2+100), "sum")
}

// TestUnsupportedAfterReturn checks that the guest's own error comes before what this runtime lacks: post-return
// may call no built-in, supported or not.
func TestUnsupportedAfterReturn(t *testing.T) {
	c := testwasm.NewComponent()
	given := c.CoreInline(testwasm.CoreExport{Name: "new-set", Index: c.Canon(byte(0x1f))}) // waitable-set.new
	m := testwasm.NewModule()
	m.ImportFunc("host", "new-set", "-> i32")
	m.Func("set", "->", "call 0 drop")
	m.Func("fine", "->", "")
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: given})
	c.ExportFunc("f", c.CoreFunc(inst, "fine"), "func()", testwasm.WithPostReturn(c.CoreFunc(inst, "set")))
	i := start(t, c)
	wantTrap(t, i, "the guest called out during realloc or post-return", "f")
	if errors.Is(i.Err(), errors.ErrUnsupported) {
		t.Errorf("%v is errors.ErrUnsupported", i.Err())
	}
}

// TestBackpressure counts up and down, also in post-return.
func TestBackpressure(t *testing.T) {
	guest := func() *vm.Instance {
		c := testwasm.NewComponent()
		given := c.CoreInline(
			testwasm.CoreExport{Name: "inc", Index: c.Canon(byte(0x24))}, testwasm.CoreExport{Name: "dec", Index: c.Canon(byte(0x25))})
		m := testwasm.NewModule()
		inc, dec := m.ImportFunc("backpressure", "inc", "->"), m.ImportFunc("backpressure", "dec", "->")
		m.Func("inc", "i32 ->", fmt.Sprintf("loop call %d local.get 0 i32.const 1 i32.sub local.set 0 local.get 0 br_if 0 end", inc))
		m.Func("dec", "->", fmt.Sprintf("call %d", dec))
		inst := c.Instantiated(m, testwasm.CoreArg{Name: "backpressure", Instance: given})
		c.ExportFunc("inc", c.CoreFunc(inst, "inc"), "func(n: u32)", testwasm.WithPostReturn(c.CoreFunc(inst, "dec")))
		c.ExportFunc("dec", c.CoreFunc(inst, "dec"), "func()")
		return start(t, c)
	}
	i := guest()
	call(t, i, "inc", uint32(3)) // and one down
	call(t, i, "dec")
	call(t, i, "dec")
	wantTrap(t, i, "backpressure can't be less than none", "dec")
	i = guest()
	call(t, i, "inc", uint32(1<<16-1))
	wantTrap(t, i, "backpressure can't be raised more than 65535 times", "inc", uint32(2))
}

// TestModulesThatTheEngineLacks has modules with two memories in components: they may lie there, and be passed
// on, but not be instantiated.
func TestModulesThatTheEngineLacks(t *testing.T) {
	m := testwasm.NewModule()
	m.Memory("one", 1)
	m.Memory("two", 1)
	fine := testwasm.NewModule()
	fine.Func("f", "-> i32", "i32.const 6")

	c := testwasm.NewComponent()
	c.Export("module", testwasm.SortCoreModule, c.CoreModule(m))
	c.ExportFunc("f", c.CoreFunc(c.Instantiated(fine), "f"), "func() -> u32")
	wantCall(t, start(t, c), uint32(6), "f")

	c.Instantiated(m)
	_, err := compile(t, c).Instantiate(ctx, vm.Options{})
	wantError(t, err, "more than one memory is not supported")
	if !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("%v is not errors.ErrUnsupported", err)
	}
}

// TestTags passes the tag of an exception from one module to another.
func TestTags(t *testing.T) {
	lib := testwasm.NewModule()
	lib.Tag("error", "i32 ->")
	user := testwasm.NewModule()
	tag := user.ImportTag("", "e", "i32 ->")
	user.Export("again", testwasm.Tag, tag)
	user.Func("f", "-> i32", "i32.const 6")

	c := testwasm.NewComponent()
	given := c.CoreInline(testwasm.CoreExport{Name: "e", Sort: testwasm.Tag, Index: c.Core(c.Instantiated(lib), testwasm.Tag, "error")})
	u := c.Instantiated(user, testwasm.CoreArg{Name: "", Instance: given})
	again := c.CoreInline(testwasm.CoreExport{Name: "e", Sort: testwasm.Tag, Index: c.Core(u, testwasm.Tag, "again")})
	c.ExportFunc("f", c.CoreFunc(c.Instantiated(user, testwasm.CoreArg{Name: "", Instance: again}), "f"), "func() -> u32")
	wantCall(t, start(t, c), uint32(6), "f")
}

// TestNestedComponents instantiates one component twice, with a core module of the component around it, links
// the one instance to the other, and checks that their state is apart.
func TestNestedComponents(t *testing.T) {
	m := testwasm.NewModule()
	n := m.Global("", 0)
	m.Func("bump", "i32 -> i32", fmt.Sprintf("global.get %[1]d local.get 0 i32.add global.set %[1]d global.get %[1]d", n))

	forward := testwasm.NewModule()
	f := forward.ImportFunc("next", "f", "i32 -> i32")
	forward.Func("pass", "i32 -> i32", fmt.Sprintf("local.get 0 i32.const 10 i32.mul call %d", f))

	outer := testwasm.NewComponent()
	shared := outer.CoreModule(m)

	leaf := testwasm.NewComponent()
	inst := leaf.CoreInstance(leaf.Outer(1, testwasm.SortCoreModule, shared))
	leaf.ExportFunc("bump", leaf.CoreFunc(inst, "bump"), "func(n: u32) -> u32")
	leafIndex := outer.Component(leaf)

	middle := testwasm.NewComponent()
	next := middle.ImportFunc("next", "func(n: u32) -> u32")
	given := middle.CoreInline(testwasm.CoreExport{Name: "f", Index: middle.Lower(next)})
	passing := middle.Instantiated(forward, testwasm.CoreArg{Name: "next", Instance: given})
	middle.ExportFunc("pass", middle.CoreFunc(passing, "pass"), "func(n: u32) -> u32")
	middleIndex := outer.Component(middle)

	one, two := outer.Instance(leafIndex), outer.Instance(leafIndex)
	bump := outer.Alias(one, testwasm.SortFunc, "bump")
	through := outer.Instance(middleIndex, testwasm.Arg{Name: "next", Sort: testwasm.SortFunc, Index: bump})
	outer.Export("test:leaf/one", testwasm.SortInstance, one)
	outer.Export("test:leaf/two", testwasm.SortInstance, two)
	outer.Export("test:leaf/group", testwasm.SortInstance, outer.Inline(
		testwasm.Arg{Name: "pass", Sort: testwasm.SortFunc, Index: outer.Alias(through, testwasm.SortFunc, "pass")},
	))

	i := start(t, outer)
	for _, step := range []struct {
		iface, fn string
		arg, want uint32
	}{
		{"test:leaf/one", "bump", 1, 1},
		{"test:leaf/one", "bump", 2, 3},
		{"test:leaf/two", "bump", 5, 5},
		{"test:leaf/group", "pass", 4, 43}, // into the first
		{"test:leaf/one", "bump", 1, 44},
		{"test:leaf/two", "bump", 0, 5},
	} {
		got, err := i.Call(ctx, step.iface, step.fn, step.arg)
		if err != nil || got != step.want {
			t.Errorf("%s#%s(%d) = %v, %v, want %d", step.iface, step.fn, step.arg, got, err, step.want)
		}
	}
}

// adder is a guest that calls the add function of an interface.
func adder(iface string) *testwasm.Component {
	c := testwasm.NewComponent()
	given := c.CoreInline(testwasm.CoreExport{Name: "add", Index: importsAdd(c, iface)})
	m := testwasm.NewModule()
	add := m.ImportFunc("host", "add", "i32 -> i32")
	m.Func("add", "i32 -> i32", fmt.Sprintf("local.get 0 call %d", add))
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: given})
	c.ExportFunc("add", c.CoreFunc(inst, "add"), "func(n: u32) -> u32")
	return c
}

func TestImportsAcrossATrack(t *testing.T) {
	for _, tt := range []struct {
		wants, has string
		ok         bool
	}{
		{"test:host/counter@1.2.0", "test:host/counter@1.9.3", true},
		{"test:host/counter@1.9.3", "test:host/counter@1.2.0", true},
		{"test:host/counter@0.2.3", "test:host/counter@0.2.12", true},
		{"test:host/counter@1.2.0", "test:host/counter@2.0.0", false},
		{"test:host/counter@0.2.0", "test:host/counter@0.3.0", false},
		{"test:host/counter@0.0.1", "test:host/counter@0.0.2", false},
		{"test:host/counter@1.0.0-rc1", "test:host/counter@1.0.0", false},
		{"test:host/counter", "test:host/counter@1.0.0", false},
	} {
		i, err := compile(t, adder(tt.wants)).Instantiate(ctx, vm.Options{Imports: []*glue.Interface{counter(tt.has, 1)}})
		if (err == nil) != tt.ok {
			t.Errorf("%s with %s: %v", tt.wants, tt.has, err)
		}
		if err == nil {
			wantCall(t, i, uint32(8), "add", uint32(7))
		}
	}
}

func TestTheLaterInterfaceCounts(t *testing.T) {
	i := start(t, adder("test:host/counter@1.0.0"), counter("test:host/counter@1.4.0", 1), counter("test:host/counter@1.1.0", 2))
	wantCall(t, i, uint32(2), "add", uint32(0))
}

func TestMissingImportsAreAllNamed(t *testing.T) {
	c := testwasm.NewComponent()
	for _, name := range []string{"test:host/counter@2.0.0", "test:host/clock@1.0.0", "other:pkg/thing"} {
		c.ImportInstance(name, testwasm.NewInstanceType().Func("add", "func(n: u32) -> u32"))
	}
	c.ImportFunc("shout", "func()")
	_, err := compile(t, c).Instantiate(ctx, vm.Options{Imports: []*glue.Interface{counter("test:host/counter@1.0.0", 1)}})
	var missing *vm.MissingImports
	if !errors.As(err, &missing) {
		t.Fatal(err)
	}
	const want = `component "guest" imports what nothing here provides:
    test:host/counter@2.0.0  (there is test:host/counter@1.0.0, of another semver track)
    test:host/clock@1.0.0  (of that package there is test:host/counter@1.0.0)
    other:pkg/thing
    shout`
	if err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// TestInterfacesOfTypes imports interfaces that are nothing but types: no host has to know them.
func TestInterfacesOfTypes(t *testing.T) {
	shapes := testwasm.NewInstanceType()
	shapes.Type("size", shapes.Define(byte(0x72), 1, "n", byte(0x79))) // record { n: u32 }
	c := testwasm.NewComponent()
	c.ImportInstance("test:host/shapes", testwasm.NewInstanceType().Instance("inner", shapes))
	c.ImportInstance("test:host/nothing", testwasm.NewInstanceType())
	start(t, c)

	c.ImportInstance("test:host/clock", testwasm.NewInstanceType().Func("now", "func() -> u64"))
	c.ImportInstance("test:host/files", testwasm.NewInstanceType().Resource("file"))
	_, err := compile(t, c).Instantiate(ctx, vm.Options{})
	var missing *vm.MissingImports
	if !errors.As(err, &missing) || !slices.Equal(missing.Names, []string{"test:host/clock", "test:host/files"}) {
		t.Errorf("missing: %v", err)
	}
}

func TestImportsThatDoNotFit(t *testing.T) {
	other := counter("test:host/counter", 1)
	other.Funcs[0].Type = "func(n: u64) -> u64"
	lacking := &glue.Interface{Name: "test:host/counter"}

	resources := testwasm.NewComponent()
	resources.ImportInstance("test:host/counter", testwasm.NewInstanceType().Resource("thing"))

	bare := testwasm.NewComponent()
	bare.ImportFunc("shout", "func()")

	for _, tt := range []struct {
		name  string
		guest *testwasm.Component
		host  *glue.Interface
		text  string
	}{
		{
			"type", adder("test:host/counter"), other,
			"import test:host/counter#add: the component expects\n    func(n: u32) -> u32\nand the host has\n    func(n: u64) -> u64",
		},
		{
			"function", adder("test:host/counter"), lacking,
			"import test:host/counter#add: the host has no such function",
		},
		{"resource", resources, lacking, "import test:host/counter#thing: the host has no such resource type"},
		{"bare function", bare, &glue.Interface{}, "import shout: the host has no such function"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := compile(t, tt.guest).Instantiate(ctx, vm.Options{Imports: []*glue.Interface{tt.host}})
			var link *vm.LinkError
			if !errors.As(err, &link) || link.Offset == 0 {
				t.Fatalf("got %v, want a LinkError with an offset", err)
			}
			wantError(t, err, tt.text)
		})
	}
}

func TestStartFunctionTraps(t *testing.T) {
	for _, tt := range []struct{ name, code, reason string }{
		{"by itself", "unreachable", "unreachable"},
		{"in a host call", "i32.const 1 call 0 drop", "no adding today"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var opened []*file
			c := opener()
			given := c.CoreInline(testwasm.CoreExport{Name: "add", Index: importsAdd(c, "test:host/counter")})
			m := testwasm.NewModule()
			m.ImportFunc("host", "add", "i32 -> i32")
			m.Start(m.Func("", "->", tt.code))
			c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: given})
			grumpy := counter("test:host/counter", 0)
			grumpy.Funcs[0].Call = func(_ context.Context, b *glue.Boundary, _ []uint64) { b.Trap("no adding today") }
			_, err := compile(t, c).Instantiate(ctx, vm.Options{Imports: []*glue.Interface{files(&opened), grumpy}})
			trap, ok := err.(*vm.Trap)
			if !ok || !strings.Contains(trap.Reason, tt.reason) || trap.Component != "guest" {
				t.Errorf("got %v, want a trap with %q", err, tt.reason)
			}
		})
	}
}

// TestStartFunctionExits ends a program before it has begun.
func TestStartFunctionExits(t *testing.T) {
	c := testwasm.NewComponent()
	given := c.CoreInline(testwasm.CoreExport{Name: "add", Index: importsAdd(c, "test:host/counter")})
	m := testwasm.NewModule()
	add := m.ImportFunc("host", "add", "i32 -> i32")
	m.Start(m.Func("", "->", fmt.Sprintf("i32.const 3 call %d drop", add)))
	c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: given})
	_, err := compile(t, c).Instantiate(ctx, vm.Options{Imports: []*glue.Interface{exiting()}})
	if exit, ok := err.(*vm.Exit); !ok || exit.Code != 3 {
		t.Errorf("got %v, want an exit with code 3", err)
	}
}

// exiting is a counter that ends the program instead.
func exiting() *glue.Interface {
	host := counter("test:host/counter", 0)
	host.Funcs[0].Call = func(_ context.Context, b *glue.Boundary, stack []uint64) {
		b.Fail(&instance.Exit{Code: uint32(stack[0])})
	}
	return host
}

// TestUnsupportedTrapsWhenCalled instantiates a component that knows of more than this runtime.
func TestUnsupportedTrapsWhenCalled(t *testing.T) {
	c := testwasm.NewComponent()
	given := c.CoreInline(testwasm.CoreExport{Name: "new-set", Index: c.Canon(byte(0x1f))}) // waitable-set.new
	m := testwasm.NewModule()
	m.ImportFunc("host", "new-set", "-> i32")
	m.Func("set", "->", "call 0 drop")
	m.Func("fine", "->", "")
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: given})
	for _, f := range []string{"set", "fine"} {
		c.ExportFunc(f, c.CoreFunc(inst, f), "func()")
	}
	c.ExportFunc("later", c.CoreFunc(inst, "fine"), "async func()")

	i := start(t, c)
	call(t, i, "fine")
	_, err := i.Func("", "later")
	wantError(t, err, "export later can't be called: asynchronous functions between components and Go are not run yet")
	if !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("%v is not errors.ErrUnsupported", err)
	}
	wantTrap(t, i, "the built-in waitable-set.new is not supported", "set")
	if !errors.Is(i.Err(), errors.ErrUnsupported) {
		t.Errorf("%v is not errors.ErrUnsupported", i.Err())
	}
}

// TestVersionsOfOneTrack has a component export two versions of an interface and asks for a third.
func TestVersionsOfOneTrack(t *testing.T) {
	m := testwasm.NewModule()
	m.Func("old", "-> i32", "i32.const 1")
	m.Func("new", "-> i32", "i32.const 2")
	c := testwasm.NewComponent()
	inst := c.Instantiated(m)
	for _, v := range [][2]string{{"old", "test:a/b@1.2.0"}, {"new", "test:a/b@1.3.0"}} {
		f := c.Lift(c.CoreFunc(inst, v[0]), "func() -> u32")
		c.Export(v[1], testwasm.SortInstance, c.Inline(testwasm.Arg{Name: "f", Sort: testwasm.SortFunc, Index: f}))
	}
	i := start(t, c)
	for range 20 {
		for iface, want := range map[string]uint32{"test:a/b@1.2.0": 1, "test:a/b@1.3.0": 2, "test:a/b@1.0.0": 2, "test:a/b@1.9.0": 2} {
			if got, err := i.Call(ctx, iface, "f"); err != nil || got != want {
				t.Fatalf("%s: %v, %v, want %d", iface, got, err, want)
			}
		}
	}
}

package instance_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/vm"
)

// The tests in this file let calls fail while a resource of the host is on its way: it has left the table of one
// side, and the other one has not got it.

// archive is a host that makes one file and takes it back, together with a name. Once it has both, it runs more.
func archive(f *file, more func(b *glue.Boundary)) *glue.Interface {
	typ := &glue.Resource{Name: "file"}
	return &glue.Interface{
		Name:      "test:host/archive",
		Resources: []glue.NamedResource{{Name: "file", Type: typ}},
		Funcs: []glue.Func{
			hostFunc("open", "func() -> own<file>", 0, 1, func(_ context.Context, b *glue.Boundary, stack []uint64) {
				stack[0] = uint64(b.GiveOwn(typ, f))
			}),
			hostFunc("put", "func(f: own<file>, name: string) -> own<file>", 3, 1, func(_ context.Context, b *glue.Boundary, stack []uint64) {
				own := glue.TakeOwn[*file](b, typ, uint32(stack[0]))
				glue.LoadString(b, glue.SpanOf(stack[1], stack[2]))
				more(b)
				stack[0] = uint64(glue.GiveOwn(b, typ, own))
			}),
		},
	}
}

// importsArchive imports the archive and returns its instance.
func importsArchive(c *testwasm.Component) (archive int) {
	archive = c.ImportInstance("test:host/archive", testwasm.NewInstanceType().Resource("file").
		Func("open", "func() -> own<file>").Func("put", "func(f: own<file>, name: string) -> own<file>"))
	c.Alias(archive, testwasm.SortType, "file")
	return archive
}

// archivist is a guest with functions that move the file: put gives it to the host with a name of some bytes,
// and get returns it with one.
func archivist() *testwasm.Component {
	c := testwasm.NewComponent()
	host := importsArchive(c)
	libc := testwasm.NewModule()
	libc.Allocator()
	libc.Data(64, "\xff")
	lib := c.Instantiated(libc)
	memory := testwasm.WithMemory(c.Core(lib, testwasm.Memory, "memory"))
	given := c.CoreInline(
		testwasm.CoreExport{Name: "open", Index: c.Lower(c.Alias(host, testwasm.SortFunc, "open"))},
		testwasm.CoreExport{Name: "put", Index: c.Lower(c.Alias(host, testwasm.SortFunc, "put"), memory)},
	)
	m := testwasm.NewModule()
	open := m.ImportFunc("host", "open", "-> i32")
	put := m.ImportFunc("host", "put", "i32 i32 i32 -> i32")
	m.ImportMemory("libc", "memory", 1)
	m.Func("put", "i32 ->", fmt.Sprintf("call %d i32.const 64 local.get 0 call %d drop", open, put))
	m.Func("get", "i32 -> i32", fmt.Sprintf(`
		i32.const 8 call %d i32.store 0 i32.const 8 i32.const 64 i32.store 4 i32.const 8 local.get 0 i32.store 8 i32.const 8`, open))
	m.Func("free", "i32 ->", "local.get 0 i32.load 8 i32.const 2 i32.eq if unreachable end")
	inst := c.Instantiated(m,
		testwasm.CoreArg{Name: "host", Instance: given},
		testwasm.CoreArg{Name: "libc", Instance: lib})
	c.ExportFunc("put", c.CoreFunc(inst, "put"), "func(n: u32)")
	c.ExportFunc("get", c.CoreFunc(inst, "get"), "func(n: u32) -> tuple<own<file>, string>",
		memory, testwasm.WithPostReturn(c.CoreFunc(inst, "free")))
	return c
}

func TestResourcesOfFailedCalls(t *testing.T) {
	const bad, good = uint32(1), uint32(0) // lengths of names
	for _, tt := range []struct {
		name   string
		call   string
		n      uint32
		more   func(b *glue.Boundary)
		reason string // "" for a call that goes well
		drops  int    // after the end of the instance; what a host has got, it drops itself
	}{
		{"taken, and the next parameter is bad", "put", bad, nil, "not valid UTF-8", 1},
		{"taken, and the host fails", "put", good, func(b *glue.Boundary) { b.Fail(errors.New("full")) }, "host: full", 0},
		{"taken, and the host panics", "put", good, func(*glue.Boundary) { panic(errors.New("oops")) }, "oops", 0},
		{"taken, and the host's string is bad", "put", good, func(b *glue.Boundary) { b.StoreString("\xff") }, "the host gave a string", 0},
		{"taken, and the host's char is bad", "put", good, func(b *glue.Boundary) { glue.FromChar(b, -1) }, "not a Unicode scalar value", 0},
		{"taken, and there is no realloc", "put", good, func(b *glue.Boundary) { b.StoreBytes(nil) }, "no realloc option", 0},
		{"given back", "put", good, func(*glue.Boundary) {}, "", 1},
		{"returned, and the rest is bad", "get", bad, nil, "not valid UTF-8", 1},
		{"returned, and post-return traps", "get", 2, nil, "", 1},
		{"returned", "get", good, nil, "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := &file{}
			i := start(t, archivist(), archive(f, tt.more))
			if tt.reason != "" {
				wantTrap(t, i, tt.reason, tt.call, tt.n)
			} else if _, err := i.Call(ctx, "", tt.call, tt.n); (err != nil) != (tt.n == 2) {
				t.Fatal(err)
			}
			if f.drops != 0 {
				t.Errorf("the file was dropped %d times before the end of the instance", f.drops)
			}
			if err := i.Close(ctx); err != nil {
				t.Fatal(err)
			}
			if f.drops != tt.drops {
				t.Errorf("the file was dropped %d times, want %d", f.drops, tt.drops)
			}
		})
	}
}

// TestResourceThatDoesNotFit has the host give a resource to a guest whose table is full.
func TestResourceThatDoesNotFit(t *testing.T) {
	var opened []*file
	i := startWith(t, opener(), vm.Options{Imports: []*glue.Interface{files(&opened)}, Limits: vm.Limits{MaxHandles: 1}})
	call(t, i, "open")
	wantTrap(t, i, "the instance holds 1 resource handles, its limit", "open")
	if err := i.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if opened[0].drops != 1 || opened[1].drops != 1 {
		t.Errorf("the files were dropped %d and %d times, want 1 and 1", opened[0].drops, opened[1].drops)
	}
}

// TestResourcesBetweenComponents passes a file from one component to another whose realloc traps, before or after
// the file has reached it.
func TestResourcesBetweenComponents(t *testing.T) {
	for _, tt := range []struct{ typ, args string }{
		{"func(f: own<file>, s: string)", "call 0 i32.const 64 i32.const 1"},
		{"func(s: string, f: own<file>)", "i32.const 64 i32.const 1 call 0"},
	} {
		inner := testwasm.NewComponent()
		importsArchive(inner)
		// What keeps values in the context of a call is called through Go.
		set := testwasm.CoreExport{Name: "set", Index: inner.Canon(byte(0x0b), byte(0x7f), 0)}
		m := testwasm.NewModule()
		m.ImportFunc("context", "set", "i32 ->")
		m.Memory("memory", 1)
		m.Func("realloc", "i32 i32 i32 i32 -> i32", "unreachable")
		m.Func("take", "i32 i32 i32 ->", "i32.const 1 call 0")
		inst := inner.Instantiated(m, testwasm.CoreArg{Name: "context", Instance: inner.CoreInline(set)})
		memory := testwasm.WithMemory(inner.Core(inst, testwasm.Memory, "memory"))
		inner.ExportFunc("take", inner.CoreFunc(inst, "take"), tt.typ, memory, testwasm.WithRealloc(inner.CoreFunc(inst, "realloc")))

		c := testwasm.NewComponent()
		host := importsArchive(c)
		libc := testwasm.NewModule()
		libc.Memory("memory", 1)
		lib := c.Instantiated(libc)
		taker := c.Instance(c.Component(inner), testwasm.Arg{Name: "test:host/archive", Sort: testwasm.SortInstance, Index: host})
		given := c.CoreInline(
			testwasm.CoreExport{Name: "open", Index: c.Lower(c.Alias(host, testwasm.SortFunc, "open"))},
			testwasm.CoreExport{Name: "take", Index: c.Lower(c.Alias(taker, testwasm.SortFunc, "take"), testwasm.WithMemory(c.Core(lib, testwasm.Memory, "memory")))},
		)
		caller := testwasm.NewModule()
		caller.ImportFunc("given", "open", "-> i32")
		caller.ImportFunc("given", "take", "i32 i32 i32 ->")
		caller.Func("run", "->", tt.args+" call 1")
		c.ExportFunc("run", c.CoreFunc(c.Instantiated(caller, testwasm.CoreArg{Name: "given", Instance: given}), "run"), "func()")

		f := &file{}
		i := start(t, c, archive(f, nil))
		if way := i.Edges()[0].Crossing; way != instance.CrossDynamic {
			t.Fatalf("the call goes across as %s", way)
		}
		wantTrap(t, i, "unreachable", "run")
		if err := i.Close(ctx); err != nil {
			t.Fatal(err)
		}
		if f.drops != 1 {
			t.Errorf("%s: the file was dropped %d times", tt.typ, f.drops)
		}
	}
}

// contextKeeper defines a function run that keeps a 5 in the context of its call, has greet return a string and
// drops a resource, and returns what is in the context then. Its realloc and destructor find and leave things there.
func contextKeeper(c *testwasm.Component, greet int) {
	knot := testwasm.NewModule()
	knot.Table("table", 2)
	knot.Memory("memory", 1)
	knot.Func("destroy", "i32 ->", fmt.Sprintf("local.get 0 i32.const 0 call_indirect %d", knot.Type("i32 ->")))
	knot.Func("realloc", "i32 i32 i32 i32 -> i32", fmt.Sprintf("i32.const 7 i32.const 0 call_indirect %d i32.const 64", knot.Type("i32 ->")))
	knotted := c.Instantiated(knot)
	r := c.Resource(c.CoreFunc(knotted, "destroy"))
	memory := testwasm.WithMemory(c.Core(knotted, testwasm.Memory, "memory"))
	given := c.CoreInline(
		testwasm.CoreExport{Name: "get", Index: c.Canon(byte(0x0a), byte(0x7f), 0)},
		testwasm.CoreExport{Name: "set", Index: c.Canon(byte(0x0b), byte(0x7f), 0)},
		testwasm.CoreExport{Name: "new", Index: c.ResourceNew(r)},
		testwasm.CoreExport{Name: "drop", Index: c.ResourceDrop(r)},
		testwasm.CoreExport{Name: "greet", Index: c.Lower(greet, memory, testwasm.WithRealloc(c.CoreFunc(knotted, "realloc")))},
	)
	m := testwasm.NewModule()
	get, set := m.ImportFunc("given", "get", "-> i32"), m.ImportFunc("given", "set", "i32 ->")
	makeNew, drop := m.ImportFunc("given", "new", "i32 -> i32"), m.ImportFunc("given", "drop", "i32 ->")
	greets := m.ImportFunc("given", "greet", "i32 ->")
	m.ImportTable("knot", "table", 2)
	m.Elem(0, m.Func("", "i32 ->", fmt.Sprintf("call %d if unreachable end local.get 0 call %d", get, set)))
	m.Func("run", "-> i32", fmt.Sprintf(`i32.const 5 call %[2]d
		i32.const 8 call %[5]d
		i32.const 9 call %[3]d call %[4]d
		call %[1]d`, get, set, makeNew, drop, greets))
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "given", Instance: given}, testwasm.CoreArg{Name: "knot", Instance: knotted})
	c.ExportFunc("run", c.CoreFunc(inst, "run"), "func() -> u32")
}

// TestContextsOfTheirOwn checks that realloc can't see or change what the function that it allocates for keeps in
// the context of its call, and neither can a destructor.
func TestContextsOfTheirOwn(t *testing.T) {
	c := testwasm.NewComponent()
	contextKeeper(c, c.ImportFunc("greet", "func() -> string"))
	i := start(t, c, &glue.Interface{Funcs: []glue.Func{
		hostFunc("greet", "func() -> string", 1, 0, func(_ context.Context, b *glue.Boundary, stack []uint64) {
			glue.StoreString(b, "hi").StoreAt(b, uint32(stack[0]))
		}),
	}})
	wantCall(t, i, uint32(5), "run")

	c = testwasm.NewComponent()
	greeter := c.Instance(c.Component(returning("string", at8, word(16)+word(2)+"hi")))
	contextKeeper(c, c.Alias(greeter, testwasm.SortFunc, "f"))
	wantCall(t, start(t, c), uint32(5), "run")
}

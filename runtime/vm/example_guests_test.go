package vm_test

import (
	"fmt"

	"github.com/witan-os/witan/internal/testwasm"
)

// This file has the guests of the examples. A program would read them from files; here each is written out, so
// that one sees what the example calls.

// greeterWasm is a component that exports
//
//	interface greet { hello: func(name: string) -> string; }
//
// as demo:greet/greet@1.2.0. It answers with the name that it was given.
func greeterWasm() []byte { return greeter().Bytes() }

func greeter() *testwasm.Component {
	m, c := testwasm.NewModule(), testwasm.NewComponent()
	m.Allocator()
	m.Func("hello", "i32 i32 -> i32", "i32.const 8 local.get 0 i32.store 0 i32.const 8 local.get 1 i32.store 4 i32.const 8")
	i := c.Instantiated(m)
	hello := c.Lift(c.CoreFunc(i, "hello"), "func(name: string) -> string",
		testwasm.WithMemory(c.Core(i, testwasm.Memory, "memory")), testwasm.WithRealloc(c.CoreFunc(i, "realloc")))
	c.Export("demo:greet/greet@1.2.0", testwasm.SortInstance, c.Inline(testwasm.Arg{Name: "hello", Sort: testwasm.SortFunc, Index: hello}))
	return c
}

// askerWasm is a component that imports that interface, in version 1.0.0, and exports a function hello that calls
// the one that it imports.
func askerWasm() []byte { return asker().Bytes() }

func asker() *testwasm.Component {
	c := testwasm.NewComponent()
	greet := c.ImportInstance("demo:greet/greet@1.0.0", testwasm.NewInstanceType().Func("hello", "func(name: string) -> string"))
	libc := testwasm.NewModule()
	libc.Allocator()
	lib := c.Instantiated(libc)
	memory, realloc := testwasm.WithMemory(c.Core(lib, testwasm.Memory, "memory")), testwasm.WithRealloc(c.CoreFunc(lib, "realloc"))
	lowered := c.Lower(c.Alias(greet, testwasm.SortFunc, "hello"), memory, realloc)
	m := testwasm.NewModule()
	hello := m.ImportFunc("greet", "hello", "i32 i32 i32 ->")
	m.Func("hello", "i32 i32 -> i32", fmt.Sprintf("local.get 0 local.get 1 i32.const 8 call %d i32.const 8", hello))
	i := c.Instantiated(m, testwasm.CoreArg{Name: "greet", Instance: c.CoreInline(testwasm.CoreExport{Name: "hello", Index: lowered})})
	c.ExportFunc("hello", c.CoreFunc(i, "hello"), "func(name: string) -> string", memory, realloc)
	return c
}

// spinnerWasm is a component with three functions: spin, which never returns, fail, which traps, and grow, which
// asks for one more page of memory and says how many it had before, or -1.
func spinnerWasm() []byte {
	m, c := testwasm.NewModule(), testwasm.NewComponent()
	m.Memory("", 1)
	m.Func("spin", "->", "loop br 0 end")
	m.Func("fail", "->", "unreachable")
	m.Func("grow", "-> i32", "i32.const 1 memory.grow")
	i := c.Instantiated(m)
	c.ExportFunc("spin", c.CoreFunc(i, "spin"), "func()")
	c.ExportFunc("fail", c.CoreFunc(i, "fail"), "func()")
	c.ExportFunc("grow", c.CoreFunc(i, "grow"), "func() -> s32")
	return c.Bytes()
}

// counterWasm is a component that imports
//
//	interface counters {
//	    resource counter { constructor(); add: func(n: u32) -> u32; }
//	}
//
// as demo:count/counters and exports count: func(n: u32) -> u32, which makes a counter, adds n to it twice, and
// drops it.
func counterWasm() []byte {
	c := testwasm.NewComponent()
	host := c.ImportInstance("demo:count/counters", testwasm.NewInstanceType().Resource("counter").
		Func("[constructor]counter", "func() -> own<counter>").
		Func("[method]counter.add", "func(self: borrow<counter>, n: u32) -> u32"))
	typ := c.Alias(host, testwasm.SortType, "counter")
	given := c.CoreInline(
		testwasm.CoreExport{Name: "new", Index: c.Lower(c.Alias(host, testwasm.SortFunc, "[constructor]counter"))},
		testwasm.CoreExport{Name: "add", Index: c.Lower(c.Alias(host, testwasm.SortFunc, "[method]counter.add"))},
		testwasm.CoreExport{Name: "drop", Index: c.ResourceDrop(typ)})
	m := testwasm.NewModule()
	makes, add, drop := m.ImportFunc("c", "new", "-> i32"), m.ImportFunc("c", "add", "i32 i32 -> i32"), m.ImportFunc("c", "drop", "i32 ->")
	m.Func("count", "i32 -> i32", fmt.Sprintf(`local i32
		call %[1]d local.tee 1 local.get 0 call %[2]d drop
		local.get 1 local.get 0 call %[2]d
		local.get 1 call %[3]d`, makes, add, drop))
	i := c.Instantiated(m, testwasm.CoreArg{Name: "c", Instance: given})
	c.ExportFunc("count", c.CoreFunc(i, "count"), "func(n: u32) -> u32")
	return c.Bytes()
}

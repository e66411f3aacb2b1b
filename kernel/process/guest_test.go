package process

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/internal/testwasm"
)

// This file has the components that processes of the tests are made of.

// The interfaces of the tests. The kernel's is one that has system calls.
const (
	workInterface = "test:work/api@1.0.0"
	hostInterface = "witan:kernel/process@0.1.0"
	runInterface  = "wasi:cli/run@0.2.0"
)

// work is what a service does. The core functions have those types, too.
var work = []struct{ name, typ, core, code string }{
	{"add", "func(a: u32, b: u32) -> u32", "i32 i32 -> i32", "local.get 0 local.get 1 i32.add"},
	{"fail", "func() -> u32", "-> i32", "unreachable"},
	{"spin", "func()", "->", "loop br 0 end"},
	{"count", "func() -> u32", "-> i32", "i32.const 0 i32.const 0 i32.load 0 i32.const 1 i32.add i32.store 0 i32.const 0 i32.load 0"},
	{
		"try", "func(n: u32) -> result<u32, failure>", "i32 -> i32",
		"i32.const 8 i32.const 0 i32.store8 0 i32.const 8 local.get 0 i32.store 4 i32.const 8",
	},
	{
		"take", "func(s: string) -> result<u32, failure>", "i32 i32 -> i32",
		"i32.const 8 i32.const 0 i32.store8 0 i32.const 8 local.get 1 i32.store 4 i32.const 8",
	},
}

// room is what a life of the service has for texts that it takes, all together.
const room = 63 << 10

const failure = "enum{other, unavailable}"

// service exports the work.
func service() []byte {
	c, m := testwasm.NewComponent(), testwasm.NewModule()
	m.Allocator()
	for _, f := range work {
		m.Func(f.name, f.core, f.code)
	}
	inst := c.Instantiated(m)
	memory := testwasm.WithMemory(c.Core(inst, testwasm.Memory, "memory"))
	realloc := testwasm.WithRealloc(c.CoreFunc(inst, "realloc"))
	members := []testwasm.Arg{{Name: "failure", Sort: testwasm.SortType, Index: c.Export("failure", testwasm.SortType, c.ValueType(failure))}}
	for _, f := range work {
		members = append(members, testwasm.Arg{Name: f.name, Sort: testwasm.SortFunc, Index: c.Lift(c.CoreFunc(inst, f.name), f.typ, memory, realloc)})
	}
	c.Export(workInterface, testwasm.SortInstance, c.Inline(members...))
	return c.Bytes()
}

// client imports the work and exports it again. Instead of a text it takes a length.
func client() []byte {
	c, t := testwasm.NewComponent(), testwasm.NewInstanceType()
	t.Type("failure", t.ValueType(failure))
	for _, f := range work {
		t.Func(f.name, f.typ)
	}
	from := c.ImportInstance(workInterface, t)
	c.Export("failure", testwasm.SortType, c.Alias(from, testwasm.SortType, "failure"))
	libc := testwasm.NewModule()
	libc.Memory("memory", 3)
	lib := c.Instantiated(libc)
	memory := testwasm.WithMemory(c.Core(lib, testwasm.Memory, "memory"))
	m := testwasm.NewModule()
	m.ImportMemory("lib", "memory", 1)
	var given []testwasm.CoreExport
	for _, f := range work {
		given = append(given, testwasm.CoreExport{Name: f.name, Index: c.Lower(c.Alias(from, testwasm.SortFunc, f.name), memory)})
	}
	for _, f := range work {
		if f.name != "try" && f.name != "take" {
			m.Export(f.name, testwasm.Func, m.ImportFunc("work", f.name, f.core))
		}
	}
	try := m.ImportFunc("work", "try", "i32 i32 ->")
	take := m.ImportFunc("work", "take", "i32 i32 i32 ->")
	m.Func("try", "i32 -> i32", fmt.Sprintf("local.get 0 i32.const 16 call %d i32.const 16", try))
	m.Func("take", "i32 -> i32", fmt.Sprintf("i32.const 1024 local.get 0 i32.const 16 call %d i32.const 16", take))
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "work", Instance: c.CoreInline(given...)}, testwasm.CoreArg{Name: "lib", Instance: lib})
	for _, f := range work {
		c.ExportFunc(f.name, c.CoreFunc(inst, f.name), strings.Replace(f.typ, "s: string", "n: u32", 1), memory)
	}
	return c.Bytes()
}

// program is a component with a run function, whose code it is given. The functions of the kernel that it calls stand
// there by their names in brackets; its own is {run}.
func program(code string) []byte {
	c, m := testwasm.NewComponent(), testwasm.NewModule()
	t := testwasm.NewInstanceType()
	called := []struct{ name, typ, core string }{{"id", "func() -> u64", "-> i64"}, {"yield", "func()", "->"}, {"exit", "func(status: u8)", "i32 ->"}}
	for _, f := range called {
		t.Func(f.name, f.typ)
	}
	args := []testwasm.CoreArg{}
	if strings.Contains(code, "[") {
		from := c.ImportInstance(hostInterface, t)
		var given []testwasm.CoreExport
		for _, f := range called {
			given = append(given, testwasm.CoreExport{Name: f.name, Index: c.Lower(c.Alias(from, testwasm.SortFunc, f.name))})
		}
		args = append(args, testwasm.CoreArg{Name: "host", Instance: c.CoreInline(given...)})
		for _, f := range called {
			code = strings.ReplaceAll(code, "["+f.name+"]", fmt.Sprintf("call %d", m.ImportFunc("host", f.name, f.core)))
		}
		code = strings.ReplaceAll(code, "{run}", fmt.Sprintf("call %d", len(called)))
	}
	code = strings.ReplaceAll(code, "{run}", "call 0")
	m.Func("run", "-> i32", code)
	m.Memory("memory", 1)
	run := c.Lift(c.CoreFunc(c.Instantiated(m, args...), "run"), "func() -> result")
	c.Export(runInterface, testwasm.SortInstance, c.Inline(testwasm.Arg{Name: "run", Sort: testwasm.SortFunc, Index: run}))
	return c.Bytes()
}

// unstartable is a component with memory that traps before it can be called.
func unstartable() []byte {
	c, m := testwasm.NewComponent(), testwasm.NewModule()
	m.Memory("memory", 1)
	m.Start(m.Func("start", "->", "unreachable"))
	c.Instantiated(m)
	return c.Bytes()
}

// programs are all that the tests run, with the names of their components.
var programs = map[string]string{
	"succeed":  "i32.const 0",
	"fail":     "i32.const 1",
	"trap":     "unreachable",
	"spin":     "loop br 0 end i32.const 0",
	"recurse":  "{run}",
	"grow":     "loop i32.const 1 memory.grow i32.const 0 i32.lt_u br_if 0 i32.const 1 memory.grow i32.const -1 i32.ne br_if 0 end i32.const 0",
	"identify": "[id] drop i32.const 0",
	"yields":   "loop [yield] br 0 end i32.const 0",
	"exit":     "i32.const 7 [exit] i32.const 0",
	// dive stays where 20,000 calls of itself are open.
	"dive": "i32.const 0 i32.const 0 i32.load 0 i32.const 1 i32.add i32.store 0 i32.const 0 i32.load 0 i32.const 20000 i32.lt_u " +
		"if {run} drop end loop [yield] br 0 end i32.const 0",
}

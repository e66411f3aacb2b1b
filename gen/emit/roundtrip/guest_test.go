package roundtrip_test

import (
	"fmt"
	"slices"

	"github.com/witan-os/witan/internal/testwasm"
)

// This file builds components that define the resources of testdata/wit/guests.wit.

// Names of the interfaces.
const (
	countersName = "test:features/counters@1.2.0"
	auditorsName = "test:features/auditors@1.2.0"
)

// lostMark is what the destructor leaves in a counter's place: it traps when it finds that there.
const lostMark = -559038737

// counterLib is a core module with the memory and with the destructor of counters. The representation of a counter is
// the address of its number. A counter at 666 can't be destroyed.
func counterLib() *testwasm.Module {
	m := testwasm.NewModule()
	m.Allocator()
	lost := m.Global("lost", 0)
	m.Func("destroy", "i32 ->", fmt.Sprintf(`
		local.get 0 i32.load 0 i32.const %[2]d i32.eq local.get 0 i32.load 0 i32.const 666 i32.eq i32.or if unreachable end
		local.get 0 i32.const %[2]d i32.store 0
		global.get %[1]d i32.const 1 i32.add global.set %[1]d`, lost, lostMark))
	return m
}

// The functions that the core module of counters imports, and the first of its own, by their indices.
const (
	newCounter = iota
	repCounter
	dropCounter
	newToken
	realloc
	cell // makes the place of a counter
)

// counterCore has the functions of both interfaces. It returns results in memory at 16.
func counterCore() *testwasm.Module {
	m := testwasm.NewModule()
	for _, name := range []string{"new counter", "rep counter"} {
		m.ImportFunc("own", name, "i32 -> i32")
	}
	m.ImportFunc("own", "drop counter", "i32 ->")
	m.ImportFunc("own", "new token", "i32 -> i32")
	m.ImportFunc("lib", "realloc", "i32 i32 i32 i32 -> i32")
	m.ImportMemory("lib", "memory", 1)
	lost := m.ImportGlobal("lib", "lost")
	m.Func("", "i32 -> i32", fmt.Sprintf(`
		local i32 i32.const 0 i32.const 0 i32.const 4 i32.const 4 call %d local.tee 1
		local.get 0 i32.store 0 local.get 1`, realloc))

	m.Func("[constructor]counter", "i32 -> i32", fmt.Sprintf("local.get 0 call %d call %d", cell, newCounter))
	m.Func("[method]counter.add", "i32 i32 -> i32", `
		local.get 0 local.get 0 i32.load 0 local.get 1 i32.add i32.store 0
		local.get 0 i32.load 0`)
	m.Func("[method]counter.copy", "i32 -> i32", fmt.Sprintf("local.get 0 i32.load 0 call %d call %d", cell, newCounter))
	m.Func("[static]counter.merge", "i32 i32 -> i32", fmt.Sprintf(`
		local i32 local.get 0 call %[1]d i32.load 0 local.get 1 i32.load 0 i32.add local.tee 2
		i32.const 1000 i32.gt_u if
			local.get 0 call %[2]d
			i32.const 16 i32.const 1 i32.store 0 i32.const 20 local.get 2 call %[3]d i32.store 0
		else
			local.get 0 call %[1]d local.get 2 i32.store 0
			i32.const 16 i32.const 0 i32.store 0 i32.const 20 local.get 0 i32.store 0
		end
		i32.const 16`, repCounter, dropCounter, newToken))
	m.Func("make", "i32 -> i32", fmt.Sprintf(`
		local i32 local i32 i32.const 0 i32.const 0 i32.const 4 local.get 0 i32.const 4 i32.mul call %d local.set 1
		block loop
			local.get 2 local.get 0 i32.eq br_if 1
			local.get 1 local.get 2 i32.const 4 i32.mul i32.add local.get 2 call %d call %d i32.store 0
			local.get 2 i32.const 1 i32.add local.set 2 br 0
		end end
		i32.const 16 local.get 1 i32.store 0 i32.const 20 local.get 0 i32.store 0
		i32.const 16`, realloc, cell, newCounter))
	m.Func("total", "i32 i32 -> i32", `
		local i32 block loop
			local.get 1 i32.eqz br_if 1
			local.get 2 local.get 0 i32.load 0 i32.load 0 i32.add local.set 2
			local.get 0 i32.const 4 i32.add local.set 0 local.get 1 i32.const 1 i32.sub local.set 1 br 0
		end end
		local.get 2`)
	m.Func("swap", "i32 i32 i32 i32 i32 -> i32", `
		i32.const 16 local.get 3 if-i32 local.get 4 else local.get 0 end i32.store 0
		i32.const 20 local.get 1 i32.store 0 i32.const 24 local.get 2 i32.store 0
		i32.const 28 local.get 3 i32.store 0 i32.const 32 local.get 0 i32.store 0
		i32.const 16`)
	m.Func("pick", "i32 i32 i32 -> i32", `
		i32.const 16 local.get 0 i32.store 0 i32.const 20 local.get 1 i32.store 0 i32.const 24 local.get 2 i32.store 0
		i32.const 16`)
	m.Func("stamp", "i32 i32 i32 -> i32", fmt.Sprintf(
		"local.get 1 if-i32 local.get 2 else local.get 0 i32.load 0 call %d end", newToken))
	m.Func("lost", "-> i32", fmt.Sprintf("global.get %d", lost))

	m.Func("audit", "i32 -> i32", "local.get 0 i32.load 0")
	m.Func("absorb", "i32 -> i32", fmt.Sprintf(`
		local i32 local.get 0 call %d i32.load 0 local.set 1 local.get 0 call %d local.get 1`, repCounter, dropCounter))
	m.Func("issue", "i32 -> i32", fmt.Sprintf(`
		local.get 0 i32.const 13 i32.eq if unreachable end local.get 0 call %d call %d`, cell, newCounter))
	return m
}

// counterFuncs are the types of the functions of both interfaces.
var counterFuncs = [][2]string{
	{"[constructor]counter", "func(start: u32) -> own<counter>"},
	{"[method]counter.add", "func(self: borrow<counter>, n: u32) -> u32"},
	{"[method]counter.copy", "func(self: borrow<counter>) -> own<counter>"},
	{"[static]counter.merge", "func(into: own<counter>, other: borrow<counter>) -> result<own<counter>, own<token>>"},
	{"make", "func(n: u32) -> list<own<counter>>"},
	{"total", "func(of: list<borrow<counter>>) -> u32"},
	{"swap", "func(p: pair) -> pair"},
	{"pick", "func(c: choice) -> choice"},
	{"stamp", "func(c: borrow<counter>, t: option<own<token>>) -> own<token>"},
	{"lost", "func() -> u32"},
}

var auditorFuncs = [][2]string{
	{"audit", "func(s: borrow<counter>) -> u32"},
	{"absorb", "func(s: own<counter>) -> u32"},
	{"issue", "func(start: u32) -> own<counter>"},
}

// counterParts is a component that exports the members of both interfaces, and defines the resources.
func counterParts() *testwasm.Component {
	c := testwasm.NewComponent()
	lib := c.Instantiated(counterLib())
	counter, token := c.Resource(c.CoreFunc(lib, "destroy")), c.Resource()
	own := c.CoreInline(
		testwasm.CoreExport{Name: "new counter", Index: c.ResourceNew(counter)},
		testwasm.CoreExport{Name: "rep counter", Index: c.ResourceRep(counter)},
		testwasm.CoreExport{Name: "drop counter", Index: c.ResourceDrop(counter)},
		testwasm.CoreExport{Name: "new token", Index: c.ResourceNew(token)},
	)
	main := c.Instantiated(counterCore(), testwasm.CoreArg{Name: "own", Instance: own}, testwasm.CoreArg{Name: "lib", Instance: lib})
	options := []testwasm.Option{
		testwasm.WithMemory(c.Core(lib, testwasm.Memory, "memory")), testwasm.WithRealloc(c.CoreFunc(lib, "realloc")),
	}
	c.Export("counter", testwasm.SortType, counter)
	c.Export("token", testwasm.SortType, token)
	c.Export("pair", testwasm.SortType, c.ValueType("record{left: own<counter>, name: string, right: option<own<counter>>}"))
	c.Export("choice", testwasm.SortType, c.ValueType("variant{none, one(own<counter>), many(list<own<counter>>)}"))
	for _, f := range slices.Concat(counterFuncs, auditorFuncs) {
		c.ExportFunc(f[0], c.CoreFunc(main, f[0]), f[1], options...)
	}
	return c
}

// counterGuest is a component that exports both interfaces.
func counterGuest() *testwasm.Component {
	c := testwasm.NewComponent()
	inner := c.Instance(c.Component(counterParts()))
	c.Export(countersName, testwasm.SortInstance, inner)
	c.Export(auditorsName, testwasm.SortInstance, inner)
	return c
}

// firm is a component of two: one defines counters, and the other audits them without being the one that knows
// their representations.
func firm() *testwasm.Component {
	auditor := testwasm.NewComponent()
	given := auditor.ImportInstance(countersName, testwasm.NewInstanceType().Resource("counter").
		Func("[method]counter.add", counterFuncs[1][1]).Func("[constructor]counter", counterFuncs[0][1]))
	counter := auditor.Alias(given, testwasm.SortType, "counter")
	core := auditor.CoreInline(
		testwasm.CoreExport{Name: "add", Index: auditor.Lower(auditor.Alias(given, testwasm.SortFunc, "[method]counter.add"))},
		testwasm.CoreExport{Name: "new", Index: auditor.Lower(auditor.Alias(given, testwasm.SortFunc, "[constructor]counter"))},
		testwasm.CoreExport{Name: "drop", Index: auditor.ResourceDrop(counter)},
	)
	m := testwasm.NewModule()
	add, makes, drop := m.ImportFunc("c", "add", "i32 i32 -> i32"), m.ImportFunc("c", "new", "i32 -> i32"), m.ImportFunc("c", "drop", "i32 ->")
	look := fmt.Sprintf("local i32 local.get 0 i32.const 0 call %d local.set 1 local.get 0 call %d local.get 1", add, drop)
	m.Func("audit", "i32 -> i32", look)
	m.Func("absorb", "i32 -> i32", look)
	m.Func("issue", "i32 -> i32", fmt.Sprintf("local.get 0 call %d", makes))
	main := auditor.Instantiated(m, testwasm.CoreArg{Name: "c", Instance: core})
	var members []testwasm.Arg
	for _, f := range auditorFuncs {
		lifted := auditor.Lift(auditor.CoreFunc(main, f[0]), f[1])
		members = append(members, testwasm.Arg{Name: f[0], Sort: testwasm.SortFunc, Index: lifted})
	}
	auditor.Export(auditorsName, testwasm.SortInstance, auditor.Inline(members...))

	c := testwasm.NewComponent()
	counters := c.Instance(c.Component(counterParts()))
	auditors := c.Alias(c.Instance(c.Component(auditor), testwasm.Arg{Name: countersName, Sort: testwasm.SortInstance, Index: counters}),
		testwasm.SortInstance, auditorsName)
	c.Export(countersName, testwasm.SortInstance, counters)
	c.Export(auditorsName, testwasm.SortInstance, auditors)
	return c
}

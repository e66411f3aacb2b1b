package guests

import "github.com/witan-os/witan/internal/testwasm"

// This file has pairs of components for what the callee and its driver do not show.

// loop is the body of a function of type i32 -> i32 that does something as often as its parameter says. What is
// done leaves an i32 on the stack; the result is the last of them.
func loop(body string) string {
	return "local i32 block loop local.get 0 i32.eqz br_if 1 " + body + " local.set 1 " +
		"local.get 0 i32.const 1 i32.sub local.set 0 br 0 end end local.get 1"
}

const loopType = "func(n: u32) -> u32"

// Guarded is a component whose inner component calls it back, though only for a parameter that never comes. So
// nothing proves that calls do not nest, and each has to be checked. It exports drive-noop and drive-add.
func Guarded() []byte {
	c := testwasm.NewComponent()
	back := testwasm.NewModule()
	back.Func("back", "-> i32", "i32.const 0")
	outer := c.Lift(c.CoreFunc(c.Instantiated(back), "back"), "func() -> u32")

	inner := testwasm.NewComponent()
	lowered := inner.Lower(inner.ImportFunc("back", "func() -> u32"))
	m := testwasm.NewModule()
	m.ImportFunc("host", "back", "-> i32")
	m.Func("noop", "->", "")
	m.Func("add", "i32 i32 -> i32",
		"local.get 1 i32.const -1 i32.eq if-i32 call 0 else local.get 0 local.get 1 i32.add end")
	i := inner.Instantiated(m, testwasm.CoreArg{
		Name: "host", Instance: inner.CoreInline(testwasm.CoreExport{Name: "back", Sort: testwasm.Func, Index: lowered}),
	})
	inner.ExportFunc("noop", inner.CoreFunc(i, "noop"), "func()")
	inner.ExportFunc("add", inner.CoreFunc(i, "add"), "func(a: u32, b: u32) -> u32")

	callee := c.Instance(c.Component(inner), testwasm.Arg{Name: "back", Sort: testwasm.SortFunc, Index: outer})
	driver := testwasm.NewModule()
	driver.ImportFunc("callee", "noop", "->")
	driver.ImportFunc("callee", "add", "i32 i32 -> i32")
	driver.Func("drive-noop", "i32 -> i32", loop("call 0 i32.const 0"))
	driver.Func("drive-add", "i32 -> i32", loop("local.get 1 local.get 0 call 1"))
	drive(c, callee, driver, []string{"noop", "add"}, []string{"drive-noop", "drive-add"})
	return c.Bytes()
}

// Owner is a component whose inner component makes and takes resources. It exports drive-own, which passes the
// ownership of one there and back.
func Owner() []byte {
	c := testwasm.NewComponent()
	inner := testwasm.NewComponent()
	r := inner.Resource()
	inner.Export("thing", testwasm.SortType, r)
	made, rep := inner.ResourceNew(r), inner.ResourceRep(r)
	m := testwasm.NewModule()
	m.ImportFunc("host", "new", "i32 -> i32")
	m.ImportFunc("host", "rep", "i32 -> i32")
	m.ImportFunc("host", "drop", "i32 ->")
	m.Func("make", "-> i32", "i32.const 7 call 0")
	m.Func("take", "i32 -> i32", "local.get 0 call 1 local.get 0 call 2")
	drop := inner.ResourceDrop(r)
	i := inner.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: inner.CoreInline(
		testwasm.CoreExport{Name: "new", Sort: testwasm.Func, Index: made},
		testwasm.CoreExport{Name: "rep", Sort: testwasm.Func, Index: rep},
		testwasm.CoreExport{Name: "drop", Sort: testwasm.Func, Index: drop},
	)})
	inner.ExportFunc("make", inner.CoreFunc(i, "make"), "func() -> own<thing>")
	inner.ExportFunc("take", inner.CoreFunc(i, "take"), "func(it: own<thing>) -> u32")

	callee := c.Instance(c.Component(inner))
	driver := testwasm.NewModule()
	driver.ImportFunc("callee", "make", "-> i32")
	driver.ImportFunc("callee", "take", "i32 -> i32")
	driver.Func("drive-own", "i32 -> i32", loop("call 0 call 1"))
	drive(c, callee, driver, []string{"make", "take"}, []string{"drive-own"})
	return c.Bytes()
}

// drive instantiates a core module with functions of a component instance, and exports functions of the module.
func drive(c *testwasm.Component, callee int, driver *testwasm.Module, imports, exports []string) {
	var given []testwasm.CoreExport
	for _, name := range imports {
		lowered := c.Lower(c.Alias(callee, testwasm.SortFunc, name))
		given = append(given, testwasm.CoreExport{Name: name, Sort: testwasm.Func, Index: lowered})
	}
	i := c.Instantiated(driver, testwasm.CoreArg{Name: "callee", Instance: c.CoreInline(given...)})
	for _, name := range exports {
		c.ExportFunc(name, c.CoreFunc(i, name), loopType)
	}
}

package guests

import "github.com/witan-os/witan/internal/testwasm"

// This file has pairs of components for what the callee and its driver do not show.

// loop is the body of a function of type i32 -> i32 that does something as often as its parameter says. What is
// done may use local 1, which counts up from 0, and local 2, which is 0 at first; it leaves an i32 on the stack for
// local 2, which is what the function returns.
func loop(body string) string {
	return "local i32 local i32 block loop local.get 1 local.get 0 i32.eq br_if 1 " + body + " local.set 2 " +
		"local.get 1 i32.const 1 i32.add local.set 1 br 0 end end local.get 2"
}

const loopType = "func(n: u32) -> u32"

// Guarded is a component whose inner component calls it back, though only for a parameter that never comes. So
// nothing proves that calls do not nest, and each has to be checked. It exports drive-noop and drive-add, which give
// the same results as those of the driver.
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
	driver.Func("drive-noop", "i32 -> i32", loop("call 0 local.get 0"))
	driver.Func("drive-add", "i32 -> i32", loop("local.get 2 local.get 1 call 1"))
	drive(c, callee, driver, []string{"noop", "add"}, []string{"drive-noop", "drive-add"})
	return c.Bytes()
}

// Owner is a component of two: one makes and takes resources, and the other has it do so. It exports drive-own, which
// passes the ownership of one there and back.
func Owner() []byte {
	c := testwasm.NewComponent()
	owner := c.Instance(c.Component(resourceOwner()))

	inner := testwasm.NewComponent()
	api := testwasm.NewInstanceType().Resource("thing").
		Func("make", "func() -> own<thing>").
		Func("take", "func(it: own<thing>) -> u32")
	callee := inner.ImportInstance("api", api)
	driver := testwasm.NewModule()
	driver.ImportFunc("callee", "make", "-> i32")
	driver.ImportFunc("callee", "take", "i32 -> i32")
	driver.Func("drive-own", "i32 -> i32", loop("call 0 call 1"))
	drive(inner, callee, driver, []string{"make", "take"}, []string{"drive-own"})

	i := c.Instance(c.Component(inner), testwasm.Arg{Name: "api", Sort: testwasm.SortInstance, Index: owner})
	c.Export("drive-own", testwasm.SortFunc, c.Alias(i, testwasm.SortFunc, "drive-own"))
	return c.Bytes()
}

// resourceOwner is a component that defines a resource: all of them represent the number 7, which take returns.
func resourceOwner() *testwasm.Component {
	c := testwasm.NewComponent()
	r := c.Resource()
	host := c.CoreInline(
		testwasm.CoreExport{Name: "new", Sort: testwasm.Func, Index: c.ResourceNew(r)},
		testwasm.CoreExport{Name: "rep", Sort: testwasm.Func, Index: c.ResourceRep(r)},
		testwasm.CoreExport{Name: "drop", Sort: testwasm.Func, Index: c.ResourceDrop(r)},
	)
	m := testwasm.NewModule()
	m.ImportFunc("host", "new", "i32 -> i32")
	m.ImportFunc("host", "rep", "i32 -> i32")
	m.ImportFunc("host", "drop", "i32 ->")
	m.Func("make", "-> i32", "i32.const 7 call 0")
	m.Func("take", "i32 -> i32", "local.get 0 call 1 local.get 0 call 2")
	i := c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: host})
	c.Export("thing", testwasm.SortType, r)
	c.ExportFunc("make", c.CoreFunc(i, "make"), "func() -> own<thing>")
	c.ExportFunc("take", c.CoreFunc(i, "take"), "func(it: own<thing>) -> u32")
	return c
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

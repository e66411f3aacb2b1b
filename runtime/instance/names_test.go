package instance_test

import (
	"fmt"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
)

// TestNamesOfFunctions links components through an instance that one puts together of its own functions, and
// expects messages to call those by the name under which the instance was exported.
func TestNamesOfFunctions(t *testing.T) {
	const iface, typ = "test:names/api", "func(c: char) -> char"

	callee := testwasm.NewComponent()
	m := testwasm.NewModule()
	m.Func("same", "i32 -> i32", "local.get 0")
	f := callee.Lift(callee.CoreFunc(callee.Instantiated(m), "same"), typ)
	callee.Export(iface, testwasm.SortInstance, callee.Inline(testwasm.Arg{Name: "same", Sort: testwasm.SortFunc, Index: f}))

	caller := testwasm.NewComponent()
	api := caller.ImportInstance(iface, testwasm.NewInstanceType().Func("same", typ))
	lowered := caller.Lower(caller.Alias(api, testwasm.SortFunc, "same"))
	m = testwasm.NewModule()
	same := m.ImportFunc("env", "same", "i32 -> i32")
	m.Func("run", "i32 -> i32", fmt.Sprintf("local.get 0 call %d", same))
	env := caller.CoreInline(testwasm.CoreExport{Name: "same", Index: lowered})
	main := caller.Instantiated(m, testwasm.CoreArg{Name: "env", Instance: env})
	caller.ExportFunc("run", caller.CoreFunc(main, "run"), typ)

	c := testwasm.NewComponent()
	b := c.Instance(c.Component(callee))
	given := testwasm.Arg{Name: iface, Sort: testwasm.SortInstance, Index: c.Alias(b, testwasm.SortInstance, iface)}
	a := c.Instance(c.Component(caller), given)
	c.Export("run", testwasm.SortFunc, c.Alias(a, testwasm.SortFunc, "run"))

	edges := start(t, c).Edges()
	if len(edges) != 1 || edges[0].Function != iface+"#same" {
		t.Errorf("the calls between the components are %+v", edges)
	}
}

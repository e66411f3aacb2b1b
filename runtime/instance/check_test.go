package instance_test

import (
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/vm"
)

// This file links components whose types do not fit, sort by sort. Functions are in links_test.go.

// typed is a component that exports the instance "x" with a type t; fields are pairs of a name and a code.
func typed(def ...any) *testwasm.Component {
	c := testwasm.NewComponent()
	i := c.Export("t", testwasm.SortType, c.Define(def...))
	c.Export("x", testwasm.SortInstance, c.Inline(testwasm.Arg{Name: "t", Sort: testwasm.SortType, Index: i}))
	return c
}

// wantsType is a component that imports the instance "x" with a type t.
func wantsType(def ...any) *testwasm.Component {
	c, t := testwasm.NewComponent(), testwasm.NewInstanceType()
	t.Type("t", t.Define(def...))
	c.ImportInstance("x", t)
	return c
}

func TestTypesThatDoNotFit(t *testing.T) {
	const u8, u16 byte = 0x7d, 0x7b
	record := func(code byte) []any { return []any{byte(0x72), 1, "a", code} }
	resource := testwasm.NewComponent()
	r := resource.Export("t", testwasm.SortType, resource.Resource())
	resource.Export("x", testwasm.SortInstance, resource.Inline(testwasm.Arg{Name: "t", Sort: testwasm.SortType, Index: r}))
	wantsResource := testwasm.NewComponent()
	wantsResource.ImportInstance("x", testwasm.NewInstanceType().Resource("t"))
	empty := testwasm.NewComponent()
	empty.Export("x", testwasm.SortInstance, empty.Inline())

	for _, tt := range []struct {
		name      string
		want, has *testwasm.Component
		text      string // of the error; "" when it fits
	}{
		{"the same", wantsType(record(u8)...), typed(record(u8)...), ""},
		{"another record", wantsType(record(u8)...), typed(record(u16)...), "import x#t: the component expects\n    record{a: u8}\nand component \"has\" has\n    record{a: u16}"},
		{"nothing", wantsType(record(u8)...), empty, `import x#t: component "has" has no such type`},
		{"a resource type", wantsType(record(u8)...), resource, `import x#t: the component expects a type of values, and component "has" has another type`},
		{"a type of values", wantsResource, typed(record(u8)...), `import x#t: the component expects a resource type, and component "has" has another type`},
		{"a resource type for one", wantsResource, resource, ""},
	} {
		t.Run(tt.name, func(t *testing.T) { linkTwo(t, tt.want, tt.has, tt.text) })
	}
}

// linkTwo links a component to another one, which must fail as the text says, unless that is "".
func linkTwo(t *testing.T, want, has *testwasm.Component, text string) {
	t.Helper()
	v := newVM(t)
	i, err := compileAs(t, v, "wants", want).Instantiate(ctx, vm.Options{Links: []vm.Link{{Component: compileAs(t, v, "has", has)}}})
	switch {
	case text != "":
		wantError(t, err, text)
	case err != nil:
		t.Error(err)
	default:
		_ = i.Close(ctx)
	}
}

// TestOneResourceTypeUnderTwoNames wants two exports to be the same type.
func TestOneResourceTypeUnderTwoNames(t *testing.T) {
	has := func(same bool) *testwasm.Component {
		c := testwasm.NewComponent()
		one := c.Resource()
		two := one
		if !same {
			two = c.Resource()
		}
		c.Export("x", testwasm.SortInstance, c.Inline(
			testwasm.Arg{Name: "a", Sort: testwasm.SortType, Index: c.Export("a", testwasm.SortType, one)},
			testwasm.Arg{Name: "b", Sort: testwasm.SortType, Index: c.Export("b", testwasm.SortType, two)}))
		return c
	}
	want := testwasm.NewComponent()
	typ := testwasm.NewInstanceType().Resource("a")
	typ.Type("b", 0) // which is a
	want.ImportInstance("x", typ)
	linkTwo(t, want, has(true), "")
	linkTwo(t, want, has(false), "import x#b: the resource type is not the one that the component knows from another import")
}

// TestCoreModulesOfOthers instantiates a core module that comes from another file.
func TestCoreModulesOfOthers(t *testing.T) {
	has := testwasm.NewComponent()
	m := testwasm.NewModule()
	m.Func("f", "-> i32", "i32.const 42")
	has.Export("m", testwasm.SortCoreModule, has.CoreModule(m))

	wants := func(typ string) *testwasm.Component {
		c := testwasm.NewComponent()
		inst := c.CoreInstance(c.ImportCoreModule("m", "f", typ))
		result := "func()"
		if typ == "-> i32" {
			result = "func() -> u32"
		}
		c.ExportFunc("f", c.CoreFunc(inst, "f"), result)
		return c
	}
	v := newVM(t)
	i := instantiate(t, compileAs(t, v, "wants", wants("-> i32")), vm.Options{Links: []vm.Link{{Component: compileAs(t, v, "has", has)}}})
	wantCall(t, i, uint32(42), "f")
	linkTwo(t, wants("->"), has, `import m: what component "has" has does not fit: export "f": the core type () -> () is wanted, but () -> (i32) is given`)
}

// TestComponentsOfOthers instantiates a component that comes from another file.
func TestComponentsOfOthers(t *testing.T) {
	has := testwasm.NewComponent()
	has.Export("c", testwasm.SortComponent, has.Component(scalarGuest([4]string{"f", "-> i32", "i32.const 42", "func() -> u32"})))
	wants := func(typ string) *testwasm.Component {
		c := testwasm.NewComponent()
		inst := c.Instance(c.ImportComponent("c", "f", typ))
		c.Export("f", testwasm.SortFunc, c.Alias(inst, testwasm.SortFunc, "f"))
		return c
	}
	v := newVM(t)
	i := instantiate(t, compileAs(t, v, "wants", wants("func() -> u32")), vm.Options{Links: []vm.Link{{Component: compileAs(t, v, "has", has)}}})
	wantCall(t, i, uint32(42), "f")
	linkTwo(t, wants("func() -> u16"), has, `import c: what component "has" has does not fit: export "f", result: `)
}

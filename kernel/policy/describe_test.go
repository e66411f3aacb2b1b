package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/link"
)

// TestDescribe has a component with imports of all sorts. Such as have nothing but types need nobody.
func TestDescribe(t *testing.T) {
	c, m := testwasm.NewComponent(), testwasm.NewModule()
	types := testwasm.NewInstanceType()
	types.Type("level", types.ValueType("enum{low, high}"))
	c.ImportInstance("a:types/only@1.0.0", types)
	c.ImportInstance("a:calls/some@1.0.0", testwasm.NewInstanceType().Func("f", "func()"))
	resources := testwasm.NewInstanceType()
	resources.Resource("thing")
	c.ImportInstance("a:things/some@1.0.0", resources)
	c.ImportFunc("plain", "func()")
	m.Func("run", "-> i32", "i32.const 0")
	f := c.Lift(c.CoreFunc(c.Instantiated(m), "run"), "func() -> result")
	c.Export("wasi:cli/run@0.2.0", testwasm.SortInstance, c.Inline(testwasm.Arg{Name: "run", Sort: testwasm.SortFunc, Index: f}))
	decoded, err := component.Decode(c.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	got := policy.Describe(decoded)
	want := &policy.Component{
		Imports: []link.Name{{Name: "a:calls/some@1.0.0"}, {Name: "a:things/some@1.0.0"}, {Name: "plain"}},
		Exports: []link.Name{{Name: "wasi:cli/run@0.2.0"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !got.Program() || new(policy.Component).Program() {
		t.Errorf("it is a program: %t; a component without exports: %t", got.Program(), new(policy.Component).Program())
	}
}

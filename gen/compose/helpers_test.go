package compose_test

import (
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/compose"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/print"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/abi"
)

// world is the one world of a package.
func world(t testing.TB, wit string) *model.World {
	t.Helper()
	tree, err := resolve.Sources([]*diag.Source{diag.NewSource("w.wit", wit)}, nil, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := layout.Compute(tree); err != nil {
		t.Fatal(err)
	}
	return tree.Root.Worlds[0]
}

// guest is a component of a core module for the one world of a package.
func guest(t testing.TB, wit string, m *testwasm.Module) []byte {
	t.Helper()
	file, err := componentize.New(m.Bytes(), componentize.Options{World: world(t, wit)})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// idle is a component that has all that a world has, and whose functions return zeros.
func idle(t testing.TB, wit string) []byte {
	t.Helper()
	w, m := world(t, wit), testwasm.NewModule()
	for _, i := range w.Imports {
		switch {
		case i.Func != nil:
			m.ImportFunc("$root", i.Func.Name, signature(i.Func.Plan.Lowered))
		case i.Interface != nil:
			for _, f := range i.Interface.Funcs {
				m.ImportFunc(i.Key(), f.Name, signature(f.Plan.Lowered))
			}
		}
	}
	m.Allocator()
	m.Func("cabi_realloc", "i32 i32 i32 i32 -> i32", "i32.const 0")
	for _, i := range w.Exports {
		switch {
		case i.Func != nil:
			zeros(m, i.Func.Name, i.Func)
		case i.Interface != nil:
			for _, f := range i.Interface.Funcs {
				zeros(m, i.Key()+"#"+f.Name, f)
			}
		}
	}
	return guest(t, wit, m)
}

func zeros(m *testwasm.Module, name string, f *model.Func) {
	var code []string
	for _, r := range f.Plan.Lifted.Results {
		code = append(code, "i32.const 0 "+r.String()+".load 0")
	}
	m.Func(name, signature(f.Plan.Lifted), strings.Join(code, " "))
}

func signature(s abi.Signature) string { return words(s.Params) + " -> " + words(s.Results) }

func words(types []abi.CoreType) string {
	var list []string
	for _, t := range types {
		list = append(list, t.String())
	}
	return strings.Join(list, " ")
}

// dep is a component that answers all that it can.
func dep(name string, file []byte) compose.Part { return compose.Part{Name: name, Component: file} }

func mustLink(t testing.TB, app []byte, deps ...compose.Part) []byte {
	t.Helper()
	file, err := compose.Link(dep("app", app), deps...)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// text is the type of a component, as WIT.
func text(t testing.TB, file []byte) string {
	t.Helper()
	tree, err := binary.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	return print.Tree(tree)
}

package componentize_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/testutil"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/component"
)

// TestGolden shows what components are made of, feature by feature.
func TestGolden(t *testing.T) {
	for _, c := range []struct {
		name, wit string
		module    func(m *testwasm.Module) // nil: one that uses all of the world
	}{
		{"scalars", `package a:b; world w { import f: func(a: u32) -> u64; export g: func(x: f32); }`, nil},
		{"strings", `package a:b; interface i { f: func(s: string) -> string; n: func() -> u8; } world w { import i; export g: func() -> string; }`, nil},
		{"resources", `package a:b@1.0.0;
			interface i { resource r { constructor(); m: func(); } }
			interface j { use i.{r}; resource q { take: static func(r: borrow<r>) -> q; } }
			world w { import i; export j; }`, nil},
		{"types", `package a:b;
			interface i { enum e { x, y } record rec { a: e, b: list<u8> } type l = list<rec>; variant unused { z } f: func() -> l; }
			interface j { use i.{rec as other}; flags fl { p, q } g: func(o: option<other>, f: fl) -> tuple<fl, list<u8>>; }
			interface k { use j.{fl}; h: func(f: fl) -> result<fl, string>; }
			world w { use i.{e}; type mine = list<e>; import f: func() -> mine; export j; export k; export m: func(m: mine); }`, nil},
		{"initialize", `package a:b; world w { export g: func(); }`, func(m *testwasm.Module) {
			m.Func("g", "->", "")
			m.Func("_initialize", "->", "")
		}},
		{
			"newer-names", `package a:b@0.2.3; interface i { resource r; f: func(s: string); } world w { import i; export i; export g: func() -> string; }`,
			func(m *testwasm.Module) {
				m.ImportFunc("cm32p2|a:b/i@0.2", "f", "i32 i32 ->")
				m.ImportFunc("cm32p2|a:b/i@0.2", "r_drop", "i32 ->")
				m.ImportFunc("cm32p2|_ex_a:b/i@0.2", "r_new", "i32 -> i32")
				m.Memory("cm32p2_memory", 1)
				m.Func("cm32p2_realloc", "i32 i32 i32 i32 -> i32", "i32.const 0")
				m.Func("cm32p2|a:b/i@0.2|f", "i32 i32 ->", "")
				m.Func("cm32p2|a:b/i@0.2|r_dtor", "i32 ->", "")
				m.Func("cm32p2||g", "-> i32", "i32.const 0")
				m.Func("cm32p2||g_post", "i32 ->", "")
				m.Func("cm32p2_initialize", "->", "")
			},
		},
		{
			"only-used", `package a:b;
			interface i { resource r { m: func(); n: func(); } f: func() -> r; g: func(s: string); }
			interface j { use i.{r}; type t = u32; h: func(r: r) -> t; k: func(); }
			world w { import j; import top: func(); }`,
			func(m *testwasm.Module) { m.ImportFunc("a:b/j", "h", "i32 -> i32") },
		},
		{"async", `package a:b;
			interface i { f: async func(s: string) -> stream<string>; }
			interface j { resource r; g: async func(x: future<own<r>>) -> list<r>; }
			world w { import i; export j; }`, func(m *testwasm.Module) {
			m.ImportFunc("a:b/i", "[async-lower]f", "i32 i32 i32 -> i32")
			m.ImportFunc("a:b/i", "[async-lower][stream-read-0]f", "i32 i32 i32 -> i32")
			m.ImportFunc("[export]a:b/j", "[future-read-0]g", "i32 i32 -> i32")
			m.ImportFunc("[export]a:b/j", "[task-return]g", "i32 i32 ->")
			m.ImportFunc("$root", "[waitable-set-poll]", "i32 i32 -> i32")
			m.Memory("memory", 1)
			m.Func("cabi_realloc", "i32 i32 i32 i32 -> i32", "i32.const 0")
			m.Func("[async-lift]a:b/j#g", "i32 -> i32", "i32.const 0")
			m.Func("[callback][async-lift]a:b/j#g", "i32 i32 i32 -> i32", "i32.const 0")
		}},
		{"implements", `package a:b@1.0.0;
			interface i { resource r; f: func() -> r; }
			interface j { use i.{r}; g: func(r: r); }
			world w { import i; import one: i; export i; export two: i; export three: j; }`, nil},
		{"alike", `package a:b;
			interface i { record t { x: u8 } }
			interface j { record t { y: u8 } }
			interface k {
				use i.{t}; use j.{t as u};
				resource a { b-c: func(t: t); }
				resource a-b { c: func(u: u); }
			}
			world w { export k; }`, nil},
		{"imported-twice", `package a:b; world w { import f: func(s: string); }`, func(m *testwasm.Module) {
			m.ImportFunc("$root", "f", "i32 i32 ->")
			m.ImportFunc("$root", "f", "i32 i32 ->")
			m.Memory("memory", 1)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := only(t, c.wit)
			module := dummy
			if c.module != nil {
				m := testwasm.NewModule()
				c.module(m)
				module = func(*model.World) []byte { return m.Bytes() }
			}
			file, err := componentize.New(module(w), componentize.Options{World: w})
			if err != nil {
				t.Fatal(err)
			}
			testutil.Golden(t, filepath.Join("testdata", "golden", c.name+".txt"), []byte(describe(t, file)))
		})
	}
}

// TestGoldenAdapters does the same for adapters.
func TestGoldenAdapters(t *testing.T) {
	simple := testwasm.NewModule()
	simple.ImportFunc("$root", "n", "-> i32")
	simple.Func("put", "i32 i32 -> i32", "i32.const 0")
	for name, a := range map[string]componentize.Adapter{
		"adapter-own": ownMemory(), "adapter-foreign": foreign(true), "adapter-simple": {Name: "old", Module: simple.Bytes()},
	} {
		t.Run(name, func(t *testing.T) {
			a.World = only(t, adapterWIT)
			if name == "adapter-simple" {
				a.World = only(t, `package test:old; world adapter { import n: func() -> u32; }`)
			}
			file, err := componentize.New(oldProgram(nil), componentize.Options{Adapters: []componentize.Adapter{a}})
			if err != nil {
				t.Fatal(err)
			}
			testutil.Golden(t, filepath.Join("testdata", "golden", name+".txt"), []byte(describe(t, file)))
		})
	}
}

// describe lists the definitions of a component.
func describe(t testing.TB, file []byte) string {
	t.Helper()
	c, err := component.DecodeWith(file, component.AllFeatures)
	if err != nil {
		t.Fatal(err)
	}
	d := &describer{}
	d.component(c)
	return d.String()
}

// describer writes definitions, each with the index that it adds.
type describer struct {
	strings.Builder
	indent string
	next   map[component.Sort]int
}

func (d *describer) line(format string, args ...any) {
	fmt.Fprintf(d, d.indent+format+"\n", args...)
}

// index is the index that a definition adds, in words.
func (d *describer) index(s component.Sort) string {
	d.next[s]++
	return fmt.Sprintf("%s %d", s, d.next[s]-1)
}

func (d *describer) component(c *component.Component) {
	outer, indent := d.next, d.indent
	d.next = map[component.Sort]int{}
	for _, def := range c.Defs {
		d.def(def)
	}
	d.next, d.indent = outer, indent
}

func (d *describer) def(def component.Def) {
	switch x := def.(type) {
	case *component.Component:
		d.line("%s:", d.index(component.SortComponent))
		outer := d.indent
		d.indent += "    "
		d.component(x)
		d.indent = outer
	case *component.CoreModule:
		d.module(x)
	case *component.CoreInstantiate:
		line := fmt.Sprintf("%s: instantiate core module %d", d.index(component.SortCoreInstance), x.Module)
		for _, a := range x.Args {
			line += fmt.Sprintf(", %q is %d", a.Name, a.Instance)
		}
		d.line("%s", line)
	case *component.CoreInlineExports:
		line := d.index(component.SortCoreInstance) + ":"
		for _, e := range x.Exports {
			line += fmt.Sprintf(" %q is %s %d", e.Name, e.Sort, e.Index)
		}
		d.line("%s", line)
	case *component.AliasCoreExport:
		d.line("%s: export %q of core instance %d", d.index(x.Sort), x.Name, x.Instance)
	case *component.AliasExport:
		d.line("%s: export %q of instance %d", d.index(x.Sort), x.Name, x.Instance)
	case *component.TypeDef:
		d.line("%s: %s", d.index(component.SortType), shapeText(x.Type))
	case *component.Lower:
		d.line("%s: lower func %d%s", d.index(component.SortCoreFunc), x.Func, options(x.Options))
	case *component.Lift:
		d.line("%s: lift core func %d as type %d%s", d.index(component.SortFunc), x.CoreFunc, x.TypeIndex, options(x.Options))
	case *component.Builtin:
		d.line("%s: %s of type %d%s", d.index(component.SortCoreFunc), x.Op, x.TypeIndex, options(x.Options))
	case *component.Import:
		d.line("%s: import %q %s", d.index(x.Type.Sort), x.Name, externText(x.Type))
	case *component.Export:
		d.line("%s: export %q is %s %d %s", d.index(x.Sort), x.Name, x.Sort, x.Index, externText(x.Type))
	case *component.Instantiate:
		line := fmt.Sprintf("%s: instantiate component %d", d.index(component.SortInstance), x.Component)
		for _, a := range x.Args {
			line += fmt.Sprintf(", %q is %s %d", a.Name, a.Sort, a.Index)
		}
		d.line("%s", line)
	case *component.InlineExports:
		line := d.index(component.SortInstance) + ":"
		for _, e := range x.Exports {
			line += fmt.Sprintf(" %q is %s %d", e.Name, e.Sort, e.Index)
		}
		d.line("%s", line)
	default:
		d.line("%T", def)
	}
}

func (d *describer) module(m *component.CoreModule) {
	d.line("%s:", d.index(component.SortCoreModule))
	for _, i := range m.Type.Imports {
		d.line("    import %q %q %s %s", i.Module, i.Name, i.Sort, coreText(i.CoreExternType))
	}
	for _, x := range m.Type.Exports {
		d.line("    export %q %s %s", x.Name, x.Sort, coreText(x.CoreExternType))
	}
}

func coreText(t component.CoreExternType) string {
	if t.Func != nil {
		return t.Func.String()
	}
	return ""
}

func options(o component.Options) string {
	text := ""
	for _, x := range []struct {
		set   bool
		name  string
		index uint32
	}{
		{o.HasMemory, "memory", o.Memory},
		{o.HasRealloc, "realloc", o.Realloc},
		{o.HasPostReturn, "post-return", o.PostReturn},
		{o.HasCallback, "callback", o.Callback},
	} {
		if x.set {
			text += fmt.Sprintf(" (%s %d)", x.name, x.index)
		}
	}
	if o.Async {
		text += " async"
	}
	return text
}

func externText(t component.ExternType) string {
	if t.Type == nil {
		return ""
	}
	return shapeText(t.Type)
}

// shapeText is a type by what it is made of.
func shapeText(t component.Type) string {
	switch t := t.(type) {
	case nil:
		return "_"
	case component.Primitive:
		return t.String()
	case *component.FuncType:
		return strings.TrimPrefix(fields("func", t.Params), "func") + " -> " + shapeText(t.Result)
	case *component.InstanceType:
		return "instance" + externsText(t.Exports)
	case *component.Resource:
		if t.HasDtor {
			return fmt.Sprintf("resource %s with dtor %d", t.Name, t.Dtor)
		}
		return "resource " + t.Name
	case *component.Record:
		return fields("record", t.Fields)
	case *component.Enum:
		return "enum" + fmt.Sprint(t.Labels)
	case *component.Flags:
		return "flags" + fmt.Sprint(t.Labels)
	case *component.Variant:
		var cases []string
		for _, c := range t.Cases {
			cases = append(cases, c.Label+": "+shapeText(c.Type))
		}
		return "variant(" + strings.Join(cases, ", ") + ")"
	case *component.Own:
		return "own<" + t.Resource.Name + ">"
	case *component.Borrow:
		return "borrow<" + t.Resource.Name + ">"
	}
	return compoundText(t)
}

func compoundText(t component.Type) string {
	switch t := t.(type) {
	case *component.List:
		return "list<" + shapeText(t.Elem) + ">"
	case *component.Option:
		return "option<" + shapeText(t.Some) + ">"
	case *component.Stream:
		return "stream<" + shapeText(t.Elem) + ">"
	case *component.Future:
		return "future<" + shapeText(t.Elem) + ">"
	case *component.Result:
		return "result<" + shapeText(t.OK) + ", " + shapeText(t.Err) + ">"
	case *component.Tuple:
		var parts []string
		for _, p := range t.Types {
			parts = append(parts, shapeText(p))
		}
		return "tuple<" + strings.Join(parts, ", ") + ">"
	}
	return fmt.Sprintf("%T", t)
}

func fields(what string, list []component.Field) string {
	var parts []string
	for _, f := range list {
		parts = append(parts, f.Label+": "+shapeText(f.Type))
	}
	return what + "(" + strings.Join(parts, ", ") + ")"
}

func externsText(list []component.Extern) string {
	var parts []string
	for _, x := range list {
		parts = append(parts, x.Name+": "+externText(x.Type))
	}
	return "{" + strings.Join(parts, "; ") + "}"
}

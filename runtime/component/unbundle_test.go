package component_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/corpus"
	. "github.com/witan-os/witan/runtime/component"
)

// bundle is a component with modules everywhere that they can be referred to.
func bundle() []byte {
	small := module()
	inner := NewWriter()
	inner.CoreInstantiate(inner.AliasOuter(SortCoreModule, 1, 0))
	innermost := NewWriter()
	innermost.CoreInstantiate(innermost.AliasOuter(SortCoreModule, 2, 1))
	innermost.CoreModule(libcModule())
	inner.Component(innermost.Bytes())
	inner.CoreModule(module(custom("another")))

	w := NewWriter()
	w.CoreModule(small)
	libc := w.CoreModule(libcModule())
	w.CoreInstantiate(libc)
	w.CoreInstantiate(0)
	w.Component(inner.Bytes())
	w.InlineExports(InlineExport{plain("m"), SortCoreModule, libc}, InlineExport{plain("n"), SortCoreModule, 0})
	w.Export(plain("libc"), SortCoreModule, libc)
	w.CoreInstantiate(2)
	taker := NewWriter()
	empty := taker.CoreModuleType(&CoreModuleType{})
	taker.Import(plain("m"), ModuleDesc(empty))
	w.Instantiate(w.Component(taker.Bytes()), Arg{"m", SortCoreModule, libc})
	w.Name(SortCoreModule, 0, "small")
	w.Custom("kept", nil)
	return w.Bytes()
}

func TestUnbundle(t *testing.T) {
	data := bundle()
	got, err := Unbundle(data, len(module())+1)
	if err != nil {
		t.Fatal(err)
	}
	another := module(custom("another"))
	if len(got.Modules) != 2 || !bytes.Equal(got.Modules[0].Bytes, libcModule()) || !bytes.Equal(got.Modules[1].Bytes, another) {
		t.Fatalf("%d modules: %+v", len(got.Modules), got.Modules)
	}
	c, err := Decode(got.Component)
	if err != nil {
		t.Fatal(err)
	}
	const libc = `{}{"nothing": func () -> (), "take": func (i32) -> (), "give": func () -> (i32), "realloc": func (i32 i32 i32 i32) -> (i32), "memory": memory 1.. pages of 2^16}`
	want := `core type module ` + libc + `
import "unbundled-module0": core module ` + libc + `
core type module {}{}
import "unbundled-module1": core module {}{}
core module {}{}
alias core module outer 0 0
core instantiate 3 with []
core instantiate 2 with []
component component{}{}
  alias core module outer 1 2
  core instantiate 0 with []
  component component{}{}
    alias core module outer 2 3
    core instantiate 0 with []
    alias core module outer 2 0
  alias core module outer 1 1
instance of instance{"m": core module ` + libc + `, "n": core module {}{}}
export "libc": core module 3 as core module ` + libc + `
core instantiate 4 with []
component component{"m": core module {}{}}{}
  core type module {}{}
  import "m": core module {}{}
instantiate 1 with [{m core module 3}]: instance{}
custom "kept" 
`
	if have := show(c); have != want {
		t.Errorf("got\n%s\nwant\n%s", have, want)
	}
	inline, ok := c.Defs[9].(*InlineExports)
	if !ok || inline.Exports[0].Index != 3 || inline.Exports[1].Index != 2 {
		t.Errorf("the exports are %+v", c.Defs[9])
	}
}

// TestUnbundleNothing checks that a component is left alone if none of its modules is large.
func TestUnbundleNothing(t *testing.T) {
	data := bundle()
	got, err := Unbundle(data, 1<<20)
	if err != nil || len(got.Modules) != 0 || !bytes.Equal(got.Component, data) {
		t.Errorf("%d modules, %v", len(got.Modules), err)
	}
}

func TestUnbundleRefuses(t *testing.T) {
	withType, taken := NewWriter(), NewWriter()
	withType.CoreFuncType(&CoreFuncType{})
	withType.CoreModule(module())
	taken.Import(plain("unbundled-module0"), FuncDesc(taken.Func(nil, TypeRef{})))
	taken.CoreModule(module())
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"no component":    {module(), "this is a core module"},
		"core types":      {withType.Bytes(), "offset 0xb: the component defines core types"},
		"names are taken": {taken.Bytes(), `the import names "unbundled-module0" and "unbundled-module0" are too alike`},
	} {
		if _, err := Unbundle(c.data, 0); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// TestUnbundleRealPrograms takes the modules out of programs: what they import and export stays as it is.
func TestUnbundleRealPrograms(t *testing.T) {
	for _, p := range corpus.Programs(t) {
		t.Run(p.Name, func(t *testing.T) {
			data, err := os.ReadFile(p.Path())
			if err != nil {
				t.Fatal(err)
			}
			got, err := Unbundle(data, 10<<10)
			if err != nil {
				t.Fatal(err)
			}
			size := len(got.Component)
			for _, m := range got.Modules {
				size += len(m.Bytes)
				if _, err := DecodeModule(m.Bytes, Released); err != nil {
					t.Errorf("%s: %v", m.Name, err)
				}
			}
			if len(got.Modules) == 0 || size < len(data)*9/10 {
				t.Errorf("%d modules; %d bytes of %d", len(got.Modules), size, len(data))
			}
			before, err := Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			after, err := Decode(got.Component)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(got.Modules); len(after.Type.Imports) != len(before.Type.Imports)+n || len(after.Type.Exports) != len(before.Type.Exports) {
				t.Errorf("it has %d imports and %d exports, and had %d and %d",
					len(after.Type.Imports), len(after.Type.Exports), len(before.Type.Imports), len(before.Type.Exports))
			}
		})
	}
}

// FuzzUnbundle takes the modules out of whatever decodes. What is left has none, or the error says why it must keep them.
func FuzzUnbundle(f *testing.F) {
	f.Add(bundle())
	for _, c := range constructs {
		f.Add(c.wasm)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := DecodeWith(data, AllFeatures); err != nil {
			return // what is refused is for FuzzDecode
		}
		got, err := Unbundle(data, 0)
		if err != nil {
			if !mustKeep.MatchString(err.Error()) {
				t.Fatal(err)
			}
			return
		}
		c, err := DecodeWith(got.Component, AllFeatures)
		if err != nil {
			t.Fatal(err)
		}
		if n := modulesIn(c); n > 0 {
			t.Fatalf("%d modules were left", n)
		}
	})
}

// mustKeep matches why a component cannot do without its modules: they are of types that nothing can be declared with,
// too large for a declaration, or imports have the names already.
var mustKeep = regexp.MustCompile(`defines core types|by hand|too alike|more than|limit`)

func modulesIn(c *Component) (n int) {
	for _, d := range c.Defs {
		switch d := d.(type) {
		case *CoreModule:
			n++
		case *Component:
			n += modulesIn(d)
		}
	}
	return n
}

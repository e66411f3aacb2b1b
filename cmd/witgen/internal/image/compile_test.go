package image

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

const sizeType = "func(s: string) -> u32"

// options are those of functions that have texts in a module's memory.
func options(c *testwasm.Component, instance int) []testwasm.Option {
	return []testwasm.Option{
		testwasm.WithMemory(c.Core(instance, testwasm.Memory, "memory")), testwasm.WithRealloc(c.CoreFunc(instance, "realloc")),
	}
}

// sizer exports an interface that tells the size of a text.
func sizer(exports string) []byte {
	c, m := testwasm.NewComponent(), testwasm.NewModule()
	m.Allocator()
	m.Func("size", "i32 i32 -> i32", "local.get 1")
	i := c.Instantiated(m)
	f := c.Lift(c.CoreFunc(i, "size"), sizeType, options(c, i)...)
	c.Export(exports, testwasm.SortInstance, c.Inline(testwasm.Arg{Name: "size", Sort: testwasm.SortFunc, Index: f}))
	return c.Bytes()
}

// asker asks each of some interfaces for the size of a text of so many bytes, and exports the sum as "ask".
func asker(bytes int, imports ...string) []byte {
	c := testwasm.NewComponent()
	libc := testwasm.NewModule()
	libc.Allocator()
	m := testwasm.NewModule()
	lib := c.Instantiated(libc)
	given := []testwasm.CoreArg{{Name: "lib", Instance: lib}}
	code := "i32.const 0"
	for _, name := range imports {
		from := c.ImportInstance(name, testwasm.NewInstanceType().Func("size", sizeType))
		lowered := c.Lower(c.Alias(from, testwasm.SortFunc, "size"), options(c, lib)...)
		given = append(given, testwasm.CoreArg{Name: name, Instance: c.CoreInline(testwasm.CoreExport{Name: "size", Index: lowered})})
		code += fmt.Sprintf(" i32.const 16 i32.const %d call %d i32.add", bytes, m.ImportFunc(name, "size", "i32 i32 -> i32"))
	}
	m.ImportMemory("lib", "memory", 1)
	m.Func("ask", "-> i32", code)
	i := c.Instantiated(m, given...)
	c.ExportFunc("ask", c.CoreFunc(i, "ask"), "func() -> u32")
	return c.Bytes()
}

const linked = `
[[component]]
name = "base"
file = "base.wasm"
[[component]]
name = "private"
file = "private.wasm"
[[component]]
name = "asker"
file = "asker.wasm"
[[process]]
name = "asker"
[process.imports]
"acme:base" = "fused:base"
"acme:private" = "component:private"
[[process]]
name = "base"
`

// system writes the components and the manifest of a system into a directory.
func system(t *testing.T, text string) (dir string, m *manifest.Manifest) {
	t.Helper()
	dir = t.TempDir()
	for name, wasm := range map[string][]byte{
		"base.wasm": sizer("acme:base/text@1.0.0"), "private.wasm": sizer("acme:private/text@1.0.0"),
		"asker.wasm": asker(5, "acme:base/text@1.0.0", "acme:private/text@1.0.0"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), wasm, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	m, err := manifest.Parse(manifest.Name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return dir, m
}

// TestRehearsal compiles a system, and then links it with nothing but what has been compiled.
func TestRehearsal(t *testing.T) {
	dir, m := system(t, linked)
	o := Options{
		Progress: func(format string, args ...any) {
			if text := fmt.Sprintf(format, args...); !strings.HasPrefix(text, "compiling ") {
				t.Error(text)
			}
		},
		Warn: func(list diag.List) { t.Error(list) },
	}
	parts, err := o.parts(t.Context(), m, dir)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := o.plan(m, parts)
	if err != nil {
		t.Fatal(err)
	}
	cache := filepath.Join(dir, "cache")
	if err := o.compile(t.Context(), parts, plan, cache); err != nil {
		t.Fatal(err)
	}

	before := cached(t, cache)
	v, err := vm.New(t.Context(), vm.Config{CacheDir: cache})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close(t.Context())
	team := v.NewTeam(1)
	defer team.Close(t.Context())
	instances := map[string]*vm.Instance{}
	for _, name := range []string{"base", "private", "asker"} {
		var wasm []byte
		for _, p := range parts {
			if p.name == name {
				wasm = p.wasm
			}
		}
		c, err := v.Compile(t.Context(), name, wasm)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(t.Context())
		options := vm.Options{Store: team}
		if name == "asker" {
			options.Links = []vm.Link{{Name: "acme:base", Instance: instances["base"]}, {Name: "acme:private", Instance: instances["private"]}}
		}
		if instances[name], err = c.Instantiate(t.Context(), options); err != nil {
			t.Fatal(err)
		}
	}
	if sum, err := instances["asker"].Call(t.Context(), "", "ask"); err != nil || sum != value.Value(uint32(10)) {
		t.Errorf("the sizes are %v, %v", sum, err)
	}
	if diff := cmp.Diff(before, cached(t, cache)); diff != "" {
		t.Errorf("more had to be compiled (-compiled before +after):\n%s", diff)
	}
}

// cached are the files in a cache of machine code, each of which is named by what it was compiled from.
func cached(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			names = append(names, d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestNotWhole has a component that can't be instantiated: the others are compiled nevertheless.
func TestNotWhole(t *testing.T) {
	dir, m := system(t, "[[component]]\nname='base'\nfile='base.wasm'\n[[process]]\nname='base'\n")
	c, code := testwasm.NewComponent(), testwasm.NewModule()
	code.Start(code.Func("f", "->", "unreachable"))
	c.Instantiated(code)
	if err := os.WriteFile(filepath.Join(dir, "base.wasm"), c.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	var said []string
	o := Options{Progress: func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }, Warn: func(diag.List) {}}
	parts, err := o.parts(t.Context(), m, dir)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := o.plan(m, parts)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.compile(t.Context(), parts, plan, filepath.Join(dir, "cache")); err != nil {
		t.Fatal(err)
	}
	if len(said) != 2 || !strings.HasPrefix(said[1], "base is not compiled whole, the boot does the rest: ") {
		t.Errorf("said %q", said)
	}
}

package vm_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/vm"
)

// greeted is a component with an asker and a greeter inside.
func greeted() *testwasm.Component {
	c := testwasm.NewComponent()
	one := c.Instance(c.Component(greeter()))
	greet := testwasm.Arg{
		Name: "demo:greet/greet@1.0.0", Sort: testwasm.SortInstance,
		Index: c.Alias(one, testwasm.SortInstance, "demo:greet/greet@1.2.0"),
	}
	two := c.Instance(c.Component(asker()), greet)
	c.Export("hello", testwasm.SortFunc, c.Alias(two, testwasm.SortFunc, "hello"))
	return c
}

// TestRehearse compiles a component with its adapters into a cache, and expects instances of it to add nothing.
func TestRehearse(t *testing.T) {
	config := vm.Config{CacheDir: t.TempDir()}
	files := func() (names []string) {
		entries, err := os.ReadDir(config.CacheDir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
			if e.IsDir() {
				within, err := os.ReadDir(config.CacheDir + "/" + e.Name())
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range within {
					names = append(names, f.Name())
				}
			}
		}
		return names
	}
	compile := func(use func(*vm.Component)) {
		v, err := vm.New(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close(t.Context())
		c, err := v.Compile(t.Context(), "greeted", greeted().Bytes())
		if err != nil {
			t.Fatal(err)
		}
		use(c)
	}

	var compiled []string
	compile(func(c *vm.Component) {
		compiled = files()
		edges, err := c.Rehearse(t.Context())
		if err != nil || len(edges) != 1 || !strings.HasSuffix(edges[0].Function, "hello") {
			t.Fatalf("edges %+v, %v", edges, err)
		}
	})
	rehearsed := files()
	if len(rehearsed) <= len(compiled) {
		t.Errorf("the rehearsal left nothing in the cache: before %q, after %q", compiled, rehearsed)
	}
	compile(func(c *vm.Component) {
		i, err := c.Instantiate(t.Context(), vm.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := i.Call(t.Context(), "", "hello", "Ada"); err != nil || got != "Ada" {
			t.Errorf("hello = %v, %v", got, err)
		}
	})
	if after := files(); !slices.Equal(after, rehearsed) {
		t.Errorf("an instance was compiled for: before %q, after %q", rehearsed, after)
	}
}

// TestRehearseWithoutHost rehearses components that import functions and resources.
func TestRehearseWithoutHost(t *testing.T) {
	v := newVM(t)
	for name, guest := range map[string]*testwasm.Component{"shelf": shelfGuest(), "asker": asker()} {
		c, err := v.Compile(t.Context(), name, guest.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if edges, err := c.Rehearse(t.Context()); err != nil || len(edges) != 0 {
			t.Errorf("%s: edges %v, %v", name, edges, err)
		}
	}
}

// TestRehearseStart rehearses a component whose start function calls its host.
func TestRehearseStart(t *testing.T) {
	c := testwasm.NewComponent()
	f := c.CoreInline(testwasm.CoreExport{Name: "f", Index: c.Lower(c.ImportFunc("tell", "func()"))})
	m := testwasm.NewModule()
	m.ImportFunc("host", "f", "->")
	m.Start(m.Func("", "->", "call 0"))
	c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: f})
	compiled, err := newVM(t).Compile(t.Context(), "starter", c.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := compiled.Rehearse(t.Context()); err == nil || !strings.Contains(err.Error(), "tell: imports can't be called") {
		t.Errorf("the error is %v", err)
	}
}

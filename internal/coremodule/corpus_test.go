package coremodule_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/witan-os/witan/internal/coremodule"
	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/runtime/component"
)

// coreModules returns the core modules of a component and of those in it.
func coreModules(c *component.Component) (list [][]byte) {
	for _, d := range c.Defs {
		switch d := d.(type) {
		case *component.CoreModule:
			list = append(list, d.Bytes)
		case *component.Component:
			list = append(list, coreModules(d)...)
		}
	}
	return list
}

// large is the size from which a shaken module is not compiled, which would take minutes for all, and of which only some exports
// are kept.
const large = 600 << 10

// TestRealModules shakes the modules of real programs: with all exports kept, with some and with none.
func TestRealModules(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(corpus.Dir(t), "real", "*.wasm"))
	if err != nil || len(paths) < 16 {
		t.Fatalf("the corpus has %d components (%v)", len(paths), err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			wasm, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			c, err := component.Decode(wasm)
			if err != nil {
				t.Fatal(err)
			}
			for _, module := range coreModules(c) {
				checkReal(t, module)
			}
		})
	}
}

func checkReal(t *testing.T, module []byte) {
	m, err := coremodule.Read(module)
	if err != nil {
		t.Fatal(err)
	}
	var all, some []string
	for i, x := range m.Exports {
		all = append(all, x.Name)
		if i%3 == 0 {
			some = append(some, x.Name)
		}
	}
	keeps := [][]string{some, nil, all}
	if len(module) > large {
		keeps = keeps[:2]
	}
	for _, keep := range keeps {
		shaken, s := shake(t, module, keep...)
		if len(shaken) > len(module) {
			t.Errorf("%d bytes become %d", len(module), len(shaken))
		}
		checkExports(t, m, s, keep)
		for _, i := range s.Imports {
			if !slices.ContainsFunc(m.Imports, func(o coremodule.Import) bool { return o.Module == i.Module && o.Name == i.Name && o.Space == i.Space }) {
				t.Errorf("the import %s %s is new", i.Module, i.Name)
			}
		}
		if len(shaken) <= large {
			valid(t, shaken)
		}
	}
}

// checkExports compares what the exports are that stay.
func checkExports(t *testing.T, whole, part *coremodule.Module, keep []string) {
	before := map[string]coremodule.Export{}
	for _, x := range whole.Exports {
		before[x.Name] = x
	}
	if len(part.Exports) != len(keep) {
		t.Errorf("%d exports stay of %d", len(part.Exports), len(keep))
	}
	for _, x := range part.Exports {
		was := before[x.Name]
		if was.Space != x.Space {
			t.Errorf("export %q is a %s, and was a %s", x.Name, x.Space, was.Space)
		}
		if x.Space == coremodule.Func && !reflect.DeepEqual(part.FuncType(x.Index), whole.FuncType(was.Index)) {
			t.Errorf("export %q is of type %v, and was of %v", x.Name, part.FuncType(x.Index), whole.FuncType(was.Index))
		}
	}
}

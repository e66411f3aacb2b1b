package wit_test

// The documentation in this directory is what users of the generated code read, so
// nothing may go without it.

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
)

// load resolves a directory with everything that is behind gates.
func load(t *testing.T, dir string) *model.Tree {
	t.Helper()
	tr, err := resolve.Load(dir, resolve.Options{AllFeatures: true})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// eachDocs calls visit for everything in tr that can carry documentation, with its path:
// packages, interfaces, worlds, functions, types and the members of types. Names that a
// `use` brings in are documented where they are declared, and left out.
func eachDocs(tr *model.Tree, visit func(path string, docs *string)) {
	for _, p := range tr.Packages {
		visit(p.ID(), &p.Docs)
		for _, i := range p.Interfaces {
			eachScopeDocs(p.ID()+" "+i.Name, &i.Scope, i.Funcs, visit)
		}
		for _, w := range p.Worlds {
			eachScopeDocs(p.ID()+" "+w.Name, &w.Scope, append(model.Funcs(w.Imports), model.Funcs(w.Exports)...), visit)
		}
	}
}

func eachScopeDocs(path string, s *model.Scope, funcs []*model.Func, visit func(string, *string)) {
	visit(path, &s.Docs)
	for _, f := range funcs {
		visit(path+"."+f.Name, &f.Docs)
	}
	for _, d := range s.Types {
		if !d.Used() {
			eachTypeDocs(path+"."+d.Name, d, visit)
		}
	}
}

func eachTypeDocs(path string, d *model.TypeDef, visit func(string, *string)) {
	visit(path, &d.Docs)
	if d.Type == nil || d.Type.Def != d {
		return
	}
	for i := range d.Type.Fields {
		visit(path+"."+d.Type.Fields[i].Name, &d.Type.Fields[i].Docs)
	}
	for i := range d.Type.Cases {
		visit(path+"."+d.Type.Cases[i].Name, &d.Type.Cases[i].Docs)
	}
	for i := range d.Type.Labels {
		visit(path+"."+d.Type.Labels[i].Name, &d.Type.Labels[i].Docs)
	}
}

// undocumented returns the paths of everything in tr without documentation.
func undocumented(tr *model.Tree) []string {
	var paths []string
	eachDocs(tr, func(path string, docs *string) {
		if strings.TrimSpace(*docs) == "" {
			paths = append(paths, path)
		}
	})
	return paths
}

func TestTreeLoads(t *testing.T) {
	tr := load(t, ".")
	var got []string
	for _, p := range tr.Packages {
		got = append(got, fmt.Sprintf("%s: %d interfaces, %d worlds", p.ID(), len(p.Interfaces), len(p.Worlds)))
	}
	slices.Sort(got)
	want := []string{
		"wasi:cli@0.2.12: 11 interfaces, 2 worlds",
		"wasi:cli@0.3.0: 12 interfaces, 2 worlds",
		"wasi:clocks@0.2.12: 3 interfaces, 1 worlds",
		"wasi:clocks@0.3.0: 4 interfaces, 1 worlds",
		"wasi:filesystem@0.2.12: 2 interfaces, 1 worlds",
		"wasi:filesystem@0.3.0: 2 interfaces, 1 worlds",
		"wasi:http@0.2.12: 3 interfaces, 2 worlds",
		"wasi:http@0.3.0: 3 interfaces, 2 worlds",
		"wasi:io@0.2.12: 3 interfaces, 1 worlds",
		"wasi:random@0.2.12: 3 interfaces, 1 worlds",
		"wasi:random@0.3.0: 3 interfaces, 1 worlds",
		"wasi:sockets@0.2.12: 7 interfaces, 1 worlds",
		"wasi:sockets@0.3.0: 2 interfaces, 1 worlds",
		"witan:kernel@0.1.0: 14 interfaces, 1 worlds",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
	for _, path := range undocumented(tr) {
		t.Errorf("no documentation: %s", path)
	}
}

func TestUndocumentedIsNoticed(t *testing.T) {
	src := tree{"example/a.wit": `
/// Documented.
package test:example;
/// Documented.
interface a {
  enum e { x, /// Documented.
    y }
  record r { /// Documented.
    f: u8, g: u8 }
  flags fl { /// Documented.
    p, q }
  variant v { /// Documented.
    m, n }
  resource res { constructor(); /// Documented.
    get: func(); }
  /// Documented.
  type alias = e;
  f: func();
}
interface b { use a.{e}; }
world w { import g: func(); type t = u8; }
`}
	const pkg = "test:example "
	want := []string{
		"test:root",
		pkg + "a.e", pkg + "a.e.x",
		pkg + "a.r", pkg + "a.r.g",
		pkg + "a.fl", pkg + "a.fl.q",
		pkg + "a.v", pkg + "a.v.n",
		pkg + "a.res", pkg + "a.[constructor]res",
		pkg + "a.f",
		pkg + "b",
		pkg + "w", pkg + "w.g", pkg + "w.t",
	}
	got := undocumented(load(t, src.write(t)))
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("undocumented (-want +got):\n%s", diff)
	}
}

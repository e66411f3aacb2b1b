package wit_test

// The documentation in this directory is what users of the generated code read, so
// nothing may go without it.

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	witlib "go.bytecodealliance.org/wit"
)

// eachDocs calls visit for everything in r that can carry documentation, with its path:
// packages, interfaces, worlds, functions, types and the members of types. Names that a
// `use` brings in are documented where they are declared, and left out.
func eachDocs(r *witlib.Resolve, visit func(path string, d *witlib.Docs)) {
	for _, p := range r.Packages {
		pkg := p.Name.String()
		visit(pkg, &p.Docs)
		for name, i := range p.Interfaces.All() {
			visit(pkg+" "+name, &i.Docs)
			for _, f := range i.Functions.All() {
				visit(pkg+" "+name+"."+f.Name, &f.Docs)
			}
			for _, td := range i.TypeDefs.All() {
				eachTypeDocs(pkg+" "+name+"."+td.TypeName(), td, visit)
			}
		}
		for name, w := range p.Worlds.All() {
			visit(pkg+" "+name, &w.Docs)
			for f := range w.AllFunctions() {
				visit(pkg+" "+name+"."+f.Name, &f.Docs)
			}
			for _, td := range w.AllTypeDefs() {
				eachTypeDocs(pkg+" "+name+"."+td.TypeName(), td, visit)
			}
		}
	}
}

func eachTypeDocs(path string, td *witlib.TypeDef, visit func(string, *witlib.Docs)) {
	if from, ok := td.Kind.(*witlib.TypeDef); ok && from.Owner != td.Owner {
		return
	}
	visit(path, &td.Docs)
	switch kind := td.Kind.(type) {
	case *witlib.Record:
		for i := range kind.Fields {
			visit(path+"."+kind.Fields[i].Name, &kind.Fields[i].Docs)
		}
	case *witlib.Variant:
		for i := range kind.Cases {
			visit(path+"."+kind.Cases[i].Name, &kind.Cases[i].Docs)
		}
	case *witlib.Enum:
		for i := range kind.Cases {
			visit(path+"."+kind.Cases[i].Name, &kind.Cases[i].Docs)
		}
	case *witlib.Flags:
		for i := range kind.Flags {
			visit(path+"."+kind.Flags[i].Name, &kind.Flags[i].Docs)
		}
	}
}

// undocumented returns the paths of everything in r without documentation.
func undocumented(r *witlib.Resolve) []string {
	var paths []string
	eachDocs(r, func(path string, d *witlib.Docs) {
		if strings.TrimSpace(d.Contents) == "" {
			paths = append(paths, path)
		}
	})
	return paths
}

func TestTreeLoads(t *testing.T) {
	r, err := witlib.LoadWIT(".")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range r.Packages {
		got = append(got, fmt.Sprintf("%s: %d interfaces, %d worlds", p.Name.String(), p.Interfaces.Len(), p.Worlds.Len()))
	}
	slices.Sort(got)
	want := []string{
		"wasi:cli@0.2.12: 11 interfaces, 2 worlds",
		"wasi:clocks@0.2.12: 3 interfaces, 1 worlds",
		"wasi:filesystem@0.2.12: 2 interfaces, 1 worlds",
		"wasi:http@0.2.12: 3 interfaces, 2 worlds",
		"wasi:io@0.2.12: 3 interfaces, 1 worlds",
		"wasi:random@0.2.12: 3 interfaces, 1 worlds",
		"wasi:sockets@0.2.12: 7 interfaces, 1 worlds",
		"witan:kernel@0.1.0: 2 interfaces, 1 worlds",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
	for _, path := range undocumented(r) {
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
	r, err := witlib.LoadWIT(src.write(t))
	if err != nil {
		t.Fatal(err)
	}
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
	got := undocumented(r)
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("undocumented (-want +got):\n%s", diff)
	}
}

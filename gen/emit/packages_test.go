package emit

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
)

// treeOf resolves WIT packages, of which the first is the root.
func treeOf(t *testing.T, packages ...string) *model.Tree {
	t.Helper()
	var sources [][]*diag.Source
	for i, text := range packages {
		sources = append(sources, []*diag.Source{diag.NewSource(string(rune('a'+i))+".wit", text)})
	}
	tree, err := resolve.Sources(sources[0], sources[1:], resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestWith(t *testing.T) {
	tree := treeOf(t, `
		package demo:app@1.0.0;
		interface i { use wasi:io/streams@0.2.1.{s}; use wasi:io/poll@0.2.1.{p}; use acme:kv/store.{k}; f: func(s: s, p: p, k: k); }
		world w { import i; }
	`, `
		package wasi:io@0.2.1;
		interface streams { type s = u8; }
		interface poll { type p = u8; }
	`, "package acme:kv; interface store { type k = u8; }")
	for _, tt := range []struct {
		name string
		with map[string]string
		want []External
	}{
		{"nothing", nil, nil},
		{"a namespace", map[string]string{"wasi": "x.org/wasi"}, []External{
			{"wasi:io/streams@0.2.1", "wasi:io/streams", "x.org/wasi/io/v0.2/streams"},
			{"wasi:io/poll@0.2.1", "wasi:io/poll", "x.org/wasi/io/v0.2/poll"},
		}},
		{"a package", map[string]string{"acme:kv": "x.org/kv"}, []External{{"acme:kv/store", "acme:kv/store", "x.org/kv/store"}}},
		{"an interface", map[string]string{"wasi:io/poll": "x.org/polling"}, []External{
			{"wasi:io/poll@0.2.1", "wasi:io/poll", "x.org/polling"},
		}},
		{"all but one", map[string]string{"wasi": "x.org/wasi", "wasi:io/poll": ""}, []External{
			{"wasi:io/streams@0.2.1", "wasi:io/streams", "x.org/wasi/io/v0.2/streams"},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Externals(tree, Options{Module: "m", With: tt.with})); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestImportsDiffer has a file import packages of one name, and of names that its own code uses.
func TestImportsDiffer(t *testing.T) {
	tree := treeOf(t, `
		package demo:app;
		interface i {
			use a:one/types.{t as t1}; use a:two/types.{t as t2}; use b:one/types.{t as t3}; use a:one/ctx.{t as t4};
			f: func(a: t1, b: t2, c: t3, d: t4);
		}
	`, "package a:one; interface types { record t { x: u8 } } interface ctx { record t { x: u8 } }",
		"package a:two; interface types { record t { x: u8 } }", "package b:one; interface types { record t { x: u8 } }")
	g := newGenerator(tree, Options{Module: "m"})
	got := map[string]string{}
	for s, name := range g.imports(unitOf(t, g, tree, "demo:app/i")) {
		got[s.ID()] = name
	}
	want := map[string]string{
		"a:one/types": "types", "a:two/types": "twotypes", "b:one/types": "onetypes", "a:one/ctx": "onectx",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func unitOf(t *testing.T, g *generator, tree *model.Tree, id string) unit {
	t.Helper()
	for _, u := range g.units(tree) {
		if u.scope.ID() == id {
			return u
		}
	}
	t.Fatalf("there is no %s", id)
	panic("unreachable")
}

package goguest_test

import (
	"slices"
	"testing"

	"github.com/witan-os/witan/gen/emit/goguest"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
)

func TestMissing(t *testing.T) {
	for _, c := range []struct {
		name, wit string
		want      []string
	}{
		{"nothing", "package a:b; interface i { f: async func(a: list<string>) -> option<u8>; } world w { import i; export i; export g: func(); }", nil},
		{
			"both sides", "package a:b@1.2.0; interface i { f: func(); g: func() -> stream<u8>; } world w { import i; export i; }",
			[]string{"import a:b/i@1.2.0#g", "export a:b/i@1.2.0#g"},
		},
		{
			"of the world, and below other types", "package a:b; world w { import f: func(a: list<future<u8>>); export g: func(a: result<_, error-context>); export h: func(); }",
			[]string{"import f", "export g"},
		},
		{
			"a resource's, under a plain name", "package a:b; interface i { resource r { m: func() -> stream; } } world w { import x: i; }",
			[]string{"import x#[method]r.m"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree, err := resolve.Sources([]*diag.Source{diag.NewSource("a.wit", c.wit)}, nil, resolve.Options{AllFeatures: true})
			if err == nil {
				err = layout.Compute(tree)
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range goguest.Missing(tree.Root.Worlds[0]) {
				side := "import "
				if l.Exported {
					side = "export "
				}
				if l.Source == nil || l.End <= l.Start {
					t.Errorf("%s has no place in the WIT", l.Title())
				}
				got = append(got, side+l.Title())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

package gosrc

import (
	"maps"
	"slices"
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

func TestPackagesDiffer(t *testing.T) {
	for _, tt := range []struct {
		name     string
		packages []string
		want     []string
	}{
		{"plain", []string{"package a:b; interface i {} world w {}"}, []string{"a/b/i", "a/b/w"}},
		{
			"dashes",
			[]string{"package a-a:b-b@1.2.3; interface x-y {} interface xy {} world x-y-z {} world xyz {}"},
			[]string{"a-a/b-b/v1/xy", "a-a/b-b/v1/xy2", "a-a/b-b/v1/xyz", "a-a/b-b/v1/xyz2"},
		},
		{
			"words of Go",
			[]string{"package a:b; interface %type {} interface %string {} interface main {} interface init {}"},
			[]string{"a/b/binit", "a/b/bmain", "a/b/bstring", "a/b/btype"},
		},
		{
			"directories of the go command",
			[]string{"package internal:vendor; interface testdata {}"},
			[]string{"internal-wit/vendor-wit/vendortestdata"},
		},
		{
			"in place",
			[]string{"package a:b; world w { import x: interface {} export x: interface {} export y: interface {} }"},
			[]string{"a/b/w", "a/b/w/exportedx", "a/b/w/x", "a/b/w/y"},
		},
		{"a world that looks like a track", []string{
			"package a:b; world v1 { import x: interface {} import a:b/x@1.0.0; }",
			"package a:b@1.0.0; interface x {}",
		}, []string{"a/b/v1", "a/b/v1/x", "a/b/v1/x2"}},
		{"two versions on one track", []string{
			"package r:r; world w { import a:b/x@0.2.0; import a:b/x@0.2.11; import a:b/x@0.3.0; }",
			"package a:b@0.2.0; interface x {}", "package a:b@0.2.11; interface x {}", "package a:b@0.3.0; interface x {}",
		}, []string{"a/b/v0.2.0/x", "a/b/v0.2/x", "a/b/v0.3/x", "r/r/w"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dirs := map[string]bool{}
			for _, p := range Packages(treeOf(t, tt.packages...)) {
				if dirs[p.Dir] {
					t.Errorf("two scopes are in %s", p.Dir)
				}
				dirs[p.Dir] = true
			}
			if diff := cmp.Diff(tt.want, slices.Sorted(maps.Keys(dirs))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

package print_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/print"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/testutil"
)

func load(t testing.TB, path string) *model.Tree {
	t.Helper()
	tree, err := resolve.Load(path, everything)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// TestAll writes a package that has everything.
func TestAll(t *testing.T) {
	tree := load(t, filepath.Join("testdata", "all.wit"))
	checkTree(t, tree)
	testutil.Golden(t, filepath.Join("testdata", "all.golden"), []byte(print.Tree(tree)))
}

// TestPackages checks that the packages of a tree, each written into a file of its own, are the tree.
func TestPackages(t *testing.T) {
	tree := load(t, filepath.Join("testdata", "all.wit"))
	var all string
	for _, p := range tree.Packages {
		text := print.Package(p)
		header := "package " + p.ID() + ";\n"
		if !strings.Contains(text, header) {
			t.Errorf("%s: there is no line %q", p.ID(), header)
		}
		if p == tree.Root {
			all = text + all
			continue
		}
		nested := strings.Replace(text, header, strings.Replace(header, ";", " {", 1), 1)
		all += nested + "}\n"
	}
	if got, want := withoutSpace(all), withoutSpace(print.Tree(tree)); got != want {
		t.Errorf("the packages are not what the tree is:\n%s\nwant:\n%s", all, print.Tree(tree))
	}
}

func withoutSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// TestNotText writes a tree that no text can have: one should see why.
func TestNotText(t *testing.T) {
	p := &model.Package{Namespace: "a", Name: "b"}
	p.Interfaces = []*model.Interface{{Scope: model.Scope{Package: p, Name: "not an identifier"}}}
	text := print.Tree(&model.Tree{Packages: []*model.Package{p}, Root: p})
	if !strings.Contains(text, "interface not an identifier {") {
		t.Errorf("the text hides the name:\n%s", text)
	}
}

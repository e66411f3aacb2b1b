package binary_test

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/model/modeltest"
	"github.com/witan-os/witan/gen/print"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testutil"
)

var everything = resolve.Options{AllFeatures: true}

func load(t testing.TB, path string) *model.Tree {
	t.Helper()
	tree, err := resolve.Load(path, everything)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decode(t testing.TB, data []byte) *model.Tree {
	t.Helper()
	tree, err := binary.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	checkText(t, tree)
	return tree
}

// checkText checks that a decoded tree can be written as text that says the same.
func checkText(t testing.TB, tree *model.Tree) {
	t.Helper()
	text := print.Tree(tree)
	source := diag.NewSource("decoded.wit", text)
	formatted, errs := syntax.Format(source)
	if errs.Err() != nil || formatted != text {
		t.Fatalf("%v: the text is not formatted:\n%s", errs.Err(), text)
	}
	again, err := resolve.Sources([]*diag.Source{source}, nil, everything)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if d := modeltest.Diff(byName(tree), byName(again)); d != "" {
		t.Errorf("the text says something else (-decoded +text):\n%s\n%s", d, text)
	}
}

// byName is a tree with its packages in the order of their names: there are several in which each is behind
// those that it uses.
func byName(t *model.Tree) *model.Tree {
	return &model.Tree{Root: t.Root, Packages: slices.SortedFunc(slices.Values(t.Packages), func(a, b *model.Package) int {
		return cmp.Compare(a.ID(), b.ID())
	})}
}

// rootOf is a tree without the packages that the root uses, of which a file has as much as the root needs.
func rootOf(t *model.Tree) *model.Tree {
	return &model.Tree{Packages: []*model.Package{t.Root}, Root: t.Root}
}

// worldOf is a tree of nothing but a world of the root.
func worldOf(t *model.Tree, i int) *model.Tree {
	p := &model.Package{Namespace: t.Root.Namespace, Name: t.Root.Name, Version: t.Root.Version}
	p.Worlds = t.Root.Worlds[i : i+1]
	return rootOf(&model.Tree{Root: p})
}

// The files in testdata were made by wasm-tools: see the README there.

func TestPackage(t *testing.T) {
	want := load(t, filepath.Join("testdata", "package"))
	got := decode(t, readFile(t, filepath.Join("testdata", "package.wasm")))
	if d := modeltest.Diff(byName(want), byName(got)); d != "" {
		t.Errorf("the file is not the text that it was made from (-text +file):\n%s", d)
	}
}

// noDocs is what a core module loses of its worlds.
var noDocs = []modeltest.Ignore{modeltest.Docs, modeltest.Stability}

func TestModule(t *testing.T) {
	want := load(t, filepath.Join("testdata", "package"))
	got := decode(t, readFile(t, filepath.Join("testdata", "program.wasm")))
	if d := modeltest.Diff(worldOf(want, 0), worldOf(got, 0), noDocs...); d != "" {
		t.Errorf("the file has not the world that it was made from (-text +file):\n%s", d)
	}
}

// TestPrints prints a component, and a core module that was written for two worlds.
func TestPrints(t *testing.T) {
	for _, name := range []string{"component", "programs"} {
		tree := decode(t, readFile(t, filepath.Join("testdata", name+".wasm")))
		testutil.Golden(t, filepath.Join("testdata", name+".golden"), []byte(print.Tree(tree)))
	}
}

// TestRoundTrips encodes what has every feature of WIT in each of the binary forms.
func TestRoundTrips(t *testing.T) {
	for _, path := range []string{filepath.Join("testdata", "features.wit"), filepath.Join("testdata", "package")} {
		tree := load(t, path)
		for form, data := range map[string][]byte{"package": encode(t, tree), "whole package": encodeWhole(t, tree)} {
			got := decode(t, data)
			if d := modeltest.Diff(byName(tree), byName(got), noDocs...); d != "" {
				t.Errorf("%s as %s (-want +got):\n%s", path, form, d)
			}
		}
		for i, w := range tree.Root.Worlds {
			got := decode(t, embed(t, tree, w))
			if d := modeltest.Diff(worldOf(tree, i), worldOf(got, 0), noDocs...); d != "" {
				t.Errorf("%s: world %s (-want +got):\n%s", path, w.Name, d)
			}
		}
		several := decode(t, embed(t, tree, tree.Root.Worlds...))
		if got := several.Root.ID() + "/" + several.Root.Worlds[0].Name; got != "root:root/root" {
			t.Errorf("%s: several worlds are %s, not root:root/root", path, got)
		}
		world := several.Root.Worlds[0]
		for _, w := range tree.Root.Worlds {
			checkHas(t, world.Imports, w.Imports)
			checkHas(t, world.Exports, w.Exports)
		}
	}
}

func checkHas(t *testing.T, items, wanted []*model.Item) {
	t.Helper()
	for _, w := range wanted {
		if !slices.ContainsFunc(items, func(i *model.Item) bool { return i.Key() == w.Key() }) {
			t.Errorf("a world that is made of several lacks %s", w.Key())
		}
	}
}

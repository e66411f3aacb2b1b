package cguest_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/emit/cguest"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/testutil"
)

// tree reads a package of WIT from a file.
func tree(t testing.TB, file string) *model.Tree {
	t.Helper()
	tree, err := resolve.Load(file, resolve.Options{AllFeatures: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := layout.Compute(tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

func generate(t testing.TB, tree *model.Tree, w *model.World) []emit.File {
	t.Helper()
	files, err := cguest.Generate(tree, w, cguest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestGolden compares what is generated for each feature with files that have been read, and has it compiled.
func TestGolden(t *testing.T) {
	packages, err := filepath.Glob("testdata/*.wit")
	if err != nil || len(packages) == 0 {
		t.Fatalf("there is nothing in testdata: %v", err)
	}
	var sources []string
	for _, file := range packages {
		tree := tree(t, file)
		for _, w := range tree.Root.Worlds {
			for _, f := range generate(t, tree, w) {
				golden := filepath.Join("testdata", f.Path)
				testutil.Golden(t, golden, f.Content)
				if strings.HasSuffix(golden, ".c") {
					sources = append(sources, golden)
				}
			}
		}
	}
	compile(t, append([]string{"-fsyntax-only"}, sources...)...)
}

func TestSameInputSameOutput(t *testing.T) {
	tree := tree(t, "testdata/worlds.wit")
	w := tree.Root.Worlds[0]
	first, second := generate(t, tree, w), generate(t, tree, w)
	for i, f := range first {
		if f.Path != second[i].Path || string(f.Content) != string(second[i].Content) {
			t.Errorf("%s differs from run to run", f.Path)
		}
	}
}

// TestName has a world under another name.
func TestName(t *testing.T) {
	tree := tree(t, "testdata/scalars.wit")
	files, err := cguest.Generate(tree, tree.Root.Worlds[0], cguest.Options{Name: "other-name"})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 || files[0].Path != "other_name.c" || files[1].Path != "other_name.h" {
		t.Fatalf("got %d files, %q first", len(files), files[0].Path)
	}
	if !strings.Contains(string(files[0].Content), `#include "other_name.h"`) {
		t.Error("the source does not include its header")
	}
}

// TestBadName has names that can't be those of files and functions, and one that is another header's.
func TestBadName(t *testing.T) {
	tree := tree(t, "testdata/scalars.wit")
	w := tree.Root.Worlds[0]
	for _, name := range []string{"../up", "a b", "A-", "ä"} {
		if _, err := cguest.Generate(tree, w, cguest.Options{Name: name}); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
	files, err := cguest.Generate(tree, w, cguest.Options{Name: "stdint"})
	if err != nil {
		t.Fatal(err)
	}
	if files[1].Path != "stdint_.h" {
		t.Errorf("the header is %s", files[1].Path)
	}
}

// TestNeedsLayout passes a tree that has no representation yet.
func TestNeedsLayout(t *testing.T) {
	tree, err := resolve.Load("testdata/scalars.wit", resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const want = "test:scalars/scalars@1.0.0: function all has no representation"
	if _, err := cguest.Generate(tree, tree.Root.Worlds[0], cguest.Options{}); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

package goguest_test

import (
	"path"
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/gen/check"
	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/emit/goguest"
	"github.com/witan-os/witan/internal/testutil"
)

// goldenDir holds what is generated for testdata/wit: a directory for each world.
const goldenDir = "testdata/generated"

// golden generates code for all worlds.
func golden(t testing.TB) []emit.File {
	t.Helper()
	tree := load(t, "testdata/wit")
	var all []emit.File
	for _, w := range tree.Root.Worlds {
		files, err := goguest.Generate(tree, w, goguest.Options{Module: path.Join(outsider, w.Name)})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			all = append(all, emit.File{Path: path.Join(w.Name, f.Path), Content: f.Content})
		}
	}
	return all
}

func TestGolden(t *testing.T) {
	files := golden(t)
	for _, f := range files {
		testutil.Golden(t, filepath.Join(goldenDir, filepath.FromSlash(f.Path)), f.Content)
	}
	if testutil.Updating() {
		if _, err := check.Write(goldenDir, files); err != nil {
			t.Fatal(err)
		}
	}
	diffs, err := check.Compare(goldenDir, files)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diffs {
		t.Error(d)
	}
}

func TestSameInputSameOutput(t *testing.T) {
	first, second := golden(t), golden(t)
	if len(first) != len(second) {
		t.Fatalf("%d files, then %d", len(first), len(second))
	}
	for i := range first {
		if first[i].Path != second[i].Path || string(first[i].Content) != string(second[i].Content) {
			t.Errorf("%s differs from run to run", first[i].Path)
		}
	}
}

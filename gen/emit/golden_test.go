package emit_test

import (
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/gen/check"
	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/testutil"
)

// goldenDir holds what is generated for testdata/wit, one interface for each feature. Its packages are
// imported by the tests here, so what is blessed is also compiled.
const goldenDir = "testdata/generated"

var goldenOptions = emit.Options{Module: "github.com/witan-os/witan/gen/emit/" + goldenDir, Tests: true}

func features(t testing.TB) *model.Tree {
	t.Helper()
	tree, err := resolve.Load("testdata/wit", resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := layout.Compute(tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

func generate(t testing.TB, opt emit.Options) []emit.File {
	t.Helper()
	files, err := emit.Generate(features(t), opt)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestGolden(t *testing.T) {
	files := generate(t, goldenOptions)
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
	first, second := generate(t, goldenOptions), generate(t, goldenOptions)
	if len(first) != len(second) {
		t.Fatalf("%d files, then %d", len(first), len(second))
	}
	for i := range first {
		if first[i].Path != second[i].Path || string(first[i].Content) != string(second[i].Content) {
			t.Errorf("%s differs from run to run", first[i].Path)
		}
	}
}

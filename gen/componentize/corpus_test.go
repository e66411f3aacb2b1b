package componentize_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/internal/diag"
)

var everything = resolve.Options{AllFeatures: true}

// trees resolves all that can be resolved at or below a directory: each file for itself, and each directory with
// its deps. Whether all of it should is for the tests of gen/resolve.
func trees(t testing.TB, root string) map[string]*model.Tree {
	t.Helper()
	found := map[string]*model.Tree{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() && filepath.Ext(path) != ".wit" {
			return err
		}
		if tree, err := resolve.Load(path, everything); err == nil {
			found[path] = tree
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// siblings resolves packages whose directories stand beside each other.
func siblings(t testing.TB, root string) map[string]*model.Tree {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "*", "*.wit"))
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string][]*diag.Source{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		packages[filepath.Dir(f)] = append(packages[filepath.Dir(f)], diag.NewSource(f, string(text)))
	}
	found := map[string]*model.Tree{}
	for dir, main := range packages {
		var deps [][]*diag.Source
		for other, sources := range packages {
			if other != dir {
				deps = append(deps, sources)
			}
		}
		tree, err := resolve.Sources(main, deps, everything)
		if err != nil {
			t.Fatal(err)
		}
		found[dir] = tree
	}
	return found
}

// TestWorldsOfTheCorpus makes a component for each world of the corpus, from a module that uses all of it.
func TestWorldsOfTheCorpus(t *testing.T) {
	root := filepath.Join(corpus.Dir(t), "wit")
	all := trees(t, root)
	for _, version := range []string{"wasi-0.2.12", "wasi-0.3.0"} {
		for path, tree := range siblings(t, filepath.Join(root, version)) {
			all[path] = tree
		}
	}
	worlds, met := 0, map[string]bool{}
	for path, tree := range all {
		rel, err := filepath.Rel(root, path)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range tree.Root.Worlds {
			worlds++
			met[filepath.ToSlash(rel)] = true
			t.Run(rel+"/"+w.Name, func(t *testing.T) { checkWorld(t, tree, w, unfit[filepath.ToSlash(rel)]) })
		}
	}
	for file := range unfit {
		if !met[file] {
			t.Errorf("the corpus has no world in %s", file)
		}
	}
	if worlds < 300 {
		t.Errorf("the corpus has only %d worlds", worlds)
	}
}

// unfit are files whose worlds are valid WIT that no component can have, with what is wrong.
var unfit = map[string]string{
	"go-modules-testdata/example/non-flat-params.wit":                 "has no representation: a tuple needs",
	"go-modules-testdata/example/non-flat-params.wit.json.golden.wit": "has no representation: a tuple needs",
	"go-modules-testdata/example/records.wit":                         "has no representation: a record needs",
	"go-modules-testdata/example/records.wit.json.golden.wit":         "has no representation: a record needs",
	"go-modules-testdata/example/tuples.wit":                          "has no representation: a tuple needs",
	"go-modules-testdata/example/tuples.wit.json.golden.wit":          "has no representation: a tuple needs",
	"wit-component-tests/merge/success/into/deps/foo":                 "has no representation: a record needs",
	"wit-parser-ui/union-fuzz-2.wit":                                  "has no representation: a record needs",

	"go-modules-testdata/example/resource-in-world.wit":                 "are too alike",
	"go-modules-testdata/example/resource-in-world.wit.json.golden.wit": "are too alike",
}

// checkWorld makes components for a world. If there is a reason why that can't be, it has to be this one.
func checkWorld(t *testing.T, tree *model.Tree, w *model.World, why string) {
	if err := layout.Compute(tree); err != nil {
		expectUnfit(t, err, why)
		return
	}
	if why != "" {
		_, err := componentize.New(dummy(w), componentize.Options{World: w})
		expectUnfit(t, err, why)
		return
	}
	checkModule(t, dummy(w), w)
	checkModule(t, asyncDummy(w), w)
}

func expectUnfit(t *testing.T, err error, why string) {
	t.Helper()
	if err == nil || why == "" || !strings.Contains(err.Error(), why) {
		t.Errorf("the error is %v, want one with %q", err, why)
	}
}

// checkModule makes a component of a module that has all of a world.
func checkModule(t *testing.T, module []byte, w *model.World) {
	t.Helper()
	out, err := componentize.New(module, componentize.Options{World: w})
	if err != nil {
		t.Fatal(err)
	}
	checkType(t, out, w)
	again, err := componentize.New(module, componentize.Options{World: w})
	if err != nil || !bytes.Equal(out, again) {
		t.Errorf("the second time it is something else: %v", err)
	}
}

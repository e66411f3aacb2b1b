package goguest_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/emit/goguest"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/internal/diag"
)

// exceptions are packages of the corpus for which nothing is generated, with the reason.
var exceptions = map[string]string{
	"go-modules-testdata/example/non-flat-params": "a tuple without fields, which the Component Model does not have",
	"go-modules-testdata/example/records":         "a record without fields, which the Component Model does not have",
	"go-modules-testdata/example/tuples":          "a tuple without fields, which the Component Model does not have",
	"wit-bindgen-runtime/rust/other-dependencies": "the directory has files of two packages",
}

// TestCorpus generates guests for every world of the corpus, and for the interfaces of packages that have none, as
// packages of one module. All of it is compiled and vetted, for guests and for the machine of the developer.
func TestCorpus(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "wit")
	m := newModule(t)
	m.generateStandard(t, filepath.Join(dir, "wasi-0.2.12"))
	m.generateStandard(t, filepath.Join(dir, "wasi-0.3.0"))
	for _, suite := range []string{"wit-bindgen-codegen", "go-modules-testdata", "wit-bindgen-runtime"} {
		m.generateSuite(t, dir, suite)
	}
	tree := load(t, "testdata/wit")
	for _, w := range tree.Root.Worlds {
		m.generate(t, "own/"+w.Name, tree, w)
	}
	features := load(t, "../testdata/wit")
	everything(features)
	for _, w := range features.Root.Worlds {
		m.generate(t, "features/"+w.Name, features, w)
	}
	if !testing.Short() { // which takes half a minute
		m.goCommand(t, true, "vet", "./...")
		m.goCommand(t, false, "vet", "./...")
	}
}

// generateSuite writes guests for all WIT packages below a directory of the corpus.
func (m *module) generateSuite(t *testing.T, dir, suite string) {
	t.Helper()
	for _, wit := range witPaths(t, filepath.Join(dir, suite), suite != "wit-bindgen-runtime") {
		name := path.Join(suite, strings.TrimSuffix(wit, ".wit"))
		tree, err := resolve.Load(filepath.Join(dir, suite, wit), resolve.Options{AllFeatures: true})
		if err == nil {
			err = layout.Compute(tree)
		}
		if why := exceptions[name]; err != nil || why != "" {
			if err == nil || why == "" {
				t.Errorf("%s: %v, and the exception is: %q", name, err, why)
			}
			continue
		}
		m.generateWorlds(t, name, tree)
	}
}

// generateWorlds writes guests for the worlds of a root package, or for all its interfaces if it has none.
func (m *module) generateWorlds(t *testing.T, name string, tree *model.Tree) {
	t.Helper()
	if len(tree.Root.Worlds) == 0 {
		everything(tree)
	}
	for _, w := range tree.Root.Worlds {
		m.generate(t, path.Join(name, "world-"+w.Name), tree, w)
	}
}

// generateStandard writes guests for a directory of WIT packages that use each other.
func (m *module) generateStandard(t *testing.T, dir string) {
	t.Helper()
	var packages [][]*diag.Source
	names := witPaths(t, dir, false)
	for _, sub := range names {
		packages = append(packages, sources(t, filepath.Join(dir, sub)))
	}
	for i, main := range packages {
		tree, err := resolve.Sources(main, slices.Delete(slices.Clone(packages), i, i+1), resolve.Options{AllFeatures: true})
		if err == nil {
			err = layout.Compute(tree)
		}
		if err != nil {
			t.Fatal(err)
		}
		m.generateWorlds(t, path.Join(filepath.Base(dir), names[i]), tree)
	}
}

func sources(t *testing.T, dir string) []*diag.Source {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.wit"))
	if err != nil {
		t.Fatal(err)
	}
	var list []*diag.Source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, diag.NewSource(file, string(text)))
	}
	return list
}

// everything adds a world that imports and exports every interface of the root package, and imports what those need.
func everything(tree *model.Tree) {
	w := &model.World{Scope: model.Scope{Package: tree.Root, Name: "everything-there-is"}}
	for _, p := range tree.Packages {
		for _, i := range p.Interfaces {
			w.Imports = append(w.Imports, &model.Item{Interface: i})
			if p == tree.Root && goguest.Exportable(i) {
				w.Exports = append(w.Exports, &model.Item{Interface: i})
			}
		}
	}
	tree.Root.Worlds = append(tree.Root.Worlds, w)
}

// witPaths finds the packages below a directory: files, if each is one, and directories that have files. Those of deps
// belong to others.
func witPaths(t *testing.T, dir string, files bool) []string {
	t.Helper()
	var list []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "deps":
			return fs.SkipDir
		case path.Ext(name) != ".wit", strings.HasSuffix(name, ".golden.wit"):
		case !files || path.Base(path.Dir(name)) == "wit":
			name = path.Dir(name)
			fallthrough
		default:
			if !slices.Contains(list, name) {
				list = append(list, name)
			}
		}
		return nil
	})
	if err != nil || len(list) == 0 {
		t.Fatalf("there is nothing in %s: %v", dir, err)
	}
	return list
}

package print_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/model/modeltest"
	"github.com/witan-os/witan/gen/print"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/internal/diag"
)

var everything = resolve.Options{AllFeatures: true}

func source(t testing.TB, path string) *diag.Source {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return diag.NewSource(path, string(text))
}

// sources returns the WIT files of a directory.
func sources(t testing.TB, dir string) []*diag.Source {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.wit"))
	if err != nil {
		t.Fatal(err)
	}
	var list []*diag.Source
	for _, f := range files {
		list = append(list, source(t, f))
	}
	return list
}

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

// wasi resolves the packages of a version of WASI, whose directories stand beside each other.
func wasi(t testing.TB, root string) map[string]*model.Tree {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(root, "*", "*.wit"))
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string][]*diag.Source{}
	for _, f := range dirs {
		packages[filepath.Dir(f)] = sources(t, filepath.Dir(f))
	}
	found := map[string]*model.Tree{}
	for dir, main := range packages {
		var deps [][]*diag.Source
		for other, files := range packages {
			if other != dir {
				deps = append(deps, files)
			}
		}
		tree, err := resolve.Sources(main, deps, everything)
		if err != nil {
			t.Errorf("%s: %v", dir, err)
			continue
		}
		found[dir] = tree
	}
	return found
}

// checkTree checks that a tree is written in the form that witgen fmt leaves alone, and that what was written says
// the same as the tree.
func checkTree(t *testing.T, tree *model.Tree) {
	t.Helper()
	text := print.Tree(tree)
	written := diag.NewSource("written.wit", text)
	formatted, errs := syntax.Format(written)
	if errs.Err() != nil {
		t.Fatalf("%v\n%s", errs.Err(), text)
	}
	if formatted != text {
		t.Errorf("the text is not formatted:\n%s", text)
	}
	again, err := resolve.Sources([]*diag.Source{written}, nil, everything)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if d := modeltest.Diff(byName(tree), byName(again)); d != "" {
		t.Errorf("what was written says something else (-tree +text):\n%s\n%s", d, text)
	}
}

// byName is a tree with its packages in the order of their names. The order of packages that know nothing of
// each other comes from where they are mentioned, also in what a written world no longer mentions: includes.
func byName(t *model.Tree) *model.Tree {
	packages := slices.SortedFunc(slices.Values(t.Packages), func(a, b *model.Package) int { return strings.Compare(a.ID(), b.ID()) })
	return &model.Tree{Packages: packages, Root: t.Root}
}

func TestCorpus(t *testing.T) {
	root := filepath.Join(corpus.Dir(t), "wit")
	all := trees(t, root)
	for _, version := range []string{"wasi-0.2.12", "wasi-0.3.0"} {
		for name, tree := range wasi(t, filepath.Join(root, version)) {
			all[name] = tree
		}
	}
	if len(all) < 300 {
		t.Fatalf("only %d packages of the corpus can be resolved", len(all))
	}
	for name, tree := range all {
		rel, err := filepath.Rel(root, name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(rel, func(t *testing.T) { checkTree(t, tree) })
	}
}

// TestReferencePrints reads what the reference implementation and the library for Go have printed. It must say
// what the WIT says that it was printed from, and our print of it, too.
func TestReferencePrints(t *testing.T) {
	root := filepath.Join(corpus.Dir(t), "wit")
	list := prints(t, root)
	if len(list) < 60 {
		t.Errorf("only %d prints of the corpus have a source", len(list))
	}
	for _, p := range list {
		t.Run(p.name(t, root), func(t *testing.T) {
			deps := depsOf(t, p.from)
			tree, err := resolve.Sources([]*diag.Source{source(t, p.file)}, deps, everything)
			if err != nil {
				t.Fatal(err)
			}
			checkTree(t, tree)
			want, err := resolve.Load(p.from, everything)
			if err != nil {
				t.Fatal(err)
			}
			if d := modeltest.Diff(byNames(want), byNames(tree), p.lost...); d != "" {
				t.Errorf("our reading of the source and of the print differ (-source +print):\n%s", d)
			}
		})
	}
}

// byNames is byName with the functions of interfaces in the order of their names, too: other tools move those
// of resources before the others.
func byNames(t *model.Tree) *model.Tree {
	sort := func(i *model.Interface) {
		slices.SortFunc(i.Funcs, func(a, b *model.Func) int { return strings.Compare(a.Name, b.Name) })
	}
	for _, p := range t.Packages {
		for _, i := range p.Interfaces {
			sort(i)
		}
		for _, w := range p.Worlds {
			for _, i := range append(model.Interfaces(w.Imports), model.Interfaces(w.Exports)...) {
				sort(i)
			}
		}
	}
	return byName(t)
}

// printed is what another tool printed from WIT.
type printed struct {
	file string
	from string             // file or directory
	lost []modeltest.Ignore // what the tool did not keep
}

func (p printed) name(t *testing.T, root string) string {
	t.Helper()
	rel, err := filepath.Rel(root, p.file)
	if err != nil {
		t.Fatal(err)
	}
	return rel
}

func prints(t *testing.T, root string) []printed {
	t.Helper()
	var found []printed
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir() || filepath.Base(path) == "component.wit.print": // lacks the packages that it uses
		case strings.HasSuffix(path, ".json.golden.wit"):
			from := strings.TrimSuffix(path, ".json.golden.wit")
			if _, err := os.Stat(from); err == nil { // others were printed from JSON alone
				found = append(found, printed{path, from, []modeltest.Ignore{modeltest.Root, modeltest.Stability, modeltest.Docs}})
			}
		case strings.HasSuffix(path, ".wit.print"):
			from := strings.TrimSuffix(path, ".print")
			if filepath.Base(filepath.Dir(path)) != "interfaces" {
				from = filepath.Dir(path)
			}
			found = append(found, printed{path, from, nil})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// depsOf returns the packages below a directory's deps.
func depsOf(t *testing.T, dir string) [][]*diag.Source {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "deps"))
	if err != nil {
		return nil
	}
	var deps [][]*diag.Source
	for _, e := range entries {
		path := filepath.Join(dir, "deps", e.Name())
		if e.IsDir() {
			deps = append(deps, sources(t, path))
		} else {
			deps = append(deps, []*diag.Source{source(t, path)})
		}
	}
	return deps
}

package cguest_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/emit/cguest"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/internal/diag"
)

// exceptions are packages of the corpus for which no C is generated, with the reason.
var exceptions = map[string]string{
	"go-modules-testdata/example/non-flat-params":    noFields,
	"go-modules-testdata/example/records":            noFields,
	"go-modules-testdata/example/tuples":             noFields,
	"wit-component-tests/merge/disjoint-funcs/merge": twoPackages,
	"wit-component-tests/merge/disjoint-types/merge": twoPackages,
	"wit-component-tests/merge/success/from":         noFields,
	"wit-component-tests/merge/success/into":         noFields,
	"wit-component-tests/merge/success/merge":        "it has two packages of which one is elsewhere",
	"wit-bindgen-runtime/rust/other-dependencies":    twoPackages,
	"wit-parser-ui/foreign-world-dep-gated":          "it is valid without its feature only",
	"wit-parser-ui/kinds-of-deps":                    "it uses packages that are not there as text",
	"wit-parser-ui/types":                            noFields,
	"wit-parser-ui/union-fuzz-2":                     noFields,
	"wit-parser-ui/use-chain":                        noFields,
}

const (
	noFields    = "a record or tuple without fields, which the Component Model does not have"
	twoPackages = "the directory has files of two packages"
)

// TestCorpusCompiles generates C for every package of the corpus and has the compiler check it: for the worlds that a
// package has, and for one that imports and exports all of its interfaces.
func TestCorpusCompiles(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "wit")
	s := &survey{t: t, dir: t.TempDir(), seen: map[string]bool{}}
	for _, suite := range []string{
		"wit-bindgen-codegen", "wit-parser-ui", "wit-component-tests/components", "wit-component-tests/interfaces",
		"go-modules-testdata/example", "go-modules-testdata/escape", "go-modules-testdata/issues", "go-modules-testdata/wasi",
	} {
		s.entries(suite, filepath.Join(dir, suite))
	}
	for _, suite := range []string{"wit-bindgen-runtime", "wit-component-tests/merge"} {
		s.folders(suite, filepath.Join(dir, suite))
	}
	for _, standard := range []string{"wasi-0.2.12", "wasi-0.3.0"} {
		s.standard(standard, filepath.Join(dir, standard))
	}
	t.Logf("%d packages, %d sources that differ", s.packages, len(s.sources))
	if s.packages < 300 {
		t.Errorf("the corpus has only %d packages", s.packages)
	}
	processors := runtime.NumCPU()
	for batch := range slices.Chunk(s.sources, (len(s.sources)+processors-1)/processors) {
		t.Run("compile", func(t *testing.T) {
			t.Parallel()
			compile(t, append([]string{"-fsyntax-only"}, batch...)...)
		})
	}
}

// survey is the C for many packages.
type survey struct {
	t        *testing.T
	dir      string
	sources  []string
	seen     map[string]bool // what is compiled already: many packages have the same worlds, or empty ones
	packages int
}

// add generates C for the worlds of a package.
func (s *survey) add(name string, tree *model.Tree, err error) {
	s.t.Helper()
	if err == nil {
		err = layout.Compute(tree)
	}
	switch {
	case err != nil && exceptions[name] == "":
		s.t.Errorf("%s: %v", name, err)
	case err == nil && exceptions[name] != "":
		s.t.Errorf("%s is no exception any more: there was to be %s", name, exceptions[name])
	}
	if err != nil {
		return
	}
	s.packages++
	for _, w := range append(slices.Clone(tree.Root.Worlds), everything(tree)) {
		files, err := cguest.Generate(tree, w, cguest.Options{})
		if err != nil {
			s.t.Errorf("%s: %v", name, err)
			continue
		}
		if code := codeOf(files); !s.seen[code] {
			s.seen[code] = true
			s.sources = append(s.sources, writeFiles(s.t, filepath.Join(s.dir, filepath.FromSlash(name), w.Name), files)...)
		}
	}
}

var comments = regexp.MustCompile(`(?m)^ *//.*\n`)

// codeOf is what is generated, without comments.
func codeOf(files []emit.File) string {
	var b strings.Builder
	for _, f := range files {
		b.Write(comments.ReplaceAll(f.Content, nil))
	}
	return b.String()
}

// everything is a world that imports and exports all interfaces of a tree.
func everything(tree *model.Tree) *model.World {
	w := &model.World{Scope: model.Scope{Package: tree.Root, Name: "everything"}}
	for _, p := range tree.Packages {
		for _, i := range p.Interfaces {
			w.Imports = append(w.Imports, &model.Item{Interface: i})
			w.Exports = append(w.Exports, &model.Item{Interface: i})
		}
	}
	return w
}

// entries adds a directory in which each file, and each directory with files, is a package.
func (s *survey) entries(suite, dir string) {
	s.t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case strings.HasSuffix(name, ".golden.wit") || name == "parse-fail":
		case path.Ext(name) == ".wit", hasWIT(filepath.Join(dir, name)):
			s.load(suite, dir, name)
		case hasWIT(filepath.Join(dir, name, "wit")):
			s.load(suite, dir, path.Join(name, "wit"))
		}
	}
}

// folders adds a directory in which each directory with files, at any depth, is a package. Those of deps belong to
// others.
func (s *survey) folders(suite, dir string) {
	s.t.Helper()
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == "deps":
			return fs.SkipDir
		case d.IsDir() && hasWIT(filepath.Join(dir, name)):
			s.load(suite, dir, name)
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *survey) load(suite, dir, name string) {
	s.t.Helper()
	tree, err := resolve.Load(filepath.Join(dir, name), resolve.Options{AllFeatures: true})
	s.add(path.Join(suite, strings.TrimSuffix(name, ".wit")), tree, err)
}

// standard adds a directory of packages that use each other.
func (s *survey) standard(suite, dir string) {
	s.t.Helper()
	packages := map[string][]*diag.Source{}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.wit"))
	if err != nil || len(files) == 0 {
		s.t.Fatalf("there is nothing in %s: %v", dir, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			s.t.Fatal(err)
		}
		name := filepath.Base(filepath.Dir(file))
		packages[name] = append(packages[name], diag.NewSource(file, string(text)))
	}
	for name, main := range packages {
		var deps [][]*diag.Source
		for other, files := range packages {
			if other != name {
				deps = append(deps, files)
			}
		}
		tree, err := resolve.Sources(main, deps, resolve.Options{AllFeatures: true})
		s.add(path.Join(suite, name), tree, err)
	}
}

// hasWIT reports whether there are WIT files in a directory.
func hasWIT(dir string) bool {
	files, err := filepath.Glob(filepath.Join(dir, "*.wit"))
	return err == nil && len(files) > 0
}

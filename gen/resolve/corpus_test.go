package resolve_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/internal/diag"
)

// A suite is a folder of the corpus with valid packages, and how they lie in there.
type suite struct {
	folder string
	packages
	least int // how many packages there are, at the least
	opt   resolve.Options
}

// packages returns the packages of a folder: what to load, by name.
type packages func(t testing.TB, folder string) map[string]load

type load func(resolve.Options) (*model.Tree, error)

// active is the feature that the reference implementation enables for its tests.
var active = resolve.Options{Features: []string{"active"}, Binary: binary.Decode}

var allFeatures = resolve.Options{AllFeatures: true}

var suites = []suite{
	{"wit-parser-ui", entries, 50, active},
	{"wit-bindgen-codegen", entries, 60, allFeatures},
	{"wit-bindgen-runtime", folders, 70, allFeatures},
	{"go-modules-testdata/example", entries, 15, allFeatures},
	{"go-modules-testdata/escape", entries, 1, allFeatures},
	{"go-modules-testdata/issues", entries, 15, allFeatures},
	{"go-modules-testdata/wasi", entries, 3, allFeatures},
	{"wit-component-tests/components", entries, 90, allFeatures},
	{"wit-component-tests/interfaces", entries, 20, allFeatures},
	{"wit-component-tests/merge", folders, 10, allFeatures},
	{"wit-component-tests/targets", entries, 4, allFeatures},
	{"wit-component-tests/wit", folders, 1, allFeatures},
	{"wasi-0.2.12", siblings, 7, allFeatures},
	{"wasi-0.3.0", siblings, 6, allFeatures},
}

// unsupported are the valid packages that don't resolve, and why.
var unsupported = map[string]string{
	"wit-parser-ui/kinds-of-deps": "it uses package d:d, which the corpus lacks",
}

func one(name string) load {
	return func(o resolve.Options) (*model.Tree, error) { return resolve.Load(name, o) }
}

// entries makes a package of each file, and of each directory with files.
func entries(t testing.TB, folder string) map[string]load {
	t.Helper()
	all := map[string]load{}
	for _, e := range readDir(t, folder) {
		name := filepath.Join(folder, e.Name())
		switch {
		case e.Name() == failing || strings.HasSuffix(e.Name(), ".golden.wit"):
		case e.IsDir() && hasWIT(name):
			all[e.Name()] = one(name)
		case e.IsDir() && hasWIT(filepath.Join(name, "wit")):
			all[e.Name()] = one(filepath.Join(name, "wit"))
		case filepath.Ext(e.Name()) == ".wit":
			all[e.Name()] = one(name)
		}
	}
	return all
}

// folders makes a package of each directory with files, at any depth.
func folders(t testing.TB, folder string) map[string]load {
	t.Helper()
	all := map[string]load{}
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.IsDir():
			return err
		case d.Name() == "deps":
			return fs.SkipDir
		case hasWIT(name):
			rel, err := filepath.Rel(folder, name)
			all[rel] = one(name)
			if !sameHeaders(t, name) {
				all[rel] = separate(t, name)
			}
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// siblings makes a package of each directory, which uses those beside it.
func siblings(t testing.TB, folder string) map[string]load {
	t.Helper()
	sources := map[string][]*diag.Source{}
	for _, e := range readDir(t, folder) {
		if e.IsDir() {
			sources[e.Name()] = sourcesOf(t, filepath.Join(folder, e.Name()))
		}
	}
	all := map[string]load{}
	for name, main := range sources {
		var deps [][]*diag.Source
		for other, s := range sources {
			if other != name {
				deps = append(deps, s)
			}
		}
		all[name] = func(o resolve.Options) (*model.Tree, error) { return resolve.Sources(main, deps, o) }
	}
	return all
}

// separate makes a tree of a directory in which each file is a package.
func separate(t testing.TB, dir string) load {
	t.Helper()
	var groups [][]*diag.Source
	for _, s := range sourcesOf(t, dir) {
		groups = append(groups, []*diag.Source{s})
	}
	return func(o resolve.Options) (*model.Tree, error) { return resolve.Sources(groups[0], groups[1:], o) }
}

var header = regexp.MustCompile(`(?m)^package ([^;{]*);`)

// sameHeaders tells whether the files of a directory are one package.
func sameHeaders(t testing.TB, dir string) bool {
	t.Helper()
	names := map[string]bool{}
	for _, s := range sourcesOf(t, dir) {
		if m := header.FindStringSubmatch(s.Text()); m != nil {
			names[m[1]] = true
		}
	}
	return len(names) == 1
}

func readDir(t testing.TB, dir string) []os.DirEntry {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func hasWIT(dir string) bool {
	files, err := filepath.Glob(filepath.Join(dir, "*.wit"))
	return err == nil && len(files) > 0
}

func sourcesOf(t testing.TB, dir string) []*diag.Source {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.wit"))
	if err != nil {
		t.Fatal(err)
	}
	var sources []*diag.Source
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, diag.NewSource(name, string(text)))
	}
	return sources
}

func TestCorpusResolves(t *testing.T) {
	total, left := 0, len(unsupported)
	for _, s := range suites {
		all := s.packages(t, filepath.Join(corpus.Dir(t), "wit", s.folder))
		if len(all) < s.least {
			t.Errorf("%s has only %d packages", s.folder, len(all))
		}
		total += len(all)
		for name, load := range all {
			path := s.folder + "/" + name
			why, excepted := unsupported[path]
			if excepted {
				left--
			}
			tree, err := load(s.opt)
			switch {
			case excepted && err == nil:
				t.Errorf("%s resolves, although %s: it is no exception any more", path, why)
			case !excepted && err != nil:
				t.Errorf("%s: %v", path, err)
			case tree != nil:
				checkTree(t, tree)
			}
		}
	}
	if left != 0 {
		t.Errorf("%d exceptions are not in the corpus", left)
	}
	t.Logf("%d packages resolve, %d don't", total-len(unsupported), len(unsupported))
}

// failing has the packages that the reference refuses.
const failing = "parse-fail"

// recorded is where and why the reference implementation refuses a package.
type recorded struct {
	message, file string
	line, column  int // 0 if it doesn't say
}

var location = regexp.MustCompile(`(?m)(?:--> |^)tests/ui/parse-fail/(\S+):(\d+):(\d+)`)

func readRecorded(t testing.TB, path string) recorded {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := recorded{message: strings.SplitN(string(data), "\n", 2)[0]}
	if m := location.FindStringSubmatch(string(data)); m != nil {
		r.file = m[1]
		r.line, _ = strconv.Atoi(m[2])
		r.column, _ = strconv.Atoi(m[3])
	}
	return r
}

// inexact are the packages that are refused at another place than the reference has, and why.
var inexact = map[string]string{}

func TestCorpusRefused(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "wit/wit-parser-ui", failing)
	results, err := filepath.Glob(filepath.Join(dir, "*.result"))
	if err != nil || len(results) < 100 {
		t.Fatalf("%d recorded refusals, %v", len(results), err)
	}
	placed, exact, placeless, absent := 0, 0, 0, 0
	for _, result := range results {
		r := readRecorded(t, result)
		name := strings.TrimSuffix(filepath.Base(result), ".wit.result")
		input := filepath.Join(dir, name)
		if _, err := os.Stat(input); err != nil {
			input += ".wit"
		}
		if _, err := os.Stat(input); err != nil {
			absent++ // the corpus holds some back
			continue
		}
		_, err := resolve.Load(input, resolve.Options{})
		var list diag.List
		switch {
		case err == nil:
			t.Errorf("%s: accepted, want %d:%d: %s", name, r.line, r.column, r.message)
			continue
		case r.line == 0:
			placeless++
			continue
		case !errors.As(err, &list):
			t.Errorf("%s: %v has no place, want %d:%d: %s", name, err, r.line, r.column, r.message)
			continue
		}
		placed++
		d := list.Items[0]
		at := d.Source.Position(d.Start)
		same := strings.HasSuffix(d.Source.Name(), "/"+r.file)
		why, excepted := inexact[name]
		switch {
		case same && at.Line == r.line && at.Column == r.column:
			exact++
			if excepted {
				t.Errorf("%s is refused where the reference does, although %s: it is no exception any more", name, why)
			}
		case !same || at.Line < r.line-1 || at.Line > r.line+1:
			t.Errorf("%v\nfar from %s:%d:%d: %s", d, r.file, r.line, r.column, r.message)
		case !excepted:
			t.Errorf("%v\nwant it at %s:%d:%d: %s", d, r.file, r.line, r.column, r.message)
		}
	}
	share := 100 * float64(exact) / float64(placed)
	t.Logf("%.1f %% of %d packages are refused at the recorded place, %d have none, %d are held back", share, placed, placeless, absent)
	if share < 95 {
		t.Errorf("%.1f %% are refused at the recorded place, want 95 %%", share)
	}
}

package emit_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/internal/diag"
)

// unrepresentable are packages of the corpus that no component can have, with the reason.
var unrepresentable = map[string]string{}

// TestCorpusCompiles generates Go for WASI and for the packages that other generators are tested with, as a module
// outside of this one would have it, and compiles and vets all of it at once.
func TestCorpusCompiles(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "wit")
	m := newModule(t)
	m.generateStandard(t, filepath.Join(dir, "wasi-0.2.12"))
	m.generateStandard(t, filepath.Join(dir, "wasi-0.3.0"))
	for _, suite := range []string{"wit-bindgen-codegen", "go-modules-testdata"} {
		for _, wit := range witPaths(t, filepath.Join(dir, suite), true) {
			m.generate(t, path.Join(suite, strings.TrimSuffix(wit, ".wit")), filepath.Join(dir, suite, wit))
		}
	}
	for _, wit := range witPaths(t, filepath.Join(dir, "wit-bindgen-runtime"), false) {
		m.generate(t, path.Join("wit-bindgen-runtime", wit), filepath.Join(dir, "wit-bindgen-runtime", wit))
	}
	m.compile(t)
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
		case path.Ext(name) != ".wit":
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

// outsider is the path of a module that uses this one.
const outsider = "outsider.test/app"

// testModule is that module.
type testModule struct{ dir string }

func newModule(t *testing.T) *testModule {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	m := &testModule{t.TempDir()}
	goMod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	// The requirements of this module are those of whoever uses it.
	text := strings.Replace(string(goMod), "module github.com/witan-os/witan\n", "module "+outsider+"\n", 1)
	text = strings.Replace(text, "\ntool github.com/witan-os/witan/cmd/witgen\n", "", 1)
	text += "\nrequire github.com/witan-os/witan v0.0.0\n\nreplace github.com/witan-os/witan => " + root + "\n"
	m.write(t, "go.mod", []byte(text))
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	m.write(t, "go.sum", sums)
	return m
}

func (m *testModule) write(t *testing.T, name string, content []byte) {
	t.Helper()
	file := filepath.Join(m.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

// generate writes the Go packages for a WIT package.
func (m *testModule) generate(t *testing.T, name, wit string) {
	t.Helper()
	tree, err := resolve.Load(wit, resolve.Options{AllFeatures: true})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	m.emit(t, name, tree, nil)
}

// generateStandard writes the Go packages for a directory of WIT packages that use each other. Each is generated as
// a project of its own would have it, which finds the others elsewhere.
func (m *testModule) generateStandard(t *testing.T, dir string) {
	t.Helper()
	name := filepath.Base(dir)
	var packages [][]*diag.Source
	for _, sub := range witPaths(t, dir, false) {
		packages = append(packages, sources(t, filepath.Join(dir, sub)))
	}
	for i, main := range packages {
		tree, err := resolve.Sources(main, slices.Delete(slices.Clone(packages), i, i+1), resolve.Options{AllFeatures: true})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		with := map[string]string{}
		for _, p := range tree.Packages {
			if p != tree.Root {
				with[p.Path()] = path.Join(outsider, name, p.Namespace, p.Name)
			}
		}
		m.emit(t, name, tree, with)
	}
}

func sources(t *testing.T, dir string) []*diag.Source {
	t.Helper()
	var list []*diag.Source
	files, err := filepath.Glob(filepath.Join(dir, "*.wit"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, diag.NewSource(file, string(text)))
	}
	return list
}

func (m *testModule) emit(t *testing.T, name string, tree *model.Tree, with map[string]string) {
	t.Helper()
	if err := layout.Compute(tree); err != nil {
		if unrepresentable[name] == "" {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	files, err := emit.Generate(tree, emit.Options{Module: path.Join(outsider, name), With: with})
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	for _, f := range files {
		m.write(t, path.Join(name, f.Path), f.Content)
	}
}

// compile builds and vets all packages of the module.
func (m *testModule) compile(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	for _, args := range [][]string{{"build", "./..."}, {"vet", "./..."}} {
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir = m.dir
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", args[0], err, bytes.TrimSpace(out))
		}
	}
}

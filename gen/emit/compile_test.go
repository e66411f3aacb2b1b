package emit_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/emit"
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

// TestStandardCompiles generates Go for WASI and for the packages that wit-bindgen tests its code with, as a module
// outside of this one would have it, and compiles and vets all of it at once.
func TestStandardCompiles(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "wit")
	m := newModule(t)
	m.generateStandard(t, filepath.Join(dir, "wasi-0.2.12"))
	m.generateStandard(t, filepath.Join(dir, "wasi-0.3.0"))
	m.generateSuite(t, filepath.Join(dir, "wit-bindgen-codegen"), true)
	m.checkTypes(t)
	if !testing.Short() { // which takes a minute
		m.compile(t)
	}
}

// TestOtherSuitesCompile generates Go for packages that other generators are tested with. That their types are right
// is found out without the compiler, which would take minutes.
func TestOtherSuitesCompile(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "wit")
	m := newModule(t)
	m.generateSuite(t, filepath.Join(dir, "go-modules-testdata"), true)
	m.generateSuite(t, filepath.Join(dir, "wit-bindgen-runtime"), false)
	m.checkTypes(t)
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

// generateSuite writes the Go packages for all WIT packages below a directory.
func (m *testModule) generateSuite(t *testing.T, dir string, files bool) {
	t.Helper()
	for _, wit := range witPaths(t, dir, files) {
		name := path.Join(filepath.Base(dir), strings.TrimSuffix(wit, ".wit"))
		tree, err := resolve.Load(filepath.Join(dir, wit), resolve.Options{AllFeatures: true})
		if err == nil {
			err = m.emit(t, name, tree, nil)
		}
		switch {
		case err != nil && exceptions[name] == "":
			t.Errorf("%s: %v", name, err)
		case err == nil && exceptions[name] != "":
			t.Errorf("%s is no exception any more: there was to be %s", name, exceptions[name])
		}
	}
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
			t.Fatalf("%s: %v", name, err)
		}
		with := map[string]string{}
		for _, p := range tree.Packages {
			if p != tree.Root {
				with[p.Path()] = path.Join(outsider, name, p.Namespace, p.Name)
			}
		}
		if err := m.emit(t, name, tree, with); err != nil {
			t.Errorf("%s: %v", name, err)
		}
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

// emit writes the Go packages for a tree.
func (m *testModule) emit(t *testing.T, name string, tree *model.Tree, with map[string]string) error {
	t.Helper()
	if err := layout.Compute(tree); err != nil {
		return err
	}
	files, err := emit.Generate(tree, emit.Options{Module: path.Join(outsider, name), With: with})
	for _, f := range files {
		m.write(t, path.Join(name, f.Path), f.Content)
	}
	return err
}

// compile builds and vets all packages of the module.
func (m *testModule) compile(t *testing.T) {
	t.Helper()
	for _, args := range [][]string{{"build", "./..."}, {"vet", "./..."}} {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = m.dir
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", args[0], err, bytes.TrimSpace(out))
		}
	}
}

// checkTypes checks the types of all packages of the module, from their source.
func (m *testModule) checkTypes(t *testing.T) {
	t.Helper()
	checkTypes(t, outsider, m.dir)
}

// TestGoldensCompile checks the types of the golden packages, fakes included: not all of them are imported by tests,
// and the go command leaves testdata alone.
func TestGoldensCompile(t *testing.T) { checkTypes(t, goldenOptions.Module, goldenDir) }

// checkTypes checks the types of all packages below a directory, whose import path is module.
func checkTypes(t *testing.T, module, dir string) {
	t.Helper()
	c := &typeChecker{t: t, module: module, root: dir, files: token.NewFileSet(), done: map[string]*types.Package{}}
	c.others = importer.ForCompiler(c.files, "gc", exportData(t))
	for _, dir := range goDirs(t, dir) {
		_, _ = c.Import(path.Join(module, dir)) // errors have been reported
	}
	t.Logf("%d packages", len(c.done))
}

// exportData finds what the compiler knows of the packages that generated code imports.
func exportData(t *testing.T) importer.Lookup {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}",
		"github.com/witan-os/witan/runtime/glue", "context", "fmt", "io", "iter", "slices").Output()
	if err != nil {
		t.Fatal(err)
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		exports[name] = file
	}
	return func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }
}

// goDirs lists the directories with Go files.
func goDirs(t *testing.T, root string) []string {
	t.Helper()
	var list []string
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if dir := path.Dir(name); isSource(name) && !slices.Contains(list, dir) {
			list = append(list, dir)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func isSource(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
}

// typeChecker imports packages of the module from source, and others from export data.
type typeChecker struct {
	t      *testing.T
	module string
	root   string
	files  *token.FileSet
	others types.Importer
	done   map[string]*types.Package
}

func (c *typeChecker) Import(importPath string) (*types.Package, error) {
	dir, ok := strings.CutPrefix(importPath, c.module+"/")
	if !ok {
		return c.others.Import(importPath)
	}
	if p := c.done[importPath]; p != nil {
		return p, nil
	}
	names, err := filepath.Glob(filepath.Join(c.root, filepath.FromSlash(dir), "*.go"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("there is no package %s", importPath)
	}
	var files []*ast.File
	for _, name := range slices.DeleteFunc(names, func(name string) bool { return !isSource(name) }) {
		f, err := parser.ParseFile(c.files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			c.t.Error(err)
			return nil, err
		}
		files = append(files, f)
	}
	conf := types.Config{Importer: c, GoVersion: "go1.26", Error: func(err error) { c.t.Error(err) }}
	p, err := conf.Check(importPath, c.files, files, nil)
	c.done[importPath] = p
	return p, err
}

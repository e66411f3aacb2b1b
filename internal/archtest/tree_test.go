package archtest

// Reading the tree. Files are parsed whether or not this machine would build them: a rule
// that holds only on amd64 is no rule.

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the repository's top directory, seen from this package's.
const root = "../.."

// sourcePackage is one directory of Go files in the root module.
type sourcePackage struct {
	dir        string // path in the module, with slashes
	files      []string
	documented bool // there is a package comment outside the tests
	onlyTests  bool
	imports    []imported
}

// eachFile calls visit with the slash-separated path of every file of the repository,
// leaving out what is nobody's prose or source: test data, hidden directories, binaries.
func eachFile(t *testing.T, visit func(name string)) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			hidden := strings.HasPrefix(d.Name(), ".") && name != "." && name != ".ci"
			if hidden || slices.Contains([]string{"testdata", "bin", "node_modules"}, d.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if d.Type().IsRegular() {
			visit(name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// readPackages returns the packages of the root module. The root directory is not one.
func readPackages(t *testing.T) []*sourcePackage {
	t.Helper()
	byDir := map[string]*sourcePackage{}
	var out []*sourcePackage
	eachFile(t, func(name string) {
		dir := path.Dir(name)
		if path.Ext(name) != ".go" || dir == "." || inOtherModule(name) {
			return
		}
		p := byDir[dir]
		if p == nil {
			p = &sourcePackage{dir: dir, onlyTests: true}
			byDir[dir] = p
			out = append(out, p)
		}
		p.read(t, name)
	})
	// An empty tree would satisfy every rule.
	for _, dir := range []string{"gen/emit", "internal/archtest", "kernel/metal", "runtime/engine"} {
		if byDir[dir] == nil {
			t.Fatalf("no package %s found below %s", dir, root)
		}
	}
	return out
}

func inOtherModule(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	_, err := os.Stat(filepath.Join(root, first, "go.mod"))
	return err == nil
}

func (p *sourcePackage) read(t *testing.T, name string) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, filepath.Join(root, filepath.FromSlash(name)), nil, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	p.files = append(p.files, name)
	if !strings.HasSuffix(name, "_test.go") {
		p.onlyTests = false
		p.documented = p.documented || f.Doc != nil
	}
	for _, spec := range f.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		p.imports = append(p.imports, imported{name, fset.Position(spec.Pos()).Line, target})
	}
}

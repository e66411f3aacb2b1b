package binary_test

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/model/modeltest"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// components of the repository, which every machine has.
var examples = []string{
	"../../examples/greet/greet.wasm", "../../examples/print-time/print-time.wasm",
	"../../bench/internal/guests/callee.wasm", "../../bench/internal/guests/driver.wasm",
}

func TestExamples(t *testing.T) {
	wasi := interfaces(t)
	for _, path := range examples {
		t.Run(filepath.Base(path), func(t *testing.T) { checkComponent(t, path, wasi) })
	}
}

// TestRealPrograms decodes programs that other tools have made.
func TestRealPrograms(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpus.Dir(t), "real", "*.wasm"))
	if err != nil || len(files) < 16 {
		t.Fatalf("the corpus has %d programs, %v", len(files), err)
	}
	wasi := interfaces(t)
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			if n := checkComponent(t, path, wasi); n < 5 {
				t.Errorf("only %d interfaces of the program are known to us", n)
			}
		})
	}
}

// interfaces are those of our own WIT, by what names them without their patch version.
func interfaces(t testing.TB) map[string]*model.Interface {
	t.Helper()
	known := map[string]*model.Interface{}
	for _, p := range load(t, filepath.Join("..", "..", "wit")).Packages {
		for _, i := range p.Interfaces {
			known[i.TrackID()] = i
		}
	}
	return known
}

// checkComponent checks what a component has of interfaces that are known, and returns how many there are.
func checkComponent(t *testing.T, path string, known map[string]*model.Interface) int {
	t.Helper()
	tree := decode(t, readFile(t, path))
	if tree.Root.ID() != "root:component" || len(tree.Root.Worlds) != 1 {
		t.Errorf("the root is %s, with %d worlds", tree.Root.ID(), len(tree.Root.Worlds))
	}
	n := 0
	for _, p := range tree.Packages {
		for _, i := range p.Interfaces {
			if whole := known[i.TrackID()]; whole != nil {
				checkPart(t, whole, i)
				n++
			}
		}
	}
	return n
}

// checkPart checks that all that a component has of an interface is as the interface says.
func checkPart(t *testing.T, whole, part *model.Interface) {
	t.Helper()
	funcs, types := map[string]string{}, map[string]string{}
	for _, f := range whole.Funcs {
		funcs[f.Name] = f.String()
	}
	for _, d := range whole.Types {
		types[d.Name] = describe(d)
	}
	for _, f := range part.Funcs {
		if got := f.String(); got != funcs[f.Name] {
			t.Errorf("%s: %s, want %s", part.ID(), got, funcs[f.Name])
		}
	}
	for _, d := range part.Types {
		if got := describe(d); got != types[d.Name] {
			t.Errorf("%s: type %s is %s, want %s", part.ID(), d.Name, got, types[d.Name])
		}
	}
}

// describe is a definition in one line, without its package's version.
func describe(d *model.TypeDef) string {
	switch {
	case d.Target() != nil:
		return "alias of " + d.Target().Owner.TrackID() + " " + d.Target().Name
	case d.Resource != nil:
		return "resource"
	case d.Type.Def != d:
		return d.Type.String()
	}
	words := []string{d.Type.Kind.String()}
	part := func(name string, t *model.Type) {
		if t != nil {
			name += " " + t.String()
		}
		words = append(words, name)
	}
	for _, f := range d.Type.Fields {
		part(f.Name, f.Type)
	}
	for _, c := range d.Type.Cases {
		part(c.Name, c.Type)
	}
	for _, l := range d.Type.Labels {
		part(l.Name, nil)
	}
	return strings.Join(words, ", ")
}

// TestSuites decodes the components of the upstream test suites. Many go ways that no tool goes: what is refused
// must be so for want of words, and the rest must be text.
func TestSuites(t *testing.T) {
	decoded, refused := 0, 0
	root := filepath.Join(corpus.Dir(t), "wast")
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".wasm" {
			return err
		}
		data := readFile(t, path)
		if kind, _ := component.Sniff(data); kind != component.KindComponent {
			return nil
		}
		if _, err := component.DecodeWith(data, component.AllFeatures); err != nil {
			return nil // for the decoder's own tests
		}
		tree, err := binary.Decode(data)
		if err != nil {
			refused++
			if !wordless.MatchString(err.Error()) {
				t.Errorf("%s: %v", path, err)
			}
			return nil
		}
		decoded++
		checkText(t, tree)
		if err := checkAgain(tree); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		return nil
	})
	if err != nil || decoded < 500 || refused < 50 {
		t.Errorf("%d components decoded, %d refused, %v", decoded, refused, err)
	}
}

// wordless matches why a component has no WIT.
var wordless = regexp.MustCompile(`no words for|nothing of the sort|it is a type, and the exports|which WIT cannot name|` +
	`is not the name of an interface|the name of a function is a plain one|the only export of its type`)

// TestCorpus encodes each package of the corpus and reads it again.
func TestCorpus(t *testing.T) {
	root := filepath.Join(corpus.Dir(t), "wit")
	packages, worlds := 0, 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() && filepath.Ext(path) != ".wit" {
			return err
		}
		tree, err := resolve.Load(path, everything)
		if err != nil || !encodable(tree) {
			return nil // not all directories are packages: what should resolve is for the tests of gen/resolve
		}
		packages++
		worlds += len(tree.Root.Worlds)
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		t.Run(rel, func(t *testing.T) { checkEncoded(t, tree, ignored[rel]...) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if packages < 500 || worlds < 200 {
		t.Errorf("only %d packages with %d worlds", packages, worlds)
	}
}

// ignored is what binary packages do not keep: blank space at the beginning of documentation.
var ignored = map[string][]modeltest.Ignore{"wit-parser-ui/comments.wit": {modeltest.Docs}}

func checkEncoded(t *testing.T, tree *model.Tree, ignore ...modeltest.Ignore) {
	t.Helper()
	got := decode(t, encode(t, tree))
	if d := modeltest.Diff(rootOf(tree), rootOf(got), ignore...); d != "" {
		t.Errorf("encoded and decoded (-want +got):\n%s", d)
	}
	for i, w := range tree.Root.Worlds {
		got := decode(t, embed(t, tree, w))
		if d := modeltest.Diff(worldOf(tree, i), worldOf(got, 0), noDocs...); d != "" {
			t.Errorf("world %s (-want +got):\n%s", w.Name, d)
		}
	}
}

// encodable tells that a package has something and no types that components cannot have.
func encodable(tree *model.Tree) bool {
	ok := len(tree.Root.Interfaces)+len(tree.Root.Worlds) > 0
	for _, p := range tree.Packages {
		scopes := []*model.Scope{}
		for _, i := range p.Interfaces {
			scopes = append(scopes, &i.Scope)
			ok = ok && !alike(i.Funcs)
		}
		for _, w := range p.Worlds {
			scopes = append(scopes, &w.Scope)
			ok = ok && !alike(model.Funcs(w.Imports))
			for _, i := range slices.Concat(model.Interfaces(w.Imports), model.Interfaces(w.Exports)) {
				scopes = append(scopes, &i.Scope)
			}
		}
		for _, s := range scopes {
			for _, d := range s.Types {
				ok = ok && !empty(d.Type)
			}
		}
	}
	return ok
}

// alike tells that a function of a resource has the name of the resource, which components may not have.
func alike(funcs []*model.Func) bool {
	return slices.ContainsFunc(funcs, func(f *model.Func) bool { return f.Resource != nil && f.Resource.Name == f.Base })
}

// empty tells that something in a type has no parts, or more flags than components can have.
func empty(t *model.Type) bool {
	switch {
	case t == nil:
		return false
	case t.Kind == abi.Record || t.Kind == abi.Tuple:
		return len(t.Fields) == 0 || slices.ContainsFunc(t.Fields, func(f model.Field) bool { return empty(f.Type) })
	case t.Kind == abi.Flags:
		return len(t.Labels) == 0 || len(t.Labels) > 32
	}
	return empty(t.Elem)
}

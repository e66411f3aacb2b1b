package roundtrip

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/emit/goguest"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/wasi01"
)

// This file makes the guest in Go: a module as a user would have it.

const (
	goModule  = "outsider.test/guest"
	goImports = "gen/test/roundtrip/v1/calls"
	goExports = "gen/exports/test/roundtrip/v1/calls"
)

// goMain is the main package.
const goMain = `package main

import (
	_ "` + goModule + "/" + goExports + `"
	_ "` + goModule + `/wrap"
)

func main() {}
`

// goEnv has the collector run as often as the heap allows, and overwrite what it frees: who still uses that sees it.
var goEnv = []string{"GOGC=1", "GODEBUG=clobberfree=1"}

// goHead begins what implements the export. Values are on their way when collect is called: arguments that have come,
// or results that have. To collect every time would take most of the time of the test.
const goHead = `
type forwarder struct{}

func init() { Export(forwarder{}) }

var calls int

func collect() {
	if calls++; calls%5 == 0 {
		runtime.GC()
	}
}
`

// goGuest builds the guest in Go as a component.
func goGuest(t testing.TB, tree *model.Tree) []byte {
	t.Helper()
	w := worldOf(t, tree, "guest")
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files, err := goguest.Generate(tree, w, goguest.Options{Module: goModule + "/gen"})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		write(t, dir, emit.File{Path: path.Join("gen", f.Path), Content: f.Content})
	}
	write(t, dir, emit.File{Path: "main.go", Content: []byte(goMain)})
	wrap, err := os.ReadFile("testdata/guest/wrap/wrap.go")
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, emit.File{Path: "wrap/wrap.go", Content: wrap})
	write(t, dir, emit.File{Path: path.Join(goExports, "forward.go"), Content: goForward(t, filepath.Join(dir, goExports))})
	// All that guests use of this module is a package which imports nothing: no other requirement matters.
	write(t, dir, emit.File{Path: "go.mod", Content: fmt.Appendf(nil, "module %s\n\ngo 1.26\n\n"+
		"require github.com/witan-os/witan v0.0.0\n\nreplace github.com/witan-os/witan => %s\n", goModule, root)})
	core := filepath.Join(dir, "core.wasm")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-buildmode=c-shared", "-ldflags=-s -w", "-o", core, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOWORK=off", "GOFLAGS=-mod=mod")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, bytes.TrimSpace(out))
	}
	wasm, err := os.ReadFile(core)
	if err != nil {
		t.Fatal(err)
	}
	adapter, err := wasi01.Adapter(wasi01.Options{Program: wasm})
	if err != nil {
		t.Fatal(err)
	}
	imports := *adapter.World
	imports.Exports = nil // the guest is no command
	adapter.World = &imports
	return asComponent(t, wasm, componentize.Options{World: w, Adapters: []componentize.Adapter{adapter}})
}

// goForward writes what implements an exported interface by calling the import of the same name. The generated package
// in dir says what there is to implement.
func goForward(t testing.TB, dir string) []byte {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, filepath.Join(dir, "calls.wit.go"), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	methods := guestMethods(file)
	if len(methods) < functions {
		t.Fatalf("%s has %d methods to implement", dir, len(methods))
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "package calls\n\nimport (\n\"runtime\"\n")
	for _, i := range file.Imports {
		if name, _ := strconv.Unquote(i.Path.Value); usesPackage(methods, path.Base(name)) {
			fmt.Fprintf(&out, "%s\n", i.Path.Value)
		}
	}
	fmt.Fprintf(&out, "next %q\n)\n%s", goModule+"/"+goImports, goHead)
	for _, m := range methods {
		typ := m.Type.(*ast.FuncType)
		var signature bytes.Buffer
		if err := format.Node(&signature, fset, typ); err != nil {
			t.Fatal(err)
		}
		call := fmt.Sprintf("next.%s(%s)", m.Names[0].Name, strings.Join(paramNames(typ), ", "))
		if typ.Results != nil {
			call = "return " + call
		}
		fmt.Fprintf(&out, "\nfunc (forwarder) %s%s {\ncollect()\ndefer collect()\n%s\n}\n",
			m.Names[0].Name, strings.TrimPrefix(signature.String(), "func"), call)
	}
	text, err := format.Source(out.Bytes())
	if err != nil {
		t.Fatalf("%v\n%s", err, out.Bytes())
	}
	return text
}

// guestMethods are the methods of the interface that a generated package has implemented by the guest.
func guestMethods(file *ast.File) []*ast.Field {
	var methods []*ast.Field
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if i, ok := spec.Type.(*ast.InterfaceType); ok && spec.Name.Name == "Guest" {
			methods = i.Methods.List
		}
		return false
	})
	return methods
}

func usesPackage(methods []*ast.Field, name string) (uses bool) {
	for _, m := range methods {
		ast.Inspect(m.Type, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				x, ok := s.X.(*ast.Ident)
				uses = uses || ok && x.Name == name
			}
			return true
		})
	}
	return uses
}

func paramNames(f *ast.FuncType) []string {
	var names []string
	for _, p := range f.Params.List {
		for _, n := range p.Names {
			names = append(names, n.Name)
		}
	}
	return names
}

func write(t testing.TB, dir string, f emit.File) {
	t.Helper()
	name := filepath.Join(dir, filepath.FromSlash(f.Path))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, f.Content, 0o666); err != nil {
		t.Fatal(err)
	}
}

func asComponent(t testing.TB, core []byte, opt componentize.Options) []byte {
	t.Helper()
	wasm, err := componentize.New(core, opt)
	if err != nil {
		t.Fatal(err)
	}
	return wasm
}

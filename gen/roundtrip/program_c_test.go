package roundtrip

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/emit/cguest"
	"github.com/witan-os/witan/gen/model"
)

// This file makes the guest in C.

const (
	cImports = "test_roundtrip_calls_"
	cExports = "exports_" + cImports
)

// cGuest builds the guest in C as a component.
func cGuest(t testing.TB, tree *model.Tree) []byte {
	t.Helper()
	w := worldOf(t, tree, "counted")
	files, err := cguest.Generate(tree, w, cguest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	main, core := filepath.Join(dir, "main.c"), filepath.Join(dir, "core.wasm")
	args := []string{
		"--target=wasm32", "-std=c11", "-Os", "-mbulk-memory", "-ffreestanding", "-nostdlib", "-Wall", "-Wextra", "-Werror",
		"-DCABI_COUNT", "-I" + dir, "-Wl,--no-entry", "-Wl,--stack-first", "-o", core, main, "testdata/guest/wrap.c",
	}
	var program []byte
	for _, f := range files {
		write(t, dir, f)
		switch filepath.Ext(f.Path) {
		case ".c":
			args = append(args, filepath.Join(dir, f.Path))
		case ".h":
			program = cForward(t, f.Path, string(f.Content))
		}
	}
	if err := os.WriteFile(main, program, 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "clang", args...).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		t.Fatalf("%v: these tests need clang and wasm-ld (Debian: apt-get install clang lld)", err)
	}
	if err != nil {
		t.Fatalf("clang: %v\n%.20000s", err, out)
	}
	wasm, err := os.ReadFile(core)
	if err != nil {
		t.Fatal(err)
	}
	return asComponent(t, wasm, componentize.Options{World: w})
}

// cFunction is a function that a header declares.
type cFunction struct {
	result, name string
	params       []cParam
}

// cParam is a parameter. Those for results have the names ret and err.
type cParam struct{ typ, name string }

func (p cParam) pointer() bool { return strings.HasSuffix(p.typ, "*") }

func (p cParam) out() bool { return p.name == "ret" || p.name == "err" }

// base is the name of the type without its ending.
func (p cParam) base() string {
	return strings.TrimSuffix(strings.TrimSpace(strings.TrimSuffix(p.typ, "*")), "_t")
}

var (
	cDeclaration = regexp.MustCompile(`(?m)^([a-z]\w*) (\w+)\(([^)]*)\);$`)
	cParameter   = regexp.MustCompile(`^(?:const )?(\w+ \*?)(\w+)$`)
)

// cFunctions reads the functions that a header declares, by their names.
func cFunctions(t testing.TB, header string) map[string]*cFunction {
	t.Helper()
	all := map[string]*cFunction{}
	for _, m := range cDeclaration.FindAllStringSubmatch(header, -1) {
		f := &cFunction{result: m[1], name: m[2]}
		for text := range strings.SplitSeq(m[3], ",") {
			if text = strings.TrimSpace(text); text == "void" {
				continue
			}
			p := cParameter.FindStringSubmatch(text)
			if p == nil {
				t.Fatalf("%s has a parameter of a form that is not known: %q", f.name, text)
			}
			f.params = append(f.params, cParam{p[1], p[2]})
		}
		all[f.name] = f
	}
	return all
}

// cForward writes a program for a header. Each function of the export passes what it gets to that of the import, and
// frees it. An import and an export have the same types in memory under different names, so that nothing is copied.
func cForward(t testing.TB, name, header string) []byte {
	t.Helper()
	all := cFunctions(t, header)
	var out strings.Builder
	fmt.Fprintf(&out, "#include %q\n\nuint32_t exports_counted_blocks(void) { return cabi_blocks; }\n", name)
	written := 0
	for _, m := range cDeclaration.FindAllStringSubmatch(header, -1) {
		f := all[m[2]]
		next := all[cImports+strings.TrimPrefix(f.name, cExports)]
		if !strings.HasPrefix(f.name, cExports) || next == nil || strings.HasSuffix(f.name, "_free") {
			continue
		}
		if len(next.params) != len(f.params) {
			t.Fatalf("%s has %d parameters, and %s %d", f.name, len(f.params), next.name, len(next.params))
		}
		out.WriteString(f.forward(next, all))
		written++
	}
	if written < functions {
		t.Fatalf("the header has %d functions to forward", written)
	}
	return []byte(out.String())
}

func (f *cFunction) forward(next *cFunction, all map[string]*cFunction) string {
	var params, args []string
	var frees strings.Builder
	for _, p := range f.params {
		params = append(params, p.typ+p.name)
		arg := p.name
		if p.pointer() {
			arg = "(void *)" + arg
		}
		args = append(args, arg)
		switch free := all[p.base()+"_free"]; {
		case p.out():
		case strings.HasSuffix(p.base(), "borrow_file"):
			fmt.Fprintf(&frees, "    test_roundtrip_types_file_drop_borrow(%s);\n", p.name)
		case p.pointer() && free != nil:
			fmt.Fprintf(&frees, "    if (%s)\n        %s(%[1]s);\n", p.name, free.name)
		}
	}
	if len(params) == 0 {
		params = []string{"void"}
	}
	call := fmt.Sprintf("%s(%s);", next.name, strings.Join(args, ", "))
	result := ""
	if f.result != "void" {
		call, result = f.result+" result = "+call, "    return result;\n"
	}
	return fmt.Sprintf("\n%s %s(%s) {\n    %s\n%s%s}\n", f.result, f.name, strings.Join(params, ", "), call, frees.String(), result)
}

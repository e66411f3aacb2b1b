package wasi01

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/bare"
	"github.com/witan-os/witan/internal/coremodule"
)

// variants are all combinations of build constraints.
var variants = [][]string{nil, {"without_files"}, {"plain_exit"}, {"without_files", "plain_exit"}}

// TestVet has go vet read the sources, which it passes over where it reads everything: they are for another system.
func TestVet(t *testing.T) {
	for _, tags := range variants {
		cmd := exec.Command("go", "vet", "-tags", strings.Join(tags, ","), "./adapter", "./window")
		cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", tags, err, out)
		}
	}
}

// TestVariants compiles the adapter in each variant, and looks at what it offers to programs and asks of hosts.
func TestVariants(t *testing.T) {
	for _, tags := range variants {
		t.Run(strings.Join(tags, ","), func(t *testing.T) {
			wasm, err := compile("adapter", bare.Own(initialPages), tags...)
			if err != nil {
				t.Fatal(err)
			}
			again, err := compile("adapter", bare.Own(initialPages), tags...)
			if err != nil || !bytes.Equal(wasm, again) {
				t.Errorf("the second compilation differs: %v", err)
			}
			m, err := coremodule.Read(wasm)
			if err != nil {
				t.Fatal(err)
			}
			checkExports(t, m, !slices.Contains(tags, "without_files"))
			checkImports(t, m, tags)
		})
	}
}

// checkExports expects all functions of WASI 0.1, or all that a program without files can import.
func checkExports(t *testing.T, m *coremodule.Module, files bool) {
	t.Helper()
	types := map[string]string{}
	for _, x := range m.Exports {
		if x.Space == coremodule.Func {
			types[x.Name] = typeText(m.FuncType(x.Index))
		}
	}
	for name, want := range signatures {
		opens := opensFiles(name)
		switch got, ok := types[name]; {
		case ok && opens && !files:
			t.Errorf("%s is there", name)
		case !ok && (files || !opens):
			t.Errorf("%s is missing", name)
		case ok && got != want:
			t.Errorf("%s is %s, want %s", name, got, want)
		}
		delete(types, name)
	}
	delete(types, "cabi_realloc")
	delete(types, "guest_realloc")
	delete(types, "wasi:cli/run@0.2.12#run")
	if len(types) != 0 {
		t.Errorf("there is more: %v", types)
	}
}

// checkImports expects nothing that the variant is there to avoid.
func checkImports(t *testing.T, m *coremodule.Module, tags []string) {
	t.Helper()
	for _, i := range m.Imports {
		if strings.HasPrefix(i.Module, "wasi:filesystem/") && slices.Contains(tags, "without_files") {
			t.Errorf("imports %s %s", i.Module, i.Name)
		}
		if i.Name == "exit-with-code" && slices.Contains(tags, "plain_exit") {
			t.Errorf("imports %s %s", i.Module, i.Name)
		}
	}
}

func typeText(f coremodule.FuncType) string {
	var words []string
	for _, list := range [][]byte{f.Params, {0}, f.Results} {
		for _, typ := range list {
			words = append(words, map[byte]string{0x7f: "i32", 0x7e: "i64", 0: "->"}[typ])
		}
	}
	return strings.Join(words, " ")
}

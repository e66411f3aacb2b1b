package survey_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/cmd/witgen/internal/survey"
)

// tree writes files and returns their directory.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFind(t *testing.T) {
	const line = "package x\n\n//go:generate go tool witgen generate\n"
	root := tree(t, map[string]string{
		"a/main.go":                    line,
		"a/witgen.toml":                "",
		"a/generated/manifest.json":    `{"generator": "witgen"}`,
		"b/witgen.toml":                "",
		"b/b.go":                       "package b\n//go:generate stringer\n//go:generate go tool witgen build ./guest -o guest.wasm\n",
		"b/generated/manifest.json":    `{"generator": "else"}`,
		"c/two.go":                     "//go:generate witgen generate --wit \"a b\" --out x\r\n\n//go:generate go run example.org/cmd/witgen@v1.2.3 generate --all-features\n",
		"d/none.go":                    "// //go:generate witgen generate\n //go:generate witgen generate\n//go:generate witgen fmt wit\n//go:generate \"unclosed witgen generate\n",
		"testdata/main.go":             line,
		"_old/main.go":                 line,
		".git/main.go":                 line,
		"node_modules/x/witgen.toml":   "",
		"vendor/example.org/x/main.go": line,
		"e/readme.md":                  line,
	})
	got, err := survey.Find(root)
	if err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.Join(root, name) }
	want := &survey.Tree{
		Projects: []survey.Project{
			{Dir: in("a"), Args: []string{}, Line: in("a/main.go") + ":3"},
			{Dir: in("b")},
			{Dir: in("c"), Args: []string{"--wit", "a b", "--out", "x"}, Line: in("c/two.go") + ":1"},
			{Dir: in("c"), Args: []string{"--all-features"}, Line: in("c/two.go") + ":3"},
		},
		Builds:  []survey.Project{{Dir: in("b"), Args: []string{"./guest", "-o", "guest.wasm"}, Line: in("b/b.go") + ":3"}},
		Outputs: []string{in("a/generated")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	here, err := survey.In(in("c"))
	if err != nil || !cmp.Equal(here, want.Projects[2:]) {
		t.Errorf("in one directory: %v, %v", here, err)
	}
}

func TestFindFails(t *testing.T) {
	if _, err := survey.Find(filepath.Join(t.TempDir(), "gone")); !os.IsNotExist(err) {
		t.Errorf("no directory: %v", err)
	}
	root := tree(t, map[string]string{"x.go": "package x\n//go:generate witgen generate --out $OUT\n"})
	if _, err := survey.Find(root); err == nil || !strings.Contains(err.Error(), "x.go:2: the command has variables") {
		t.Errorf("a variable: %v", err)
	}
}

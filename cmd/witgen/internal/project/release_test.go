package project

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// TestRelease requires a release, from a module proxy in a directory that has one of a Witan that consists of little.
func TestRelease(t *testing.T) {
	const version = "v0.3.1"
	source := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module " + witanModule + "\n\ngo 1.26.0\n\nrequire example.org/x v1.0.0\n",
		"go.sum": "example.org/x v1.0.0 h1:sum\nexample.org/x v1.0.0/go.mod h1:sum\n",
	} {
		if err := writeFile(filepath.Join(source, name), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	proxy := t.TempDir()
	versions := filepath.Join(proxy, filepath.FromSlash(witanModule), "@v")
	mod, err := os.ReadFile(filepath.Join(source, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if err := writeFile(filepath.Join(versions, version+".mod"), mod); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(filepath.Join(versions, version+".info"), []byte(`{"Version": "`+version+`"}`)); err != nil {
		t.Fatal(err)
	}
	archive, err := os.Create(filepath.Join(versions, version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	if err := zip.CreateFromDir(archive, module.Version{Path: witanModule, Version: version}, source); err != nil {
		t.Fatal(err)
	}

	t.Setenv("GOPROXY", "file://"+filepath.ToSlash(proxy))
	t.Setenv("GOMODCACHE", t.TempDir())
	t.Setenv("GOFLAGS", "-modcacherw") // so that the directory can be removed
	t.Setenv("GOSUMDB", "off")
	w, err := FromVersion(context.Background(), version)
	if err != nil {
		t.Fatal(err)
	}
	text, err := w.goMod("example.org/demo")
	if err != nil {
		t.Fatal(err)
	}
	want := `module example.org/demo

go 1.26.0

tool github.com/witan-os/witan/cmd/witgen

require github.com/witan-os/witan v0.3.1

require example.org/x v1.0.0 // indirect
`
	if string(text) != want {
		t.Errorf("go.mod is\n%s", text)
	}
	lines := strings.Split(strings.TrimSpace(string(w.sums)), "\n")
	for i, prefix := range []string{
		"example.org/x v1.0.0 h1:", "example.org/x v1.0.0/go.mod h1:",
		witanModule + " v0.3.1 h1:", witanModule + " v0.3.1/go.mod h1:",
	} {
		if i >= len(lines) || !strings.HasPrefix(lines[i], prefix) {
			t.Fatalf("go.sum lacks %q:\n%s", prefix, w.sums)
		}
	}
	if _, err := FromVersion(context.Background(), "v0.3.2"); err == nil || !strings.Contains(err.Error(), "v0.3.2 can't be had") {
		t.Errorf("another version: %v", err)
	}
}

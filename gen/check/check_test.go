package check

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/emit"
)

func generated(path, body string) emit.File {
	return emit.File{Path: path, Content: []byte(emit.Header + "\n\n" + body)}
}

func put(t *testing.T, dir, path, content string) {
	t.Helper()
	path = filepath.Join(dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestDifferences(t *testing.T) {
	dir := t.TempDir()
	files := []emit.File{generated("a/a.wit.go", "package a\n"), generated("b/b.wit.go", "package b\n"), generated("c.wit.go", "package c\n")}
	put(t, dir, "a/a.wit.go", string(files[0].Content))
	put(t, dir, "b/b.wit.go", emit.Header+"\n\npackage edited\n")
	put(t, dir, "old/deep/old.wit.go", emit.Header+"\n\npackage old\n")
	put(t, dir, "old/mine.go", "package old // written by hand\n")
	put(t, dir, "a/short.go", "//")
	put(t, dir, "guest.h", emit.Header+"\n\n#include <stdint.h>\n")
	put(t, dir, "mine.c", "#include \"guest.h\"\n")
	put(t, dir, "notes.md", emit.Header+"\n")
	put(t, dir, "other/manifest.json", "{}")
	put(t, dir, "other/x/x.wit.go", emit.Header+"\n\npackage x\n")

	want := []Difference{{Stale, "b/b.wit.go"}, {Missing, "c.wit.go"}, {Orphan, "guest.h"}, {Orphan, "old/deep/old.wit.go"}}
	got, err := Compare(dir, files)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Compare (-want +got):\n%s", diff)
	}
	if _, err := Write(dir, files); err != nil {
		t.Fatal(err)
	}
	if got, err = Compare(dir, files); err != nil || len(got) != 0 {
		t.Errorf("after Write: %v, %v", got, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "old/deep")); !os.IsNotExist(err) {
		t.Errorf("the orphan's directory is still there: %v", err)
	}
	for _, kept := range []string{"old/mine.go", "other/x/x.wit.go", "mine.c", "notes.md"} {
		if _, err := os.Stat(filepath.Join(dir, kept)); err != nil {
			t.Errorf("a file of somebody else is gone: %v", err)
		}
	}
}

func TestDirectoryThatIsNotThereYet(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	files := []emit.File{generated("a.wit.go", "package a\n")}
	got, err := Compare(dir, files)
	if want := []Difference{{Missing, "a.wit.go"}}; err != nil || !cmp.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := Write(dir, files); err != nil {
		t.Fatal(err)
	}
}

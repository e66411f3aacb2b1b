package wit_test

// Where the two sides of every comparison come from: our embedded sources, and the
// published WASI packages in the corpus that WITAN_CORPUS points to.

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/witan-os/witan/wit"
)

// tree maps the path of each WIT file, with slashes, to its text.
type tree map[string]string

func readTree(t *testing.T, fsys fs.FS) tree {
	t.Helper()
	out := tree{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".wit" {
			return err
		}
		src, err := fs.ReadFile(fsys, name)
		out[name] = string(src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// reference returns the published packages of WASI 0.2 and 0.3, or skips the test without a corpus. The directories of
// 0.3 end as ours do.
func reference(t *testing.T) tree {
	t.Helper()
	corpus := os.Getenv("WITAN_CORPUS")
	if corpus == "" {
		t.Skip("WITAN_CORPUS is not set: the published WASI packages are not at hand to compare with")
	}
	out := tree{}
	for version, suffix := range map[string]string{"0.2.12": "", "0.3.0": "-0.3"} {
		files := readTree(t, os.DirFS(filepath.Join(corpus, "wit", "wasi-"+version)))
		if len(files) == 0 {
			t.Fatalf("no WIT files of WASI %s in the corpus at %s", version, corpus)
		}
		for name, text := range files {
			out[path.Dir(name)+suffix+"/"+path.Base(name)] = text
		}
	}
	return out
}

// counterpart returns our files of the packages that ref has. Other packages may live
// under deps as well.
func counterpart(t *testing.T, ref tree) tree {
	t.Helper()
	deps, err := fs.Sub(wit.Files, "deps")
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]bool{}
	for name := range ref {
		packages[path.Dir(name)] = true
	}
	out := readTree(t, deps)
	for name := range out {
		if !packages[path.Dir(name)] {
			delete(out, name)
		}
	}
	return out
}

// with returns a copy in which one occurrence of old in the named file is replaced. It
// fails the test if there is nothing to replace.
func (tr tree) with(t *testing.T, name, old, replacement string) tree {
	t.Helper()
	if !strings.Contains(tr[name], old) {
		t.Fatalf("%s does not contain %q", name, old)
	}
	out := tree{}
	for k, v := range tr {
		out[k] = v
	}
	out[name] = strings.Replace(tr[name], old, replacement, 1)
	return out
}

// write stores the tree as the dependencies of an otherwise empty root package, which is
// the layout the loader wants, and returns the root's directory.
func (tr tree) write(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	files := tree{"root.wit": "package test:root;\n"}
	for name, src := range tr {
		files["deps/"+name] = src
	}
	for name, src := range files {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// A file that the embedding patterns miss would be invisible to tools and to every
// comparison here.
func TestFilesHoldsTheWholeTree(t *testing.T) {
	want, got := readTree(t, os.DirFS(".")), readTree(t, wit.Files)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("embedded files differ from the directory (-directory +embedded):\n%s", diff)
	}
	for _, name := range []string{"kernel.wit", "deps/io/streams.wit"} {
		if got[name] == "" {
			t.Errorf("%s is not embedded", name)
		}
	}
}

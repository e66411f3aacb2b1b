package resolve_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

// mapFS makes a file system of names and texts.
func mapFS(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// packageIDs are the packages of a tree, with a star at its root.
func packageIDs(tree *model.Tree) string {
	var ids []string
	for _, p := range tree.Packages {
		id := p.ID()
		if p == tree.Root {
			id += "*"
		}
		ids = append(ids, id)
	}
	return strings.Join(ids, " ")
}

// layoutOfFiles has everything that a directory of WIT may have beside it.
var layoutOfFiles = map[string]string{
	"wit/a.wit":                     "package x:main;\ninterface a { use wasi:io/i@0.2.0.{t}; }",
	"wit/.b.wit":                    "interface b { use z:single/i.{t}; }",
	"wit/notes.txt":                 "no WIT",
	"wit/more/c.wit":                "no WIT either",
	"wit/deps/wasi-io-0.2.0/a.wit":  "package wasi:io@0.2.0;\ninterface i { use y:under/i.{t}; }",
	"wit/deps/wasi-io-0.2.0/b.wit":  "interface j {}",
	"wit/deps/wasi-io-0.2.0/deps/x": "not read",
	"wit/deps/single.wit":           "package z:single;\ninterface i { type t = u8; }",
	"wit/deps/under.wit":            "package y:under;\ninterface i { type t = u8; }",
	"wit/deps/empty/readme.md":      "no WIT",
	"wit/deps/.DS_Store":            "no WIT",
}

func TestLayout(t *testing.T) {
	const want = "y:under wasi:io@0.2.0 z:single x:main*"
	fsys := mapFS(layoutOfFiles)
	tree, err := resolve.FS(fsys, "wit", "git:HEAD/wit", resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := packageIDs(tree); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := tree.Root.Interfaces[0].Source.Name(); got != "git:HEAD/wit/.b.wit" {
		t.Errorf("the source is called %s", got)
	}

	dir := t.TempDir()
	if err := os.CopyFS(dir, fsys); err != nil {
		t.Fatal(err)
	}
	tree, err = resolve.Load(filepath.Join(dir, "wit"), resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tree.Root.Interfaces[1].Source.Name(), filepath.ToSlash(dir)+"/wit/a.wit"; got != want {
		t.Errorf("the source is called %s, want %s", got, want)
	}
	tree, err = resolve.Load(filepath.Join(dir, "wit/deps/single.wit"), resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := packageIDs(tree); got != "z:single*" {
		t.Errorf("a single file: got %s", got)
	}
	t.Chdir(filepath.Join(dir, "wit/deps/wasi-io-0.2.0"))
	_, err = resolve.Load(".", resolve.Options{})
	if err == nil || !strings.HasPrefix(err.Error(), "a.wit:2:19: there is no package `y:under`") {
		t.Errorf("in the current directory: %v", err)
	}
}

// TestUnknownFeatures enables features of which some are in gates, wherever those are, and the gates of others.
func TestUnknownFeatures(t *testing.T) {
	files := map[string]string{
		"a.wit": `package a:b@1.0.0;
@unstable(feature = outer) interface i { @unstable(feature = inner) f: func(); }
interface j { @unstable(feature = used) use c:d/k@1.0.0.{t}; }
world w { @unstable(feature = item) import j; @unstable(feature = included) include v; }
world v {}`,
		"deps/c.wit": "package c:d@1.0.0;\ninterface k { @unstable(feature = typed) @deprecated(version = 1.0.0) type t = u8; }",
	}
	var got []string
	opt := resolve.Options{
		Features: []string{"outre", "inner", "outer", "typed", "item", "used", "included", "k"},
		Unknown:  func(feature string) { got = append(got, feature) },
	}
	if _, err := resolve.FS(mapFS(files), ".", "", opt); err != nil {
		t.Fatal(err)
	}
	if want := []string{"outre", "k"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestUnreadable(t *testing.T) {
	many := map[string]string{}
	for i := range resolve.MaxFiles + 1 {
		many["d/"+strings.Repeat("a", i+1)+".wit"] = ""
	}
	tests := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"no directory", map[string]string{"e/a.wit": ""}, "d: file does not exist"},
		{"no WIT", map[string]string{"d/a.txt": ""}, "shown: there is no .wit file"},
		{"too many files", many, "shown: more than 2000 files"},
		{"deps is no directory", map[string]string{"d/a.wit": "package a:b;", "d/deps": ""}, "d/deps"},
		{"no decoder", map[string]string{"d/a.wit": "package a:b;", "d/deps/b.wasm": ""}, "shown/deps/b.wasm: WIT packages in binary form can't be read here"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := resolve.FS(mapFS(tt.files), "d", "shown", resolve.Options{})
			var list diag.List
			if err == nil || errors.As(err, &list) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	if _, err := resolve.Load(filepath.Join(t.TempDir(), "gone"), resolve.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestTooManyBytes(t *testing.T) {
	const text = "package a:b;//"
	large := text + strings.Repeat(" ", syntax.MaxFileSize-len(text))
	files := map[string]string{"a.wit": large, "b.wit": large, "c.wit": large, "d.wit": large}
	if _, err := resolve.FS(mapFS(files), ".", "", resolve.Options{}); err != nil {
		t.Errorf("as much as is allowed: %v", err)
	}
	files["e.wit"] = "// one more"
	if _, err := resolve.FS(mapFS(files), ".", "", resolve.Options{}); err == nil || !strings.Contains(err.Error(), "bytes of them") {
		t.Errorf("got %v, want too many bytes", err)
	}
	_, err := resolve.FS(mapFS(map[string]string{"a.wit": large + " "}), ".", "", resolve.Options{})
	var list diag.List
	if !errors.As(err, &list) || list.Items[0].Rule != syntax.RuleTooLarge {
		t.Errorf("got %v, want a diagnostic about a large file", err)
	}
}

// fakeBinary decodes what is text in truth.
func fakeBinary(data []byte) (*model.Tree, error) {
	text := string(data)
	if text == "" {
		return nil, errors.New("nothing to decode")
	}
	return resolve.Sources([]*diag.Source{diag.NewSource("decoded.wit", text)}, nil, resolve.Options{})
}

func TestBinary(t *testing.T) {
	const decoded = `package z:binary@1.0.0;
		package a:under { interface i { type t = u8; } }
		interface i {
			use a:under/i.{t};
			resource r { next: func() -> t; }
			record lent { r: borrow<r>, n: option<t> }
			f: func();
		}
		world w { import i; export run: func(x: list<u8>); }`
	opt := resolve.Options{Binary: fakeBinary}
	tree, err := resolve.FS(mapFS(map[string]string{
		"a.wit": `package a:main;
			interface a { use z:binary/i@1.0.0.{r, lent}; g: func(x: r, y: lent) -> own<r>; }
			world w { include z:binary/w@1.0.0 with { run as start }; export a; }`,
		"deps/b.wasm": decoded,
	}), ".", "", opt)
	if err != nil {
		t.Fatal(err)
	}
	checkTree(t, tree)
	if got, want := packageIDs(tree), "a:under z:binary@1.0.0 a:main*"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var imports []string
	for _, i := range tree.Root.Worlds[0].Imports {
		imports = append(imports, i.Key())
	}
	if diff := cmp.Diff([]string{"a:under/i", "z:binary/i@1.0.0"}, imports); diff != "" {
		t.Errorf("imports (-want +got):\n%s", diff)
	}

	// What b.wasm has of a:under is not all of it. The whole package counts, in whatever form it is there.
	for _, whole := range []string{"deps/under.wasm", "deps/under.wit", "deps/a.wasm"} {
		tree, err := resolve.FS(mapFS(map[string]string{
			"a.wit":       "package a:main; interface a { use z:binary/i@1.0.0.{lent}; use a:under/i.{t, more}; }",
			"deps/b.wasm": decoded, whole: "package a:under; interface i { type t = u8; type more = u16; }",
		}), ".", "", opt)
		if err != nil {
			t.Errorf("%s: %v", whole, err)
			continue
		}
		checkTree(t, tree)
		if got, want := packageIDs(tree), "a:under z:binary@1.0.0 a:main*"; got != want {
			t.Errorf("%s: got %s, want %s", whole, got, want)
		}
	}

	for name, tt := range map[string]struct{ wit, wasm, want string }{
		"borrowed": {
			"package a:main; interface a { use z:binary/i@1.0.0.{lent}; f: func() -> lent; }", decoded,
			"a.wit:1:60: the result of `f` has a borrowed handle",
		},
		"no type": {
			"package a:main; interface a { use z:binary/i@1.0.0.{rr, f}; }", decoded,
			"a.wit:1:53: interface `i` has no type `rr` (and 1 more)",
		},
		"another version":    {"package a:main; world w { import z:binary/i; }", decoded, "a.wit:1:34: there is no package `z:binary`"},
		"replaced by text":   {"package a:under;", decoded, "deps/b.wasm:4:17: package `a:under` has no interface `i`"},
		"twice":              {"package z:binary@1.0.0;", decoded, "deps/b.wasm:1:9: package `z:binary@1.0.0` is there twice"},
		"not to be decoded":  {"package a:main;", "", "deps/b.wasm: nothing to decode"},
		"in two other files": {"package a:main;", "package a:c;", "deps/c.wasm:1:9: package `a:c` is there twice"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"a.wit": tt.wit, "deps/b.wasm": tt.wasm, "deps/c.wasm": "package a:c;"}
			if _, err := resolve.FS(mapFS(files), ".", "", opt); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// TestNoFiles reads a directory with names that lead to no file: a pipe would keep the reader waiting.
func TestNoFiles(t *testing.T) {
	fsys := mapFS(map[string]string{"a.wit": "package x:main;"})
	for _, name := range []string{"pipe.wit", "deps/pipe.wit", "deps/x/pipe.wit", "deps/pipe.wasm"} {
		fsys[name] = &fstest.MapFile{Data: []byte("not WIT"), Mode: fs.ModeNamedPipe}
	}
	if _, err := resolve.FS(fsys, ".", "wit", resolve.Options{}); err != nil {
		t.Error(err)
	}

	dir := t.TempDir()
	for _, err := range []error{
		os.WriteFile(filepath.Join(dir, "a.wit"), []byte("package x:main;"), 0o600),
		os.Symlink("nowhere", filepath.Join(dir, "gone.wit")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := resolve.Load(dir, resolve.Options{})
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), filepath.ToSlash(dir)+"/gone.wit") {
		t.Errorf("got %v, want the whole name of the link that leads nowhere", err)
	}
}

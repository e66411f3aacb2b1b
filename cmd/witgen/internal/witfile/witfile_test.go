package witfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/print"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/gen/witjson"
)

// write makes a directory of files.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const manyWorlds = `package a:b@1.0.0;
world one { include c:d/only@0.1.0; }
world two { include c:d/only@0.2.0; }
`

func worlds(t *testing.T) string {
	return write(t, map[string]string{
		"a.wit":          manyWorlds,
		"deps/old/d.wit": "package c:d@0.1.0;\nworld only { import f: func(); }\n",
		"deps/new/d.wit": "package c:d@0.2.0;\nworld only { import f: func(); }\nworld new {}\n",
	})
}

func TestLoad(t *testing.T) {
	dir := worlds(t)
	tree, err := Load(dir, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := print.Tree(tree)
	encoded, err := witjson.Encode(tree)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "tree.json")
	if err := os.WriteFile(name, encoded, 0o666); err != nil {
		t.Fatal(err)
	}
	again, err := Load(name, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := print.Tree(again); got != text {
		t.Errorf("as JSON it is\n%s\nand as text\n%s", got, text)
	}
	for path, text := range map[string]bool{dir: true, name: true, filepath.Join(dir, "a.wit"): true, "x.wasm": false} {
		if HoldsText(path) != text {
			t.Errorf("HoldsText(%s) is %v", path, !text)
		}
	}
	if IsResolved(dir) || !IsResolved(name) || !IsResolved("x.wasm") {
		t.Error("which files have all names resolved is wrong")
	}
	broken := filepath.Join(write(t, map[string]string{"broken.wasm": "\x00asm"}), "broken.wasm")
	if _, err := Load(broken, resolve.Options{}); err == nil || !strings.HasPrefix(err.Error(), broken+": ") {
		t.Errorf("a broken file: %v", err)
	}
}

func TestWorld(t *testing.T) {
	tree, err := Load(worlds(t), resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, want, fail string }{
		{name: "one", want: "a:b/one@1.0.0"},
		{name: "a:b/two", want: "a:b/two@1.0.0"},
		{name: "a:b/two@1.0.0", want: "a:b/two@1.0.0"},
		{name: "c:d/only@0.2.0", want: "c:d/only@0.2.0"},
		{name: "c:d/new", want: "c:d/new@0.2.0"},
		{name: "c:d/only", fail: "there are several versions of the world c:d/only"},
		{name: "ones", fail: "there is no world ones in a:b@1.0.0: did you mean one?"},
		{name: "nothing", fail: "there is no world nothing in a:b@1.0.0, which has "},
		{name: "", fail: "has several worlds: say with --world which of them, one, two"},
	} {
		w, err := World(tree, c.name)
		switch {
		case c.fail != "" && (err == nil || !strings.Contains(err.Error(), c.fail)):
			t.Errorf("%q: got %v, want %s", c.name, err, c.fail)
		case c.fail == "" && (err != nil || w.ID() != c.want):
			t.Errorf("%q: got %v, %v, want %s", c.name, w, err, c.want)
		}
	}
}

// TestWorldOfWitgen asks for worlds that the text does not name.
func TestWorldOfWitgen(t *testing.T) {
	dir := write(t, map[string]string{"a.wit": "package a:b;\n"})
	for _, c := range []struct{ name, fail string }{
		{"wasi:http/proxy@0.2.12", ""},
		{"wasi:cli/command@0.3.0", ""},
		{"witan:kernel/program@0.1.0", ""},
		{"wasi:http/proxy@0.2.3", "there is no world wasi:http/proxy@0.2.3 in a:b"},
		{"wasi:http/proxy", "there is no world wasi:http/proxy in a:b"},
		{"proxy@0.2.12", "there is no world proxy@0.2.12 in a:b"},
	} {
		tree, err := Load(dir, resolve.Options{Also: PackageOf(c.name)})
		if err != nil {
			t.Fatal(err)
		}
		if tree.Root.ID() != "a:b" {
			t.Errorf("%s: the root is %s", c.name, tree.Root.ID())
		}
		w, err := World(tree, c.name)
		switch {
		case c.fail != "" && (err == nil || err.Error() != c.fail):
			t.Errorf("%s: got %v, want %s", c.name, err, c.fail)
		case c.fail == "" && (err != nil || w.ID() != c.name):
			t.Errorf("%s: got %v, %v", c.name, w, err)
		}
	}
}

func TestOnlyWorld(t *testing.T) {
	for _, c := range []struct{ text, fail string }{
		{"package a:b;\nworld w {}\n", ""},
		{"package a:b;\n", "the package a:b has no world"},
	} {
		tree, err := Load(write(t, map[string]string{"a.wit": c.text}), resolve.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = World(tree, "")
		if c.fail == "" && err != nil || c.fail != "" && (err == nil || err.Error() != c.fail) {
			t.Errorf("%s: got %v, want %q", c.text, err, c.fail)
		}
	}
}

package resolve

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/model"
)

// tree writes files to a new directory. A name that ends with a slash is an empty directory.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		parent := filepath.Dir(path)
		if strings.HasSuffix(name, "/") {
			parent = path
		}
		if err := os.MkdirAll(parent, 0o777); err != nil {
			t.Fatal(err)
		}
		if parent == path {
			continue
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRefused(t *testing.T) {
	iface := func(body string) map[string]string {
		return map[string]string{"a.wit": "package a:b;\ninterface i {\n" + body + "\n}\n"}
	}
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"no WIT", map[string]string{"readme.txt": ""}, "there is no .wit file"},
		{"empty dependency", map[string]string{"a.wit": "package a:b;", "deps/c/": ""}, "there is no .wit file in deps/c"},
		{"syntax", iface("f func();"), "a.wit:3"},
		{"unknown type", iface("f: func(v: nothing);"), "nothing"},
		{"unknown package", iface("use c:d/e.{f};"), "c:d"},
		{"async function", iface("f: async func();"), "function f: async functions are not supported"},
		{"stream", iface("f: func(v: stream<u8>);"), "parameter v: stream is not supported"},
		{"future", iface("f: func() -> future;"), "result: future is not supported"},
		{"error-context", iface("f: func(v: error-context);"), "error-context is not supported"},
		{"fixed-length list", iface("f: func(v: list<u8, 4>);"), "not supported"},
		{"too many flags", iface("flags f { x" + many(33) + " }"), "32 labels"},
		{"borrow in a result", iface("resource r; f: func() -> list<borrow<r>>;"), "borrow"},
		{"stable function of an unstable type", map[string]string{"a.wit": "package a:b@1.0.0;\ninterface i {\n@unstable(feature = x)\nenum e { a }\n@since(version = 1.0.0)\nf: func(v: e);\n}"}, "type e is gated"},
		{"interface in place", map[string]string{"a.wit": "package a:b;\nworld w { import x: interface { f: func(); } }"}, "x is an interface written in place"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := tree(t, tt.files)
			_, err := Dir(dir)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), dir+": ") {
				t.Errorf("got error %v, want one with the directory and %q", err, tt.want)
			}
		})
	}
	if _, err := Dir(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a directory that is not there was read")
	}
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(", x" + strings.Repeat("y", i+1))
	}
	return b.String()
}

func TestModel(t *testing.T) {
	got, err := Dir(tree(t, map[string]string{
		"b.wit": `package demo:app@1.2.3;
/// Runs it.
world app { import zeta; import alpha; export run: func() -> result<_, string>; }
interface zeta {
  use other:lib/base@0.2.1.{thing, size as count};
  /// Count  ` + `
  /// them.
  @since(version = 1.0.0)
  @deprecated(version = 1.2.0)
  counted: func(of: borrow<thing>) -> result<count, failure>;
  @unstable(feature = soon)
  later: func();
  enum failure { none-left }
}
@unstable(feature = soon)
interface hidden { f: func(); }
interface alpha { use other:lib/base@0.2.1.{problem}; try: func() -> result<u8, problem>; }
`,
		"deps/lib/base.wit": `package other:lib@0.2.1;
interface base {
  resource thing { constructor(name: string); get: func() -> tuple<u8, option<size>>; make: static func() -> thing; }
  type size = u64;
  enum problem { p }
}
`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := `package demo:app@1.2.3 (track 1)
  interface demo:app/alpha@1.2.3
    type problem = other:lib/base@0.2.1 problem
    try: func() -> result<u8, problem>
  interface demo:app/zeta@1.2.3
    type thing = other:lib/base@0.2.1 thing
    type count = demo:app/zeta@1.2.3 count
    type failure = demo:app/zeta@1.2.3 failure, an error
    counted: func(of: borrow<thing>) -> result<count, failure> // Count | them. |  | Deprecated: since version 1.2.0 of the WIT package.
      func(of: borrow<other:lib/base@0.2/thing>) -> result<u64, enum{none-left}>
  world app imports demo:app/alpha@1.2.3 demo:app/zeta@1.2.3 other:lib/base@0.2.1
    run: func() -> result<_, string>
package other:lib@0.2.1 (track 0.2)
  interface other:lib/base@0.2.1
    type thing = other:lib/base@0.2.1 thing
    type size = other:lib/base@0.2.1 size
    type problem = other:lib/base@0.2.1 problem
    constructor(name: string)
    get: func() -> tuple<u8, option<size>>
    make: static func() -> thing
`
	if diff := cmp.Diff(want, dump(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Root.ID() != "demo:app@1.2.3" {
		t.Errorf("the root is %s", got.Root.ID())
	}
}

// dump shows a tree as text.
func dump(tree *model.Tree) string {
	var b strings.Builder
	line := func(parts ...string) { b.WriteString(strings.Join(parts, "") + "\n") }
	for _, p := range tree.Packages {
		line("package ", p.ID(), " (track ", p.Track(), ")")
		for _, i := range p.Interfaces {
			line("  interface ", i.ID())
			for _, d := range i.Types {
				isError := ""
				if d.IsError {
					isError = ", an error"
				}
				line("    type ", d.Name, " = ", d.Root().Owner.ID(), " ", d.Root().Name, isError)
			}
			for _, f := range i.Funcs {
				if f.Docs == "" {
					line("    ", f.String())
					continue
				}
				line("    ", f.String(), " // ", strings.ReplaceAll(f.Docs, "\n", " | "))
				line("      ", f.ABI.String())
			}
		}
		for _, w := range p.Worlds {
			var imports []string
			for _, i := range w.Imports {
				imports = append(imports, i.ID())
			}
			line("  world ", w.Name, " imports ", strings.Join(imports, " "))
			for _, f := range w.ExportFuncs {
				line("    ", f.String())
			}
		}
	}
	return b.String()
}

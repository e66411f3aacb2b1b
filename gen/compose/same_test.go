package compose_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/compose"
	"github.com/witan-os/witan/gen/print"
	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/runtime/component"
)

// types has each kind of type, in interfaces that use each other's.
const types = `package t:types@1.2.3;

interface base {
    type size = u64;
    type also-size = size;
    type text = string;
    enum color { red, green }
    flags mode { read, write }
    record point { x: s32, y: size }
    variant shape { none, dot(point), lines(list<point>) }
    resource file {
        constructor(name: text);
        read: func(at: also-size) -> result<list<u8>, color>;
        open: static func(m: mode) -> option<file>;
    }
    tick: func();
}

interface more {
    use base.{file, shape, size as length, color};
    type files = list<file>;
    record pair { left: shape, right: option<shape> }
    join: func(all: list<borrow<file>>, p: pair, t: tuple<char, bool, f32, f64>) -> files;
    grow: func(by: length, c: color) -> result<length>;
    fail: func() -> result<_, color>;
    fixed: func() -> result;
}
`

// TestSameType checks that a component which is put together with nothing has the type that it had: its imports are
// all written anew.
func TestSameType(t *testing.T) {
	for name, wit := range map[string]string{
		"interfaces": types + `world w { import more; export e: func(); }`,
		"functions":  types + `world w { import more; import f: func(s: string) -> list<string>; export g: func(x: u8) -> u8; }`,
		"types of the world": types + `world w {
			use more.{pair, file};
			use base.{also-size};
			import f: func(p: pair) -> file;
			import g: func(s: also-size) -> also-size;
			export h: func(p: borrow<file>);
		}`,
		"types that are exported": types + `world w { use more.{pair}; export f: func(p: pair); export base; }`,
		"exports":                 types + `world w { import base; export more; }`,
		"exports of both":         types + `world w { export base; export more; }`,
		"instance by label":       types + `world w { import here: interface { use base.{color}; f: func() -> color; } export there: interface { f: func(); } }`,
		"async":                   types + `world w { import a: interface { use base.{file}; f: async func(s: stream<u8>) -> future<file>; g: func(s: stream, f: future); } }`,
		"maps":                    types + `world w { import a: interface { f: func(m: map<string, list<char>>); } }`,
	} {
		t.Run(name, func(t *testing.T) {
			app := idle(t, wit)
			if diff := cmp.Diff(text(t, app), text(t, mustLink(t, app))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// unsupported are the components of the corpus with imports that nobody has who comes from WIT.
var unsupported = map[string]string{
	"alias-region-reexported-entities-to-imported-module.0.wasm": "core modules with references",
	"restrictions.0.wasm": "the type of a component",
	"restrictions.3.wasm": "the type of a component",
	"simple.4.wasm":       "the type of a component",
}

// TestCorpus puts the components of the corpus together with nothing, which have types that nobody here thought of.
func TestCorpus(t *testing.T) {
	linked := 0
	err := filepath.WalkDir(corpus.Dir(t), func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".wasm" {
			return err
		}
		app, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err := component.Decode(app); err != nil {
			return nil
		}
		linked++
		out, err := compose.Link(dep(path, app))
		if why := unsupported[filepath.Base(path)]; why != "" {
			if err == nil || !strings.Contains(err.Error(), why) {
				t.Errorf("%s: got %v, want that something is not supported: %s", path, err, why)
			}
			return nil
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		if before, err := binary.Decode(app); err == nil { // WIT has words for it
			want, got := print.Tree(before), text(t, out)
			if want != got {
				t.Errorf("%s: %s", path, cmp.Diff(want, got))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if linked < 500 {
		t.Errorf("the corpus has only %d components", linked)
	}
}

// TestSameBytes checks that the same parts give the same bytes.
func TestSameBytes(t *testing.T) {
	app := idle(t, types+`world w { import more; import f: func(); }`)
	other := idle(t, types+`world w { import more; export f: func(); }`)
	first := mustLink(t, app, dep("other", other))
	for range 10 {
		if !bytes.Equal(first, mustLink(t, app, dep("other", other))) {
			t.Fatal("the same parts give other bytes")
		}
	}
	if !bytes.Contains(first, app) || !bytes.Contains(first, other) {
		t.Error("the parts are not what they were")
	}
}

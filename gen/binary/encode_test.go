package binary_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/model/modeltest"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/runtime/component"
)

// encode writes the root of a tree.
func encode(t testing.TB, tree *model.Tree) []byte {
	t.Helper()
	data, err := binary.EncodePackage(tree, tree.Root)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func encodeWhole(t testing.TB, tree *model.Tree) []byte {
	t.Helper()
	data, err := binary.EncodeWhole(tree)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// embed writes a core module that is for some worlds.
func embed(t testing.TB, tree *model.Tree, worlds ...*model.World) []byte {
	t.Helper()
	module := moduleOf()
	for _, w := range worlds {
		var err error
		if module, err = binary.Embed(module, tree, w); err != nil {
			t.Fatal(err)
		}
	}
	return module
}

// parse resolves text.
func parse(t testing.TB, text string) *model.Tree {
	t.Helper()
	tree, err := resolve.Sources([]*diag.Source{diag.NewSource("test.wit", text)}, nil, everything)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// TestEncodeRefuses checks what text can say and components cannot have: the error tells where it stands.
func TestEncodeRefuses(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "package a:b;", "package a:b: a package without interfaces and worlds has no encoding"},
		{
			"an empty record", "package a:b; interface i { record r {} }",
			"package a:b, interface i, type r: a record without fields has no encoding",
		},
		{
			"many flags", "package a:b; world w { import x: interface { flags f { " + manyLabels(33) + " } } }",
			"package a:b, world w, import x, type f: components have flags types of 1 to 32 labels, and this one has 33",
		},
		{
			"no flags", "package a:b; interface i { flags f {} }",
			"package a:b, interface i, type f: components have flags types of 1 to 32 labels, and this one has 0",
		},
		{
			"a method with the name of its resource", "package a:b; interface i { resource r { r: func(); } }",
			`package a:b: components cannot have it: the export names "r" and "[method]r.r" are too alike`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree := parse(t, c.text)
			data, err := binary.EncodePackage(tree, tree.Root)
			if err == nil || err.Error() != c.want || data != nil {
				t.Errorf("got %v, %x\nwant %s", err, data, c.want)
			}
		})
	}
}

func manyLabels(n int) string {
	labels := make([]string, n)
	for i := range labels {
		labels[i] = "l" + strings.Repeat("x", i)
	}
	return strings.Join(labels, ", ")
}

// TestEncodesDocs checks that documentation and gates of everything that can have them survive in packages.
func TestEncodesDocs(t *testing.T) {
	tree := parse(t, documented)
	got := decode(t, encode(t, tree))
	if d := modeltest.Diff(byName(tree), byName(got)); d != "" {
		t.Errorf("encoded and decoded (-want +got):\n%s", d)
	}
}

// TestEncodesDecoded encodes the WIT of files that other tools have made, as far as it is all in one package.
func TestEncodesDecoded(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(files, examples...) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			tree := decode(t, readFile(t, path))
			if err := checkAgain(tree); err != nil {
				t.Error(err)
			}
		})
	}
}

// checkAgain encodes the root of a tree that was decoded, which must then be the same.
func checkAgain(tree *model.Tree) error {
	data, err := binary.EncodePackage(tree, tree.Root)
	if err != nil {
		return err
	}
	again, err := binary.Decode(data)
	if err != nil {
		return err
	}
	if d := modeltest.Diff(rootOf(tree), rootOf(again)); d != "" {
		return fmt.Errorf("encoded and decoded again (-want +got):\n%s", d)
	}
	return nil
}

// FuzzEncode encodes whatever decodes.
func FuzzEncode(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := binary.Decode(data)
		if err != nil {
			return // what is refused is for FuzzDecode
		}
		if err := checkAgain(tree); err != nil {
			t.Error(err)
		}
	})
}

const documented = `/// The package.
package a:b@1.0.0;

/// An interface.
@since(version = 0.9.0)
interface i {
    /// A record.
    @since(version = 0.9.1)
    @deprecated(version = 1.0.0)
    record r {
        /// A field.
        x: u32,
        y: u32,
    }

    /// A variant.
    variant v {
        /// A case.
        one(r),
    }

    /// An enum.
    enum e {
        /// A word.
        red,
    }

    /// Flags.
    flags f {
        /// A flag.
        up,
    }

    /// Another name.
    type again = r;

    /// A resource.
    resource res {
        /// How to make one.
        constructor();

        /// What it does.
        @unstable(feature = fast)
        go: func();
    }

    /// A function.
    @unstable(feature = fast)
    @deprecated(version = 1.0.0)
    fn: func(a: e) -> v;
}

/// A world.
@since(version = 1.0.0)
world w {
    /// An import.
    @since(version = 1.0.0)
    import i;
    /// In place.
    import x: interface {
        /// Inside.
        inside: func();
    }
    /// A function from outside.
    @unstable(feature = fast)
    import g: func();
    /// A type of the world.
    type t = u32;
    /// An export.
    @unstable(feature = fast)
    export i;
    /// In place, too.
    export x: interface {
        /// Inside, too.
        inside: func();
    }
    /// A function for outside.
    @since(version = 1.0.0)
    export g: func();
}
`

// TestEncodeWorldAlone encodes a world that does not say which interfaces those that it names need.
func TestEncodeWorldAlone(t *testing.T) {
	tree := parse(t, `package a:b;
interface types { type size = u64; resource r; }
interface more { use types.{size}; record rec { s: size } }
interface user { use more.{rec}; use types.{r}; f: func(r: rec) -> r; }
world w { import user; }`)
	full := tree.Root.Worlds[0]
	if len(full.Imports) != 3 {
		t.Fatalf("the world imports %d interfaces, not 3", len(full.Imports))
	}
	for name, imports := range map[string][]*model.Item{
		"alone":     full.Imports[2:],
		"backwards": {full.Imports[2], full.Imports[1], full.Imports[0]},
	} {
		w := *full
		w.Imports = imports
		got := decode(t, embed(t, tree, &w))
		if d := modeltest.Diff(worldOf(tree, 0), worldOf(got, 0)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestEmbed checks what a core module is with a world in it.
func TestEmbed(t *testing.T) {
	tree := parse(t, "package a:b@1.0.0; world w { import f: func(); } world v { export g: func(); }")
	w, v := tree.Root.Worlds[0], tree.Root.Worlds[1]
	module := moduleOf(section(1, 0), custom("name", "x"))
	once, err := binary.Embed(module, tree, w)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(once, module) {
		t.Errorf("%x does not begin with the module", once)
	}
	world, err := binary.EncodeWorld(tree, w)
	if err != nil {
		t.Fatal(err)
	}
	if want := append(bytes.Clone(module), custom("component-type:w", world)...); !bytes.Equal(once, want) {
		t.Errorf("got %x\nwant %x", once, want)
	}
	other, err := binary.Embed(once, tree, v)
	if err != nil {
		t.Fatal(err)
	}
	again, err := binary.Embed(other, tree, w)
	if err != nil {
		t.Fatal(err)
	}
	if len(again) != len(other) {
		t.Errorf("%d bytes became %d when a world was embedded again", len(other), len(again))
	}
	got := decode(t, again).Root.Worlds[0]
	if len(got.Imports) != 1 || len(got.Exports) != 1 {
		t.Errorf("two worlds are one with %d imports and %d exports", len(got.Imports), len(got.Exports))
	}
	for name, c := range map[string]struct {
		module []byte
		want   string
	}{
		"a component":    {componentOf(), "a world is embedded in a core module, and this is a component"},
		"nothing":        {nil, "offset 0x0: the file is empty"},
		"half a section": {moduleOf([]byte{0, 5, 1, 'a'}), "offset 0x8: the section has 5 bytes, but only 2 are left"},
	} {
		if _, err := binary.Embed(c.module, tree, w); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// TestEncodeWorldFormat checks what other tools look for in the section of a world.
func TestEncodeWorldFormat(t *testing.T) {
	tree := load(t, filepath.Join("testdata", "package"))
	data, err := binary.EncodeWorld(tree, tree.Root.Worlds[0])
	if err != nil {
		t.Fatal(err)
	}
	c, err := component.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	first, ok := c.Defs[0].(*component.Custom)
	if !ok || first.Name != "wit-component-encoding" || !bytes.Equal(first.Bytes, []byte{4, 0}) {
		t.Errorf("it begins with %+v", c.Defs[0])
	}
	last, ok := c.Defs[len(c.Defs)-1].(*component.Export)
	if !ok || last.Name != tree.Root.Worlds[0].Name {
		t.Errorf("it ends with %+v", c.Defs[len(c.Defs)-1])
	}
}

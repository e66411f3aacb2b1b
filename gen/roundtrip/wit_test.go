package roundtrip

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/gen/roundtrip/testdata/generated/test/roundtrip/v1/types"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testutil"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value/valuetest"
)

// This file draws the WIT of the guests.

const (
	witFile   = "testdata/wit/roundtrip.wit"
	functions = 60
)

// committedSeed is what the WIT in testdata is drawn from.
const committedSeed = 1

var witSeed = flag.Int("wit-seed", committedSeed, "draw the types of the guests from this seed")

// drawnWIT draws a world: an interface of types, and one of functions that use them.
func drawnWIT(seed int) string {
	w := &witWriter{}
	var funcs strings.Builder
	for i := range functions {
		f := rapid.Custom(func(t *rapid.T) *abi.Func {
			f, _, _ := valuetest.Func(t)
			return f
		}).Example(seed*functions + i)
		fmt.Fprintf(&funcs, "    call-%d: func(%s)", i, w.params(f))
		if f.Result != nil {
			funcs.WriteString(" -> " + w.text(f.Result))
		}
		funcs.WriteString(";\n")
	}
	return fmt.Sprintf(`package test:roundtrip@1.0.0;

/// What the functions are made of, drawn from seed %d, and a resource of the host.
interface types {
    resource file;

%s}

/// What guests forward.
interface calls {
    use types.{file, %s};

%s
    give: func(f: own<file>) -> own<file>;
    lend: func(f: borrow<file>, n: u32) -> u32;
    keep: func(n: u64, f: file);
    bulk: func(data: list<u8>, texts: list<string>, pairs: list<tuple<u8, u64>>) -> tuple<list<string>, list<u8>>;
}

/// What guests wrap: a box of one has a box of the guest behind it inside.
interface boxes {
    resource box {
        constructor(text: string);
        text: func() -> string;
        /// Put another text in.
        swap: func(text: string) -> string;
        /// Put the texts of two into one.
        join: static func(a: box, b: borrow<box>) -> box;
    }

    /// Give boxes away, and get them back the other way round.
    turn: func(boxes: list<box>) -> list<box>;
    /// The number of those with a text.
    full: func(boxes: list<borrow<box>>) -> u32;
    /// The number of boxes that a guest has.
    alive: func() -> u32;
}

world guest {
    import calls;
    import boxes;
    export calls;
    export boxes;
}

/// A guest that says how many blocks of memory it holds.
world counted {
    include guest;
    export blocks: func() -> u32;
}
`, seed, w.types.String(), strings.Join(w.names, ", "), funcs.String())
}

// witWriter writes types in WIT. Those that need a name are declared on the way.
type witWriter struct {
	types strings.Builder
	names []string
}

func (w *witWriter) params(f *abi.Func) string {
	list := make([]string, len(f.Params))
	for i, p := range f.Params {
		list[i] = p.Name + ": " + w.text(p.Type)
	}
	return strings.Join(list, ", ")
}

// text is a type where it is used. Handles are numbers here: forwarding them is for functions that are the same
// whatever was drawn.
func (w *witWriter) text(t *abi.Type) string {
	switch t.Kind {
	case abi.Own, abi.Borrow:
		return "u32"
	case abi.List:
		return "list<" + w.text(t.Elem) + ">"
	case abi.FixedList:
		return fmt.Sprintf("list<%s, %d>", w.text(t.Elem), t.Len)
	case abi.Map:
		return "map<" + w.text(t.Elem.Fields[0].Type) + ", " + w.text(t.Elem.Fields[1].Type) + ">"
	case abi.Option:
		return "option<" + w.text(t.Cases[1].Type) + ">"
	case abi.Result:
		return w.result(t)
	case abi.Tuple:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = w.text(f.Type)
		}
		return "tuple<" + strings.Join(parts, ", ") + ">"
	case abi.Record, abi.Variant, abi.Enum, abi.Flags:
		return w.named(t)
	}
	return t.Kind.String()
}

func (w *witWriter) result(t *abi.Type) string {
	ok, fail := t.Cases[0].Type, t.Cases[1].Type
	switch {
	case ok == nil && fail == nil:
		return "result"
	case fail == nil:
		return "result<" + w.text(ok) + ">"
	case ok == nil:
		return "result<_, " + w.text(fail) + ">"
	}
	return "result<" + w.text(ok) + ", " + w.text(fail) + ">"
}

// named declares a type and returns its name.
func (w *witWriter) named(t *abi.Type) string {
	var parts []string
	for _, f := range t.Fields {
		parts = append(parts, f.Name+": "+w.text(f.Type))
	}
	for _, c := range t.Cases {
		if c.Type == nil {
			parts = append(parts, c.Name)
		} else {
			parts = append(parts, c.Name+"("+w.text(c.Type)+")")
		}
	}
	parts = slices.Concat(parts, t.Labels)
	name := fmt.Sprintf("t%d", len(w.names))
	w.names = append(w.names, name)
	fmt.Fprintf(&w.types, "    %s %s { %s }\n", t.Kind, name, strings.Join(parts, ", "))
	return name
}

// TestWIT checks that testdata has the WIT that its seed gives.
func TestWIT(t *testing.T) {
	text, list := syntax.Format(diag.NewSource(witFile, drawnWIT(committedSeed)))
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	testutil.Golden(t, witFile, []byte(text))
}

// load resolves the WIT of the guests, with its representation.
func load(t testing.TB) *model.Tree {
	t.Helper()
	dir := filepath.Dir(witFile)
	if *witSeed != committedSeed {
		dir = t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "drawn.wit"), []byte(drawnWIT(*witSeed)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := resolve.Load(dir, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	interfaceOf(t, tree, "types").Types[0].Resource = types.FileResource // the one that generated code knows
	if err := layout.Compute(tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

// interfaceOf finds an interface by its name.
func interfaceOf(t testing.TB, tree *model.Tree, name string) *model.Interface {
	t.Helper()
	i := slices.IndexFunc(tree.Root.Interfaces, func(i *model.Interface) bool { return i.Name == name })
	if i < 0 {
		t.Fatalf("there is no interface %s", name)
	}
	return tree.Root.Interfaces[i]
}

// worldOf finds a world by its name.
func worldOf(t testing.TB, tree *model.Tree, name string) *model.World {
	t.Helper()
	i := slices.IndexFunc(tree.Root.Worlds, func(w *model.World) bool { return w.Name == name })
	if i < 0 {
		t.Fatalf("there is no world %s", name)
	}
	return tree.Root.Worlds[i]
}

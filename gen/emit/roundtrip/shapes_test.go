package roundtrip_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	gostrings "strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/asyncshapes"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/enums"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/fixedlists"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/later"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/maps"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/records"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/resources"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/store"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

// This file passes maps and lists of a fixed length through generated code, and finds out what becomes of functions
// that can't be called yet.

type mapHost struct {
	archived map[string]glue.Own[resources.File]
}

type (
	books   = map[uint32]string
	choices = map[int64]glue.Option[string]
	files   = map[string]glue.Own[resources.File]
)

func (*mapHost) OfNumbers(_ context.Context, v map[uint8]uint64) (map[uint8]uint64, error) {
	return v, nil
}
func (*mapHost) OfNames(_ context.Context, v books) (books, error) { return v, nil }
func (*mapHost) OfFlags(_ context.Context, v map[bool]float64) (map[bool]float64, error) {
	return v, nil
}

func (*mapHost) OfLetters(_ context.Context, v map[rune]int16) (map[rune]int16, error) { return v, nil }

func (*mapHost) OfPoints(_ context.Context, v map[string]records.Point) (map[string]records.Point, error) {
	return v, nil
}
func (*mapHost) OfShelf(_ context.Context, v maps.Shelf) (maps.Shelf, error)    { return v, nil }
func (*mapHost) OfChoice(_ context.Context, v maps.Choice) (maps.Choice, error) { return v, nil }
func (*mapHost) OfList(_ context.Context, v []choices) ([]choices, error)       { return v, nil }

func (*mapHost) Find(_ context.Context, key string, in map[string][]byte, buf []byte) ([]byte, error) {
	if v, ok := in[key]; ok {
		return append(buf, v...), nil
	}
	sizes := map[string]uint32{}
	for k, v := range in {
		sizes[k] = uint32(len(v))
	}
	return nil, glue.Fail(sizes)
}

func (h *mapHost) Archive(_ context.Context, v files) (files, error) {
	h.archived = v
	return v, nil
}

type fixedHost struct{}

type digest = fixedlists.Digest

func (fixedHost) OfVector(_ context.Context, v fixedlists.Vector) (fixedlists.Vector, error) {
	return v, nil
}

func (fixedHost) OfDigest(_ context.Context, v digest) (digest, error) { return v, nil }

func (fixedHost) OfBytes(_ context.Context, v [4]byte) ([4]byte, error) { return v, nil }

func (fixedHost) OfStrings(_ context.Context, v [3]string) ([3]string, error) { return v, nil }

func (fixedHost) OfWays(_ context.Context, v [2]enums.Way) ([2]enums.Way, error) { return v, nil }

func (fixedHost) OfLists(_ context.Context, v [2][]uint16) ([2][]uint16, error) { return v, nil }

func (fixedHost) OfGrid(_ context.Context, v [3][2]int16) ([3][2]int16, error) { return v, nil }

func (fixedHost) OfList(_ context.Context, v [][5]uint32) ([][5]uint32, error) { return v, nil }

func (fixedHost) OfPage(_ context.Context, v []byte) ([]byte, error) { return v, nil }

func (fixedHost) OfBody(_ context.Context, v fixedlists.Body) (fixedlists.Body, error) { return v, nil }

func (fixedHost) OfTable(_ context.Context, v []uint64) ([]uint64, error) {
	if v[0] == 1 {
		v = v[1:]
	}
	return v, nil
}

func (fixedHost) OfEntries(_ context.Context, v [2]records.Entry) ([2]records.Entry, error) {
	return v, nil
}

func (fixedHost) OfOptions(_ context.Context, v [2]glue.Option[uint8]) ([2]glue.Option[uint8], error) {
	return v, nil
}

func (fixedHost) OfShape(_ context.Context, v fixedlists.Shape) (fixedlists.Shape, error) {
	return v, nil
}

func TestShapes(t *testing.T) { shapes(t, newGuests(t)) }

// TestShapesThroughInterpreter has the interpreter of the canonical ABI in place of the host.
func TestShapesThroughInterpreter(t *testing.T) {
	g := newGuests(t)
	g.interpret = true
	shapes(t, g)
}

func shapes(t *testing.T, g *guests) {
	ma := bindMaps(g, &mapHost{})
	fi := bind(g, "fixed-lists", fixedlists.Provide(fixedHost{}), fixedlists.Bind)
	shelf := maps.Shelf{
		Books:  books{0: "zero", math.MaxUint32: "", 7: "𝄞"},
		Places: map[string]records.Point{"": {X: 1}, "far": {X: math.MinInt32, Y: -1}},
		Deep:   map[rune]map[int8][]byte{'a': {-1: {1, 2}, 1: {}}, '\U0010ffff': {}},
	}
	many := books{}
	for i := range uint32(2000) {
		many[i*i] = string(rune('a' + i%26))
	}
	entry := records.Entry{ID: 9, Name: "né", At: records.Point{X: 3, Y: -3}, Tags: []string{"x", ""}, Hidden: true}
	tests := []struct {
		client any
		method string
		values []any
	}{
		{ma, "OfNumbers", []any{map[uint8]uint64{}, map[uint8]uint64{255: 1, 0: math.MaxUint64}}},
		{ma, "OfNames", []any{books{}, many}},
		{ma, "OfFlags", []any{map[bool]float64{true: -1.5, false: math.Inf(1)}, map[bool]float64{true: 0}}},
		{ma, "OfLetters", []any{map[rune]int16{'x': -1, '€': math.MinInt16}}},
		{ma, "OfPoints", []any{shelf.Places}},
		{ma, "OfShelf", []any{shelf}},
		{ma, "OfChoice", []any{maps.ChoiceByID(shelf.Books), maps.ChoiceByFlag(map[bool]float64{false: 2}), maps.ChoiceNo()}},
		{ma, "OfList", []any{[]choices{{}, {math.MinInt64: glue.Some("min"), 0: glue.None[string]()}}}},
		{fi, "OfVector", []any{fixedlists.Vector{1.5, -2, math.SmallestNonzeroFloat32}}},
		{fi, "OfDigest", []any{digest{0: 1, 31: 255}}},
		{fi, "OfBytes", []any{[4]byte{1, 0, 255, 4}}},
		{fi, "OfStrings", []any{[3]string{"one", "", "𝄞"}}},
		{fi, "OfWays", []any{[2]enums.Way{enums.WayWest, enums.WayNorth}}},
		{fi, "OfLists", []any{[2][]uint16{{1, math.MaxUint16}, {}}}},
		{fi, "OfGrid", []any{[3][2]int16{{1, -2}, {3, -4}, {math.MinInt16, 6}}}},
		{fi, "OfEntries", []any{[2]records.Entry{entry, {Tags: []string{}}}}},
		{fi, "OfOptions", []any{[2]glue.Option[uint8]{glue.Some(uint8(255)), glue.None[uint8]()}}},
		{fi, "OfBody", []any{fixedlists.Body{At: fixedlists.Vector{1, 2, 3}, Seal: digest{5: 6}, Names: [2]string{"a", "bc"}}}},
		{fi, "OfShape", []any{
			fixedlists.ShapeDot(fixedlists.Vector{-1, 0, 1}), fixedlists.ShapeLine([2]fixedlists.Vector{{1, 2, 3}, {4, 5, 6}}),
			fixedlists.ShapeFar([20]uint64{0: 1, 19: math.MaxUint64}),
		}},
		{fi, "OfList", []any{[][5]uint32{}, [][5]uint32{{1, 2, 3, 4, 5}, {6, 7, 8, 9, math.MaxUint32}}}},
		{fi, "OfPage", []any{slices.Repeat([]byte{1, 2, 3}, 21845+1)[:65537]}},
		{fi, "OfTable", []any{slices.Repeat([]uint64{math.MaxUint64, 0, 5, 7}, 2500)}},
	}
	for _, tt := range tests {
		for _, v := range tt.values {
			got, err := call(tt.client, tt.method, v)
			if err != nil {
				t.Errorf("%T.%s: %v", tt.client, tt.method, err)
			} else if diff := cmp.Diff(v, got, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
				t.Errorf("%T.%s: (-sent +returned)\n%s", tt.client, tt.method, diff)
			}
		}
	}
}

func bindMaps(g *guests, h *mapHost, lies ...lie) *maps.Client {
	return bind(g, "maps", append(resources.Provide(resourceHost{}), maps.Provide(h)...), maps.Bind, lies...)
}

func TestMapsOnBothSidesOfAResult(t *testing.T) {
	c := bindMaps(newGuests(t), &mapHost{})
	in := map[string][]byte{"a": {1, 2}, "b": {}}
	if v, err := c.Find(t.Context(), "a", in, []byte{0}); err != nil || !slices.Equal(v, []byte{0, 1, 2}) {
		t.Errorf("got %v, %v", v, err)
	}
	_, err := c.Find(t.Context(), "c", in, nil)
	var fail glue.Error[map[string]uint32]
	if !errors.As(err, &fail) || !cmp.Equal(fail.Value, map[string]uint32{"a": 2, "b": 0}) {
		t.Errorf("got %v", err)
	}
}

// TestMapsOfResources passes ownership in and out again. No resource may get lost behind a key that comes twice.
func TestMapsOfResources(t *testing.T) {
	h := &mapHost{}
	a, b := &file{name: "a"}, &file{name: "b"}
	sent := files{"a": glue.Give[resources.File](a), "b": glue.Give[resources.File](b)}
	got, err := bindMaps(newGuests(t), h).Archive(t.Context(), sent)
	if err != nil || len(got) != 2 || got["a"].Value() != resources.File(a) || got["b"].Value() != resources.File(b) {
		t.Errorf("got %v, %v", got, err)
	}
	h.archived = nil
	t.Run("key twice", func(t *testing.T) {
		c := bindMaps(newGuests(t), h, lie{"archive", 0, sameStrings}, lie{"archive", 1, 2})
		_, err := c.Archive(t.Context(), sent)
		wantTrap(t, err, "a map of 2 pairs with resources has 1 different keys")
	})
	if h.archived != nil || a.drops != 1 || b.drops != 1 {
		t.Errorf("the host got %v; %d and %d drops, want 1 and 1", h.archived, a.drops, b.drops)
	}
}

// TestRepeatedKeys passes a map with one key twice.
func TestRepeatedKeys(t *testing.T) {
	c := bindMaps(newGuests(t), &mapHost{}, lie{"of-numbers", 0, sameNumbers}, lie{"of-numbers", 1, 2})
	got, err := c.OfNumbers(t.Context(), nil)
	if err != nil || len(got) != 1 || got[7] != 2 {
		t.Errorf("got %v, %v, want the last of two values", got, err)
	}
}

// TestHostileShapes passes what is no map and no list of the right length.
func TestHostileShapes(t *testing.T) {
	g := newGuests(t)
	ctx := t.Context()
	numbers := func(lies ...lie) error {
		_, err := bindMaps(g, &mapHost{}, lies...).OfNumbers(ctx, map[uint8]uint64{1: 1})
		return err
	}
	letters := func(lies ...lie) error {
		_, err := bindMaps(g, &mapHost{}, lies...).OfLetters(ctx, nil)
		return err
	}
	names := func(lies ...lie) error {
		_, err := bindMaps(g, &mapHost{}, lies...).OfNames(ctx, books{1: "x"})
		return err
	}
	fixed := func(lies ...lie) *fixedlists.Client {
		return bind(g, "fixed-lists", fixedlists.Provide(fixedHost{}), fixedlists.Bind, lies...)
	}
	ways := func(lies ...lie) error {
		_, err := fixed(lies...).OfWays(ctx, [2]enums.Way{})
		return err
	}
	body := func(lies ...lie) error {
		_, err := fixed(lies...).OfBody(ctx, fixedlists.Body{})
		return err
	}
	table := func(list []uint64, lies ...lie) error {
		_, err := fixed(lies...).OfTable(ctx, list)
		return err
	}
	all := make([]uint64, 10_000)
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"map too long", numbers(lie{"of-numbers", 1, 1 << 20}), "outside of the memory"},
		{"map longer than any", numbers(lie{"of-numbers", 1, 1<<31 - 1}), "larger than"},
		{"map unaligned", numbers(lie{"of-numbers", 0, forgeries + 4}), "not a multiple of 8"},
		{"map returned outside", numbers(lie{"of-numbers", asResult, memorySize - 4}), "outside of the memory"},
		{"key is no char", letters(lie{"of-letters", 0, wrongLetters}, lie{"of-letters", 1, 1}), "0xd800 is not a Unicode scalar value"},
		{"value outside", names(lie{"of-names", 0, wrongLetters}, lie{"of-names", 1, 1}), "outside of the memory"},
		{"element given", ways(lie{"of-ways", 1, 4}), "way has no case 4"},
		{"element returned", ways(lie{"of-ways", asResult, wrongWays}), "way has no case 9"},
		{"record outside", body(lie{"of-body", 0, memorySize - 8}), "outside of the memory"},
		{"record unaligned", body(lie{"of-body", 0, 8194}), "not a multiple of 4"},
		{"long list outside", table(all, lie{"of-table", 0, memorySize - 79_992}), "outside of the memory"},
		{"Go gives too few", table(all[1:]), "the host gave 9999 elements for a list of 10000"},
		{"the host gives too few", table(append([]uint64{1}, all[1:]...)), "the host gave 9999 elements for a list of 10000"},
	} {
		t.Run(tt.name, func(t *testing.T) { wantTrap(t, tt.err, tt.want) })
	}
}

func wantTrap(t *testing.T, err error, reason string) {
	t.Helper()
	var trap *glue.Trap
	if !errors.As(err, &trap) || !gostrings.Contains(trap.Reason, reason) {
		t.Errorf("got %v, want a trap with %q", err, reason)
	}
}

// asyncHost stands for an implementation whose asynchronous functions nobody calls.
type asyncHost struct{ asyncshapes.Host }

func (asyncHost) Count(_ context.Context, n uint32) (uint32, error) { return n + 1, nil }

// TestAsyncIsRefused links components to functions that can't be run yet: the error names the function, and the others
// of the interface can be used.
func TestAsyncIsRefused(t *testing.T) {
	g := newGuests(t)
	iface := g.iface("async-shapes")
	for _, fn := range iface.Funcs {
		if fn.Resource != nil {
			continue
		}
		compiled, err := g.vm.CompileWith(t.Context(), "user", importing(iface, fn), component.AllFeatures)
		if err != nil {
			t.Fatal(err)
		}
		_, err = compiled.Instantiate(t.Context(), vm.Options{Imports: asyncshapes.Provide(asyncHost{})})
		want := iface.ID() + "#" + fn.Name + ": asynchronous functions between components and Go are not run yet"
		switch {
		case fn.Name == "count" && err != nil:
			t.Errorf("%s: %v", fn.Name, err)
		case fn.Name != "count" && (!errors.Is(err, glue.ErrAsync) || !gostrings.Contains(err.Error(), want)):
			t.Errorf("%s: got %v, want %q", fn.Name, err, want)
		}
	}
}

// TestBindRefusesAsync binds a Client to a component that exports an asynchronous function.
func TestBindRefusesAsync(t *testing.T) {
	m := testwasm.NewModule()
	m.Func("sleep", "i64 ->", "")
	c := testwasm.NewComponent()
	sleep := c.Lift(c.CoreFunc(c.Instantiated(m), "sleep"), "async func(ms: u64)")
	c.Export("test:features/later@1.2.0", testwasm.SortInstance, c.Inline(testwasm.Arg{Name: "sleep", Sort: testwasm.SortFunc, Index: sleep}))
	_, err := later.Bind(newGuests(t).instance(c).Instance)
	if !errors.Is(err, glue.ErrAsync) || !gostrings.Contains(err.Error(), "test:features/later@1.2.0#sleep") {
		t.Errorf("got %v, want glue.ErrAsync with the name of the function", err)
	}
}

// instance makes an instance of a component without imports.
func (g *guests) instance(c *testwasm.Component) *vm.Instance {
	g.t.Helper()
	compiled, err := g.vm.Compile(g.t.Context(), "guest", c.Bytes())
	if err != nil {
		g.t.Fatal(err)
	}
	inst, err := compiled.Instantiate(g.t.Context(), vm.Options{})
	if err != nil {
		g.t.Fatal(err)
	}
	return inst
}

// TestBindAs calls an interface under a name of the component's own.
func TestBindAs(t *testing.T) {
	m := testwasm.NewModule()
	m.Memory("memory", 1, 1)
	m.Func("realloc", "i32 i32 i32 i32 -> i32", "i32.const 64")
	m.Func("get", "i32 i32 -> i32", "i32.const 16")
	c := testwasm.NewComponent()
	core := c.Instantiated(m)
	get := c.Lift(c.CoreFunc(core, "get"), "func(key: string) -> option<string>",
		testwasm.WithMemory(c.Core(core, testwasm.Memory, "memory")), testwasm.WithRealloc(c.CoreFunc(core, "realloc")))
	c.Export("cache", testwasm.SortInstance, c.Inline(testwasm.Arg{Name: "get", Sort: testwasm.SortFunc, Index: get}))
	inst := newGuests(t).instance(c)
	if _, err := store.Bind(inst.Instance); err == nil {
		t.Error("the component was found to export the interface under its own name")
	}
	client, err := store.BindAs(inst.Instance, "cache")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := client.Get(t.Context(), "key"); err != nil || v != glue.None[string]() {
		t.Errorf("got %v, %v", v, err)
	}
}

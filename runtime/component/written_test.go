package component_test

import (
	"slices"
	"testing"

	. "github.com/witan-os/witan/runtime/component"
)

const u64Type = 0x77

// sizes declares in an instance type: type size = u64, type sizes = list<size>, and f: func(a: size, b: u64, c:
// sizes) -> size.
func sizes() []byte {
	return bin(0x42, vec(
		bin(1, u64Type), bin(4, named("size"), 3, 0, 0),
		bin(1, 0x70, 1), bin(4, named("sizes"), 3, 0, 2),
		bin(1, fn(bin(1), bin("a", 1), bin("b", u64Type), bin("c", 3))), bin(4, named("f"), 1, 4)))
}

func importOf(t *testing.T, c *Component, name string) ExternType {
	t.Helper()
	x, ok := c.Type.Import(name)
	if !ok {
		t.Fatalf("the component has no import %q", name)
	}
	return x
}

func exportOf(t *testing.T, of ExternType, name string) ExternType {
	t.Helper()
	x, ok := of.Type.(*InstanceType).Export(name)
	if !ok {
		t.Fatalf("the instance has no export %q", name)
	}
	return x
}

// TestNamesOfPrimitives follows the name of a primitive type through an interface and out of it.
func TestNamesOfPrimitives(t *testing.T) {
	c, err := Decode(comp(
		types(sizes()),
		imports(bin(named("a:b/c"), 5, 0)),
		aliases(bin(3, 0, 0, "size")),
		imports(bin(named("mine"), 3, 0, 1)),
		types(bin(0x42, vec(bin(2, 3, 2, 1, 2), bin(4, named("theirs"), 3, 0, 0)))),
		imports(bin(named("a:b/d"), 5, 3)),
		types(fn(bin(u64Type), bin("a", 2))),
		imports(bin(named("g"), 1, 4)),
	))
	if err != nil {
		t.Fatal(err)
	}
	iface := importOf(t, c, "a:b/c")
	size := exportOf(t, iface, "size").Synonym
	if size == nil || exportOf(t, iface, "size").SynonymOf != nil {
		t.Fatalf("size has the synonym %p, which should be a first one", size)
	}
	mine := importOf(t, c, "mine")
	if mine.Synonym == nil || mine.SynonymOf != size {
		t.Errorf("mine is a synonym of %p, not of size", mine.SynonymOf)
	}
	theirs := exportOf(t, importOf(t, c, "a:b/d"), "theirs")
	if theirs.Synonym == nil || theirs.SynonymOf != mine.Synonym {
		t.Errorf("theirs is a synonym of %p, not of mine", theirs.SynonymOf)
	}
	for name, tt := range map[string]struct {
		of   Type
		want []*Synonym
	}{
		"list":                     {exportOf(t, iface, "sizes").Type, []*Synonym{size}},
		"function":                 {exportOf(t, iface, "f").Type, []*Synonym{size, nil, nil, size}},
		"function of the world":    {importOf(t, c, "g").Type, []*Synonym{mine.Synonym, nil}},
		"primitive":                {U64, nil},
		"primitive under its name": {exportOf(t, iface, "size").Type, nil},
	} {
		if got := Synonyms(tt.of); !slices.Equal(got, tt.want) {
			t.Errorf("%s: the parts have the synonyms %v, want %v", name, got, tt.want)
		}
	}
	if s := exportOf(t, iface, "sizes").Synonym; s != nil {
		t.Errorf("sizes has a synonym, but no primitive type")
	}
}

// TestOrigins follows types with nodes of their own, also where the nodes are copied because an instance gets
// resource types of its own.
func TestOrigins(t *testing.T) {
	c, err := Decode(comp(
		types(bin(0x42, vec(
			bin(4, named("r"), 3, 1), bin(4, named("r2"), 3, 0, 0),
			bin(1, 0x69, 0), bin(1, 0x70, 2), bin(4, named("handles"), 3, 0, 3), bin(4, named("handles2"), 3, 0, 4)))),
		imports(bin(named("a:b/c"), 5, 0)),
		aliases(bin(3, 0, 0, "r"), bin(3, 0, 0, "handles2")),
		imports(bin(named("r3"), 3, 0, 1), bin(named("handles3"), 3, 0, 2)),
	))
	if err != nil {
		t.Fatal(err)
	}
	iface := importOf(t, c, "a:b/c")
	inside := func(name string) Type { return exportOf(t, iface, name).Type }
	for name, tt := range map[string]struct{ of, want Type }{
		"resource":                 {inside("r"), nil},
		"its alias":                {inside("r2"), inside("r")},
		"alias of a list":          {inside("handles2"), inside("handles")},
		"resource used elsewhere":  {importOf(t, c, "r3").Type, inside("r")},
		"list used elsewhere":      {importOf(t, c, "handles3").Type, inside("handles2")},
		"primitive, has no origin": {U8, nil},
	} {
		if got := Origin(tt.of); got != tt.want {
			t.Errorf("%s: the origin is %p, want %p", name, got, tt.want)
		}
	}
	if list, ok := Origin(inside("handles")).(*List); !ok || Origin(list) != nil {
		t.Errorf("the first name of the list does not come from a list without a name")
	}
}

// TestOriginsOfInstances follows types through a component that gets them as arguments and exports them again.
func TestOriginsOfInstances(t *testing.T) {
	inner := comp(
		types(bin(0x6d, names("a", "b")), bin(u64Type), bin(0x70, u8Type)),
		imports(bin(named("given"), 3, 0, 0), bin(named("r"), 3, 1), bin(named("size"), 3, 0, 1), bin(named("bytes"), 3, 0, 2)),
		exports(bin(named("e"), 3, 3, 0), bin(named("s"), 3, 4, 0), bin(named("n"), 3, 5, 0), bin(named("b"), 3, 6, 0)),
		types(fn(nil, bin("a", 9), bin("b", 10))),
		imports(bin(named("f"), 1, 11)),
		exports(bin(named("g"), 1, 0, 0)),
	)
	c, err := Decode(comp(
		types(bin(0x6d, names("a", "b")), bin(u64Type), bin(0x70, u8Type)),
		imports(bin(named("enum"), 3, 0, 0), bin(named("res"), 3, 1), bin(named("number"), 3, 0, 1), bin(named("list"), 3, 0, 2)),
		nested(inner),
		types(fn(nil, bin("a", u64Type), bin("b", 6))),
		imports(bin(named("h"), 1, 7)),
		instances(bin(0, 0, vec(bin("given", 3, 3), bin("r", 3, 4), bin("size", 3, 5), bin("bytes", 3, 6), bin("f", 1, 0)))),
		exports(bin(named("out"), 5, 0, 0)),
	))
	if err != nil {
		t.Fatal(err)
	}
	out, _ := c.Type.Export("out")
	for export, argument := range map[string]string{"e": "enum", "s": "res", "b": "list"} {
		if got, want := Origin(exportOf(t, out, export).Type), importOf(t, c, argument).Type; got != want {
			t.Errorf("%s comes from %p, not from the argument %p", export, got, want)
		}
	}
	g := exportOf(t, out, "g").Type.(*FuncType)
	if got, want := g.Params[1].Type, exportOf(t, out, "b").Type; got != want {
		t.Errorf("the function has the parameter %p, which is not b, %p", got, want)
	}
	if got, want := Synonyms(g), []*Synonym{exportOf(t, out, "n").Synonym, nil}; !slices.Equal(got, want) {
		t.Errorf("the parts of the function have the synonyms %p, want %p", got, want)
	}
	if got, want := exportOf(t, out, "n").SynonymOf, importOf(t, c, "number").Synonym; got != want {
		t.Errorf("n is a synonym of %p, not of the argument %p", got, want)
	}
}

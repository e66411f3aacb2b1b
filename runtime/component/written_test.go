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
	if size == nil || size.Of != nil {
		t.Fatalf("size has the synonym %v, which should be a first one", size)
	}
	mine := importOf(t, c, "mine").Synonym
	if mine == nil || mine.Of != size {
		t.Errorf("mine is a synonym of %v, not of size", mine)
	}
	theirs := exportOf(t, importOf(t, c, "a:b/d"), "theirs").Synonym
	if theirs == nil || theirs.Of != mine {
		t.Errorf("theirs is a synonym of %v, not of mine", theirs)
	}
	for name, tt := range map[string]struct {
		of   Type
		want []*Synonym
	}{
		"list":                     {exportOf(t, iface, "sizes").Type, []*Synonym{size}},
		"function":                 {exportOf(t, iface, "f").Type, []*Synonym{size, nil, nil, size}},
		"function of the world":    {importOf(t, c, "g").Type, []*Synonym{mine, nil}},
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
		types(bin(0x6d, names("a", "b"))),
		imports(bin(named("given"), 3, 0, 0), bin(named("r"), 3, 1)),
		exports(bin(named("e"), 3, 1, 0), bin(named("s"), 3, 2, 0)),
	)
	c, err := Decode(comp(
		types(bin(0x6d, names("a", "b"))),
		imports(bin(named("enum"), 3, 0, 0), bin(named("res"), 3, 1)),
		nested(inner),
		instances(bin(0, 0, vec(bin("given", 3, 1), bin("r", 3, 2)))),
		exports(bin(named("out"), 5, 0, 0)),
	))
	if err != nil {
		t.Fatal(err)
	}
	out, _ := c.Type.Export("out")
	if got, want := Origin(exportOf(t, out, "e").Type), importOf(t, c, "enum").Type; got != want {
		t.Errorf("the enum comes from %p, not from the argument %p", got, want)
	}
	if got, want := Origin(exportOf(t, out, "s").Type), importOf(t, c, "res").Type; got != want {
		t.Errorf("the resource type comes from %p, not from the argument %p", got, want)
	}
}

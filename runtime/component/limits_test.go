package component_test

// Hostile components: what they ask for is bounded before it costs memory or time.

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/testutil"
	. "github.com/witan-os/witan/runtime/component"
)

// repeat joins n copies of a part.
func repeat(n int, part []byte) []byte { return bytes.Repeat(part, n) }

// many is a section with n equal entries.
func many(id, n int, entry []byte) []byte {
	return frame(id, bin(num(uint64(n)), repeat(n, entry)))
}

// deepComponent is a component with others nested in it.
func deepComponent(depth int) []byte {
	c := comp()
	for range depth - 1 {
		c = comp(nested(c))
	}
	return c
}

// deepList is a list type of lists, each a definition of its own.
func deepList(depth int) []byte {
	list := [][]byte{bin(u8Type)}
	for i := range depth - 1 {
		list = append(list, bin(0x70, typeIndex(i)))
	}
	return comp(types(list...))
}

// deepInstanceType is an instance type in an instance type, and so on.
func deepInstanceType(depth int) []byte {
	t := bin(0x42, vec())
	for range depth - 2 { // the component counts as well
		t = bin(0x42, vec(bin(1, t)))
	}
	return comp(types(t))
}

// doubling is a tuple of two tuples of two, and so on: a type that doubles for four bytes.
func doubling(steps int) []byte {
	list := [][]byte{bin(0x6f, vec(bin(u8Type), bin(u8Type)))}
	for i := range steps - 1 {
		list = append(list, bin(0x6f, vec(typeIndex(i), typeIndex(i))))
	}
	return comp(types(list...))
}

// manyInstances instantiates a component that mentions a resource type often, so that for each instance a
// large type is compared and copied.
func manyInstances(n int) []byte {
	params := make([][]byte, 9_000)
	for i := range params {
		params[i] = bin(fmt.Sprintf("p%d", i), 2)
	}
	return comp(
		nested(comp(
			imports(bin(named("r"), 3, 1)), types(bin(0x69, 0), bin(0x6f, vec(bin(1), bin(1))), fn(nil, params...)),
			imports(bin(named("f"), 1, 3)), exports(bin(named("g"), 1, 0, 0)))),
		imports(bin(named("r"), 3, 1)), types(bin(0x69, 0), bin(0x6f, vec(bin(1), bin(1))), fn(nil, params...)),
		imports(bin(named("f"), 1, 3)),
		many(5, n, bin(0, 0, vec(bin("r", 3, 0), bin("f", 1, 0)))))
}

func TestLimits(t *testing.T) {
	long := strings.Repeat("a", 100_000)
	for _, tt := range []struct {
		name string
		// within is as much as is allowed, beyond one more, which breaks rule. within is nil where it would
		// not be a component for other reasons.
		within, beyond []byte
		rule           string
	}{
		{"components in components", deepComponent(100), deepComponent(101), "components and types are nested more than 100 deep"},
		{"lists of lists", deepList(100), deepList(101), "types are nested more than 100 deep"},
		{"types in types", deepInstanceType(100), deepInstanceType(101), "components and types are nested more than 100 deep"},
		{"types written out", doubling(18), doubling(19), "the type written out has 1048575 parts, the limit is 1000000"},
		{"core modules", comp(repeat(1_000, coreModule(module()))), comp(repeat(1_001, coreModule(module()))), "a component has more than 1000 core modules"},
		{"components", comp(repeat(1_000, nested(comp()))), comp(repeat(1_001, nested(comp()))), "a component has more than 1000 components"},
		{"instances", comp(many(5, 1_000, bin(1, vec()))), comp(many(5, 1_001, bin(1, vec()))), "a component has more than 1000 instances"},
		{"core instances", comp(many(2, 1_000, bin(1, vec()))), comp(many(2, 1_001, bin(1, vec()))), "a component has more than 1000 core instances"},
		{"definitions", comp(many(7, 1_000_000, bin(u8Type))), comp(many(7, 600_000, bin(u8Type)), many(7, 400_001, bin(u8Type))), "the file has more than 1000000 definitions"},
		{"core definitions", comp(coreModule(module(many(5, 999_998, bin(0, 0))))), comp(coreModule(module(many(5, 1_000_000, bin(0, 0))))), "the file has more than 1000000 definitions"},
		{"parts of a tuple", oneType(0x6f, num(10_000), repeat(10_000, bin(u8Type))), oneType(0x6f, num(10_001), repeat(10_001, bin(u8Type))), "10001 tuple parts are more than the limit of 10000"},
		{"flags", oneType(0x6e, names(labels(32)...)), oneType(0x6e, names(labels(33)...)), "33 labels are more than the limit of 32"},
		{"bytes of a name", comp(custom(long)), comp(custom(long + "a")), "the name of the custom section has 100001 bytes, the limit is 100000"},
		{"bytes of a value", nil, comp(types(bin(0x72, vec(bin("a", u8Type))), bin(0x67, 0, num(1<<28)))), "a value of the type takes 268435456 bytes in memory, which must be less than 268435456"},
		{"work on types", manyInstances(10), manyInstances(1_000), "the types of the file take more than 4000000 steps to compare and copy"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.within != nil {
				if _, err := DecodeWith(tt.within, AllFeatures); err != nil {
					t.Errorf("at the limit: %v", err)
				}
			}
			_, err := DecodeWith(tt.beyond, AllFeatures)
			if e, ok := err.(*Error); !ok || e.Rule != tt.rule {
				t.Errorf("beyond the limit: got %v, want %q", err, tt.rule)
			}
		})
	}
}

func labels(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("l%d", i)
	}
	return list
}

// TestHugeCounts claims 2³²-1 entries wherever there is a count. Nothing may be allocated for them.
func TestHugeCounts(t *testing.T) {
	huge := bin(0xff, 0xff, 0xff, 0xff, 0x0f)
	for name, wasm := range map[string][]byte{
		"section size":       comp(bin(7, huge)),
		"custom name":        comp(frame(0, huge)),
		"core instances":     comp(frame(2, huge)),
		"core arguments":     comp(coreModule(module()), coreInstances(bin(0, 0, huge))),
		"core exports":       comp(coreInstances(bin(1, huge))),
		"core types":         comp(frame(3, huge)),
		"core group":         comp(coreTypes(bin(0x4e, huge))),
		"core parameters":    comp(coreTypes(bin(0x60, huge))),
		"core results":       comp(coreTypes(bin(0x60, 0, huge))),
		"core fields":        comp(coreTypes(bin(0x5f, huge))),
		"module declarators": comp(coreTypes(bin(0x50, huge))),
		"module types":       comp(coreModule(module(frame(1, huge)))),
		"module functions":   comp(coreModule(module(frame(3, huge)))),
		"module exports":     comp(coreModule(module(frame(7, huge)))),
		"instances":          comp(frame(5, huge)),
		"arguments":          comp(nested(comp()), instances(bin(0, 0, huge))),
		"inline exports":     comp(instances(bin(1, huge))),
		"aliases":            comp(frame(6, huge)),
		"outer count":        comp(aliases(bin(3, 2, huge, 0))),
		"types":              comp(frame(7, huge)),
		"fields":             oneType(0x72, huge),
		"cases":              oneType(0x71, huge),
		"parts":              oneType(0x6f, huge),
		"flags":              oneType(0x6e, huge),
		"enum":               oneType(0x6d, huge),
		"fixed list":         oneType(0x67, u8Type, huge),
		"fixed list of many": comp(types(bin(0x67, stringType, num(1<<23)), bin(0x67, 0, huge))),
		"parameters":         oneType(0x40, huge),
		"declarators":        oneType(0x41, huge),
		"label":              oneType(0x6d, 1, huge),
		"canons":             comp(frame(8, huge)),
		"options":            comp(libc(), canons(bin(0, 0, 0, huge))),
		"start arguments":    comp(types(fn(nil)), imports(bin(named("f"), 1, 0)), start(0, huge)),
		"imports":            comp(frame(10, huge)),
		"attributes":         comp(imports(bin(2, "a", huge))),
		"exports":            comp(frame(11, huge)),
	} {
		var err error
		cost := testutil.Allocated(func() { _, err = DecodeWith(wasm, AllFeatures) })
		if err == nil {
			t.Errorf("%s: decoded", name)
		}
		if cost > 1<<16 {
			t.Errorf("%s: %d bytes of input cost %d bytes of memory", name, len(wasm), cost)
		}
	}
}

package component_test

// Which core entities can stand in the place of which others.

import (
	"strings"
	"testing"

	. "github.com/witan-os/witan/runtime/component"
)

func TestCoreSubtyping(t *testing.T) {
	const (
		externref = 0x6f
		anyref    = 0x6e
		nullfunc  = 0x73
		refNull   = 0x63
	)
	global := func(typ int, mutable int) []byte { return bin(3, typ, mutable) }
	for _, tt := range []struct {
		name          string
		wanted, given []byte // a kind and a type; function type 0 is () -> (), 1 is (i32) -> (), 2 is () -> (i32)
		rule          string // "" if it fits
	}{
		{"same function", bin(0, 1), bin(0, 1), ""},
		{"other parameters", bin(0, 0), bin(0, 1), "the core type () -> () is wanted, but (i32) -> () is given"},
		{"other results", bin(0, 0), bin(0, 2), "the core type () -> () is wanted, but () -> (i32) is given"},
		{"other sort", bin(0, 0), bin(2, 0, 1), "a core func is wanted, but a core memory is given"},
		{"tag", bin(4, 0, 1), bin(4, 0, 1), ""},
		{"tag of another type", bin(4, 0, 1), bin(4, 0, 0), "the core type (i32) -> () is wanted, but () -> () is given"},
		{"larger memory", bin(2, 0, 1), bin(2, 0, 2), ""},
		{"smaller memory", bin(2, 0, 2), bin(2, 0, 1), "at least 2 pages wanted, 1 promised"},
		{"bounded memory", bin(2, 1, 1, 5), bin(2, 1, 2, 4), ""},
		{"memory without a bound", bin(2, 1, 1, 5), bin(2, 0, 1), "at most 5 pages wanted, but there is no maximum"},
		{"memory with a higher bound", bin(2, 1, 1, 5), bin(2, 1, 1, 6), "at most 5 pages wanted, but the maximum is 6"},
		{"shared memory", bin(2, 1, 1, 5), bin(2, 3, 1, 5), "one is shared and the other is not"},
		{"64-bit memory", bin(2, 0, 1), bin(2, 4, 1), "one has indices of 32 bits and the other of 64"},
		{"small pages", bin(2, 0, 1), bin(2, 8, 1, 0), "pages of 65536 bytes are wanted, but they have 1"},
		{"table", bin(1, funcref, 0, 1), bin(1, funcref, 1, 2, 3), ""},
		{"table of others", bin(1, funcref, 0, 1), bin(1, externref, 0, 1), "funcref is wanted, but externref is given"},
		{"smaller table", bin(1, funcref, 0, 2), bin(1, funcref, 0, 1), "at least 2 elements wanted, 1 promised"},
		{"global", global(i32, 0), global(i32, 0), ""},
		{"mutable global", global(i32, 0), global(i32, 1), "one global is mutable and the other is not"},
		{"global of another type", global(i32, 0), global(i64, 0), "i32 is wanted, but i64 is given"},
		{"number for a reference", global(funcref, 0), global(i64, 0), "funcref is wanted, but i64 is given"},
		{"reference of the same kind", global(funcref, 0), global(nullfunc, 0), ""},
		{"reference of another kind", global(externref, 0), global(anyref, 0), "externref is wanted, but anyref is given"},
		{"reference to a type", global(funcref, 0), bin(3, refNull, 0, 0), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			functions := bin(1, coreFunc(nil, nil))
			functions = bin(functions, bin(1, coreFunc(bin(i32), nil)), bin(1, coreFunc(nil, bin(i32))))
			giving := bin(0x50, num(4), functions, bin(3, "x", tt.given))
			wanting := bin(0x50, num(4), functions, bin(0, "m", "x", tt.wanted))
			wasm := comp(
				coreTypes(giving, wanting), imports(bin(named("a"), 0, 0x11, 0), bin(named("b"), 0, 0x11, 1)),
				coreInstances(bin(0, 0, vec()), bin(0, 1, vec(bin("m", 0x12, 0)))))
			checkRule(t, wasm, `argument "m", export "x": `, tt.rule)

			// The same between module types: what imports less can stand for what imports more, and what
			// exports more for what exports less.
			exporting := bin(0x50, num(4), functions, bin(3, "x", tt.wanted))
			wasm = comp(
				coreTypes(giving), imports(bin(named("a"), 0, 0x11, 0)),
				nested(comp(coreTypes(exporting), imports(bin(named("m"), 0, 0x11, 0)))),
				instances(bin(0, 0, vec(bin("m", 0, 0x11, 0)))))
			checkRule(t, wasm, `argument "m", export "x": `, tt.rule)
			wasm = comp(
				coreTypes(wanting), imports(bin(named("a"), 0, 0x11, 0)),
				nested(comp(coreTypes(bin(0x50, num(4), functions, bin(0, "m", "x", tt.given))), imports(bin(named("m"), 0, 0x11, 0)))),
				instances(bin(0, 0, vec(bin("m", 0, 0x11, 0)))))
			checkRule(t, wasm, `argument "m", import "m" "x": `, tt.rule)
		})
	}
}

// checkRule decodes a component that is valid or breaks a rule at a place.
func checkRule(t *testing.T, wasm []byte, place, rule string) {
	t.Helper()
	_, err := DecodeWith(wasm, AllFeatures)
	switch {
	case rule == "" && err != nil:
		t.Errorf("it fits, but: %v", err)
	case rule != "" && err == nil:
		t.Errorf("it is accepted, though %s", rule)
	case rule != "" && !strings.HasSuffix(err.Error(), ": "+place+rule):
		t.Errorf("got %v, want %s%s", err, place, rule)
	}
}

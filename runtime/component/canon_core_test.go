package component_test

// The core types of lowered functions and built-ins.

import (
	"regexp"
	"strings"
	"testing"

	. "github.com/witan-os/witan/runtime/component"
)

var givenType = regexp.MustCompile(`the core type \(v128\) -> \(\) is wanted, but (.*) is given$`)

// coreTypeOf tells the type of a core function by giving it to a module that wants another type.
func coreTypeOf(t *testing.T, index int, definitions ...[]byte) string {
	t.Helper()
	wasm := comp(append(definitions,
		coreModule(module(moduleTypes(coreFunc(bin(0x7b), nil)), moduleImports(bin("m", "f", 0, 0)))),
		coreInstances(bin(1, vec(bin("f", 0, index))), bin(0, 1, vec(bin("m", 0x12, 1)))))...)
	_, err := DecodeWith(wasm, AllFeatures)
	if err == nil {
		return "unknown"
	}
	found := givenType.FindStringSubmatch(err.Error())
	if found == nil {
		t.Fatal(err)
	}
	return found[1]
}

// libcFuncs is the number of core functions that libc defines.
const libcFuncs = coreRealloc + 1

func TestLoweredTypes(t *testing.T) {
	const (
		s64Type = 0x78
		f64Type = 0x75
	)
	allOptions := vec(bin(3, 0), bin(4, coreRealloc))
	asyncOptions := vec(bin(3, 0), bin(4, coreRealloc), bin(6))
	params := func(types ...int) []byte {
		list := make([][]byte, len(types))
		for i, x := range types {
			list[i] = bin(labels(i + 1)[i], x)
		}
		return vec(list...)
	}
	sync := func(params []byte, result ...int) []byte {
		if result == nil {
			return bin(0x40, params, 1, 0)
		}
		return bin(0x40, params, 0, result[0])
	}
	async := func(params []byte, result ...int) []byte {
		f := sync(params, result...)
		f[0] = 0x43
		return f
	}
	u32s := func(n int) []byte { return params(repeatInt(n, u32Type)...) }
	for _, tt := range []struct {
		name  string
		types [][]byte // the one with index i gets a name, under which it has the index 2i+1; the function comes last
		async bool
		want  string
	}{
		{"nothing", [][]byte{sync(params())}, false, "() -> ()"},
		{"scalars", [][]byte{sync(params(boolType, s64Type, f32Type, f64Type, charType), f32Type)}, false, "(i32 i64 f32 f64 i32) -> (f32)"},
		{"strings", [][]byte{sync(params(stringType), stringType)}, false, "(i32 i32 i32) -> ()"},
		{"sixteen", [][]byte{sync(u32s(16))}, false, "(" + strings.Repeat("i32 ", 15) + "i32) -> ()"},
		{"seventeen", [][]byte{sync(u32s(17), u8Type)}, false, "(i32) -> (i32)"},
		{"sixteen and a result in memory", [][]byte{sync(u32s(16), stringType)}, false, "(" + strings.Repeat("i32 ", 16) + "i32) -> ()"},
		{"record by its fields", [][]byte{bin(0x72, vec(bin("a", u8Type), bin("b", f64Type))), sync(params(1))}, false, "(i32 f64) -> ()"},
		{"variant", [][]byte{
			bin(0x71, vec(bin("a", 1, f32Type, 0), bin("b", 1, u32Type, 0), bin("c", 0, 0))), sync(params(1)),
		}, false, "(i32 i32) -> ()"},
		{"variant with wide cases", [][]byte{
			bin(0x71, vec(bin("a", 1, f32Type, 0), bin("b", 1, f64Type, 0), bin("c", 1, stringType, 0))), sync(params(1)),
		}, false, "(i32 i64 i32) -> ()"},
		{"result of equal floats", [][]byte{bin(0x6a, 1, f32Type, 1, f32Type), sync(params(1))}, false, "(i32 f32) -> ()"},
		{"option of a tuple", [][]byte{bin(0x6f, vec(bin(u8Type), bin(f64Type))), bin(0x6b, 1), sync(params(3))}, false, "(i32 i32 f64) -> ()"},
		{"flags and enum", [][]byte{bin(0x6e, names(labels(20)...)), bin(0x6d, names("a", "b")), sync(params(1), 3)}, false, "(i32) -> (i32)"},
		{"map, list and stream", [][]byte{
			bin(0x63, u8Type, u8Type), bin(0x70, u8Type), bin(0x66, 1, u8Type), sync(params(1, 3, 5), 5),
		}, false, "(i32 i32 i32 i32 i32) -> (i32)"},
		{"fixed-length list", [][]byte{bin(0x67, f32Type, 3), sync(params(1))}, false, "(f32 f32 f32) -> ()"},
		{"long fixed-length list", [][]byte{bin(0x67, f32Type, 17), sync(params(1))}, false, "(i32) -> ()"},
		{"async nothing", [][]byte{async(params())}, true, "() -> (i32)"},
		{"async with four", [][]byte{async(u32s(4))}, true, "(i32 i32 i32 i32) -> (i32)"},
		{"async with five", [][]byte{async(u32s(5))}, true, "(i32) -> (i32)"},
		{"async with a result", [][]byte{async(u32s(1), u8Type)}, true, "(i32 i32) -> (i32)"},
		{"async function, lowered synchronously", [][]byte{async(u32s(5), u8Type)}, false, "(i32 i32 i32 i32 i32) -> (i32)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			options := allOptions
			if tt.async {
				options = asyncOptions
			}
			definitions := [][]byte{libc()}
			last := len(tt.types) - 1
			for i, x := range tt.types[:last] {
				definitions = append(definitions, types(x), imports(bin(named(labels(last)[i]), 3, 0, 2*i)))
			}
			definitions = append(definitions,
				types(tt.types[last]), imports(bin(named("f"), 1, 2*last)), canons(bin(1, 0, 0, options)))
			got := coreTypeOf(t, libcFuncs, definitions...)
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func repeatInt(n, v int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = v
	}
	return list
}

func TestBuiltinTypes(t *testing.T) {
	before := bin(libc(), types(
		bin(0x3f, i32, 0), bin(0x3f, i64, 0), bin(0x66, 1, u8Type), bin(0x65, 1, u8Type), bin(0x6f, vec(bin(stringType), bin(f32Type)))))
	copied := vec(bin(6), bin(3, 0))
	for _, tt := range []struct {
		canon []byte
		want  string
	}{
		{bin(2, 0), "(i32) -> (i32)"},
		{bin(2, 1), "(i64) -> (i32)"},
		{bin(3, 1), "(i32) -> ()"},
		{bin(4, 0), "(i32) -> (i32)"},
		{bin(4, 1), "(i32) -> (i64)"},
		{bin(5), "() -> ()"},
		{bin(6, 0), "(i32) -> (i32)"},
		{bin(9, 1, 0, vec()), "() -> ()"},
		{bin(9, 0, 4, vec(bin(3, 0))), "(i32 i32 f32) -> ()"},
		{bin(0x0a, i64, 1), "() -> (i64)"},
		{bin(0x0b, i32, 0), "(i32) -> ()"},
		{bin(0x0e, 2), "() -> (i64)"},
		{bin(0x0f, 2, copied), "(i32 i32 i32) -> (i32)"},
		{bin(0x10, 2, copied), "(i32 i32 i32) -> (i32)"},
		{bin(0x16, 3, copied), "(i32 i32) -> (i32)"},
		{bin(0x17, 3, copied), "(i32 i32) -> (i32)"},
		{bin(0x1d, vec(bin(3, 0), bin(4, coreRealloc))), "(i32 i32) -> ()"},
		{bin(0x1f), "() -> (i32)"},
		{bin(0x20, 0, 0), "(i32 i32) -> (i32)"},
		{bin(0x23), "(i32 i32) -> ()"},
		{bin(0x24), "() -> ()"},
		{bin(0x42, 0), "unknown"}, // depends on what it is given
	} {
		if got := coreTypeOf(t, libcFuncs, before, canons(tt.canon)); got != tt.want {
			t.Errorf("canon % x has the type %s, want %s", tt.canon, got, tt.want)
		}
	}
}

// TestWideMemory checks that functions on memories with 64-bit addresses have no known type, and that
// these memories are gated.
func TestWideMemory(t *testing.T) {
	wide := bin(
		coreModule(module(
			moduleTypes(coreFunc(bin(i64, i64, i64, i64), bin(i64))), moduleFunctions(bin(0)), moduleMemories(bin(4, 1)),
			moduleExports(bin("m", 2, 0), bin("realloc", 0, 0)))),
		coreInstances(bin(0, 0, vec())), aliases(bin(0, 2, 1, 0, "m"), bin(0, 0, 1, 0, "realloc")),
		types(fn(bin(stringType))), imports(bin(named("f"), 1, 0)))
	lower := canons(bin(1, 0, 0, vec(bin(3, 0), bin(4, 0))))
	c, err := DecodeWith(comp(wide, lower), AllFeatures)
	if err != nil {
		t.Fatal(err)
	}
	if l, ok := c.Defs[len(c.Defs)-1].(*Lower); !ok || !l.Options.HasRealloc {
		t.Errorf("the last definition is %s", show(c))
	}
	if _, err := Decode(comp(wide, lower)); err == nil || !strings.HasSuffix(err.Error(), "this needs a feature that is not enabled: 64-bit memories") {
		t.Errorf("without the feature: %v", err)
	}
}

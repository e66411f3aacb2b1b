package component_test

// A few words to write components with: tests put binaries together from named sections and entries,
// instead of keeping files that nobody can read.

import (
	"fmt"

	"github.com/witan-os/witan/internal/leb128"
)

// bin joins bytes (int), names (string, written with their length) and parts that are binary already.
func bin(parts ...any) []byte {
	var out []byte
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			if p < 0 || p > 0xff {
				panic(fmt.Sprintf("%d is not a byte", p))
			}
			out = append(out, byte(p))
		case string:
			out = append(leb128.AppendUint(out, uint64(len(p))), p...)
		case []byte:
			out = append(out, p...)
		default:
			panic(fmt.Sprintf("a %T cannot stand in a binary", p))
		}
	}
	return out
}

// num writes an integer of any size.
func num(n uint64) []byte { return leb128.AppendUint(nil, n) }

// typeIndex writes an index in the place of a value type, where it must not look like an opcode: bit 6 of
// the last byte is a sign.
func typeIndex(i int) []byte {
	b := num(uint64(i))
	if last := len(b) - 1; b[last]&0x40 != 0 {
		b[last] |= 0x80
		b = append(b, 0)
	}
	return b
}

// vec writes a vector.
func vec(entries ...[]byte) []byte {
	out := num(uint64(len(entries)))
	for _, e := range entries {
		out = append(out, e...)
	}
	return out
}

// names writes a vector of names.
func names(list ...string) []byte {
	out := num(uint64(len(list)))
	for _, n := range list {
		out = append(out, bin(n)...)
	}
	return out
}

// frame writes a section with contents of any form.
func frame(id int, contents []byte) []byte {
	return bin(id, num(uint64(len(contents))), contents)
}

// section returns a function that writes a section whose contents are a vector.
func section(id int) func(entries ...[]byte) []byte {
	return func(entries ...[]byte) []byte { return frame(id, vec(entries...)) }
}

// The sections of a component.
var (
	coreInstances = section(2)
	coreTypes     = section(3)
	instances     = section(5)
	aliases       = section(6)
	types         = section(7)
	canons        = section(8)
	imports       = section(10)
	exports       = section(11)
)

func coreModule(module []byte) []byte { return frame(1, module) }
func nested(component []byte) []byte  { return frame(4, component) }
func start(parts ...any) []byte       { return frame(9, bin(parts...)) }
func custom(name string, text ...int) []byte {
	contents := bin(name)
	for _, b := range text {
		contents = append(contents, byte(b))
	}
	return frame(0, contents)
}

// comp writes a component.
func comp(sections ...[]byte) []byte {
	out := []byte("\x00asm\x0d\x00\x01\x00")
	for _, s := range sections {
		out = append(out, s...)
	}
	return out
}

// module writes a core module. Its functions need no code to be decoded.
func module(sections ...[]byte) []byte {
	out := []byte("\x00asm\x01\x00\x00\x00")
	for _, s := range sections {
		out = append(out, s...)
	}
	return out
}

// The sections of a core module that say what it shows.
var (
	moduleTypes     = section(1)
	moduleImports   = section(2)
	moduleFunctions = section(3)
	moduleTables    = section(4)
	moduleMemories  = section(5)
	moduleGlobals   = section(6)
	moduleExports   = section(7)
)

// Core value types.
const (
	i32     = 0x7f
	i64     = 0x7e
	f32     = 0x7d
	funcref = 0x70
)

// coreFunc writes a core function type.
func coreFunc(params, results []byte) []byte {
	return bin(0x60, num(uint64(len(params))), params, num(uint64(len(results))), results)
}

// Types of components, by their opcodes.
const (
	boolType   = 0x7f
	u8Type     = 0x7d
	u32Type    = 0x79
	f32Type    = 0x76
	charType   = 0x74
	stringType = 0x73
)

// fn writes a function type with parameters, which are pairs of a name and a type, and a result or nil.
func fn(result []byte, params ...[]byte) []byte {
	if result == nil {
		return bin(0x40, vec(params...), 1, 0)
	}
	return bin(0x40, vec(params...), 0, result)
}

// named writes the name of an import or export.
func named(name string) []byte { return bin(0, name) }

// The core functions of libc, by their index after libc was put at the front of a component.
const (
	coreNothing = iota // () -> ()
	coreTake           // (i32) -> ()
	coreGive           // () -> (i32)
	coreRealloc        // (i32 i32 i32 i32) -> (i32)
)

// libc is the beginning of a component: a module with functions and a memory, its instance, and aliases for
// all it exports.
func libc() []byte {
	return bin(
		coreModule(module(
			moduleTypes(
				coreFunc(nil, nil), coreFunc(bin(i32), nil), coreFunc(nil, bin(i32)),
				coreFunc(bin(i32, i32, i32, i32), bin(i32))),
			moduleFunctions(bin(0), bin(1), bin(2), bin(3)),
			moduleMemories(bin(0, 1)),
			moduleExports(
				bin("nothing", 0, 0), bin("take", 0, 1), bin("give", 0, 2), bin("realloc", 0, 3), bin("memory", 2, 0)),
		)),
		coreInstances(bin(0, 0, vec())),
		aliases(
			bin(0, 0, 1, 0, "nothing"), bin(0, 0, 1, 0, "take"), bin(0, 0, 1, 0, "give"),
			bin(0, 0, 1, 0, "realloc"), bin(0, 2, 1, 0, "memory")),
	)
}

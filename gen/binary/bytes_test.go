package binary_test

import (
	"fmt"

	"github.com/witan-os/witan/internal/leb128"
)

// A few words to write files with that no tool would write.

// bin joins bytes, numbers (int), names (string, written with their length) and parts that are binary already.
func bin(parts ...any) []byte {
	var out []byte
	for _, p := range parts {
		switch p := p.(type) {
		case byte:
			out = append(out, p)
		case int:
			out = leb128.AppendUint(out, uint64(p))
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

func vec(entries ...[]byte) []byte {
	out := bin(len(entries))
	for _, e := range entries {
		out = append(out, e...)
	}
	return out
}

// section writes a section with anything in it.
func section(id byte, contents ...any) []byte {
	all := bin(contents...)
	return bin(id, len(all), all)
}

func custom(name string, contents ...any) []byte { return section(0, name, bin(contents...)) }

func componentOf(sections ...[]byte) []byte {
	return append([]byte("\x00asm\x0d\x00\x01\x00"), bin(anys(sections)...)...)
}

func moduleOf(sections ...[]byte) []byte {
	return append([]byte("\x00asm\x01\x00\x00\x00"), bin(anys(sections)...)...)
}

func anys(parts [][]byte) []any {
	out := make([]any, len(parts))
	for i, p := range parts {
		out[i] = p
	}
	return out
}

// The sections of a component, and the sorts of its externs.
const (
	secType, secExport byte = 7, 11

	sortFunc, sortType, sortComponent, sortInstance byte = 1, 3, 4, 5
)

// index writes an index in the place of a type, where it must not look like a negative number.
func index(i int) []byte {
	b := bin(i)
	if last := len(b) - 1; b[last]&0x40 != 0 {
		b[last] |= 0x80
		b = append(b, 0)
	}
	return b
}

// Declarators of imports and exports.
const (
	declImport byte = 3
	declExport byte = 4
)

// exportTypes writes a component that exports component types.
func exportTypes(names []string, types [][]byte) []byte {
	var sections [][]byte
	for i, t := range types {
		sections = append(sections, section(secType, 1, t), section(secExport, 1, byte(0), names[i], sortType, 2*i, byte(0)))
	}
	return componentOf(sections...)
}

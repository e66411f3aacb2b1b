package cguest

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// Variants share core values between their cases: what is a float for one can be a pointer for another. In C they are
// slots of 64 bits, which hold a number zero-extended and a float by its bits. Whatever case it is of, a value has its
// bits in the low part of its slot then, so that the reinterpretations which the canonical ABI asks for are those from
// slots to core values and back.
//
// Each type of variant is put into slots and taken out of them by functions of its own. Types share parts, so code
// that did all of it in place would grow with each use.

// coreTypes are the C types of core values.
var coreTypes = map[abi.CoreType]string{abi.I32: "int32_t", abi.I64: "int64_t", abi.CoreF32: "float", abi.CoreF64: "double"}

// toSlot is an expression for what a slot holds for a core value.
func (g *generator) toSlot(core abi.CoreType, value string) string {
	switch core {
	case abi.CoreF32:
		return g.bits.call("cabi_bits_of_f32", value)
	case abi.CoreF64:
		return g.bits.call("cabi_bits_of_f64", value)
	case abi.I64:
		return "(uint64_t)" + strings.TrimPrefix(value, "(int64_t)")
	}
	return "(uint32_t)" + strings.TrimPrefix(value, "(int32_t)")
}

// fromSlot is an expression for the core value that a slot holds.
func (g *generator) fromSlot(core abi.CoreType, slot string) string {
	switch core {
	case abi.CoreF32:
		return g.bits.call("cabi_f32_of_bits", "(uint32_t)"+slot)
	case abi.CoreF64:
		return g.bits.call("cabi_f64_of_bits", slot)
	case abi.I64:
		return "(int64_t)" + slot
	}
	return "(int32_t)" + slot
}

// slots is an array of slots, from some index on.
type slots struct {
	array string
	at    int
}

// slot is an expression for one of them.
func (s slots) slot(i int) string { return fmt.Sprintf("%s[%d]", s.array, s.at+i) }

// from are those from one on.
func (s slots) from(i int) slots { return slots{s.array, s.at + i} }

// address is an expression for where they are.
func (s slots) address() string {
	if s.at == 0 {
		return s.array
	}
	return fmt.Sprintf("%s + %d", s.array, s.at)
}

// isSimple reports whether a value is a single core value, and a number or a handle in C.
func isSimple(t *model.Type) bool { return !byPointer(t) }

// isPair reports whether a value is an address and a length.
func isPair(t *model.Type) bool {
	return t.Kind == abi.String || t.Kind == abi.List || t.Kind == abi.Map
}

// isProduct reports whether a value is made of parts that are all there.
func isProduct(t *model.Type) bool {
	return t.Kind == abi.Record || t.Kind == abi.Tuple || t.Kind == abi.FixedList
}

// bits are the functions between floats and their bits, of which a source has the ones that it calls.
type bits struct {
	used map[string]bool
}

// bitFuncs are all of them, in the order in which they are written.
var bitFuncs = []struct{ name, argument, result string }{
	{"cabi_bits_of_f32", "float", "uint32_t"},
	{"cabi_f32_of_bits", "uint32_t", "float"},
	{"cabi_bits_of_f64", "double", "uint64_t"},
	{"cabi_f64_of_bits", "uint64_t", "double"},
}

func (b *bits) call(name, argument string) string {
	if b.used == nil {
		b.used = map[string]bool{}
	}
	b.used[name] = true
	return name + "(" + argument + ")"
}

// functions writes those that are called.
func (b *bits) functions(t *text) {
	for _, f := range bitFuncs {
		if !b.used[f.name] {
			continue
		}
		t.line("static %s %s(%s value) {", f.result, f.name, f.argument)
		t.line("union { %s from; %s to; } bits = {value};", f.argument, f.result)
		t.line("return bits.to;")
		t.line("}")
		t.gap()
	}
}

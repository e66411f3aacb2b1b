//go:build wasip1

package guest

import (
	"math"
	"unsafe"
)

// This file reads and writes single values. A core value is kept in 64 bits: an i32 zero-extended, and a float by its
// bits. Then the bits of any case of a variant are in the low part of the slot that the cases share.

// Load reads a value at an offset.
func Load[T any](p unsafe.Pointer, at uintptr) T { return *(*T)(unsafe.Add(p, at)) }

// Store writes a value at an offset.
func Store[T any](p unsafe.Pointer, at uintptr, v T) { *(*T)(unsafe.Add(p, at)) = v }

// FromBool is the core value of a bool.
func FromBool(v bool) uint32 {
	if v {
		return 1
	}
	return 0
}

// FromChar is the core value of a char, which has to be a Unicode scalar value.
func FromChar(r rune) uint32 {
	if v := uint32(r); v < 0xd800 || v > 0xdfff && v <= 0x10ffff {
		return v
	}
	fail("guest: a rune is passed as a char that is no Unicode scalar value")
	panic("unreachable")
}

// FromF32 is the slot of an f32.
func FromF32(v float32) uint64 { return uint64(math.Float32bits(v)) }

// ToF32 is the f32 in a slot.
func ToF32(v uint64) float32 { return math.Float32frombits(uint32(v)) }

// FromF64 is the slot of an f64.
func FromF64(v float64) uint64 { return math.Float64bits(v) }

// ToF64 is the f64 in a slot.
func ToF64(v uint64) float64 { return math.Float64frombits(v) }

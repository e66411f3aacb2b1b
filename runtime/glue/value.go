package glue

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// This file reads and writes single values in a view of guest memory. The offset is a constant in
// generated code and the view has been checked for size, so these compile to a load or a store.

func errorText(v any) string {
	switch v := v.(type) {
	case Unit:
		return "failed"
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprint(v)
}

// LoadU8 and its relatives read a little-endian value at an offset.
func LoadU8(p []byte, at int) uint8 { return p[at] }

// LoadU16 reads an u16.
func LoadU16(p []byte, at int) uint16 { return binary.LittleEndian.Uint16(p[at:]) }

// LoadU32 reads an u32.
func LoadU32(p []byte, at int) uint32 { return binary.LittleEndian.Uint32(p[at:]) }

// LoadU64 reads an u64.
func LoadU64(p []byte, at int) uint64 { return binary.LittleEndian.Uint64(p[at:]) }

// LoadF32 reads an f32.
func LoadF32(p []byte, at int) float32 { return math.Float32frombits(LoadU32(p, at)) }

// LoadF64 reads an f64.
func LoadF64(p []byte, at int) float64 { return math.Float64frombits(LoadU64(p, at)) }

// LoadBool reads a bool: any byte but zero is true.
func LoadBool(p []byte, at int) bool { return p[at] != 0 }

// StoreU8 and its relatives write a little-endian value at an offset.
func StoreU8(p []byte, at int, v uint8) { p[at] = v }

// StoreU16 writes an u16.
func StoreU16(p []byte, at int, v uint16) { binary.LittleEndian.PutUint16(p[at:], v) }

// StoreU32 writes an u32.
func StoreU32(p []byte, at int, v uint32) { binary.LittleEndian.PutUint32(p[at:], v) }

// StoreU64 writes an u64.
func StoreU64(p []byte, at int, v uint64) { binary.LittleEndian.PutUint64(p[at:], v) }

// StoreF32 writes an f32.
func StoreF32(p []byte, at int, v float32) { StoreU32(p, at, math.Float32bits(v)) }

// StoreF64 writes an f64.
func StoreF64(p []byte, at int, v float64) { StoreU64(p, at, math.Float64bits(v)) }

// StoreBool writes a bool as 0 or 1.
func StoreBool(p []byte, at int, v bool) { p[at] = uint8(FromBool(v)) }

// FromBool is the core value of a bool.
func FromBool(v bool) uint64 {
	if v {
		return 1
	}
	return 0
}

// ToChar checks that a core value is a Unicode scalar value.
func ToChar(b *Boundary, v uint32) rune {
	if !isScalar(v) {
		b.Trap("%#x is not a Unicode scalar value", v)
	}
	return rune(v)
}

// FromChar checks a rune that the host gave.
func FromChar(b *Boundary, r rune) uint32 {
	if !isScalar(uint32(r)) {
		b.Refuse("%#x is not a Unicode scalar value", uint32(r))
	}
	return uint32(r)
}

func isScalar(v uint32) bool { return v < 0xd800 || v > 0xdfff && v <= 0x10ffff }

// ToCase checks the discriminant of a variant of n cases.
func ToCase(b *Boundary, v, n uint32, typ string) uint32 {
	if v >= n {
		b.Trap("%s has no case %d", typ, v)
	}
	return v
}

// FromF32 is the core value of an f32.
func FromF32(v float32) uint64 { return uint64(math.Float32bits(v)) }

// ToF32 is the f32 in a core value.
func ToF32(v uint64) float32 { return math.Float32frombits(uint32(v)) }

// FromF64 is the core value of an f64.
func FromF64(v float64) uint64 { return math.Float64bits(v) }

// ToF64 is the f64 in a core value.
func ToF64(v uint64) float64 { return math.Float64frombits(v) }

// FromI32 is the core value of a signed 32-bit integer: the upper half of a slot is zero.
func FromI32(v int32) uint64 { return uint64(uint32(v)) }

// TakeOwn lifts an own handle.
func TakeOwn[T any](b *Boundary, r *Resource, handle uint32) Own[T] {
	return Own[T]{b.TakeOwn(r, handle).(T)}
}

// Borrowed lifts a borrow handle of a Go resource.
func Borrowed[T any](b *Boundary, r *Resource, handle uint32) T {
	return b.Borrowed(r, handle).(T)
}

// GiveOwn lowers an own handle.
func GiveOwn[T any](b *Boundary, r *Resource, v Own[T]) uint32 {
	return b.GiveOwn(r, v.value)
}

// Lend lowers a borrow handle.
func Lend[T any](b *Boundary, r *Resource, v T) uint32 {
	return b.Lend(r, v)
}

// ErrorOf finds the WIT error value of type E in an error that an implementation returned. Any other error
// is a failure of the host and traps, except an *[Exit], which ends the program.
func ErrorOf[E error](b *Boundary, err error) E {
	if e, ok := err.(E); ok {
		return e
	}
	var e E
	if !errors.As(err, &e) {
		b.Fail(err)
	}
	return e
}

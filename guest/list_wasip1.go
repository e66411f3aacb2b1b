//go:build wasip1

package guest

import (
	"strconv"
	"unsafe"
)

// This file lifts and lowers what lies in memory of its own: strings and lists.

// Span is where a string or list lies: its address and how many elements it has.
type Span struct{ Ptr, Len uint32 }

// SpanOf is the span in two core values.
func SpanOf(ptr, n uint32) Span { return Span{ptr, n} }

// SpanAt reads a span at an offset.
func SpanAt(p unsafe.Pointer, at uintptr) Span { return Load[Span](p, at) }

// Slots are the slots of a span.
func (s Span) Slots() (ptr, n uint64) { return uint64(s.Ptr), uint64(s.Len) }

// StoreAt writes the span at an offset.
func (s Span) StoreAt(p unsafe.Pointer, at uintptr) { Store(p, at, s) }

// LowerString passes a string as it is.
func LowerString(v string) Span { return lower(unsafe.Pointer(unsafe.StringData(v)), len(v)) }

// LiftString makes a string of memory that cabi_realloc has allocated, without a copy.
func LiftString(s Span) string {
	if s.Len == 0 {
		return ""
	}
	return unsafe.String((*byte)(Pointer(s.Ptr)), s.Len)
}

// Scalar are the element types whose lists are passed as they are: Go's layout is the canonical one.
type Scalar interface {
	~uint8 | ~int8 | ~uint16 | ~int16 | ~uint32 | ~int32 | ~uint64 | ~int64 | ~float32 | ~float64
}

// LowerScalars passes a list of numbers as it is.
func LowerScalars[T Scalar](list []T) Span {
	return lower(unsafe.Pointer(unsafe.SliceData(list)), len(list))
}

// LiftScalars makes a list of numbers of memory that cabi_realloc has allocated, without a copy.
func LiftScalars[T Scalar](s Span) []T {
	if s.Len == 0 {
		return nil
	}
	return unsafe.Slice((*T)(Pointer(s.Ptr)), s.Len)
}

// noElement is an address for lists that have none, aligned for all of them.
const noElement = 8

// lower is the span of n elements at p, which stay reachable.
func lower(p unsafe.Pointer, n int) Span {
	if n == 0 {
		return Span{noElement, 0}
	}
	keep(p)
	return Span{address(p), uint32(n)}
}

// LowerList copies a list element by element into memory of its own. An element takes size bytes; store writes one.
func LowerList[T any](list []T, size, align uint32, store func(unsafe.Pointer, T)) Span {
	if len(list) == 0 {
		return Span{noElement, 0}
	}
	p := Alloc(uint64(size)*uint64(len(list)), align)
	for i, v := range list {
		store(unsafe.Add(p, i*int(size)), v)
	}
	return Span{address(p), uint32(len(list))}
}

// LiftList makes a list element by element: load reads one.
func LiftList[T any](s Span, size uint32, load func(unsafe.Pointer) T) []T {
	if s.Len == 0 {
		return nil
	}
	list := make([]T, s.Len)
	p := Pointer(s.Ptr)
	for i := range list {
		list[i] = load(unsafe.Add(p, i*int(size)))
	}
	return list
}

// Alloc makes memory that stays reachable as what is passed does.
func Alloc(size uint64, align uint32) unsafe.Pointer {
	if size > 1<<32-16 {
		fail("guest: a list of " + strconv.FormatUint(size, 10) + " bytes is passed, which is more than there can be")
	}
	p := allocate(uint32(size), align)
	keep(p)
	if pinned {
		debt += size
	}
	return p
}

// CheckLength refuses a list of a fixed length that has another number of elements. It is for long ones, which are
// slices in Go: short ones are arrays.
func CheckLength[T any](list []T, n int) {
	if len(list) != n {
		fail("guest: a list of " + strconv.Itoa(len(list)) + " elements is passed as one of " + strconv.Itoa(n))
	}
}

package glue

import (
	"unsafe"
)

// This file lifts and lowers strings and lists: what lies in memory of its own.

// Span is where a string or list lies in a guest's memory: its address and how many elements it has,
// for a string code units. A span that a guest gave is unchecked until something is loaded with it.
type Span struct{ Ptr, Len uint32 }

// SpanOf is the span in two core values.
func SpanOf(ptr, n uint64) Span { return Span{uint32(ptr), uint32(n)} }

// SpanAt reads a span at an offset of a view.
func SpanAt(p []byte, at int) Span { return Span{LoadU32(p, at), LoadU32(p, at+4)} }

// Slots are the core values of a span.
func (s Span) Slots() (ptr, n uint64) { return uint64(s.Ptr), uint64(s.Len) }

// StoreAt writes the span to the guest's memory.
func (s Span) StoreAt(b *Boundary, at uint32) {
	p := b.View(at, 8, 4)
	StoreU32(p, 0, s.Ptr)
	StoreU32(p, 4, s.Len)
}

// LoadString copies a string out of the guest's memory.
func LoadString(b *Boundary, s Span) string { return b.LoadString(s.Ptr, s.Len) }

// StoreString copies v into memory that the guest allocates.
func StoreString(b *Boundary, v string) Span {
	ptr, n := b.StoreString(v)
	return Span{ptr, n}
}

// ViewBytes returns a list<u8> in the guest's memory without copying it. The view is stale as soon as the
// guest runs again.
func ViewBytes(b *Boundary, s Span) []byte { return b.ListView(s.Ptr, s.Len, 1, 1) }

// StoreBytes copies v into memory that the guest allocates.
func StoreBytes(b *Boundary, v []byte) Span {
	ptr, n := b.StoreBytes(v)
	return Span{ptr, n}
}

// Scalar are the element types whose lists are copied as a block: Go's layout is the canonical one on the
// little-endian machines that the engine supports.
type Scalar interface {
	~uint8 | ~int8 | ~uint16 | ~int16 | ~uint32 | ~int32 | ~uint64 | ~int64 | ~float32 | ~float64
}

// LoadScalars copies a list of numbers out of the guest's memory. For bytes see [instance.Boundary.LoadBytes], which
// need not copy them.
func LoadScalars[T Scalar](b *Boundary, s Span) []T {
	size := uint32(unsafe.Sizeof(*new(T)))
	if size == 1 {
		bytes := b.LoadBytes(s.Ptr, s.Len)
		return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(bytes))), len(bytes))
	}
	view := b.ListView(s.Ptr, s.Len, size, size)
	list := MakeList[T](b, s.Len)
	copy(scalarBytes(list), view)
	return list
}

// StoreScalars copies a list of numbers into memory that the guest allocates.
func StoreScalars[T Scalar](b *Boundary, list []T) Span {
	size := uint32(unsafe.Sizeof(*new(T)))
	ptr, n := b.AllocList(len(list), size, size)
	copy(b.ListView(ptr, n, size, size), scalarBytes(list))
	return Span{ptr, n}
}

func scalarBytes[T Scalar](list []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(list))), len(list)*int(unsafe.Sizeof(*new(T))))
}

// MakeList makes room for n lifted elements, charged to the call.
func MakeList[T any](b *Boundary, n uint32) []T {
	b.Reserve(uint64(n) * uint64(unsafe.Sizeof(*new(T))))
	return make([]T, n)
}

// LoadList lifts a list element by element. An element takes size bytes; load gets a view of it.
func LoadList[T any](b *Boundary, s Span, size, align uint32, load func(b *Boundary, p []byte) T) []T {
	view := b.ListView(s.Ptr, s.Len, size, align)
	list := MakeList[T](b, s.Len)
	for i := range list {
		at := i * int(size)
		list[i] = load(b, view[at:at+int(size)])
	}
	return list
}

// PutList lowers a list whose elements have no strings or lists inside: put writes to a view of one.
func PutList[T any](b *Boundary, list []T, size, align uint32, put func(b *Boundary, p []byte, v T)) Span {
	ptr, n := b.AllocList(len(list), size, align)
	view := b.ListView(ptr, n, size, align)
	for i, v := range list {
		at := i * int(size)
		put(b, view[at:at+int(size)], v)
	}
	return Span{ptr, n}
}

// StoreList lowers a list whose elements have strings or lists inside: store allocates for them and so
// gets the element's address, for a view would not survive that.
func StoreList[T any](b *Boundary, list []T, size, align uint32, store func(b *Boundary, at uint32, v T)) Span {
	ptr, n := b.AllocList(len(list), size, align)
	for i, v := range list {
		store(b, ptr+uint32(i)*size, v)
	}
	return Span{ptr, n}
}

// CheckLength refuses a list of a fixed length for which the host gave another number of elements. It is for long
// ones, which are slices in Go: short ones are arrays.
func CheckLength[T any](b *Boundary, list []T, n int) {
	if len(list) != n {
		b.Refuse("the host gave %d elements for a list of %d", len(list), n)
	}
}

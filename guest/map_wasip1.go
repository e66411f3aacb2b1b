//go:build wasip1

package guest

import (
	"cmp"
	"maps"
	"slices"
	"unsafe"
)

// This file lifts and lowers maps, which are lists of pairs in memory. Of pairs with one key the last one counts; what
// is passed is sorted by key, so that equal maps are equal bytes.

// Key are the types that keys of a WIT map have in Go.
type Key interface {
	bool | uint8 | int8 | uint16 | int16 | uint32 | int32 | uint64 | int64 | string
}

// LowerMap copies a map pair by pair into memory of its own. A pair takes size bytes; store writes one.
func LowerMap[K Key, V any](m map[K]V, size, align uint32, store func(unsafe.Pointer, Tuple2[K, V])) Span {
	if len(m) == 0 {
		return Span{noElement, 0}
	}
	keys := slices.AppendSeq(make([]K, 0, len(m)), maps.Keys(m))
	sortKeys(keys)
	p := Alloc(uint64(size)*uint64(len(keys)), align)
	for i, k := range keys {
		store(unsafe.Add(p, i*int(size)), Tuple2[K, V]{k, m[k]})
	}
	return Span{address(p), uint32(len(keys))}
}

// LiftMap makes a map pair by pair: load reads one.
func LiftMap[K Key, V any](s Span, size uint32, load func(unsafe.Pointer) Tuple2[K, V]) map[K]V {
	m := make(map[K]V, s.Len)
	p := Pointer(s.Ptr)
	for i := range int(s.Len) {
		pair := load(unsafe.Add(p, i*int(size)))
		m[pair.F0] = pair.F1
	}
	return m
}

// sortKeys sorts by value, strings by their bytes, and false before true.
func sortKeys[K Key](keys []K) {
	switch keys := any(keys).(type) {
	case []bool:
		slices.SortFunc(keys, func(a, b bool) int { return cmp.Compare(FromBool(a), FromBool(b)) })
	case []uint8:
		slices.Sort(keys)
	case []int8:
		slices.Sort(keys)
	case []uint16:
		slices.Sort(keys)
	case []int16:
		slices.Sort(keys)
	case []uint32:
		slices.Sort(keys)
	case []int32:
		slices.Sort(keys)
	case []uint64:
		slices.Sort(keys)
	case []int64:
		slices.Sort(keys)
	case []string:
		slices.Sort(keys)
	}
}

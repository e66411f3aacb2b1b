package glue

import (
	"maps"
	"slices"
	"unsafe"
)

// This file lifts and lowers maps. In a guest's memory a map is a list of pairs, in which neither an order nor that
// keys differ is promised. A Go map has neither, so:
//
//   - of pairs with one key the last one counts, as the Component Model wants it;
//   - what Go passes on is sorted by key, so that equal maps are equal bytes.

// Key are the types that keys of a WIT map have in Go.
type Key interface {
	bool | uint8 | int8 | uint16 | int16 | uint32 | int32 | uint64 | int64 | string
}

// LoadMap lifts a map. A pair takes size bytes; load gets a view of it.
func LoadMap[K Key, V any](b *Boundary, s Span, size, align uint32, load func(b *Boundary, p []byte) Tuple2[K, V]) map[K]V {
	m, _ := loadMap(b, s, size, align, load)
	return m
}

// LoadOwners is [LoadMap] for values that own resources. One whose key is given again would be lost, and its
// resources never dropped, so that traps.
func LoadOwners[K Key, V any](b *Boundary, s Span, size, align uint32, load func(b *Boundary, p []byte) Tuple2[K, V]) map[K]V {
	m, pairs := loadMap(b, s, size, align, load)
	if len(m) < pairs {
		b.Trap("a map of %d pairs with resources has %d different keys", pairs, len(m))
	}
	return m
}

func loadMap[K Key, V any](b *Boundary, s Span, size, align uint32, load func(b *Boundary, p []byte) Tuple2[K, V]) (map[K]V, int) {
	view := b.ListView(s.Ptr, s.Len, size, align)
	b.Reserve(mapSize[K, V](s.Len))
	m := make(map[K]V, s.Len)
	for at := 0; at < len(view); at += int(size) {
		pair := load(b, view[at:at+int(size)])
		m[pair.F0] = pair.F1
	}
	return m, int(s.Len)
}

// mapSize is an upper bound of the bytes that a Go map with n keys takes. It has room for eight at least, and for
// less than three times as many as asked for: its tables are sized in powers of two, and an eighth stays free.
func mapSize[K Key, V any](n uint32) uint64 {
	const head = 64
	slot := uint64(unsafe.Sizeof(*new(K))) + uint64(unsafe.Sizeof(*new(V))) + 1
	return head + slot*max(8, 3*uint64(n))
}

// PutMap lowers a map whose pairs have no strings or lists inside: put writes to a view of one.
func PutMap[K Key, V any](b *Boundary, m map[K]V, size, align uint32, put func(b *Boundary, p []byte, v Tuple2[K, V])) Span {
	return PutList(b, pairs(m), size, align, put)
}

// StoreMap lowers a map whose pairs have strings or lists inside: store gets a pair's address, see [StoreList].
func StoreMap[K Key, V any](b *Boundary, m map[K]V, size, align uint32, store func(b *Boundary, at uint32, v Tuple2[K, V])) Span {
	return StoreList(b, pairs(m), size, align, store)
}

// pairs are the pairs of a map in the order of their keys.
func pairs[K Key, V any](m map[K]V) []Tuple2[K, V] {
	keys := slices.AppendSeq(make([]K, 0, len(m)), maps.Keys(m))
	sortKeys(keys)
	list := make([]Tuple2[K, V], len(keys))
	for i, k := range keys {
		list[i] = Tuple2[K, V]{k, m[k]}
	}
	return list
}

// sortKeys sorts by value, strings by their bytes, and false before true.
func sortKeys[K Key](keys []K) {
	switch keys := any(keys).(type) {
	case []bool:
		if len(keys) == 2 {
			keys[0], keys[1] = false, true
		}
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

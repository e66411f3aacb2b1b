package glue

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/witan-os/witan/internal/testutil"
)

func TestPairsAreSorted(t *testing.T) {
	check(t, map[string]int{"b": 2, "": 0, "a": 1, "ab": 3}, "[{ 0} {a 1} {ab 3} {b 2}]")
	check(t, map[bool]int{true: 1, false: 0}, "[{false 0} {true 1}]")
	check(t, map[bool]int{true: 1}, "[{true 1}]")
	check(t, map[int8]int{-1: 0, 1: 1, -128: 2}, "[{-128 2} {-1 0} {1 1}]")
	check(t, map[uint8]int{200: 0, 3: 1}, "[{3 1} {200 0}]")
	check(t, map[int16]int{2: 0, -3: 1}, "[{-3 1} {2 0}]")
	check(t, map[uint16]int{2: 0, 1: 1}, "[{1 1} {2 0}]")
	check(t, map[rune]int{'b': 0, 'a': 1}, "[{97 1} {98 0}]")
	check(t, map[uint32]int{2: 0, 1: 1}, "[{1 1} {2 0}]")
	check(t, map[int64]int{2: 0, -1: 1}, "[{-1 1} {2 0}]")
	check(t, map[uint64]int{1 << 63: 0, 1: 1}, "[{1 1} {9223372036854775808 0}]")
	check(t, map[string]int(nil), "[]")
}

func check[K Key](t *testing.T, m map[K]int, want string) {
	t.Helper()
	if got := fmt.Sprint(pairs(m)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestMapSize measures maps, and expects that no more was charged for them than they take, and not too much.
func TestMapSize(t *testing.T) {
	measure[uint8, bool](t, 200)
	measure[uint64, uint64](t, 1, 8, 9, 100, 895, 897, 10_000, 100_001)
	measure[string, [200]byte](t, 1, 7, 1000, 20_000)
}

func measure[K uint8 | uint64 | string, V any](t *testing.T, sizes ...uint32) {
	t.Helper()
	for _, n := range sizes {
		var keep map[K]V
		took := testutil.Allocated(func() {
			m := make(map[K]V, n)
			for i := range n {
				m[key[K](i)] = *new(V)
			}
			keep = m
		})
		charged := mapSize[K, V](n)
		if took > charged {
			t.Errorf("%T with %d keys takes %d bytes, only %d were charged", keep, n, took, charged)
		}
		if n > 100 && charged > 8*took {
			t.Errorf("%T with %d keys takes %d bytes, but %d were charged", keep, n, took, charged)
		}
	}
}

// numerals are made before anything is measured.
var numerals = slices.Collect(func(yield func(string) bool) {
	for i := range 100_001 {
		if !yield(fmt.Sprint(i)) {
			return
		}
	}
})

func key[K uint8 | uint64 | string](i uint32) (k K) {
	switch k := any(&k).(type) {
	case *uint8:
		*k = uint8(i)
	case *uint64:
		*k = uint64(i)
	case *string:
		*k = numerals[i]
	}
	return k
}

func TestFuture(t *testing.T) {
	if v, err := Ready("x").Await(t.Context()); v != "x" || err != nil {
		t.Errorf("got %q, %v", v, err)
	}
	if !errors.Is(ErrAsync, errors.ErrUnsupported) {
		t.Error("ErrAsync is not what Go calls unsupported")
	}
	if got := (ErrorContext{Message: "why"}).Error(); got != "why" {
		t.Errorf("got %q", got)
	}
}

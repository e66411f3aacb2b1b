package value

import (
	"bytes"
	"math"
	"reflect"
	"slices"
)

// Equal reports whether a and b are the same value of the same type. Floats are compared by their bits,
// so that 0 and -0 differ, except that all NaNs are equal, because the canonical ABI does not preserve
// them. Flags are sets. Resources are equal when their representations are.
func Equal(a, b Value) bool {
	switch a := a.(type) {
	case float32:
		b, ok := b.(float32)
		return ok && (math.Float32bits(a) == math.Float32bits(b) || a != a && b != b)
	case float64:
		b, ok := b.(float64)
		return ok && (math.Float64bits(a) == math.Float64bits(b) || a != a && b != b)
	case []byte:
		b, ok := b.([]byte)
		return ok && bytes.Equal(a, b)
	case List:
		b, ok := b.(List)
		return ok && slices.EqualFunc(a, b, Equal)
	case Map:
		b, ok := b.(Map)
		return ok && slices.EqualFunc(a, b, func(a, b Entry) bool {
			return Equal(a.Key, b.Key) && Equal(a.Value, b.Value)
		})
	case Tuple:
		b, ok := b.(Tuple)
		return ok && slices.EqualFunc(a, b, Equal)
	case Record:
		b, ok := b.(Record)
		return ok && slices.EqualFunc(a, b, func(a, b Field) bool {
			return a.Name == b.Name && Equal(a.Value, b.Value)
		})
	case Variant:
		b, ok := b.(Variant)
		return ok && a.Case == b.Case && Equal(a.Payload, b.Payload)
	case Option:
		b, ok := b.(Option)
		return ok && a.Some == b.Some && Equal(a.Value, b.Value)
	case Result:
		b, ok := b.(Result)
		return ok && a.Failed == b.Failed && Equal(a.Payload, b.Payload)
	case Flags:
		b, ok := b.(Flags)
		return ok && equalSets(a, b)
	default:
		return equalScalars(a, b)
	}
}

// equalScalars compares what Go's == compares. A resource's representation may be of any Go type, also
// of one that == refuses with a panic: then it is equal to nothing.
func equalScalars(a, b Value) bool {
	if a == nil || b == nil {
		return a == b
	}
	return reflect.ValueOf(a).Comparable() && reflect.ValueOf(b).Comparable() && a == b
}

func equalSets(a, b Flags) bool {
	within := func(a, b Flags) bool {
		return !slices.ContainsFunc(a, func(label string) bool { return !slices.Contains(b, label) })
	}
	return within(a, b) && within(b, a)
}

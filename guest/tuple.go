package guest

// Tuples of one to eight values. WIT tuples have no names for their parts; nor have these. Longer tuples,
// which WIT allows, are struct types written out in generated code.
type (
	// Tuple1 is a tuple of one value.
	Tuple1[A any] struct{ F0 A }
	// Tuple2 is a tuple of two values.
	Tuple2[A, B any] struct {
		F0 A
		F1 B
	}
	// Tuple3 is a tuple of three values.
	Tuple3[A, B, C any] struct {
		F0 A
		F1 B
		F2 C
	}
	// Tuple4 is a tuple of four values.
	Tuple4[A, B, C, D any] struct {
		F0 A
		F1 B
		F2 C
		F3 D
	}
	// Tuple5 is a tuple of five values.
	Tuple5[A, B, C, D, E any] struct {
		F0 A
		F1 B
		F2 C
		F3 D
		F4 E
	}
	// Tuple6 is a tuple of six values.
	Tuple6[A, B, C, D, E, F any] struct {
		F0 A
		F1 B
		F2 C
		F3 D
		F4 E
		F5 F
	}
	// Tuple7 is a tuple of seven values.
	Tuple7[A, B, C, D, E, F, G any] struct {
		F0 A
		F1 B
		F2 C
		F3 D
		F4 E
		F5 F
		F6 G
	}
	// Tuple8 is a tuple of eight values.
	Tuple8[A, B, C, D, E, F, G, H any] struct {
		F0 A
		F1 B
		F2 C
		F3 D
		F4 E
		F5 F
		F6 G
		F7 H
	}
)

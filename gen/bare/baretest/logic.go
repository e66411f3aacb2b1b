package baretest

//go:wasmexport compare
func compare(a, b uint32) uint32 {
	return bit(a < b) | bit(a <= b)<<1 | bit(a > b)<<2 | bit(a >= b)<<3 | bit(a == b)<<4 | bit(a != b)<<5
}

//go:wasmexport compareSigned
func compareSigned(a, b int32) uint32 {
	return bit(a < b) | bit(a <= b)<<1 | bit(a > b)<<2 | bit(a >= b)<<3 | bit(0 < a)<<4 | bit(a != 0)<<5
}

//go:wasmexport compareWide
func compareWide(a, b int64) uint32 {
	return bit(a < b) | bit(uint64(a) < uint64(b))<<1 | bit(a == 0)<<2 | bit(b != 0)<<3 | bit(a >= b)<<4
}

func bit(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

//go:wasmexport logic
func logic(a, b, c uint32) bool { return a < b && b < c || !(a == c) && (b&1 != 0 || c&1 == 0) }

var calls uint32

func called(result bool) bool {
	calls++
	return result
}

// lazy counts what is evaluated.
//
//go:wasmexport lazy
func lazy(a, b uint32) uint32 {
	calls = 0
	if called(a&1 != 0) && called(b&1 != 0) || called(a&2 != 0) && !called(b&2 != 0) {
		calls += 100
	}
	ok := called(a > b) || called(a < b)
	return calls*2 + bit(ok)
}

//go:wasmexport truth
func truth(a uint32) uint32 {
	yes, no := true, false
	always := 1 < kilo
	if yes == no || a == 3 != always {
		return 1
	}
	if !yes || no {
		return 2
	}
	return bit(yes) + bit(always)<<4
}

//go:wasmexport bools
func bools(a bool, b uint32) bool { return a == (b > 10) }

// zeros are compared in a shorter way than other values.
//
//go:wasmexport zeros
func zeros(a uint32, b uint64) uint32 {
	n := uint32(0)
	if a != 0 {
		n |= 1
	}
	if b != 0 {
		n |= 2
	}
	for a&4 != 0 && n < 64 {
		n += 4
	}
	for !(b == 0) {
		n |= 1 << 10
		b >>= 8
	}
	for a != 0 {
		a &= a - 1
		n += 1 << 12
	}
	return n
}

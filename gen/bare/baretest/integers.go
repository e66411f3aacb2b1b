package baretest

// Small integers wrap around as they do in Go.

//go:wasmexport add8
func add8(a, b uint32) uint32 { return uint32(uint8(a) + uint8(b)) }

//go:wasmexport sub8
func sub8(a, b int32) int32 { return int32(int8(a) - int8(b)) }

//go:wasmexport mul16
func mul16(a, b int32) int32 { return int32(int16(a)*int16(b)) + int32(uint16(a)*uint16(b)) }

//go:wasmexport negate8
func negate8(a int32) int32 { return int32(-int8(a)) + int32(-uint8(a)) }

//go:wasmexport flip16
func flip16(a int32) int32 { return int32(^int16(a)) ^ int32(^uint16(a)) }

//go:wasmexport inc8
func inc8(a uint32) uint32 {
	x, y := uint8(a), int8(a)
	x++
	y--
	return uint32(x)<<8 ^ uint32(y)
}

//go:wasmexport mixed8
func mixed8(a, b int32) int32 {
	x, y := int8(a), int8(b)
	return int32(x&^y)<<24 ^ int32(x|y)<<16 ^ int32(x^y)<<8 ^ int32(x&y)
}

// Division: by zero it fails, and the least integer divided by -1 is itself.

//go:wasmexport divide32
func divide32(a, b int32) int32 { return a / b }

//go:wasmexport divide64
func divide64(a, b int64) int64 { return a/b ^ b }

//go:wasmexport divide8
func divide8(a, b int32) int32 { return int32(int8(a) / int8(b)) }

//go:wasmexport divideUnsigned
func divideUnsigned(a, b uint64) uint64 { return a/b + uint64(uint32(a)/uint32(b)) }

//go:wasmexport remainder
func remainder(a, b int64) int64 { return a%b + int64(int32(a)%int32(b)) }

//go:wasmexport divideConstant
func divideConstant(a int32) int32 { return a/7 ^ a/-7 ^ a/-1 ^ a%10 }

// Shifts: whatever leaves the width is gone.

//go:wasmexport shiftLeft
func shiftLeft(a, n uint32) uint32 { return a << n }

//go:wasmexport shiftRight
func shiftRight(a, n uint64) uint64 { return a >> n }

//go:wasmexport shiftSigned
func shiftSigned(a int32, n uint32) int32 { return a>>n ^ int32(int64(a)<<31>>uint64(n)) }

//go:wasmexport shiftWide
func shiftWide(a uint32, n uint64) uint64 { return uint64(a<<n) ^ uint64(a)<<uint8(n) ^ uint64(a>>n) }

//go:wasmexport shiftSmall
func shiftSmall(a, n uint32) uint32 {
	return uint32(uint8(a)<<n) ^ uint32(int8(a)>>n)<<8 ^ uint32(uint16(a)>>n)<<16
}

//go:wasmexport shiftConstant
func shiftConstant(a int64) int64 { return a<<3 ^ a>>63 ^ int64(uint64(a)>>60) }

//go:wasmexport shiftMasked
func shiftMasked(a, n uint32) uint32 { return a<<(n&31) ^ a>>(n&15) ^ uint32(uint64(a)>>(n&63)) }

//go:wasmexport convert
func convert(a uint64) uint64 {
	return uint64(uint8(a)) + uint64(uint16(a))<<8 + uint64(uint32(a))<<3 + uint64(int8(a)) + uint64(int16(a))*3 + uint64(int32(a))*5
}

//go:wasmexport convertSigned
func convertSigned(a int32) int64 {
	return int64(a) + int64(uint32(a)) + int64(uint16(int8(a))) + int64(int16(uint8(a))) + int64(int8(uint16(a)))
}

//go:wasmexport bitwise
func bitwise(a, b uint64) uint64 { return (a&b)*3 + (a|b)*5 + (a^b)*7 + (a&^b)*11 }

//go:wasmexport unary
func unary(a int64) int64 { return -a ^ ^a ^ +a }

const (
	kilo = 1 << (10 * (iota + 1))
	mega
)

//go:wasmexport constants
func constants(a uint32) uint64 {
	const big = 1<<64 - 1
	return uint64(a)*mega + kilo + big + uint64(len("four")) + 'a'
}

//go:wasmexport minmax
func minmax(a, b, c int32) int32 {
	return min(a, b, c)*3 + max(a, 7, c)*5 + int32(min(uint32(a), uint32(b)))
}

//go:wasmexport assignOps
func assignOps(a, b uint32) uint32 {
	x := a
	x += b
	x *= 3
	x -= 7
	x ^= a
	x |= 1
	x &= b | 0xff
	x <<= 3
	x >>= b & 7
	x &^= 4
	x /= b | 1
	x %= 1000
	return x
}

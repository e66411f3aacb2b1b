package value_test

import "math"

var (
	negativeZero32 = math.Float32frombits(1 << 31)
	negativeZero64 = math.Copysign(0, -1)
)

func nan32(bits uint32) float32 { return math.Float32frombits(bits) }

func nan64(bits uint64) float64 { return math.Float64frombits(bits) }

package baretest

//go:wasmexport swap
func swap(a, b uint32) uint32 {
	a, b = b, a
	a, b = a+b, a-b
	var twice uint32
	twice, twice = a, b
	return a ^ b<<1 ^ twice<<2
}

func divmod(a, b uint32) (uint32, uint32) { return a / b, a % b }

func pass(a, b uint32) (uint32, uint32) { return divmod(a, b) }

// count has results that nobody wants.
func count() (before, after uint32) {
	calls++
	return calls - 1, calls
}

//go:wasmexport several
func several(a, b uint32) uint32 {
	q, r := pass(a, b|1)
	_, r2 := divmod(b, q|1)
	x, y := divmod(r, 3)
	count()
	return q ^ r<<8 ^ r2<<16 ^ x ^ y ^ calls
}

func half(a uint32) (result uint32, exact bool) {
	exact = a&1 == 0
	if result = a / 2; exact {
		return
	}
	return result + 1, exact
}

//go:wasmexport named
func named(a uint32) uint32 {
	h, exact := half(a)
	return h<<1 | bit(exact)
}

func sum(a, b uint32) uint32 { return a*3 + b }

//go:wasmexport nested
func nested(a, b uint32) uint32 { return sum(divmod(a, b|1)) + sum(sum(a, 1), sum(2, b)) }

//go:wasmexport collatz
func collatz(a uint32) uint32 {
	steps := uint32(0)
	for n := uint64(a&0xffff) + 1; n != 1; steps++ {
		if n%2 == 0 {
			n /= 2
		} else {
			n = 3*n + 1
		}
	}
	return steps
}

//go:wasmexport gcd
func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

//go:wasmexport fibonacci
func fibonacci(n uint32) uint32 {
	if n &= 15; n < 2 {
		return n
	}
	return fibonacci(n-1) + fibonacci(n-2)
}

//go:wasmexport primes
func primes(a uint32) uint32 {
	count := uint32(0)
	limit := a % 500
next:
	for n := uint32(2); n < limit; n++ {
		for d := uint32(2); d*d <= n; d++ {
			if n%d == 0 {
				continue next
			}
		}
		count++
	}
	return count
}

//go:wasmexport rangeSum
func rangeSum(a uint32) uint64 {
	total := uint64(0)
	for i := range uint64(a & 0xff) {
		if i == 100 {
			continue
		}
		total += i * i
	}
	return total
}

// rangeChanged has no say in how often it goes around.
//
//go:wasmexport rangeChanged
func rangeChanged(a uint32) uint32 {
	n, total := a&31, uint32(0)
	for i := range n {
		n = 1
		i *= 2
		total += i
	}
	return total
}

//go:wasmexport rangeSigned
func rangeSigned(a int32) int32 {
	last := int32(-1)
	for i := range a >> 20 {
		last = i
	}
	return last
}

//go:wasmexport rangeSmall
func rangeSmall(a uint32) uint32 {
	n := uint32(0)
	for i := range uint8(a) {
		n += uint32(i)
	}
	return n
}

//go:wasmexport rounds
func rounds(a uint32) uint32 {
	n := uint32(0)
	for range a & 7 {
		n = n*3 + 1
	}
	return n
}

//go:wasmexport rangeAssigned
func rangeAssigned(a uint32) uint32 {
	i := uint32(77)
	for i = range a & 3 {
	}
	return i
}

//go:wasmexport labels
func labels(a, b uint32) uint32 {
	n := uint32(0)
outer:
	for i := range a & 15 {
	inner:
		for j := uint32(0); ; j++ {
			switch {
			case j > b&7:
				break inner
			case i*j == 12:
				continue outer
			case i+j == 17:
				break outer
			case j == 3:
				continue
			}
			n += i ^ j
		}
		n++
	}
	return n
}

//go:wasmexport postContinue
func postContinue(a uint32) uint32 {
	n := uint32(0)
	for i := uint32(0); i < a&31; i += 3 {
		if i&1 != 0 {
			continue
		}
		n += i
	}
	return n
}

// freshVariable is zero in each round.
//
//go:wasmexport freshVariable
func freshVariable(a uint32) uint32 {
	n := uint32(0)
	for i := range a & 7 {
		var x uint32
		var y, z uint64 = 1, uint64(i)
		x += i
		n += x + uint32(y+z)
	}
	return n
}

//go:wasmexport scopes
func scopes(a uint32) uint32 {
	x := a
	{
		x := x + 1
		if x := x * 2; x > 100 {
			a += x
		} else if y := x + 1; y > 50 {
			a ^= y
		} else {
			a -= x
		}
		a += x
	}
	return a ^ x
}

//go:wasmexport classify
func classify(a uint32) uint32 {
	switch a % 11 {
	case 0:
		return 10
	case 1, 2, 3:
		a *= 2
	//lint:ignore ST1015 it must not matter where the default stands
	default:
		a = 99
	case 5, 6:
	case 7:
		return classify(a / 11)
	}
	return a
}

//go:wasmexport conditions
func conditions(a, b int64) int64 {
	switch {
	case a < 0, called(b < 0):
		return -1
	case a == b:
		return 0
	default:
		return 1
	}
}

//go:wasmexport switchBreak
func switchBreak(a, b uint32) uint32 {
	switch a & 3 {
	case 1:
		if b&1 != 0 {
			break
		}
		a += 5
	case 2:
		a += 7
	}
	return a
}

//go:wasmexport switchInit
func switchInit(a uint32) uint32 {
	switch x := a & 3; x {
	case a:
		return x
	case a >> 2 & 3, 2:
		return x + 10
	}
	return 20
}

// switchCalls looks at the cases in their order, and at no more than it must.
//
//go:wasmexport switchCalls
func switchCalls(a uint32) uint32 {
	calls = 0
	switch called(a&1 != 0) {
	case called(a&2 != 0), called(a&4 != 0):
		return calls
	case called(true):
		return calls + 100
	}
	return calls + 200
}

//go:wasmexport blank
func blank(a, _ uint32) uint32 {
	_ = a
	_, b := divmod(a, 9)
	var _ uint32
	return b
}

//go:wasmexport early
func early(a uint32) uint32 {
	for {
		if a > 1000 {
			return a
		}
		a = a*2 + 1
	}
}

// guarded fails for some arguments.
//
//go:wasmexport guarded
func guarded(a uint32) uint32 {
	if a%3 == 0 {
		panic("divisible by three")
	}
	return a
}

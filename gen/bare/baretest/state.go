package baretest

// day is a type with methods.
type day uint8

const (
	sunday day = iota
	monday
	saturday day = 6
)

func (d day) next() day {
	if d == saturday {
		return sunday
	}
	return d + 1
}

func (d day) after(n uint32) day {
	for range n {
		d = d.next()
	}
	return d
}

//go:wasmexport weekday
func weekday(a, n uint32) uint32 { return uint32(day(a % 7).after(n & 31)) }

type offset int64

func (o offset) scaled(by int32) offset { return o * offset(by) }

//go:wasmexport methods
func methods(a int64, b int32) int64 {
	return int64(offset(a).scaled(b).scaled(-1)) + int64(monday.next())
}

// The test calls every function with the same arguments on both sides, so state goes along.
var (
	total      uint64 = 1 << 40
	steps             = int32(-3)
	small      uint8
	seen, fine bool = false, true
)

//go:wasmexport counter
func counter(a uint32) uint64 {
	total += uint64(a)
	steps--
	small += uint8(a)
	seen = seen || a > 1<<31
	if !fine {
		return 0
	}
	return total ^ uint64(steps) ^ uint64(small)<<32 ^ uint64(bit(seen))
}

//go:wasmexport roundTrip
func roundTrip(a uint32, b uint64) uint64 {
	store32(8, a)
	store64(13, b)
	return uint64(load32(9)) + load64(8) + uint64(load8(13))
}

//go:wasmexport checksum
func checksum(a uint32) uint32 {
	fill(0, a, 100)
	for i := range uint32(50) {
		store8(i*2, i^a)
	}
	h := uint32(2166136261)
	for i := range uint32(100) {
		h = (h ^ load8(i)) * 16777619
	}
	return h
}

//go:wasmexport moved
func moved(a uint64) uint64 {
	store64(0, a)
	store64(8, ^a)
	copyBytes(3, 0, 12)
	return load64(0) ^ load64(8)
}

//go:wasmexport instructions
func instructions(a uint32, b uint64) uint64 { return rotate(b, uint64(a)) + uint64(leadingZeros(a)) }

const greeting = "hello, " + "world"

//go:wasmexport hello
func hello(a uint32) uint32 {
	at := data(greeting)
	return load8(at+a%uint32(len(greeting))) | load8(at)<<8 | load8(data("\xff\x00")+1)<<16
}

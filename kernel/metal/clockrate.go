package metal

import "math/bits"

// The arithmetic of calibration and of reading the clock, without the hardware.

const nanosPerSecond = 1_000_000_000

// clockRates is how far the counters went in the same time.
type clockRates struct {
	nanos  uint64
	counts uint64 // of the TSC
	ticks  uint64 // of the APIC timer
}

// slower reports whether r makes the TSC slower than o does.
func (r clockRates) slower(o clockRates) bool { return r.counts*o.nanos < o.counts*r.nanos }

// agrees reports whether r and o differ by less than 1 in 128.
func (r clockRates) agrees(o clockRates) bool {
	a, b := r.counts*o.nanos, o.counts*r.nanos
	return max(a, b)-min(a, b) < a>>7
}

// scales returns nanoseconds per TSC count, and timer ticks per nanosecond, in
// units of 2^-32.
func (r clockRates) scales() (tsc, timer uint64) {
	return r.nanos << 32 / r.counts, r.ticks << 32 / r.nanos
}

// perSecond returns how often the counters count in a second.
func (r clockRates) perSecond() (counts, ticks uint64) {
	return r.counts * nanosPerSecond / r.nanos, r.ticks * nanosPerSecond / r.nanos
}

// scaled returns v*scale / 2^32.
func scaled(v, scale uint64) uint64 {
	hi, lo := bits.Mul64(v, scale)
	return hi<<32 | lo>>32
}

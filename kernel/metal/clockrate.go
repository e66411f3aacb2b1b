package metal

import "math/bits"

// The arithmetic of calibration and of reading the clock, without the hardware.

const nanosPerSecond = 1_000_000_000

// clockRates is how far the counters went in the same time.
type clockRates struct {
	nanos  uint64
	counts uint64 // of the TSC
	ticks  uint64 // of the APIC timer
	gap    uint64 // the most counts between two looks at the counters
}

// clockTries bounds how often the clocks are measured.
const clockTries = 12

// settle measures the clocks until two measurements agree that are whole. A machine of a
// busy host stands still now and then, and when it does so for long, a round of the
// interval timer (PIT) is missed, and the TSC seems too fast. That two measurements agree
// says nothing then: each may have missed one. Where hardly any is whole, the slowest
// is taken: it is right unless all have missed one.
func settle(measure func() clockRates) clockRates {
	slowest := measure()
	best := slowest
	for range clockTries {
		next := measure()
		if next.slower(slowest) {
			slowest = next
		}
		if next.whole() && best.whole() && next.agrees(best) {
			return next
		}
		if next.whole() {
			best = next
		}
	}
	return slowest
}

// whole reports whether no round of the PIT can be missing. A round is some seven times as
// long as a measurement that nothing stops, so where several are missing in different
// places, each is still a good part of all.
func (r clockRates) whole() bool { return r.gap <= r.counts/8 }

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

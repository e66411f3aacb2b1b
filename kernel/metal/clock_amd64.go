//go:build linux

package metal

// Time is the time stamp counter (TSC), scaled to nanoseconds. Its rate, and
// that of the local APIC's timer, are measured against the programmable
// interval timer (PIT) at boot; the date comes from the CMOS clock.

const (
	noDeadline = ^uint64(0)

	// timerSlack is the least time a thread sleeps. Linux's default is the same.
	timerSlack = 50_000
)

// clock converts TSC counts. The assembly clock reads its first three fields.
var clock struct {
	start uint64 // TSC at boot
	scale uint64 // nanoseconds per count, in units of 2^-32
	wall  uint64 // seconds since 1970 at boot

	timerScale uint64 // timer counts per nanosecond, in units of 2^-32
	boot       uint64 // TSC when the kernel was entered
	rates      clockRates
}

// nanotime returns the nanoseconds since the clock started.
func nanotime() uint64 { return scaled(readTSC()-clock.start, clock.scale) }

// The PIT's channel 0 counts down from its reload value, 1193182 times a second.
const (
	pitData     = 0x40
	pitCommand  = 0x43
	pitOneShot  = 0x30 // channel 0, low byte then high byte, mode 0
	pitLatch    = 0x00 // channel 0
	pitHertz    = 1193182
	pitReload   = 0xffff
	pitWindow   = pitHertz / 125 // 8 ms
	pitPatience = 10_000_000     // readings before the PIT counts as dead
)

// clockSample is one reading of the three counters. The PIT was read between
// two readings of the TSC that lie width apart: the smaller, the better.
type clockSample struct {
	tsc, width uint64
	pit        uint64 // counts since the one-shot started
	timer      uint64 // counts the APIC timer has left
}

// startClock takes the rates that the loader has measured, or measures them itself.
func startClock() {
	clock.rates = clockRates{nanos: nanosPerSecond, counts: bootInfo.TSCRate, ticks: bootInfo.TimerRate}
	if clock.rates.counts == 0 || clock.rates.ticks == 0 {
		clock.rates = settle(measureClocks)
	}
	clock.scale, clock.timerScale = clock.rates.scales()
	clock.start = readTSC()
	clock.wall = readRTC()
}

// measureClocks lets the counters run for one window.
func measureClocks() clockRates {
	out8(pitCommand, pitOneShot)
	out8(pitData, pitReload&0xff)
	out8(pitData, pitReload>>8)
	localAPIC.setTimer(apicTimerMax)
	first := bestSample()
	gap, seen := uint64(0), first
	for n := 0; seen.pit-first.pit < pitWindow; n++ {
		if n == pitPatience {
			fail("the interval timer (PIT) does not count")
		}
		next := sampleClocks()
		gap, seen = max(gap, next.tsc-seen.tsc), next
	}
	last := bestSample()
	localAPIC.setTimer(0)
	r := clockRates{
		nanos:  (last.pit - first.pit) & pitReload * nanosPerSecond / pitHertz,
		counts: last.tsc - first.tsc,
		ticks:  first.timer - last.timer,
		gap:    max(gap, last.tsc-seen.tsc),
	}
	if r.nanos == 0 || r.counts == 0 || r.ticks == 0 {
		fail("a clock stands still: PIT, TSC or APIC timer")
	}
	return r
}

// bestSample takes several samples and keeps the sharpest.
func bestSample() clockSample {
	best := sampleClocks()
	for range 16 {
		if s := sampleClocks(); s.width < best.width {
			best = s
		}
	}
	return best
}

func sampleClocks() clockSample {
	before := readTSC()
	out8(pitCommand, pitLatch)
	low := in8(pitData)
	pit := pitReload - (uint64(low) | uint64(in8(pitData))<<8)
	timer := uint64(localAPIC.timerLeft())
	after := readTSC()
	return clockSample{tsc: before + (after-before)/2, width: after - before, pit: pit, timer: timer}
}

// CMOS registers.
const (
	cmosIndex   = 0x70
	cmosData    = 0x71
	cmosStatusA = 0x0a
	cmosStatusB = 0x0b
	cmosUpdate  = 0x80 // status A: an update is in progress
)

func cmos(register uint8) uint8 {
	out8(cmosIndex, register)
	return in8(cmosData)
}

func readRTCFields() rtcFields {
	for n := 0; cmos(cmosStatusA)&cmosUpdate != 0 && n < outputPatience; n++ {
		spinHint()
	}
	return rtcFields{
		second: cmos(0), minute: cmos(2), hour: cmos(4),
		day: cmos(7), month: cmos(8), year: cmos(9), statusB: cmos(cmosStatusB),
	}
}

// readRTC returns the seconds since 1970, or 0 when there is no clock. A reading
// counts when it comes twice, as the clock may move on in the middle of one.
func readRTC() uint64 {
	fields := readRTCFields()
	for range 10 {
		again := readRTCFields()
		if again == fields {
			break
		}
		fields = again
	}
	seconds, ok := fields.unix()
	if !ok {
		logText("metal: no date from the CMOS clock; the time starts in 1970\n")
	}
	return seconds
}

// timespec is struct timespec.
type timespec struct{ seconds, nanos int64 }

// timespecAt returns the nanoseconds in the timespec at a. It reports false when
// it cannot be read; durations beyond 292 years count as that.
func timespecAt(a uintptr) (uint64, bool) {
	if !accessible(a, 16, protRead) {
		return 0, false
	}
	const longest = 1<<63/nanosPerSecond - 1
	ts := *at[timespec](a)
	if ts.seconds < 0 || ts.nanos < 0 || ts.nanos >= nanosPerSecond {
		return 0, true
	}
	return min(uint64(ts.seconds), longest)*nanosPerSecond + uint64(ts.nanos), true
}

// deadlineAfter returns when d nanoseconds from now will have passed.
func deadlineAfter(d uint64) uint64 { return nanotime() + max(d, timerSlack) }

// Clocks of clock_gettime.
const (
	clockRealtime       = 0
	clockMonotonic      = 1
	clockRealtimeCoarse = 5
)

// sysClockGettime serves clock_gettime(clock, timespec). The Go runtime calls it
// only until the hook in clock_amd64.s is in place, other code may at any time.
func sysClockGettime(t *thread) uintptr {
	f := &t.frame
	if !accessible(f.si, 16, protWrite) {
		return errno(efault)
	}
	now := nanotime()
	ts := timespec{int64(now / nanosPerSecond), int64(now % nanosPerSecond)}
	if f.di == clockRealtime || f.di == clockRealtimeCoarse {
		ts.seconds += int64(clock.wall)
	}
	*at[timespec](f.si) = ts
	return 0
}

// hookClock makes the Go runtime call the clock without a system call, the way
// it calls Linux's vDSO.
func hookClock()

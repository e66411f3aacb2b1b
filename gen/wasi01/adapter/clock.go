//go:build wasip1

package adapter

// This file tells the time.

//go:wasmimport wasi:clocks/wall-clock@0.2.12 now
func wallClockNow(result address)

//go:wasmimport wasi:clocks/wall-clock@0.2.12 resolution
func wallClockResolution(result address)

//go:wasmimport wasi:clocks/monotonic-clock@0.2.12 now
func monotonicClockNow() uint64

//go:wasmimport wasi:clocks/monotonic-clock@0.2.12 resolution
func monotonicClockResolution() uint64

// clockid names a clock.
type clockid uint32

const (
	clockidRealtime         clockid = 0
	clockidMonotonic        clockid = 1
	clockidProcessCputimeID clockid = 2
	clockidThreadCputimeID  clockid = 3
)

// missing is the error of a clock that is neither of the two that there are.
func (c clockid) missing() errno {
	if c == clockidProcessCputimeID || c == clockidThreadCputimeID {
		return errnoNotsup
	}
	return errnoInval
}

// timestamp is a time in nanoseconds.
type timestamp uint64

const (
	nanosecondsPerSecond           = 1_000_000_000
	lastTimestamp        timestamp = 1<<64 - 1
)

// The times that were asked for last. They are the answer while the host may not be called.
var lastMonotonic, lastRealtime uint64

//go:wasmexport clock_time_get
func clockTimeGet(id clockid, precision timestamp, time guest) errno {
	switch id {
	case clockidMonotonic:
		if !allocating {
			lastMonotonic = monotonicClockNow()
		}
		guestStore64(time, lastMonotonic)
	case clockidRealtime:
		if !allocating {
			lastRealtime = uint64(wallClock())
		}
		guestStore64(time, lastRealtime)
	default:
		return id.missing()
	}
	return errnoSuccess
}

//go:wasmexport clock_res_get
func clockResGet(id clockid, resolution guest) errno {
	switch id {
	case clockidMonotonic:
		guestStore64(resolution, monotonicClockResolution())
	case clockidRealtime:
		wallClockResolution(resultAt)
		guestStore64(resolution, uint64(timestampAt(resultAt)))
	default:
		return id.missing()
	}
	return errnoSuccess
}

// wallClock is the time since 1970.
func wallClock() timestamp {
	wallClockNow(resultAt)
	return timestampAt(resultAt)
}

// timestampAt reads a datetime. The times that a timestamp can hold end in 2554; later ones become the last.
func timestampAt(datetime address) timestamp {
	seconds := load64(datetime)
	if seconds >= uint64(lastTimestamp)/nanosecondsPerSecond {
		return lastTimestamp
	}
	return timestamp(seconds*nanosecondsPerSecond + uint64(load32(datetime+datetimeNanoseconds)))
}

package clocks

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/witan-os/witan/generated/wasi/clocks/v0.2/monotonicclock"
	"github.com/witan-os/witan/generated/wasi/clocks/v0.2/wallclock"
	"github.com/witan-os/witan/generated/wasi/io/v0.2/poll"
	"github.com/witan-os/witan/runtime/glue"
)

// In the bubbles of testing/synctest the clock stands still until everybody waits for it, so that times are
// exact.

type own = glue.Own[poll.Pollable]

func now(t *testing.T, clock monotonicclock.Host) uint64 {
	t.Helper()
	v, err := clock.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestMonotonicNeverGoesBack(t *testing.T) {
	var clock monotonicclock.Host = monotonic{time.Now()}
	last := now(t, clock)
	for range 10_000 {
		v := now(t, clock)
		if v < last {
			t.Fatalf("%d after %d", v, last)
		}
		last = v
	}
}

func TestMonotonicCountsNanoseconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var clock monotonicclock.Host = monotonic{time.Now()}
		before := now(t, clock)
		time.Sleep(3 * time.Second)
		if d := now(t, clock) - before; d != 3e9 {
			t.Errorf("3 s are %d", d)
		}
	})
}

func TestSubscribe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var clock monotonicclock.Host = monotonic{time.Now()}
		time.Sleep(time.Second)
		tests := []struct {
			name      string
			subscribe func() (own, error)
			wait      time.Duration
		}{
			{"the start", func() (own, error) { return clock.SubscribeInstant(t.Context(), 0) }, 0},
			{"now", func() (own, error) { return clock.SubscribeInstant(t.Context(), now(t, clock)) }, 0},
			{"an instant to come", func() (own, error) { return clock.SubscribeInstant(t.Context(), now(t, clock)+5) }, 5},
			{"no time", func() (own, error) { return clock.SubscribeDuration(t.Context(), 0) }, 0},
			{"an hour", func() (own, error) { return clock.SubscribeDuration(t.Context(), 3600e9) }, time.Hour},
		}
		for _, tt := range tests {
			start := time.Now()
			own, err := tt.subscribe()
			if err != nil {
				t.Fatal(tt.name, err)
			}
			ready, err := own.Value().Ready(t.Context())
			if err != nil || ready != (tt.wait == 0) {
				t.Errorf("%s is ready at once: %t, %v", tt.name, ready, err)
			}
			if err := own.Value().Block(t.Context()); err != nil {
				t.Error(tt.name, err)
			}
			if d := time.Since(start); d != tt.wait {
				t.Errorf("%s takes %v", tt.name, d)
			}
		}
	})
}

func TestFarFutureIsNotReady(t *testing.T) {
	var clock monotonicclock.Host = monotonic{time.Now()}
	for _, when := range []uint64{math.MaxInt64 - 1, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64} {
		for _, subscribe := range []func() (own, error){
			func() (own, error) { return clock.SubscribeInstant(t.Context(), when) },
			func() (own, error) { return clock.SubscribeDuration(t.Context(), when) },
		} {
			p, err := subscribe()
			if err != nil {
				t.Fatal(err)
			}
			if ready, err := p.Value().Ready(t.Context()); ready || err != nil {
				t.Errorf("%d: ready %t, %v", when, ready, err)
			}
		}
	}
}

func TestDatetime(t *testing.T) {
	tests := []struct {
		at   time.Time
		want wallclock.Datetime
	}{
		{time.Unix(0, 0), wallclock.Datetime{}},
		{time.Date(2026, 11, 21, 3, 17, 9, 999_999_999, time.FixedZone("", 3600)), wallclock.Datetime{Seconds: 1795227429, Nanoseconds: 999_999_999}},
		{time.Date(2262, 4, 12, 0, 0, 0, 1, time.UTC), wallclock.Datetime{Seconds: 9223372800, Nanoseconds: 1}}, // more than an int64 has nanoseconds
	}
	for _, tt := range tests {
		if got, err := datetime(tt.at); err != nil || got != tt.want {
			t.Errorf("%v: %v, %v; want %v", tt.at, got, err, tt.want)
		}
	}
	for _, at := range []time.Time{{}, time.Unix(-1, 999_999_999)} {
		if got, err := datetime(at); err == nil {
			t.Errorf("%v: %v", at, got)
		}
	}
}

func TestWallTellsTheTime(t *testing.T) {
	var clock wallclock.Host = wall{}
	synctest.Test(t, func(t *testing.T) {
		got, err := clock.Now(t.Context())
		if want, _ := datetime(time.Now()); err != nil || got != want {
			t.Errorf("%v, %v; want %v", got, err, want)
		}
	})
}

func TestResolutionIsANanosecond(t *testing.T) {
	m, err := monotonic{}.Resolution(t.Context())
	if err != nil || m != 1 {
		t.Errorf("monotonic: %d, %v", m, err)
	}
	w, err := wall{}.Resolution(t.Context())
	if err != nil || w != (wallclock.Datetime{Nanoseconds: 1}) {
		t.Errorf("wall: %v, %v", w, err)
	}
}

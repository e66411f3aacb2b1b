package metal

import "testing"

func TestClockRates(t *testing.T) {
	exact := clockRates{nanos: 8_000_000, counts: 24_000_000, ticks: 8_000_000} // 3 GHz, 1 GHz
	near := clockRates{nanos: 8_001_000, counts: 24_010_000, ticks: 8_002_000}
	wrapped := clockRates{nanos: 8_000_000, counts: 24_000_000 + 164_764_000, ticks: 62_921_000} // one PIT round more
	if !exact.agrees(near) || !near.agrees(exact) {
		t.Error("measurements that differ by a thousandth do not agree")
	}
	if exact.agrees(wrapped) || wrapped.agrees(exact) {
		t.Error("a measurement that missed a round agrees")
	}
	if !exact.slower(wrapped) || wrapped.slower(exact) || exact.slower(exact) {
		t.Error("the measurement that missed a round counts as the slower one")
	}
	tsc, timer := exact.scales()
	for _, seconds := range []uint64{1, 3600, 365 * 24 * 3600} {
		got, want := scaled(seconds*3_000_000_000, tsc), seconds*1_000_000_000
		if diff := max(got, want) - min(got, want); diff > want/1_000_000_000+1 {
			t.Errorf("%d s take %d ns", seconds, got)
		}
	}
	if got := scaled(1_000_000, timer); got != 1_000_000 {
		t.Errorf("a millisecond takes %d timer ticks", got)
	}
}

// TestSettle measures on a host that stops the machine in the middle of some measurements, for a time that the interval
// timer does not show.
func TestSettle(t *testing.T) {
	const counts, missed = 24_000_000, 164_764_000
	whole := clockRates{nanos: 8_000_000, counts: counts, ticks: 8_000_000, gap: 30_000}
	torn := clockRates{nanos: 8_000_000, counts: counts + missed, ticks: 62_921_000, gap: missed + 30_000}
	twice := clockRates{nanos: 8_000_000, counts: counts + 2*missed, ticks: 117_842_000, gap: missed + 30_000}
	stopped := clockRates{nanos: 38_000_000, counts: 114_000_000, ticks: 38_000_000, gap: 90_000_000}
	for _, c := range []struct {
		name     string
		measured []clockRates // the last one again and again
		times    int
	}{
		{"a host with nothing else to do", []clockRates{whole}, 2},
		{"two that agree in being wrong", []clockRates{torn, torn, whole}, 4},
		{"two that agree and miss two rounds", []clockRates{twice, twice, whole}, 4},
		{"one between two", []clockRates{whole, torn, whole}, 3},
		{"stops within a round", []clockRates{torn, stopped, torn, whole}, 5},
		{"hardly a whole one", []clockRates{torn, torn, whole, torn}, clockTries + 1},
	} {
		times := 0
		got := settle(func() clockRates {
			times++
			return c.measured[min(times, len(c.measured))-1]
		})
		if got != whole || times != c.times {
			t.Errorf("%s: %+v after %d measurements, want %d", c.name, got, times, c.times)
		}
	}
}

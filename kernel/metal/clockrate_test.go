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

package metal

import (
	"testing"
	"time"
)

func TestRTC(t *testing.T) {
	for _, c := range []struct {
		name   string
		fields rtcFields
		want   time.Time
	}{
		{"BCD, 24 hours", rtcFields{0x59, 0x30, 0x23, 0x29, 0x02, 0x24, rtc24Hours}, time.Date(2024, 2, 29, 23, 30, 59, 0, time.UTC)},
		{"binary, 24 hours", rtcFields{1, 2, 3, 31, 12, 99, rtc24Hours | rtcBinary}, time.Date(2099, 12, 31, 3, 2, 1, 0, time.UTC)},
		{"midnight", rtcFields{0, 0, 0x12, 1, 1, 0, 0}, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)},
		{"noon", rtcFields{0, 0, 0x12 | rtcPM, 1, 3, 1, 0}, time.Date(2001, 3, 1, 12, 0, 0, 0, time.UTC)},
		{"afternoon, binary", rtcFields{0, 0, 11 | rtcPM, 1, 10, 10, rtcBinary}, time.Date(2010, 10, 1, 23, 0, 0, 0, time.UTC)},
	} {
		got, ok := c.fields.unix()
		if !ok || int64(got) != c.want.Unix() {
			t.Errorf("%s: %v, %v; want %v", c.name, time.Unix(int64(got), 0).UTC(), ok, c.want)
		}
	}
	for _, bad := range []rtcFields{
		{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		{0, 0, 0, 0, 1, 1, rtcBinary | rtc24Hours},
		{0, 0, 0, 1, 13, 1, rtcBinary | rtc24Hours},
		{60, 0, 0, 1, 1, 1, rtcBinary | rtc24Hours},
	} {
		if got, ok := bad.unix(); ok {
			t.Errorf("%v is taken for %v", bad, time.Unix(int64(got), 0))
		}
	}
}

func TestDaysSince1970(t *testing.T) {
	for d := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() < 2101; d = d.AddDate(0, 0, 1) {
		if got, want := daysSince1970(d.Year(), int(d.Month()), d.Day()), int(d.Unix()/86400); got != want {
			t.Fatalf("%v is day %d, want %d", d, got, want)
		}
	}
}

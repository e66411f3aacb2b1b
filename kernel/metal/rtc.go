package metal

// The wall clock at boot comes from the CMOS real-time clock: a dozen byte
// registers, in binary or in decimal-coded binary (BCD), with 12 or 24 hours.
// Its time is taken as UTC and its century as this one.

// rtcFields are the raw registers of one reading.
type rtcFields struct {
	second, minute, hour, day, month, year byte
	statusB                                byte
}

const (
	rtc24Hours = 0x02 // status B: hours count to 23
	rtcBinary  = 0x04 // status B: fields are binary, not BCD
	rtcPM      = 0x80 // hour register: afternoon, in 12-hour mode
)

// unix returns the seconds since 1970 that r stands for, and whether it is a
// date at all.
func (r rtcFields) unix() (uint64, bool) {
	pm := r.hour&rtcPM != 0
	r.hour &^= rtcPM
	if r.statusB&rtcBinary == 0 {
		for _, f := range [...]*byte{&r.second, &r.minute, &r.hour, &r.day, &r.month, &r.year} {
			*f = *f>>4*10 + *f&15
		}
	}
	if r.statusB&rtc24Hours == 0 {
		r.hour %= 12
		if pm {
			r.hour += 12
		}
	}
	if r.second > 59 || r.minute > 59 || r.hour > 23 || r.year > 99 ||
		r.month < 1 || r.month > 12 || r.day < 1 || r.day > 31 {
		return 0, false
	}
	days := daysSince1970(2000+int(r.year), int(r.month), int(r.day))
	return ((uint64(days)*24+uint64(r.hour))*60+uint64(r.minute))*60 + uint64(r.second), true
}

// daysSince1970 counts days in the Gregorian calendar. Years are taken to start
// in March, so that the leap day is the last day of a year.
func daysSince1970(year, month, day int) int {
	if month <= 2 {
		year--
		month += 12
	}
	yearDays := 365*year + year/4 - year/100 + year/400
	monthDays := (153*(month-3) + 2) / 5 // 31 30 31 30 31, twice and a bit
	return yearDays + monthDays + day - 1 - 719468
}

package metal

import "testing"

func TestParseWatchdog(t *testing.T) {
	for value, want := range map[string]watchdogSetting{
		"off": {}, "1": {seconds: 1}, "30": {seconds: 30}, "3600": {seconds: 3600}, "30,reboot": {seconds: 30, reboots: true},
	} {
		if got, ok := parseWatchdog([]byte(value)); !ok || got != want {
			t.Errorf("%s: %+v, %v", value, got, ok)
		}
	}
	for _, value := range []string{"", "0", "3601", "99999999999999999999", "-1", "1s", ",reboot", "0,reboot", "off,reboot", "1,boot"} {
		if got, ok := parseWatchdog([]byte(value)); ok {
			t.Errorf("%s: %+v", value, got)
		}
	}
}

func TestWatchdogVisits(t *testing.T) {
	type look struct {
		now                     watched
		inHandler, queued, late bool
		want                    hang
		visits                  uint32
	}
	for name, looks := range map[string][]look{
		"an idle CPU": {
			{want: noHang},
			{want: noHang},
		},
		"a program without system calls": {
			{now: watched{handled: 7}, want: noHang},
			{now: watched{handled: 7}, want: noHang},
		},
		"a handler that ends between visits": {
			{now: watched{handled: 7}, inHandler: true, want: noHang},
			{now: watched{handled: 8}, inHandler: true, want: noHang},
		},
		"a handler without end": {
			{now: watched{handled: 7}, inHandler: true, want: noHang},
			{now: watched{handled: 7}, inHandler: true, queued: true, late: true, want: hangInterrupts, visits: 1},
			{now: watched{handled: 7}, inHandler: true, want: hangInterrupts, visits: 2},
			{now: watched{handled: 7}, want: noHang},
			{now: watched{handled: 7}, inHandler: true, want: hangInterrupts, visits: 1},
		},
		"threads that get their turn": {
			{now: watched{switched: 5}, queued: true, want: noHang},
			{now: watched{switched: 6}, queued: true, want: noHang},
		},
		"threads that wait": {
			{now: watched{switched: 5}, queued: true, want: noHang},
			{now: watched{switched: 5, handled: 9}, queued: true, want: hangStarvation, visits: 1},
			{now: watched{switched: 5, handled: 10}, queued: true, want: hangStarvation, visits: 2},
			{now: watched{switched: 5}, inHandler: true, queued: true, want: noHang},
		},
		"deadlines that are kept, if late": {
			{now: watched{deadline: 5}, late: true, want: noHang},
			{now: watched{deadline: 6}, late: true, want: noHang},
		},
		"a deadline that is not kept": {
			{now: watched{deadline: 5}, late: true, want: noHang},
			{now: watched{deadline: 5}, late: true, want: hangTimer, visits: 1},
			{now: watched{deadline: 5}, late: true, want: hangTimer, visits: 2},
			{now: watched{deadline: 5}, late: true, queued: true, want: hangStarvation, visits: 1},
		},
	} {
		w := watched{handled: 1, switched: 1, deadline: 1}
		for i, l := range looks {
			if got, visits := w.visit(l.now, l.inHandler, l.queued, l.late); got != l.want || visits != l.visits {
				t.Errorf("%s: look %d gives %d for %d visits, want %d for %d", name, i, got, visits, l.want, l.visits)
			}
		}
	}
}

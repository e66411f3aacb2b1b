package qemu

import (
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadControl(t *testing.T) {
	for _, test := range []struct {
		name, text string
		status     int
		ok, reboot bool
		ready      int
		err        string
	}{
		{name: "nothing"},
		{name: "status", text: "exit 0\n", ok: true},
		{name: "largest status", text: "ready\nexit 255\n", status: 255, ok: true, ready: 1},
		{name: "restart", text: "ready\nreboot\n", ok: true, reboot: true, ready: 1},
		{name: "restart before a status", text: "reboot\nexit 4\n", ok: true, reboot: true},
		{name: "status before a restart", text: "exit 4\nreboot\n", status: 4, ok: true},
		{name: "announced, not finished", text: "reboot"},
		{name: "first status counts", text: "exit 3\nexit 4\n", status: 3, ok: true},
		{name: "carriage return", text: "exit 3\r\n", status: 3, ok: true},
		{name: "not finished", text: "exit 3"},
		{name: "unknown lines", text: "\nexit\x00\nexits 4\nready2\nready now\nexit 5\n", status: 5, ok: true, ready: 1},
		{name: "long line", text: strings.Repeat("x", 10*maxControlLine) + "\nexit 6\n", status: 6, ok: true},
		{name: "too large", text: "exit 256\n", err: `control line: "256" is not a status from 0 to 255`},
		{name: "negative", text: "exit -1\n", err: `control line: "-1" is not`},
		{name: "no number", text: "exit \n", err: `control line: "" is not`},
	} {
		t.Run(test.name, func(t *testing.T) {
			ready := 0
			got, err := readControl(iotest.OneByteReader(strings.NewReader(test.text)), func() { ready++ })
			if want := (ending{said: test.ok, reboot: test.reboot, status: test.status}); got != want || ready != test.ready {
				t.Errorf("%+v, want %+v; ready %d times", got, want, ready)
			}
			if (err != nil) != (test.err != "") || err != nil && !strings.HasPrefix(err.Error(), test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
		})
	}
}

func FuzzReadControl(f *testing.F) {
	f.Add("ready\nexit 7\n")
	f.Add("exit 256\n")
	f.Add(strings.Repeat("exit ", maxControlLine))
	f.Fuzz(func(t *testing.T, text string) {
		end, err := readControl(strings.NewReader(text), func() {})
		if end.status < 0 || end.status > 255 || end.said && err != nil || end.reboot && end.status != 0 {
			t.Errorf("%+v, error %v", end, err)
		}
		if word := map[bool]string{false: "exit", true: "reboot"}[end.reboot]; (end.said || err != nil) && !strings.Contains(text, word) {
			t.Errorf("%+v from %q", end, text)
		}
	})
}

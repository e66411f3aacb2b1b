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
		ok         bool
		ready      int
		err        string
	}{
		{name: "nothing"},
		{name: "status", text: "exit 0\n", ok: true},
		{name: "largest status", text: "ready\nexit 255\n", status: 255, ok: true, ready: 1},
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
			status, ok, err := readControl(iotest.OneByteReader(strings.NewReader(test.text)), func() { ready++ })
			if status != test.status || ok != test.ok || ready != test.ready {
				t.Errorf("status %d, %v; ready %d times", status, ok, ready)
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
		status, ok, err := readControl(strings.NewReader(text), func() {})
		if status < 0 || status > 255 || ok && err != nil {
			t.Errorf("status %d, %v, error %v", status, ok, err)
		}
		if (ok || err != nil) && !strings.Contains(text, "exit") {
			t.Errorf("a status from %q", text)
		}
	})
}

package qemu

import (
	"bytes"
	"strings"
	"testing"
)

func TestLastLogLine(t *testing.T) {
	long := strings.Repeat("x", maxLogLine+1)
	for _, test := range []struct{ writes, want string }{
		{"", ""},
		{"one", "one"},
		{"one\n|two\n", "two"},
		{"one\ntw|o", "two"},
		{"one\r\n\r\n  |\n", "one"},
		{"a|b|c\n", "abc"},
		{"one\n" + long + "|" + long, long[1:]},
		{long + "\nshort\n", "short"},
	} {
		var out bytes.Buffer
		log := &logWriter{out: &out}
		for _, part := range strings.Split(test.writes, "|") {
			if _, err := log.Write([]byte(part)); err != nil {
				t.Fatal(err)
			}
		}
		if got := log.lastLine(); got != test.want {
			t.Errorf("%q: last line %q, want %q", test.writes, got, test.want)
		}
		if want := strings.ReplaceAll(test.writes, "|", ""); out.String() != want {
			t.Errorf("passed on %q, want %q", &out, want)
		}
	}
}

func TestLimitedBuffer(t *testing.T) {
	b := limitedBuffer{limit: 5}
	for _, part := range []string{"abc", "def", "ghi"} {
		if n, err := b.Write([]byte(part)); n != 3 || err != nil {
			t.Errorf("Write(%q) = %d, %v", part, n, err)
		}
	}
	if got := b.buf.String(); got != "abcde" {
		t.Errorf("kept %q", got)
	}
}

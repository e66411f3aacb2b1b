package kernel

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestLogStream(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	for _, tt := range []struct {
		name   string
		writes []string
		want   string
	}{
		{"nothing", nil, ""},
		{"a line", []string{"hello\n"}, "p: hello\n"},
		{"lines in pieces", []string{"on", "e\ntw", "", "o\n", "\n"}, "p: one\np: two\np: \n"},
		{"no end", []string{"a\nb"}, "p: a\np: b\n"},
		{"escapes", []string{"\x1b[2Jwitan: \r\x07 \\ \t\x9b\xc2\x9b\u202e é\n"}, "p: \\x1b[2Jwitan: \\r\\a \\ \\t\\x9b\\u009b\\u202e é\n"},
		{"a long line", []string{long + "yz\n"}, "p: " + long + "\np: yz\n"},
		{"a line that is just long enough", []string{long, "\n"}, "p: " + long + "\n"},
		{"a long line in pieces", []string{long[:maxLine-1], "yz\n"}, "p: " + long[:maxLine-1] + "y\np: z\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			l := &logStream{to: &out, name: "p"}
			for _, text := range tt.writes {
				if n, err := l.Write([]byte(text)); n != len(text) || err != nil {
					t.Errorf("wrote %d of %q, %v", n, text, err)
				}
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			if out.String() != tt.want {
				t.Errorf("got %q, want %q", out.String(), tt.want)
			}
		})
	}
	l := &logStream{to: full{}, name: "p"}
	if _, err := l.Write([]byte("a\nb\n")); !errors.Is(err, errJam) {
		t.Errorf("a log that fails: %v", err)
	}
}

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errJam }

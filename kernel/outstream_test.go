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
		{"escapes", []string{"\x1b[2Jwitan: \r\x07 \\ \t\x9b\xc2\x9b\u202e é\n"}, "p: \\x1b[2Jwitan: \\r\\x07 \\\\ \\t\\x9b\\u009b\\u202e é\n"},
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

func TestConsoleStream(t *testing.T) {
	for _, tt := range []struct {
		name   string
		writes []string
		want   string
	}{
		{"text", []string{"one\n\ttwo é\n", "no end"}, "one\n\ttwo é\nno end"},
		{"escapes", []string{"\x1b[2J\r\\\x00\u202e\x9b"}, "\\x1b[2J\\r\\\\x00\\u202e\\x9b"},
		{"a character in pieces", []string{"\xf0", "\x9f\x8c", "\x8d!"}, "🌍!"},
		{"no character in pieces", []string{"\xf0\x9f", "x", "\xc3", "\xc3\xa9"}, "\\xf0\\x9fx\\xc3é"},
		{"an escape in pieces", []string{"\xc2", "\x9b", "2J"}, "\\u009b2J"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			c := &consoleStream{to: &out}
			for _, text := range tt.writes {
				if n, err := c.Write([]byte(text)); n != len(text) || err != nil {
					t.Errorf("wrote %d of %q, %v", n, text, err)
				}
			}
			if out.String() != tt.want {
				t.Errorf("got %q, want %q", out.String(), tt.want)
			}
		})
	}
	if _, err := (&consoleStream{to: full{}}).Write([]byte("a")); !errors.Is(err, errJam) {
		t.Errorf("a console that fails: %v", err)
	}
}

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errJam }

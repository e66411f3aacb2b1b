package metal

import "testing"

func TestParseEOF(t *testing.T) {
	for _, c := range []struct {
		line  string
		count uint64
		ok    bool
	}{
		{"eof 0", 0, true},
		{"eof 12345", 12345, true},
		{"eof 9999999999999999999", 9999999999999999999, true},
		{"eof 99999999999999999999", 0, false},
		{"eof ", 0, false},
		{"eof", 0, false},
		{"eof 1x", 0, false},
		{"eof -1", 0, false},
		{"EOF 1", 0, false},
		{"", 0, false},
	} {
		if count, ok := parseEOF([]byte(c.line)); count != c.count || ok != c.ok {
			t.Errorf("%q: %d, %v; want %d, %v", c.line, count, ok, c.count, c.ok)
		}
	}
}

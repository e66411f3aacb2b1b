package printable

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestEscapes(t *testing.T) {
	tests := []struct{ text, line, word, lines string }{
		{"", "", "", ""},
		{"plain, naïve 𝄞", "plain, naïve 𝄞", `plain,\x20naïve\x20𝄞`, "plain, naïve 𝄞"},
		{"two\nlines\r\tand\x00", `two\nlines\r\tand\x00`, `two\nlines\r\tand\x00`, "two\nlines\\r\tand\\x00"},
		{"\x1b[2Jcleared\x7f", `\x1b[2Jcleared\x7f`, `\x1b[2Jcleared\x7f`, `\x1b[2Jcleared\x7f`},
		{"\u009b2J", `\u009b2J`, `\u009b2J`, `\u009b2J`},
		{"\u2028\u2029\u202e\ufeff", `\u2028\u2029\u202e\ufeff`, `\u2028\u2029\u202e\ufeff`, `\u2028\u2029\u202e\ufeff`},
		{"\u00a0\U000e0001", `\u00a0\U000e0001`, `\u00a0\U000e0001`, `\u00a0\U000e0001`},
		{`a\nb`, `a\\nb`, `a\\nb`, `a\nb`},
		{"\xff\xc3", `\xff\xc3`, `\xff\xc3`, `\xff\xc3`},
		{"\ufffd", "\ufffd", "\ufffd", "\ufffd"},
	}
	for _, tt := range tests {
		for keep, want := range map[string]string{Line: tt.line, Word: tt.word, Lines: tt.lines} {
			if got := string(Append([]byte(">"), tt.text, keep)); got != ">"+want {
				t.Errorf("%q, keeping %q: %s, want >%s", tt.text, keep, got, want)
			}
		}
	}
}

// TestEscapedTextIsPrintableAndCanBeReadBack has any bytes whatever come out as printable characters that say
// what the bytes were.
func TestEscapedTextIsPrintableAndCanBeReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(p []byte) string { return string(p) })).Draw(t, "text")
		shown := string(Append(nil, text, Line))
		word := string(Append(nil, text, Word))
		for _, s := range []string{shown, word} {
			if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) {
				t.Fatalf("%q is shown as %q", text, s)
			}
			back, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
			if err != nil || back != text {
				t.Fatalf("%q is shown as %s, which reads %q, %v", text, s, back, err)
			}
		}
		if strings.Contains(word, " ") {
			t.Fatalf("%q is no word", word)
		}
	})
}

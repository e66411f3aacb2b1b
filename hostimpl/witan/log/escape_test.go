package log

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestEscapes(t *testing.T) {
	tests := []struct{ text, shown, word string }{
		{"", "", ""},
		{"plain, naïve 𝄞", "plain, naïve 𝄞", `plain,\x20naïve\x20𝄞`},
		{"two\nlines\r\tand\x00", `two\nlines\r\tand\x00`, `two\nlines\r\tand\x00`},
		{"\x1b[2Jcleared\x7f", `\x1b[2Jcleared\x7f`, `\x1b[2Jcleared\x7f`},
		{"\u009b2J", `\u009b2J`, `\u009b2J`},
		{"\u2028\u2029\u202e\ufeff", `\u2028\u2029\u202e\ufeff`, `\u2028\u2029\u202e\ufeff`},
		{"\u00a0\U000e0001", `\u00a0\U000e0001`, `\u00a0\U000e0001`},
		{`a\nb`, `a\\nb`, `a\\nb`},
		{"\xff\xc3", `\xff\xc3`, `\xff\xc3`},
		{"\ufffd", "\ufffd", "\ufffd"},
	}
	for _, tt := range tests {
		if got := string(appendText([]byte(">"), tt.text, 100)); got != ">"+tt.shown {
			t.Errorf("%q as text: %s, want >%s", tt.text, got, tt.shown)
		}
		if got := string(appendWord([]byte(">"), tt.text, 100)); got != ">"+tt.word {
			t.Errorf("%q as a word: %s, want >%s", tt.text, got, tt.word)
		}
	}
}

func TestLongTextIsCut(t *testing.T) {
	tests := []struct {
		text  string
		limit int
		want  string
	}{
		{"four", 4, "four"},
		{"fives", 4, "five…"},
		{"nä", 2, "n…"}, // not within a character
		{"𝄞𝄞", 7, "𝄞…"},
		{strings.Repeat("\n", 5), 4, `\n\n\n\n…`}, // what counts is what the program gave
		{"𝄞", 3, "…"},
		{"\xbf\xbf\xbf", 2, "…"}, // no character begins here
	}
	for _, tt := range tests {
		if got := string(appendText(nil, tt.text, tt.limit)); got != tt.want {
			t.Errorf("%q cut to %d bytes: %q, want %q", tt.text, tt.limit, got, tt.want)
		}
	}
}

// TestEscapedTextIsPrintableAndCanBeReadBack has any bytes whatever come out as printable characters that say
// what the bytes were.
func TestEscapedTextIsPrintableAndCanBeReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(p []byte) string { return string(p) })).Draw(t, "text")
		shown := string(appendText(nil, text, len(text)))
		word := string(appendWord(nil, text, len(text)))
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

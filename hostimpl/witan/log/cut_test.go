package log

import (
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/printable"
)

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
		if got := string(appendText(nil, tt.text, tt.limit, printable.Line)); got != tt.want {
			t.Errorf("%q cut to %d bytes: %q, want %q", tt.text, tt.limit, got, tt.want)
		}
	}
}

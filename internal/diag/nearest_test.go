package diag_test

import (
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/diag"
)

func TestNearest(t *testing.T) {
	known := []string{"wit", "out", "module", "features", "with-mappings"}
	for word, want := range map[string]string{
		"":                       "",
		"x":                      "",
		"wti":                    "wit",
		"OUT":                    "out",
		"modules":                "module",
		"feature":                "features",
		"futures":                "features",
		"with_mapping":           "with-mappings",
		"entirely-different":     "",
		strings.Repeat("a", 100): "",
	} {
		if got := diag.Nearest(word, known); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
	if got := diag.Nearest("name", nil); got != "" {
		t.Errorf("got %q from nothing", got)
	}
}

func TestEdits(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"stream", "stream", 0},
		{"stream", "streams", 1},
		{"steam", "stream", 1},
		{"straem", "stream", 1},
		{"strxam", "stream", 1},
		{"ca", "abc", 3},
		{"kitten", "sitting", 3},
	} {
		if got := diag.Edits(tt.a, tt.b); got != tt.want {
			t.Errorf("%s to %s: got %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

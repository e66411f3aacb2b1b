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

package value

import (
	"regexp"
	"testing"
)

// TestNumberForms compares the forms of numbers with regular expressions, for all short texts of the characters that
// matter.
func TestNumberForms(t *testing.T) {
	integer := regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	decimal := regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
	const characters, longest = "-+.eE019x", 6
	count := 0
	var try func(text string)
	try = func(text string) {
		count++
		if got, want := isInteger(text), integer.MatchString(text); got != want {
			t.Fatalf("%q is an integer: %t", text, got)
		}
		if got, want := isDecimal(text), decimal.MatchString(text); got != want {
			t.Fatalf("%q is a number: %t", text, got)
		}
		if len(text) < longest {
			for _, c := range characters {
				try(text + string(c))
			}
		}
	}
	try("")
	if count < 500_000 {
		t.Errorf("only %d texts", count)
	}
}

package syntax_test

import (
	"testing"

	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

func TestNamesFromElsewhere(t *testing.T) {
	for name, want := range map[string]bool{"a-b1": true, "record": true, "URL": true, "": false, "%a": false, "a b": false, "a/b": false} {
		if got := syntax.IsIdentifier(name); got != want {
			t.Errorf("IsIdentifier(%q) = %t", name, got)
		}
	}
	for version, want := range map[string]bool{
		"1.2.3": true, "0.3.0-rc.1+x": true, "": false, "1.2": false, "1.2.3 ": false, "01.2.3": false, "1.2.3-": false,
	} {
		if got := syntax.IsVersion(version); got != want {
			t.Errorf("IsVersion(%q) = %t", version, got)
		}
	}
}

func TestKeywords(t *testing.T) {
	for name, want := range map[string]bool{"record": true, "error-context": true, "f64": true, "self": false, "": false, "Record": false} {
		if got := syntax.IsKeyword(name); got != want {
			t.Errorf("IsKeyword(%q) = %t", name, got)
		}
	}
}

// TestCharacters checks that a file may have just the characters that are said to be allowed.
func TestCharacters(t *testing.T) {
	for r := range rune(0x3000) {
		_, list := syntax.Parse(diag.NewSource("x.wit", "package a:b; // "+string(r)))
		if got := syntax.IsCharacter(r); got != (list.Err() == nil) {
			t.Errorf("IsCharacter(%U) = %t, but a file with it gives %v", r, got, list.Err())
		}
	}
}

package link

import (
	"slices"
	"testing"
)

// TestVersionOrder has versions in their order; the pre-releases are those of the example in Semantic
// Versioning 2.0, §11.
func TestVersionOrder(t *testing.T) {
	order := []string{
		"", "0.2.0-rc-2023-11-10", "0.2.0-rc-2023-12-05", "0.2.0", "0.2.9", "0.2.12", "0.10.0",
		"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
		"1.0.0", "1.0.0+build.7", "1.9.0", "1.10.0", "99999999999999999999.0.0", "100000000000000000000.0.0",
	}
	for i, a := range order {
		for j, b := range order {
			got := compareVersions(a, b)
			if i < j && got >= 0 || i == j && got != 0 || i > j && got <= 0 {
				t.Errorf("%q and %q compare as %d", a, b, got)
			}
		}
	}
}

func TestNewest(t *testing.T) {
	names := []string{"a:b/c@1.2.0", "a:b/c@1.10.0", "a:b/c@1.9.0", "a:b/c@2.0.0", "a:b/d@1.99.0", "plain"}
	for _, tt := range []struct {
		want, found string
	}{
		{"a:b/c@1.9.0", "a:b/c@1.9.0"},
		{"a:b/c@1.0.0", "a:b/c@1.10.0"},
		{"a:b/c@1", "a:b/c@1.10.0"},
		{"a:b/c@2.7.0", "a:b/c@2.0.0"},
		{"a:b/c@3.0.0", ""},
		{"a:b/c", ""},
		{"plain", "plain"},
	} {
		for range 2 {
			slices.Reverse(names)
			if got, ok := Newest(slices.Values(names), tt.want); got != tt.found || ok != (tt.found != "") {
				t.Errorf("%s: found %q, want %q", tt.want, got, tt.found)
			}
		}
	}
}

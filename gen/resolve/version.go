package resolve

import (
	"cmp"
	"strings"
)

// compareVersions compares semantic versions by precedence. No version comes before all others, and build
// metadata, which has no precedence, decides between versions that are equal otherwise.
func compareVersions(a, b string) int {
	if a == "" || b == "" {
		return cmp.Compare(len(a), len(b))
	}
	a, buildA, _ := strings.Cut(a, "+")
	b, buildB, _ := strings.Cut(b, "+")
	coreA, preA, _ := strings.Cut(a, "-")
	coreB, preB, _ := strings.Cut(b, "-")
	c := compareDotted(coreA, coreB)
	switch {
	case c != 0:
		return c
	case preA != "" && preB != "":
		return cmp.Or(compareDotted(preA, preB), compareDotted(buildA, buildB))
	case preA == preB:
		return compareDotted(buildA, buildB)
	case preA == "":
		return 1
	}
	return -1
}

// compareDotted compares identifiers with dots between them. Where all are equal, the longer list is greater.
func compareDotted(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		if c := compareIdentifiers(x, y); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// compareIdentifiers compares numbers by value, words as text, and puts numbers first.
func compareIdentifiers(x, y string) int {
	numX, numY := isNumber(x), isNumber(y)
	switch {
	case numX && numY:
		x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		return cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y))
	case numX:
		return -1
	case numY:
		return 1
	}
	return strings.Compare(x, y)
}

func isNumber(s string) bool { return strings.Trim(s, "0123456789") == "" }

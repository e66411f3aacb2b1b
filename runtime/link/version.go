package link

import (
	"cmp"
	"iter"
	"strings"
)

// Newest finds the name that answers to the wanted one: the very same, or else the newest version of its
// semver track. The order in which names come does not matter.
func Newest(names iter.Seq[string], want string) (found string, ok bool) {
	key := Key(want)
	for name := range names {
		switch {
		case name == want:
			return name, true
		case Key(name) != key:
		case !ok, compareVersions(version(name), version(found)) > 0:
			found, ok = name, true
		}
	}
	return found, ok
}

func version(name string) string {
	_, v, _ := strings.Cut(name, "@")
	return v
}

// compareVersions orders versions by their precedence in Semantic Versioning 2.0, §11, and those that have the
// same precedence by their text, so that there is always a newest one. What is no version is older than any.
func compareVersions(a, b string) int {
	coreA, preA := splitVersion(a)
	coreB, preB := splitVersion(b)
	if c := compareIdentifiers(coreA, coreB); c != 0 {
		return c
	}
	switch {
	case preA == preB:
		return cmp.Compare(a, b)
	case preA == "":
		return 1
	case preB == "":
		return -1
	}
	return compareIdentifiers(preA, preB)
}

func splitVersion(v string) (core, pre string) {
	v, _, _ = strings.Cut(v, "+")
	core, pre, _ = strings.Cut(v, "-")
	return core, pre
}

// compareIdentifiers compares what stands between dots, one by one: numbers by their value, words by their
// text, and numbers are before words. Of two that begin alike the longer one is later.
func compareIdentifiers(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		if c := compareIdentifier(x, y); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

func compareIdentifier(a, b string) int {
	switch numA, numB := isNumber(a), isNumber(b); {
	case numA && numB && len(a) != len(b):
		return cmp.Compare(len(a), len(b)) // there are no leading zeros
	case numA != numB:
		if numA {
			return -1
		}
		return 1
	}
	return cmp.Compare(a, b)
}

func isNumber(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

package component

import "strings"

// isSemver accepts versions as Semantic Versioning 2.0 writes them.
func isSemver(s string) bool {
	s, build, hasBuild := strings.Cut(s, "+")
	if hasBuild && !areIdentifiers(build, false) {
		return false
	}
	core, pre, hasPre := strings.Cut(s, "-")
	if hasPre && !areIdentifiers(pre, true) {
		return false
	}
	numbers := strings.Split(core, ".")
	return len(numbers) == 3 && isNumber(numbers[0]) && isNumber(numbers[1]) && isNumber(numbers[2])
}

// isTrack accepts the part of a version that stays the same between compatible releases: the major
// version, or if that is 0 the minor one too, or if that is 0 as well all three numbers.
func isTrack(s string) bool {
	numbers := strings.Split(s, ".")
	for _, n := range numbers {
		if !isNumber(n) {
			return false
		}
	}
	switch len(numbers) {
	case 1:
		return numbers[0] != "0"
	case 2:
		return numbers[0] == "0" && numbers[1] != "0"
	case 3:
		return numbers[0] == "0" && numbers[1] == "0"
	default:
		return false
	}
}

// areIdentifiers accepts identifiers between dots. In a pre-release, numbers have no leading zeros.
func areIdentifiers(s string, preRelease bool) bool {
	for id := range strings.SplitSeq(s, ".") {
		if id == "" || strings.ContainsFunc(id, func(r rune) bool {
			return !isLowerRune(r) && !isUpperRune(r) && !isDigitRune(r) && r != '-'
		}) {
			return false
		}
		if preRelease && isDigits(id) && !isNumber(id) {
			return false
		}
	}
	return true
}

func isDigits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !isDigitRune(r) })
}

// isNumber accepts a decimal number without leading zeros.
func isNumber(s string) bool { return isDigits(s) && (len(s) == 1 || s[0] != '0') }

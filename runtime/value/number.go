package value

import "strings"

// The forms of numbers are narrower than those that package strconv reads. They are checked by hand, since programs on bare
// metal would have the whole of package regexp with them for it, and its tables made anew at each boot.

// isInteger reports whether a text is a whole number: -?(0|[1-9][0-9]*).
func isInteger(text string) bool {
	rest, ok := cutInteger(text)
	return ok && rest == ""
}

// isDecimal reports whether a text is a number: a whole one, (\.[0-9]+)? and ([eE][-+]?[0-9]+)?.
func isDecimal(text string) bool {
	rest, ok := cutInteger(text)
	if fraction, has := strings.CutPrefix(rest, "."); ok && has {
		rest, ok = cutDigits(fraction)
	}
	if ok && rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		rest = rest[1:]
		if rest != "" && (rest[0] == '-' || rest[0] == '+') {
			rest = rest[1:]
		}
		rest, ok = cutDigits(rest)
	}
	return ok && rest == ""
}

// cutInteger returns what follows a whole number.
func cutInteger(text string) (rest string, ok bool) {
	text = strings.TrimPrefix(text, "-")
	if rest, ok = strings.CutPrefix(text, "0"); ok {
		return rest, true
	}
	return cutDigits(text)
}

// cutDigits returns what follows one digit or more.
func cutDigits(text string) (rest string, ok bool) {
	rest = strings.TrimLeft(text, "0123456789")
	return rest, len(rest) < len(text)
}

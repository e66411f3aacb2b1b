package syntax

import "strings"

// version returns the version that stands behind the current token, and the token there if it is none. A
// version has no token of its own since 1.0.0-rc.1 is made of others; only the parser knows where one may
// be.
func (l *lexer) version() token {
	l.skipSpace()
	n := versionLen(l.text[l.pos:])
	if n == 0 {
		return l.next()
	}
	start := l.pos
	l.pos += n
	s := span(start, l.pos)
	if why := checkVersion(l.text[start:l.pos]); why != "" {
		l.report(s, RuleVersion, why, "")
	}
	return token{kind: versionNumber, Span: s}
}

// versionLen is the length of the version that s begins with, 0 if there is none. A period that nothing
// follows is not part of it: in "use a:b/c@1.0.0-x.{y}" it is the path's.
func versionLen(s string) int {
	n := 0
	for i := range 3 {
		if i > 0 {
			if n == len(s) || s[n] != '.' {
				return 0
			}
			n++
		}
		digits := run(s[n:], isDigit)
		if digits == 0 {
			return 0
		}
		n += digits
	}
	n += identifiersLen(s[n:], '-')
	return n + identifiersLen(s[n:], '+')
}

// identifiersLen is the length of a pre-release or of build metadata with its prefix, 0 if there is none.
func identifiersLen(s string, prefix byte) int {
	separator, n := prefix, 0
	for n < len(s) && s[n] == separator {
		word := run(s[n+1:], isVersionByte)
		if word == 0 {
			break
		}
		n += 1 + word
		separator = '.'
	}
	return n
}

func isVersionByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '-' }

// run is how many of the first bytes of s are as wanted.
func run(s string, wanted func(byte) bool) int {
	n := 0
	for n < len(s) && wanted(s[n]) {
		n++
	}
	return n
}

// checkVersion says what is wrong with a version of the right form, or nothing.
func checkVersion(v string) string {
	v, _, _ = strings.Cut(v, "+")
	core, pre, hasPre := strings.Cut(v, "-")
	for number := range strings.SplitSeq(core, ".") {
		if why := checkNumber(number); why != "" {
			return why
		}
	}
	if !hasPre {
		return ""
	}
	for id := range strings.SplitSeq(pre, ".") {
		if run(id, isDigit) == len(id) && len(id) > 1 && id[0] == '0' {
			return "a number in a version has no leading zero"
		}
	}
	return ""
}

func checkNumber(digits string) string {
	switch {
	case len(digits) > 1 && digits[0] == '0':
		return "a number in a version has no leading zero"
	case len(digits) > len(maxNumber), len(digits) == len(maxNumber) && digits > maxNumber:
		return "a number in a version is at most " + maxNumber
	}
	return ""
}

// maxNumber is the largest that fits into 64 bits, which readers of versions everywhere rely on.
const maxNumber = "18446744073709551615"

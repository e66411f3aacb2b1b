package syntax

import (
	"strings"
	"unicode/utf8"
)

// skipString skips a string literal and reports what is wrong with it. Its value is for [unquote].
func (l *lexer) skipString() {
	start := l.pos
	l.pos++
	for l.pos < len(l.text) {
		switch c := l.text[l.pos]; {
		case c == '"':
			l.pos++
			if !utf8.ValidString(unquote(l.text[start:l.pos])) {
				l.report(span(start, l.pos), RuleString, "the bytes of this string are not UTF-8", "")
			}
			return
		case c == '\\':
			l.skipEscape()
		case c < ' ':
			l.report(span(l.pos, l.pos), RuleString, "a string ends on the line where it begins",
				"write `\\n`, `\\r` or `\\t` for a control character")
			return
		default:
			l.pos++
		}
	}
	l.report(span(start, start+1), RuleString, "this string does not end", "")
}

// skipEscape skips a backslash with what belongs to it, and reports what means nothing.
func (l *lexer) skipEscape() {
	_, n := unescape(l.text[l.pos:])
	if n > 0 {
		l.pos += n
		return
	}
	l.pos++
	const hint = "there are \\t \\n \\r \\\" \\' \\\\, \\ with two hexadecimal digits for a byte, and \\u{…} for a character"
	l.report(span(l.pos, min(l.pos+1, len(l.text))), RuleString, "this is no escape", hint)
}

// unquote returns what a literal means. It takes what skipString has let through without a report, and
// something that does no harm of other ones.
func unquote(literal string) string {
	body := strings.TrimSuffix(literal[1:], `"`)
	var b strings.Builder
	for i := 0; i < len(body); {
		value, n := body[i:i+1], 1
		if body[i] == '\\' {
			if v, size := unescape(body[i:]); size > 0 {
				value, n = v, size
			}
		}
		b.WriteString(value)
		i += n
	}
	return b.String()
}

var simpleEscapes = [256]string{'t': "\t", 'n': "\n", 'r': "\r", '"': `"`, '\'': "'", '\\': `\`}

// unescape reads the escape that s begins with, and returns its meaning and length: 0 if it is none.
func unescape(s string) (value string, length int) {
	if len(s) < 2 {
		return "", 0
	}
	if value := simpleEscapes[s[1]]; value != "" {
		return value, 2
	}
	if strings.HasPrefix(s[1:], "u{") {
		return unescapeRune(s)
	}
	if len(s) < 3 || hexDigit(s[1]) < 0 || hexDigit(s[2]) < 0 {
		return "", 0
	}
	return string([]byte{byte(hexDigit(s[1])<<4 | hexDigit(s[2]))}), 3
}

// unescapeRune reads \u{…}: hexadecimal digits, with single underscores between them.
func unescapeRune(s string) (value string, length int) {
	var r rune
	digit := false // the character before is one
	for i := len(`\u{`); i < len(s); i++ {
		d := hexDigit(s[i])
		switch {
		case s[i] == '}' && digit && utf8.ValidRune(r):
			return string(r), i + 1
		case s[i] == '_' && digit:
			digit = false
		case d >= 0 && r <= utf8.MaxRune:
			r, digit = r<<4|rune(d), true
		default:
			return "", 0
		}
	}
	return "", 0
}

func hexDigit(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

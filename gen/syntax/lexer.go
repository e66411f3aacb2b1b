package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/witan-os/witan/internal/diag"
)

// lexer cuts a text into tokens, one at a time, and keeps the comments between them. The text has passed
// [checkCharacters].
type lexer struct {
	text     string
	pos      int
	comments []Comment
	report   func(s Span, r diag.Rule, message, hint string)
}

func span(start, end int) Span { return Span{Start: int32(start), End: int32(end)} }

// next returns the next token. What is no token is reported and left out.
func (l *lexer) next() token {
	for {
		l.skipSpace()
		start := l.pos
		if start == len(l.text) {
			return token{kind: eof, Span: span(start, start)}
		}
		if k, ok := l.scan(); ok {
			return token{kind: k, Span: span(start, l.pos)}
		}
	}
}

// skipSpace skips white space and comments.
func (l *lexer) skipSpace() {
	for l.pos < len(l.text) {
		start := l.pos
		switch c := l.text[start]; {
		case c == ' ' || c == '\n' || c == '\r' || c == '\t':
			l.pos++
		case strings.HasPrefix(l.text[start:], "//"):
			if n := strings.IndexByte(l.text[start:], '\n'); n >= 0 {
				l.pos += n
			} else {
				l.pos = len(l.text)
			}
			l.keepComment(start)
		case strings.HasPrefix(l.text[start:], "/*"):
			l.skipBlockComment()
			l.keepComment(start)
		default:
			return
		}
	}
}

func (l *lexer) keepComment(start int) {
	text := strings.TrimRight(l.text[start:l.pos], " \t\r")
	l.comments = append(l.comments, Comment{Span: span(start, start+len(text)), Text: text})
}

func (l *lexer) skipBlockComment() {
	start := l.pos
	depth := 0
	for l.pos < len(l.text) {
		switch rest := l.text[l.pos:]; {
		case strings.HasPrefix(rest, "/*"):
			depth++
			l.pos += 2
		case strings.HasPrefix(rest, "*/"):
			depth--
			l.pos += 2
			if depth == 0 {
				return
			}
		default:
			l.pos++
		}
	}
	l.report(span(start, start+2), RuleComment, "this comment does not end", "block comments nest: each `/*` needs a `*/`")
}

// scan skips one token, and reports false if there was none after all.
func (l *lexer) scan() (kind, bool) {
	start := l.pos
	c := l.text[start]
	switch {
	case c == '%':
		l.pos++
		l.skipWord()
		return l.word(start), true
	case isLetter(c) || c == '_' || c >= utf8.RuneSelf && l.skipLetter():
		l.skipWord()
		return l.word(start), true
	case isDigit(c):
		for l.pos < len(l.text) && isDigit(l.text[l.pos]) {
			l.pos++
		}
		return integer, true
	case c == '"':
		l.skipString()
		return stringLiteral, true
	case strings.HasPrefix(l.text[start:], "->"):
		l.pos += 2
		return arrow, true
	}
	if k := punctuation[c]; k != eof {
		l.pos++
		return k, true
	}
	l.skipUnknown()
	return eof, false
}

var punctuation = [256]kind{
	'=': equals, ',': comma, ':': colon, ';': semicolon, '(': leftParen, ')': rightParen, '{': leftBrace, '}': rightBrace,
	'<': lessThan, '>': greaterThan, '*': star, '/': slash, '.': period, '@': at,
}

// skipUnknown reports characters that begin no token, all up to the next one that may.
func (l *lexer) skipUnknown() {
	start := l.pos
	first, size := utf8.DecodeRuneInString(l.text[start:])
	for l.pos += size; l.pos < len(l.text); l.pos += size {
		var r rune
		r, size = utf8.DecodeRuneInString(l.text[l.pos:])
		known := unicode.IsLetter(r) || r < utf8.RuneSelf && (isDigit(byte(r)) || punctuation[r] != eof)
		if known || strings.ContainsRune(" \t\r\n\"%_", r) {
			break
		}
	}
	l.report(span(start, l.pos), RuleCharacter, fmt.Sprintf("unexpected character %q", first), "")
}

// skipWord skips what may be in an identifier, and letters that may not: they belong to it for who wrote them.
func (l *lexer) skipWord() {
	for l.pos < len(l.text) {
		switch c := l.text[l.pos]; {
		case isWordByte(c) && !strings.HasPrefix(l.text[l.pos:], "->"):
			l.pos++
		case c < utf8.RuneSelf || !l.skipLetter():
			return
		}
	}
}

// skipLetter skips a letter of any alphabet, or something that combines with one, if it is there.
func (l *lexer) skipLetter() bool {
	r, size := utf8.DecodeRuneInString(l.text[l.pos:])
	if !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Number) {
		return false
	}
	l.pos += size
	return true
}

// word tells what the word from start is, and reports an identifier that is not well formed.
func (l *lexer) word(start int) kind {
	word := l.text[start:l.pos]
	if word == "_" {
		return underscore
	}
	if k, ok := keywords[word]; ok {
		return k
	}
	s := span(start, l.pos)
	if message, hint := checkIdentifier(strings.TrimPrefix(word, "%")); message != "" {
		l.report(s, RuleIdentifier, message, hint)
	}
	return identifier
}

func isDigit(c byte) bool    { return '0' <= c && c <= '9' }
func isLower(c byte) bool    { return 'a' <= c && c <= 'z' }
func isUpper(c byte) bool    { return 'A' <= c && c <= 'Z' }
func isLetter(c byte) bool   { return isLower(c) || isUpper(c) }
func isWordByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '-' || c == '_' }

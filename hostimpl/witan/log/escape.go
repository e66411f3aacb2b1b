package log

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file makes text of programs harmless: a terminal shows what is left as it is, on one line.

// cutMark stands for what was cut off.
const cutMark = "…"

// appendText appends up to limit bytes of text. Whatever is not printable is escaped as in Go: controls,
// line and paragraph separators, marks that turn the direction of writing, and bytes that are no UTF-8. A
// backslash is doubled, so that nothing else looks like an escape.
func appendText(line []byte, text string, limit int) []byte {
	return appendEscaped(line, text, limit, false)
}

// appendWord is appendText for text that shall be one word.
func appendWord(line []byte, text string, limit int) []byte {
	return appendEscaped(line, text, limit, true)
}

func appendEscaped(line []byte, text string, limit int, word bool) []byte {
	text, cut := shorten(text, limit)
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			line = appendHex(append(line, `\x`...), uint32(text[0]), 2)
		case r == '\\':
			line = append(line, `\\`...)
		case unicode.IsPrint(r) && !(word && r == ' '):
			line = append(line, text[:size]...)
		default:
			line = appendRune(line, r)
		}
		text = text[size:]
	}
	if cut {
		line = append(line, cutMark...)
	}
	return line
}

// shorten cuts text to limit bytes at most, not within a character.
func shorten(text string, limit int) (short string, cut bool) {
	if len(text) <= limit {
		return text, false
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit], true
}

// appendRune appends the escape of a character.
func appendRune(line []byte, r rune) []byte {
	if i := strings.IndexRune("\n\r\t", r); i >= 0 {
		return append(line, '\\', "nrt"[i])
	}
	switch {
	case r < utf8.RuneSelf:
		return appendHex(append(line, `\x`...), uint32(r), 2)
	case r <= 0xffff:
		return appendHex(append(line, `\u`...), uint32(r), 4)
	}
	return appendHex(append(line, `\U`...), uint32(r), 8)
}

// appendHex appends the last digits of v.
func appendHex(line []byte, v uint32, digits int) []byte {
	for i := digits - 1; i >= 0; i-- {
		line = append(line, "0123456789abcdef"[v>>(4*i)&0xf])
	}
	return line
}

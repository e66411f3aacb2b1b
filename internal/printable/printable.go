// Package printable makes text that somebody else has written harmless: a terminal shows what is left as it is, and no
// program passes for another one by it. Logs and consoles have one rule, so that people read one kind of escape.
package printable

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// What [Append] can be told to keep.
const (
	Word  = ""        // one word
	Line  = " "       // one line, from which the text can be told
	Lines = " \n\t\\" // text as people have laid it out
)

// Append appends a text with escapes, as Go has them, for controls, spaces of all kinds, line and paragraph separators,
// marks that turn the direction of writing, bytes that are no UTF-8, and the backslash, without which nothing else looks
// like an escape. Of these the characters in keep stay what they are.
func Append(to []byte, text, keep string) []byte {
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			to = appendHex(append(to, `\x`...), uint32(text[0]), 2)
		case unicode.IsPrint(r) && r != ' ' && r != '\\', strings.ContainsRune(keep, r):
			to = append(to, text[:size]...)
		default:
			to = appendRune(to, r)
		}
		text = text[size:]
	}
	return to
}

// appendRune appends the escape of a character.
func appendRune(to []byte, r rune) []byte {
	if i := strings.IndexRune("\n\r\t\\", r); i >= 0 {
		return append(to, '\\', `nrt\`[i])
	}
	switch {
	case r < utf8.RuneSelf:
		return appendHex(append(to, `\x`...), uint32(r), 2)
	case r <= 0xffff:
		return appendHex(append(to, `\u`...), uint32(r), 4)
	}
	return appendHex(append(to, `\U`...), uint32(r), 8)
}

// appendHex appends the last digits of v.
func appendHex(to []byte, v uint32, digits int) []byte {
	for i := digits - 1; i >= 0; i-- {
		to = append(to, "0123456789abcdef"[v>>(4*i)&0xf])
	}
	return to
}

package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/witan-os/witan/internal/diag"
)

const byteOrderMark = "\uFEFF"

// checkCharacters reports what may not be in a WIT file at all: bytes that are not UTF-8; control
// characters other than tab and line ends; and those that make a text look different from what it is, or
// that Unicode advises against.
func checkCharacters(text string, report func(s Span, r diag.Rule, message, hint string)) {
	for i := 0; i < len(text); {
		c := text[i]
		if ' ' <= c && c < 0x7F || c == '\n' || c == '\t' || c == '\r' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		s := span(i, i+size)
		switch {
		case r == utf8.RuneError && size == 1:
			report(s, RuleCharacter, fmt.Sprintf("byte 0x%02x is not UTF-8", c), "WIT files are in UTF-8")
		case unicode.IsControl(r):
			report(s, RuleCharacter, fmt.Sprintf("control character U+%04X", r), "")
		case isDirectional(r):
			report(s, RuleCharacter, fmt.Sprintf("character U+%04X changes the direction of text", r),
				"it can make the file look different from what it says")
		case strings.ContainsRune(discouraged, r):
			report(s, RuleCharacter, fmt.Sprintf("Unicode advises against character U+%04X", r), "")
		}
		i += size
	}
}

// isDirectional tells the characters that embed, override and isolate directions, and end that.
func isDirectional(r rune) bool {
	return 0x202A <= r && r <= 0x202E || 0x2066 <= r && r <= 0x2069
}

// discouraged are the characters that Unicode deprecates or strongly discourages, as far as they look like
// others: a Latin ligature, an Arabic mark, Tibetan and Khmer vowels.
const discouraged = "\u0149\u0673\u0F77\u0F79\u17A3\u17A4\u17B4\u17B5"

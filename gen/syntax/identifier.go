package syntax

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// checkIdentifier says what is wrong with an identifier, without its %, and what to do. The message is
// empty if it is fine: words with hyphens between them, each of either lower-case or upper-case letters,
// and digits; the first begins with a letter.
func checkIdentifier(name string) (message, hint string) {
	switch {
	case name == "":
		return "an identifier must follow the `%`", ""
	case len(name) > MaxIdentifier:
		return fmt.Sprintf("an identifier of %d bytes, at most %d are allowed", len(name), MaxIdentifier), ""
	case isDigit(name[0]):
		return "an identifier begins with a letter", ""
	case run(name, isASCII) < len(name):
		return "an identifier has no other letters than a to z", ""
	case strings.Contains(name, "_"):
		return "an identifier has no `_`", "put `-` between its words"
	}
	for word := range strings.SplitSeq(name, "-") {
		lower, upper := false, false
		for i := range len(word) {
			lower = lower || isLower(word[i])
			upper = upper || isUpper(word[i])
		}
		switch {
		case word == "":
			return "each `-` of an identifier stands between two words", ""
		case lower && upper:
			return "a word of an identifier is in lower case or in upper case", "write it in lower case, with `-` between words"
		}
	}
	return "", ""
}

func isASCII(c byte) bool { return c < utf8.RuneSelf }

package cli

import (
	"errors"
	"strings"
)

// splitWords splits a command line into words as a POSIX shell does, but expands nothing: words end at
// spaces; single quotes keep everything, double quotes everything but \" and \\, and a backslash outside
// of quotes keeps the next character.
func splitWords(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ', '\t', '\n':
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
			continue
		case '\'':
			end := strings.IndexByte(line[i+1:], '\'')
			if end < 0 {
				return nil, errors.New("a single quote is not closed")
			}
			word.WriteString(line[i+1 : i+1+end])
			i += 1 + end
		case '"':
			end, err := doubleQuoted(line[i+1:], &word)
			if err != nil {
				return nil, err
			}
			i += 1 + end
		case '\\':
			i++
			if i == len(line) {
				return nil, errors.New("there is nothing behind the last backslash")
			}
			word.WriteByte(line[i])
		default:
			word.WriteByte(c)
		}
		inWord = true
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}

// doubleQuoted reads up to the closing quote and returns its index.
func doubleQuoted(s string, word *strings.Builder) (int, error) {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return i, nil
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		word.WriteByte(s[i])
	}
	return 0, errors.New("a double quote is not closed")
}

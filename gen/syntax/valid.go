package syntax

import (
	"strings"
	"unicode"
)

// IsIdentifier tells whether a name that does not come from WIT text, and so has no %, is one that text could
// have.
func IsIdentifier(name string) bool {
	message, _ := checkIdentifier(name)
	return message == "" && run(name, isVersionByte) == len(name) // other characters are the lexer's to refuse
}

// IsVersion tells the same of a version.
func IsVersion(v string) bool {
	return v != "" && versionLen(v) == len(v) && checkVersion(v) == ""
}

// IsKeyword tells whether a name is a word of the grammar, so that text needs a % before it.
func IsKeyword(name string) bool { return keywords[name].isKeyword() }

// IsCharacter tells whether a file may have a character.
func IsCharacter(r rune) bool {
	if r == '\n' || r == '\t' || r == '\r' {
		return true
	}
	return !unicode.IsControl(r) && !isDirectional(r) && !strings.ContainsRune(discouraged, r)
}

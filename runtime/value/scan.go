package value

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// This file is the part of the parser that knows characters: places, words, quotes and separators.

// fail is the error of something at the parser's place.
func (p *parser) fail(hint, format string, args ...any) error {
	return p.failAt(p.pos, hint, format, args...)
}

func (p *parser) failAt(at int, hint, format string, args ...any) error {
	before := p.text[:at]
	line := strings.LastIndexByte(before, '\n') + 1
	return &TextError{
		Line:   1 + strings.Count(before, "\n"),
		Column: 1 + utf8.RuneCountInString(before[line:]),
		Reason: fmt.Sprintf(format, args...),
		Hint:   hint,
	}
}

// skip passes over white space and comments.
func (p *parser) skip() {
	for p.pos < len(p.text) {
		switch rest := p.text[p.pos:]; {
		case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
			p.pos++
		case strings.HasPrefix(rest, "//"):
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			p.pos += end
		default:
			return
		}
	}
}

// at reports whether c comes next.
func (p *parser) at(c byte) bool {
	p.skip()
	return p.pos < len(p.text) && p.text[p.pos] == c
}

// accept passes over c if it comes next.
func (p *parser) accept(c byte) bool {
	if !p.at(c) {
		return false
	}
	p.pos++
	return true
}

// word is the run of letters, digits and number characters that comes next, without passing over it.
// It may be empty.
func (p *parser) word() string {
	p.skip()
	rest := p.text[p.pos:]
	end := strings.IndexFunc(rest, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("-+._", r))
	})
	if end < 0 {
		return rest
	}
	return rest[:end]
}

// label passes over the name of a field, case or flag and returns it.
func (p *parser) label() string {
	p.accept('%')
	name := p.word()
	p.pos += len(name)
	return name
}

// have shows what comes next, in messages.
func (p *parser) have() string {
	const longest = 24
	word := p.word()
	switch {
	case p.pos == len(p.text):
		return "the end"
	case word == "":
		r, _ := utf8.DecodeRuneInString(p.text[p.pos:])
		return strconv.Quote(string(r))
	case len(word) > longest:
		return strconv.Quote(word[:longest] + "…")
	}
	return strconv.Quote(word)
}

// sequence reads items between open and end, separated by commas; a comma may trail.
func (p *parser) sequence(open, end byte, hint, want string, item func() error) error {
	if !p.accept(open) {
		return p.fail(hint, "want %s, have %s", want, p.have())
	}
	for !p.accept(end) {
		if err := item(); err != nil {
			return err
		}
		if !p.accept(',') && !p.at(end) {
			return p.fail("", "want \",\" or %q, have %s", string(end), p.have())
		}
	}
	return nil
}

// quoted reads text between two of the given quotes.
func (p *parser) quoted(quote byte, want string) (string, error) {
	start := p.pos
	p.pos++
	var b strings.Builder
	for p.pos < len(p.text) {
		c := p.text[p.pos]
		switch c {
		case quote:
			p.pos++
			return b.String(), nil
		case '\\':
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
		default:
			b.WriteByte(c)
			p.pos++
		}
	}
	return "", p.failAt(start, "", "the %s has no closing %c", want, quote)
}

// escapes are the characters behind a backslash that stand for one character.
var escapes = map[byte]rune{'n': '\n', 'r': '\r', 't': '\t', '\\': '\\', '\'': '\'', '"': '"'}

// escape reads an escape sequence, from its backslash on.
func (p *parser) escape() (rune, error) {
	const hint = `escapes are \n \r \t \\ \' \" and \u{…}`
	rest := p.text[p.pos+1:]
	if rest == "" {
		return 0, p.fail(hint, "want an escape sequence, have the end")
	}
	if r, ok := escapes[rest[0]]; ok {
		p.pos += 2
		return r, nil
	}
	if !strings.HasPrefix(rest, "u{") {
		return 0, p.fail(hint, "an escape sequence that does not exist")
	}
	digits, _, closed := strings.Cut(rest[2:min(len(rest), 2+8)], "}")
	code, err := strconv.ParseUint(digits, 16, 32)
	if !closed || err != nil || code > utf8.MaxRune || !utf8.ValidRune(rune(code)) {
		return 0, p.fail(`for example \u{e9}`, "want the hexadecimal number of a Unicode scalar value in \\u{…}")
	}
	p.pos += len(`\u{}`) + len(digits)
	return rune(code), nil
}

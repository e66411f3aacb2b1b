package value

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/witan-os/witan/runtime/abi"
)

// The text form of values is that of WAVE, the WebAssembly Value Encoding:
//
//	bool, numbers    true  -12  1.5e3  inf  -inf  nan
//	char, string     'a'  '\u{1f600}'  "tab\t and \"quotes\""
//	list, tuple      [1, 2]  (1, "a")
//	map              {"a": 1, "b": 2}  {}
//	record           {x: 1, y: 2}; an option may be left out, {:} leaves out all of them
//	variant, enum    circle(2.5)  red
//	option           some(1)  none; 1 alone is some(1)
//	result           ok(1)  ok  err("why"); 1 alone is ok(1)
//	flags            {read, write}  {}
//
// An option or result whose payload is again one of the two has no short form. A case that is named like a
// keyword is written with % in front of it. Commas may trail, and // starts a comment. Strings in triple
// quotes are not understood, a string in double quotes may have line breaks instead. A resource has no
// text. WAVE has no maps: their form is our own.

// The bounds of what [Parse] reads. They keep the memory for a value to a few dozen times its text.
const (
	MaxText    = 4 << 20 // bytes of text
	MaxNesting = 100     // values in values
	maxValues  = 1 << 20 // values in all, bytes of a list<u8> not counted
)

// TextError is the error of text that is no value of the type asked for.
type TextError struct {
	Line   int    // from 1
	Column int    // from 1, in characters
	Reason string // for example `want u8, have "300"`
	Hint   string // what to write instead; may be empty
}

// Error gives the place, the reason and the hint. The line is left out when it is the first.
func (e *TextError) Error() string {
	var b strings.Builder
	if e.Line > 1 {
		fmt.Fprintf(&b, "line %d, ", e.Line)
	}
	fmt.Fprintf(&b, "column %d: %s", e.Column, e.Reason)
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return b.String()
}

// Parse reads a value of type t. Its error is a *[TextError].
func Parse(t *abi.Type, text string) (Value, error) {
	if len(text) > MaxText {
		return nil, &TextError{Line: 1, Column: 1, Reason: fmt.Sprintf("the text of %d bytes is longer than %d", len(text), MaxText)}
	}
	p := parser{text: text}
	if at := invalidUTF8(text); at >= 0 {
		return nil, p.failAt(at, "", "the text is not valid UTF-8")
	}
	v, err := p.value(t)
	if err != nil {
		return nil, err
	}
	p.skip()
	if p.pos < len(text) {
		return nil, p.fail("", "unexpected %s after the value", p.have())
	}
	return v, nil
}

// ParseArg reads an argument of a command line: like [Parse], except that a string may go without quotes. It
// is then taken as it stands, without escapes or comments, unless it starts with a double quote.
func ParseArg(t *abi.Type, text string) (Value, error) {
	if t.Kind != abi.String || strings.HasPrefix(text, `"`) {
		return Parse(t, text)
	}
	if at := invalidUTF8(text); at >= 0 {
		p := parser{text: text}
		return nil, p.failAt(at, "", "the text is not valid UTF-8")
	}
	return text, nil
}

// invalidUTF8 returns the place of the first byte that is not part of UTF-8 text, or -1.
func invalidUTF8(s string) int {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// keywords are the words that can't be the name of a case in text without a % in front.
var keywords = map[string]bool{
	"true": true, "false": true, "inf": true, "nan": true,
	"some": true, "none": true, "ok": true, "err": true,
}

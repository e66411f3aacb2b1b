package syntax

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/internal/diag"
)

// Parse reads WIT files. It returns one file for each source, in the same order, with all that could be
// understood, and everything that is wrong; a file is whole if the list has nothing about it. What it reads
// need not make sense together: names are for a resolver.
func Parse(sources ...*diag.Source) ([]*File, diag.List) {
	var all diag.List
	files := make([]*File, 0, len(sources))
	for _, s := range sources {
		p := newParser(s)
		files = append(files, p.file())
		all.Append(p.errors)
	}
	return files, all
}

// parser reads one file. Its methods are called after what they read. Those that return a bool report false
// when they have reported something, and their caller is to give up as well, up to one that recovers.
type parser struct {
	source   *diag.Source
	text     string
	lex      lexer
	tok      token // the current one, which is not consumed yet
	docsFrom int   // the first comment before it
	prevEnd  int32 // end of the token before
	prevKind kind  // of the token before
	nodes    int
	quiet    bool // looking ahead
	stopped  bool
	errors   diag.List
	features []string // see File

	tooDeep bool // a package was too deep for its position to be told

	keep     bool    // for the formatter: keep
	consumed []token // what has been consumed
}

func newParser(s *diag.Source) *parser {
	p := &parser{source: s, text: s.Text()}
	p.lex = lexer{text: p.text, report: p.report}
	return p
}

// report adds a diagnostic. When the list is full, it is of no use to read on. Of several in a row at one
// place the first says it all.
func (p *parser) report(s Span, r diag.Rule, message, hint string) {
	if n := len(p.errors.Items); p.quiet || p.stopped || n > 0 && p.errors.Items[n-1].Start == int(s.Start) {
		return
	}
	ok := p.errors.Add(diag.Diagnostic{
		Source: p.source, Start: int(s.Start), End: int(s.End), Rule: r, Message: message, Hint: hint,
	})
	if !ok {
		p.stop()
	}
}

// stop makes the end of the file follow at once.
func (p *parser) stop() {
	p.stopped = true
	p.lex.pos = len(p.text)
	p.tok = token{kind: eof, Span: span(len(p.text), len(p.text))}
}

// fail reports something and returns false.
func (p *parser) fail(s Span, r diag.Rule, message, hint string) bool {
	p.report(s, r, message, hint)
	return false
}

// failExpected reports that something else must stand where the current token is, and returns false.
func (p *parser) failExpected(what string) bool { return p.failExpectedHint(what, "") }

func (p *parser) failExpectedHint(what, hint string) bool {
	return p.fail(p.tok.Span, RuleExpected, fmt.Sprintf("expected %s, found %s", what, p.found()), hint)
}

// maxQuoted is how much of a token a message quotes.
const maxQuoted = 40

// found says what the current token is, as messages do.
func (p *parser) found() string {
	text := p.text[p.tok.Start:p.tok.End]
	if len(text) <= maxQuoted {
		switch p.tok.kind {
		case identifier:
			return "identifier `" + text + "`"
		case integer:
			return "integer `" + text + "`"
		case versionNumber:
			return "version `" + text + "`"
		}
	}
	return p.tok.kind.String()
}

// advance consumes the current token.
func (p *parser) advance() {
	p.consume()
	p.tok = p.lex.next()
}

// advanceToVersion consumes the current token, and expects a version behind it.
func (p *parser) advanceToVersion() {
	p.consume()
	p.tok = p.lex.version()
}

func (p *parser) consume() {
	if p.keep {
		p.consumed = append(p.consumed, p.tok)
	}
	p.prevEnd, p.prevKind = p.tok.End, p.tok.kind
	p.docsFrom = len(p.lex.comments)
}

// docs are the comments before the current token.
func (p *parser) docs() Docs {
	n := len(p.lex.comments)
	return Docs(p.lex.comments[p.docsFrom:n:n])
}

// lookAhead returns the tokens behind the current one, and leaves everything as it was.
func (p *parser) lookAhead() (next [3]token) {
	saved := p.lex
	p.quiet = true
	for i := range next {
		next[i] = p.lex.next()
	}
	p.quiet = false
	p.lex = saved
	return next
}

// at reports whether the current token is of this kind.
func (p *parser) at(k kind) bool { return p.tok.kind == k }

// take consumes the current token if it is of this kind.
func (p *parser) take(k kind, r role) bool {
	if p.tok.kind != k {
		return false
	}
	p.tok.role = r
	p.advance()
	return true
}

// expect consumes a token of this kind, in this role.
func (p *parser) expect(k kind, r role) bool {
	return p.take(k, r) || p.failExpected(k.String())
}

// end consumes the semicolon that ends an item.
func (p *parser) end() bool {
	if p.take(semicolon, endsLine) {
		return true
	}
	hint := ""
	if p.firstOfLine() {
		hint = "`;` is missing at the end of what is before this line"
	}
	return p.failExpectedHint(semicolon.String(), hint)
}

// since is the span from a byte to the end of what has been consumed.
func (p *parser) since(start int32) Span { return Span{Start: start, End: p.prevEnd} }

// count counts a node.
func (p *parser) count() bool {
	if p.stopped {
		return false
	}
	if p.nodes++; p.nodes <= MaxNodes {
		return true
	}
	p.report(p.tok.Span, RuleTooLarge, fmt.Sprintf("this file has more than %d names and types", MaxNodes), "")
	p.stop()
	return false
}

// idHint tells how a keyword becomes an identifier: the one that stands where that is expected, or in "type: func()"
// the one before.
func (p *parser) idHint() string {
	switch {
	case p.tok.kind.isKeyword():
		return asName(p.tok.kind)
	case p.at(colon) && p.prevKind.isKeyword():
		return asName(p.prevKind)
	}
	return ""
}

func asName(keyword kind) string {
	return "write `%" + keyword.spelling() + "` to use the keyword as a name"
}

// itemHint tells what may be meant by a keyword that begins no item here. In front of a colon it can only be a name.
func (p *parser) itemHint(hints *[len(spellings)]string) string {
	if p.tok.kind.isKeyword() && p.lookAhead()[0].kind == colon {
		return asName(p.tok.kind)
	}
	return hints[p.tok.kind]
}

// id reads an identifier.
func (p *parser) id() (ID, bool) {
	if !p.at(identifier) {
		return ID{}, p.failExpectedHint(identifier.String(), p.idHint())
	}
	if !p.count() {
		return ID{}, false
	}
	id := ID{Span: p.tok.Span, Name: strings.TrimPrefix(p.text[p.tok.Start:p.tok.End], "%")}
	p.advance()
	return id, true
}

// version reads a version.
func (p *parser) version() (Version, bool) {
	if !p.at(versionNumber) {
		return Version{}, p.failExpectedHint(versionNumber.String(), "a version has three numbers, like 1.0.0")
	}
	v := Version{Span: p.tok.Span, Text: p.text[p.tok.Start:p.tok.End]}
	p.advance()
	return v, true
}

// clip shortens a name for a message.
func clip(name string) string {
	if len(name) > maxQuoted {
		return name[:maxQuoted] + "…"
	}
	return name
}

// markLast changes the role of the token that was consumed last.
func (p *parser) markLast(r role) {
	if p.keep {
		p.consumed[len(p.consumed)-1].role = r
	}
}

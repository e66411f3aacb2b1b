package syntax

import (
	"strconv"
	"strings"
)

// Recovery: after an error the parser goes on where the next item begins, so that it can report
// everything at once. It looks for what ends an item, and for words that only begin one. Every loop
// consumes at least one token each time.

// items reads items up to the closing brace of a block, or to the end of the file for the items outside of all.
func (p *parser) items(in *block, item func() bool) {
	for !p.at(eof) && !(in != nil && p.at(rightBrace)) {
		if in != nil && in.abandoned(p) {
			return
		}
		start := p.tok.Start
		if item() {
			continue
		}
		p.skipItem(start)
		if p.tok.Start == start && !p.at(eof) {
			p.advance()
		}
	}
}

// block is what stands between braces.
type block struct {
	owner string // what it belongs to
	leaf  bool   // nothing in it begins as the items of a package do
}

// braces reads a block with its braces.
func (p *parser) braces(b block, item func() bool) bool {
	opening := p.tok.Span
	if !p.expect(leftBrace, blockOpen) {
		return false
	}
	p.items(&b, item)
	if p.take(rightBrace, blockClose) {
		return true
	}
	if p.at(eof) {
		line := p.source.Position(int(opening.Start)).Line
		p.failExpectedHint("`}`", "the `{` of "+b.owner+" in line "+strconv.Itoa(line)+" is not closed")
	}
	return true // has been reported, and what is to be read next is clear
}

// abandoned tells, and reports, that the block was not closed: an item of the package
// begins, at the beginning of a line.
func (b *block) abandoned(p *parser) bool {
	if !b.leaf || !p.beginsPackageItem() || p.tok.Start > 0 && p.text[p.tok.Start-1] != '\n' {
		return false
	}
	p.failExpectedHint("`}`", "the `{` of "+b.owner+" is not closed")
	return true
}

func (p *parser) beginsPackageItem() bool {
	return p.at(kwInterface) || p.at(kwWorld) || p.at(kwPackage)
}

// skipItem goes to the end of an item that has been reported: behind its semicolon or its closing brace; or
// to the closing brace of the block around it; or to a word that begins an item and is the first of its
// line.
func (p *parser) skipItem(start int32) {
	depth := 0
	for ; !p.at(eof); p.advance() {
		switch {
		case p.at(leftBrace):
			depth++
		case p.at(rightBrace) && depth == 0:
			return
		case p.at(rightBrace):
			if depth--; depth == 0 {
				p.advance()
				return
			}
		case p.at(semicolon) && depth == 0:
			p.advance()
			return
		case depth == 0 && p.tok.Start > start && beginsItem[p.tok.kind] && p.firstOfLine():
			return
		}
	}
}

// skipMember goes to the end of a member of a list that has been reported: behind its comma, or to what
// closes the list, or to where no list goes on. It reports whether the list does. In a block a semicolon
// was meant to be a comma.
func (p *parser) skipMember(end kind, inBlock bool, start int32) bool {
	depth := 0
	for ; !p.at(eof); p.advance() {
		switch {
		case depth == 0 && p.at(end):
			return true
		case depth == 0 && (p.at(comma) || p.at(semicolon) && inBlock):
			p.advance()
			return true
		case depth == 0 && p.at(semicolon):
			return false
		case p.tok.opens():
			depth++
		case p.tok.closes() && depth > 0:
			depth--
		case p.tok.Start > start && beginsItem[p.tok.kind] && p.firstOfLine():
			return false
		}
	}
	return false
}

// beginsItem has the keywords that stand nowhere but at the beginning of an item, except for interface,
// which as the first word of a line does so too.
var beginsItem = [len(spellings)]bool{
	kwEnum: true, kwExport: true, kwFlags: true, kwImport: true, kwInclude: true, kwInterface: true, kwPackage: true,
	kwRecord: true, kwResource: true, kwType: true, kwUse: true, kwVariant: true, kwWorld: true, at: true,
}

// firstOfLine reports whether only space is before the current token in its line.
func (p *parser) firstOfLine() bool {
	before := p.text[p.prevEnd:p.tok.Start]
	return p.prevEnd == 0 || strings.Contains(before, "\n")
}

// list reads members with commas between them, and maybe one behind, up to a closing token. In lists in braces
// it recovers from errors in members by itself.
func (p *parser) list(end kind, endRole role, member func() bool) bool {
	for !p.at(end) {
		start := p.tok.Start
		ok := member()
		if ok && (p.take(comma, plain) || p.at(end)) {
			continue
		}
		if ok {
			p.failExpectedHint("`,` or "+end.String(), separatorHint[p.tok.kind])
			if end == rightBrace && p.at(identifier) && p.firstOfLine() {
				continue // just the comma is missing
			}
		}
		if end != rightBrace {
			return false
		}
		if !p.skipMember(end, endRole == blockClose, start) {
			return true
		}
	}
	p.tok.role = endRole
	p.advance()
	return true
}

var separatorHint = [len(spellings)]string{
	semicolon:  "a comma stands between the members of a list",
	identifier: "a comma stands between the members of a list",
}

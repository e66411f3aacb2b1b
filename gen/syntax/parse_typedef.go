package syntax

import "fmt"

// beginsTypeDef has the keywords that do.
var beginsTypeDef = [len(spellings)]bool{
	kwType: true, kwRecord: true, kwFlags: true, kwVariant: true, kwEnum: true, kwResource: true,
}

// typeDef reads the definition of a type.
func (p *parser) typeDef(h header) (TypeDef, bool) {
	keyword := p.tok.kind
	p.advance()
	name, ok := p.id()
	if !ok {
		return nil, false
	}
	head := TypeHead{Docs: h.docs, Gate: h.gate, Name: name}
	var def TypeDef
	switch keyword {
	case kwType:
		def, ok = p.typeAlias(head)
	case kwRecord:
		def, ok = p.record(head)
	case kwFlags:
		d := &Flags{TypeHead: head}
		def, ok = d, p.members(func() bool { return p.label(&d.Flags) })
	case kwEnum:
		d := &Enum{TypeHead: head}
		def, ok = d, p.members(func() bool { return p.label(&d.Cases) })
		p.notEmpty("enum", name, ok, len(d.Cases))
	case kwVariant:
		def, ok = p.variant(head)
	case kwResource:
		def, ok = p.resource(head)
	}
	def.Head().Span = p.since(h.start)
	return def, ok
}

// members reads a list in braces, each member on a line.
func (p *parser) members(member func() bool) bool {
	return p.expect(leftBrace, blockOpen) && p.list(rightBrace, blockClose, member)
}

func (p *parser) notEmpty(what string, name ID, ok bool, n int) {
	if ok && n == 0 && !p.stopped {
		p.report(name.Span, RuleEmpty, fmt.Sprintf("%s `%s` has no cases", what, clip(name.Name)), "it needs at least one")
	}
}

func (p *parser) typeAlias(head TypeHead) (*TypeAlias, bool) {
	d := &TypeAlias{TypeHead: head}
	if !p.expect(equals, plain) {
		return d, false
	}
	var ok bool
	d.Type, ok = p.ty(0)
	return d, ok && p.end()
}

func (p *parser) record(head TypeHead) (*Record, bool) {
	d := &Record{TypeHead: head}
	ok := p.members(func() bool {
		f, ok := p.namedType()
		if ok {
			d.Fields = append(d.Fields, Field(f))
		}
		return ok
	})
	return d, ok
}

// namedType reads "name: type", which fields and parameters are.
func (p *parser) namedType() (n Param, ok bool) {
	n.Docs = p.docs()
	if n.Name, ok = p.id(); !ok {
		return n, false
	}
	if !p.expect(colon, plain) {
		return n, false
	}
	n.Type, ok = p.ty(0)
	return n, ok
}

func (p *parser) label(labels *[]Label) bool {
	docs := p.docs()
	name, ok := p.id()
	if ok {
		*labels = append(*labels, Label{Docs: docs, Name: name})
	}
	return ok
}

func (p *parser) variant(head TypeHead) (*Variant, bool) {
	d := &Variant{TypeHead: head}
	ok := p.members(func() bool {
		c := Case{Docs: p.docs()}
		var ok bool
		if c.Name, ok = p.id(); !ok {
			return false
		}
		if p.take(leftParen, plain) {
			if c.Type, ok = p.ty(0); !ok || !p.expect(rightParen, plain) {
				return false
			}
		}
		d.Cases = append(d.Cases, c)
		return true
	})
	p.notEmpty("variant", head.Name, ok, len(d.Cases))
	return d, ok
}

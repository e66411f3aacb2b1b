package syntax

import "fmt"

// gate reads the attributes of an item.
func (p *parser) gate(g *Gate) bool {
	for p.at(at) {
		p.advance()
		name := p.tok
		id, ok := p.id()
		if !ok {
			return false
		}
		switch id.Name {
		case "since":
			a := &Since{Span: name.Span}
			ok = p.versionField(&a.Version)
			if ok && p.once(name, g.Since != nil) {
				g.Since = a
			}
		case "deprecated":
			a := &Deprecated{Span: name.Span}
			ok = p.versionField(&a.Version)
			if ok && p.once(name, g.Deprecated != nil) {
				g.Deprecated = a
			}
		case "unstable":
			a := &Unstable{Span: name.Span}
			ok = p.featureField(&a.Feature)
			if ok && p.once(name, g.Unstable != nil) {
				g.Unstable = a
				p.features = append(p.features, a.Feature.Name)
			}
		case "external-id":
			a := &ExternalID{Span: name.Span}
			ok = p.stringField(&a.Value)
			if ok && p.once(name, g.ExternalID != nil) {
				g.ExternalID = a
			}
		default:
			ok = p.unknownAttribute(id)
		}
		if !ok {
			return false
		}
	}
	p.checkGate(g)
	return true
}

// once reports an attribute that is there already.
func (p *parser) once(name token, there bool) bool {
	if there {
		p.report(name.Span, RuleGate, fmt.Sprintf("`@%s` is there twice", p.text[name.Start:name.End]), "")
	}
	return !there
}

// checkGate reports gates that don't go together.
func (p *parser) checkGate(g *Gate) {
	switch {
	case g.Since != nil && g.Unstable != nil:
		p.report(g.Since.Span, RuleGate, "`@since` and `@unstable` exclude each other", "")
	case g.Deprecated != nil && g.Since == nil && g.Unstable == nil:
		p.report(g.Deprecated.Span, RuleGate, "`@deprecated` needs `@since` or `@unstable`", "say with `@since(version = …)` when the item came")
	}
}

// noExternalID reports an external id on an item that has no name in a component.
func (p *parser) noExternalID(g Gate) {
	if g.ExternalID != nil {
		p.report(g.ExternalID.Span, RuleGate, "`@external-id` is not for this",
			"it is for imports, exports, functions and types; for an interface, put it on the import or export")
	}
}

// versionField reads "(version = 1.0.0)".
func (p *parser) versionField(v *Version) bool {
	if !p.field("version") {
		return false
	}
	if !p.at(equals) {
		return p.failExpected(equals.String())
	}
	p.advanceToVersion()
	var ok bool
	*v, ok = p.version()
	return ok && p.expect(rightParen, endsLine)
}

// featureField reads "(feature = name)".
func (p *parser) featureField(id *ID) bool {
	if !p.field("feature") || !p.expect(equals, plain) {
		return false
	}
	var ok bool
	*id, ok = p.id()
	return ok && p.expect(rightParen, endsLine)
}

// field reads "(name".
func (p *parser) field(name string) bool {
	if !p.expect(leftParen, plain) {
		return false
	}
	if p.at(identifier) && p.text[p.tok.Start:p.tok.End] != name {
		return p.failExpected("`" + name + "`")
	}
	_, ok := p.id()
	return ok
}

// stringField reads "("text")".
func (p *parser) stringField(value *string) bool {
	if !p.expect(leftParen, plain) {
		return false
	}
	literal := p.text[p.tok.Start:p.tok.End]
	if !p.expect(stringLiteral, plain) {
		return false
	}
	*value = unquote(literal)
	return p.expect(rightParen, endsLine)
}

// unknownAttribute reports an attribute, and skips what it has in parentheses.
func (p *parser) unknownAttribute(id ID) bool {
	p.report(id.Span, RuleGate, fmt.Sprintf("there is no attribute `@%s`", clip(id.Name)),
		"there are @since, @unstable, @deprecated and @external-id")
	if !p.at(leftParen) {
		return true
	}
	for !p.at(eof) && !p.at(rightParen) {
		if p.at(leftBrace) || p.at(semicolon) {
			return false
		}
		p.advance()
	}
	return p.take(rightParen, endsLine)
}

package syntax

// funcType reads "async func(…) -> type".
func (p *parser) funcType() (*FuncType, bool) {
	t := &FuncType{Span: p.tok.Span}
	t.Async = p.take(kwAsync, plain)
	if !p.at(kwFunc) {
		hint := ""
		if t.Async && p.at(kwStatic) {
			hint = "write `static async func`"
		}
		return nil, p.failExpectedHint(kwFunc.String(), hint)
	}
	p.advance()
	return t, p.signature(t)
}

// signature reads parameters and result.
func (p *parser) signature(t *FuncType) bool {
	if !p.expect(leftParen, listOpen) {
		return false
	}
	ok := p.list(rightParen, listClose, func() bool {
		param, ok := p.namedType()
		if ok {
			t.Params = append(t.Params, param)
		}
		return ok
	})
	if !ok {
		return false
	}
	if p.take(arrow, plain) {
		if p.at(leftParen) {
			return p.failExpectedHint("a type",
				"a function has one result: several values are a tuple or record, none is nothing at all")
		}
		if t.Result, ok = p.ty(0); !ok {
			return false
		}
	}
	t.Span = p.since(t.Start)
	return true
}

// funcItem reads a function of an interface.
func (p *parser) funcItem(h header) (*Func, bool) {
	f := &Func{Docs: h.docs, Gate: h.gate}
	var ok bool
	if f.Name, ok = p.id(); !ok {
		return nil, false
	}
	if !p.expect(colon, plain) {
		return nil, false
	}
	if f.Type, ok = p.funcType(); !ok {
		return nil, false
	}
	ok = p.end()
	f.Span = p.since(h.start)
	return f, ok
}

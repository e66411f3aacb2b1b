package syntax

// world reads a world.
func (p *parser) world(h header) (Item, bool) {
	p.advance()
	name, ok := p.id()
	if !ok {
		return nil, false
	}
	w := &World{Docs: h.docs, Gate: h.gate, Name: name}
	ok = p.braces(block{owner: "world " + name.Name, leaf: true}, func() bool {
		item, ok := p.worldItem()
		if ok {
			w.Items = append(w.Items, item)
		}
		return ok
	})
	w.Span = p.since(h.start)
	return w, ok
}

func (p *parser) worldItem() (WorldItem, bool) {
	h := p.header()
	if !p.gate(&h.gate) {
		return nil, false
	}
	switch {
	case p.at(kwImport):
		p.advance()
		extern, ok := p.extern()
		return &Import{Span: p.since(h.start), Docs: h.docs, Gate: h.gate, Extern: extern}, ok
	case p.at(kwExport):
		p.advance()
		extern, ok := p.extern()
		return &Export{Span: p.since(h.start), Docs: h.docs, Gate: h.gate, Extern: extern}, ok
	case p.at(kwInclude):
		return p.include(h)
	case p.at(kwUse):
		return p.use(h)
	case beginsTypeDef[p.tok.kind]:
		return p.typeDef(h)
	}
	return nil, p.failExpectedHint("`import`, `export`, `include`, `use` or a type", worldHint[p.tok.kind])
}

var worldHint = [len(spellings)]string{
	identifier:  "a function or an interface of a world has `import` or `export` before its name",
	kwInterface: "interfaces are not inside of worlds, except behind `import name:` and `export name:`",
	kwFunc:      "a function is written `import name: func();` or `export name: func();`",
}

// extern reads what is imported or exported.
func (p *parser) extern() (Extern, bool) {
	start := p.tok.Start
	switch p.tok.kind {
	case kwFunc, kwAsync, kwInterface:
		return nil, p.failExpectedHint("an identifier", "it needs a name: `name: "+p.tok.kind.spelling()+" …`")
	}
	if p.beginsPath() {
		path, ok := p.usePath()
		return &ExternPath{Path: path}, ok && p.end()
	}
	name, ok := p.id()
	if !ok {
		return nil, false
	}
	p.take(colon, plain)
	switch p.tok.kind {
	case kwFunc, kwAsync:
		t, ok := p.funcType()
		ok = ok && p.end()
		return &ExternFunc{Span: p.since(start), Name: name, Type: t}, ok
	case kwInterface:
		p.advance()
		items, ok := p.interfaceBody("interface " + name.Name)
		return &ExternInterface{Span: p.since(start), Name: name, Items: items}, ok
	case identifier:
		path, ok := p.usePath()
		ok = ok && p.end()
		return &ExternNamedPath{Span: p.since(start), Name: name, Path: path}, ok
	}
	return nil, p.failExpected("keyword `func`, keyword `interface` or an identifier")
}

// beginsPath tells, at an identifier, whether it begins the path of an interface. If not, it is the name
// for what follows behind a colon. In "a:b" both is possible, and space may stand around the colon in both.
// It is a path if the rest of it follows; or if there is no space, where it can't be meant otherwise.
func (p *parser) beginsPath() bool {
	next := p.lookAhead()
	if next[0].kind != colon || next[1].kind != identifier {
		return next[0].kind != colon
	}
	together := p.tok.End == next[0].Start && next[0].End == next[1].Start
	return next[2].kind == slash || together && next[2].kind != colon
}

// include reads "include path;" or "include path with { a as b }".
func (p *parser) include(h header) (*Include, bool) {
	i := &Include{Docs: h.docs, Gate: h.gate}
	p.noExternalID(h.gate)
	p.advance()
	var ok bool
	if i.Path, ok = p.usePath(); !ok {
		return nil, false
	}
	if !p.take(kwWith, plain) {
		ok = p.end()
		i.Span = p.since(h.start)
		return i, ok
	}
	if !p.expect(leftBrace, bodyOpen) {
		return nil, false
	}
	ok = p.list(rightBrace, bodyClose, func() bool {
		var n IncludeName
		var ok bool
		if n.Name, ok = p.id(); !ok {
			return false
		}
		if !p.expect(kwAs, plain) {
			return false
		}
		if n.As, ok = p.id(); !ok {
			return false
		}
		i.With = append(i.With, n)
		return true
	})
	if !p.take(semicolon, endsLine) { // both is in use
		p.markLast(lastClose)
	}
	i.Span = p.since(h.start)
	return i, ok
}

package syntax

// interfaceItem reads an interface of the package.
func (p *parser) interfaceItem(h header) (Item, bool) {
	p.advance()
	name, ok := p.id()
	if !ok {
		return nil, false
	}
	i := &Interface{Docs: h.docs, Gate: h.gate, Name: name}
	i.Items, ok = p.interfaceBody("interface " + name.Name)
	i.Span = p.since(h.start)
	return i, ok
}

// interfaceBody reads the items of an interface with their braces.
func (p *parser) interfaceBody(owner string) (items []InterfaceItem, ok bool) {
	ok = p.braces(block{owner: owner, leaf: true}, func() bool {
		h := p.header()
		if !p.gate(&h.gate) {
			return false
		}
		var item InterfaceItem
		var ok bool
		switch {
		case p.at(kwUse):
			item, ok = p.use(h)
		case p.at(identifier):
			item, ok = p.funcItem(h)
		case beginsTypeDef[p.tok.kind]:
			item, ok = p.typeDef(h)
		default:
			return p.failExpectedHint("a type, a function or `use`", p.itemHint(&interfaceHint))
		}
		if ok {
			items = append(items, item)
		}
		return ok
	})
	return items, ok
}

var interfaceHint = [len(spellings)]string{
	kwImport: "imports are in a world", kwExport: "exports are in a world; all of an interface is public",
	kwInclude: "includes are in a world", kwFunc: "a function begins with its name: `name: func()`",
	kwInterface: "interfaces are not inside of each other", kwWorld: "worlds are not in interfaces",
	kwAsync: "a function begins with its name: `name: async func()`",
}

// use reads "use path.{a, b as c};".
func (p *parser) use(h header) (*Use, bool) {
	u := &Use{Docs: h.docs, Gate: h.gate}
	p.noExternalID(h.gate)
	p.advance()
	var ok bool
	if u.Path, ok = p.usePath(); !ok {
		return nil, false
	}
	if !p.expect(period, plain) || !p.expect(leftBrace, listOpen) {
		return nil, false
	}
	ok = p.list(rightBrace, listClose, func() bool {
		var n UseName
		var ok bool
		if n.Name, ok = p.id(); !ok {
			return false
		}
		if p.take(kwAs, plain) {
			as, ok := p.id()
			if !ok {
				return false
			}
			n.As = &as
		}
		u.Names = append(u.Names, n)
		return true
	})
	ok = ok && p.end()
	u.Span = p.since(h.start)
	return u, ok
}

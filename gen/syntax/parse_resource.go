package syntax

import "fmt"

// resource reads what stands behind the name of a resource.
func (p *parser) resource(head TypeHead) (*Resource, bool) {
	d := &Resource{TypeHead: head}
	if p.take(semicolon, endsLine) {
		return d, true
	}
	if !p.at(leftBrace) {
		return d, p.failExpected("`;` or `{`")
	}
	ok := p.braces(block{owner: "resource " + head.Name.Name, leaf: true}, func() bool {
		m, ok := p.resourceMethod(head.Name)
		if ok {
			d.Methods = append(d.Methods, m)
		}
		return ok
	})
	return d, ok
}

func (p *parser) resourceMethod(resource ID) (ResourceMethod, bool) {
	h := p.header()
	if !p.gate(&h.gate) {
		return nil, false
	}
	switch p.tok.kind {
	case kwConstructor:
		return p.constructor(h, resource)
	case identifier:
		return p.method(h)
	}
	return nil, p.failExpectedHint("`constructor` or an identifier", p.itemHint(&methodHint))
}

var methodHint = [len(spellings)]string{
	kwAsync:  "a constructor can't be async; a method is written `name: async func()`",
	kwStatic: "write `name: static func()`",
	kwFunc:   "a method begins with its name: `name: func()`",
}

// method reads a method or a static function.
func (p *parser) method(h header) (ResourceMethod, bool) {
	f := Func{Docs: h.docs, Gate: h.gate}
	var ok bool
	if f.Name, ok = p.id(); !ok {
		return nil, false
	}
	if !p.expect(colon, plain) {
		return nil, false
	}
	static := p.take(kwStatic, plain)
	if f.Type, ok = p.funcType(); !ok {
		return nil, false
	}
	ok = p.end()
	f.Span = p.since(h.start)
	if static {
		return &Static{f}, ok
	}
	return &Method{f}, ok
}

func (p *parser) constructor(h header, resource ID) (ResourceMethod, bool) {
	if !p.count() {
		return nil, false
	}
	c := &Constructor{Docs: h.docs, Gate: h.gate, Keyword: p.tok.Span}
	p.advance()
	t := &FuncType{Span: p.tok.Span}
	if !p.signature(t) {
		return nil, false
	}
	p.checkConstructed(t.Result, resource)
	c.Type = t
	ok := p.end()
	c.Span = p.since(h.start)
	return c, ok
}

// checkConstructed reports a constructor that gives something else than its resource.
func (p *parser) checkConstructed(result Type, resource ID) {
	const hint = "a constructor that can't fail has no `->`; one that can has `-> result<its resource, …>`"
	if result == nil {
		return
	}
	r, ok := result.(*Result)
	if !ok {
		p.report(result.Range(), RuleResult, "a constructor returns a `result` if anything", hint)
		return
	}
	if n, ok := r.OK.(*NamedType); ok && n.Name == resource.Name {
		return
	}
	place := r.Span
	if r.OK != nil {
		place = r.OK.Range()
	}
	p.report(place, RuleResult,
		fmt.Sprintf("the ok side of this `result` must be `%s`, which is constructed", clip(resource.Name)), hint)
}

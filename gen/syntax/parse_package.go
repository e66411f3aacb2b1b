package syntax

import (
	"fmt"
	"strings"
)

// file reads the whole file.
func (p *parser) file() *File {
	f := &File{Source: p.source}
	if len(p.text) > MaxFileSize {
		p.report(span(0, 0), RuleTooLarge, fmt.Sprintf("a file of %d bytes, at most %d are allowed", len(p.text), MaxFileSize), "")
		return f
	}
	checkCharacters(p.text, p.report)
	if p.errors.Err() != nil {
		return f // the rest would be about characters that may not mean what they seem to
	}
	if strings.HasPrefix(p.text, byteOrderMark) {
		p.lex.pos = len(byteOrderMark)
		p.prevEnd = int32(p.lex.pos)
	}
	p.tok = p.lex.next()
	p.items(nil, func() bool {
		first := f.Package == nil && len(f.Items) == 0
		return p.packageItem(&f.Items, 0, func(d *PackageDecl) bool {
			if !first {
				return false
			}
			f.Package = d
			return true
		})
	})
	f.Comments, f.Features = p.lex.comments, p.features
	p.checkNesting(f.Items)
	p.errors.Sort()
	return f
}

// packageItem reads an item of a package, and appends it to items. The declaration of a package is given to
// declare, which says whether there may be one.
func (p *parser) packageItem(items *[]Item, depth int, declare func(*PackageDecl) bool) bool {
	h := p.header()
	first := len(p.consumed)
	if !p.gate(&h.gate) {
		return false
	}
	p.noExternalID(h.gate)
	var item Item
	var ok bool
	switch p.tok.kind {
	case kwPackage:
		item, ok = p.packageDecl(h, depth, declare)
	case kwInterface:
		item, ok = p.interfaceItem(h)
	case kwWorld:
		item, ok = p.world(h)
	case kwUse:
		item, ok = p.toplevelUse(h)
	default:
		return p.failExpectedHint("`interface`, `world`, `use` or `package`", outsideHint[p.tok.kind])
	}
	if item == nil {
		return ok
	}
	*items = append(*items, item)
	if _, isUse := item.(*ToplevelUse); !isUse && p.keep {
		p.consumed[first].role = itemStart
	}
	return ok
}

// outsideHint helps with what stands outside of interfaces and worlds, but belongs into one.
var outsideHint = [len(spellings)]string{
	identifier: "functions are in an interface, or behind `import` or `export` in a world",
	kwType:     "types are in an interface or a world", kwRecord: "types are in an interface or a world",
	kwEnum: "types are in an interface or a world", kwFlags: "types are in an interface or a world",
	kwVariant: "types are in an interface or a world", kwResource: "resources are in an interface or a world",
	kwImport: "imports are in a world", kwExport: "exports are in a world", kwInclude: "includes are in a world",
	kwFunc: "a function begins with its name: `name: func()`",
}

// header is what comes before an item's own words.
type header struct {
	start int32
	docs  Docs
	gate  Gate
}

func (p *parser) header() header { return header{start: p.tok.Start, docs: p.docs()} }

// packageDecl reads "package a:b;", which gives nil and goes to declare, or "package a:b { … }".
func (p *parser) packageDecl(h header, depth int, declare func(*PackageDecl) bool) (Item, bool) {
	keyword := p.tok.Span
	if h.gate != (Gate{}) {
		p.report(keyword, RuleGate, "a package has no attributes", "put them on its interfaces and worlds")
	}
	if depth >= MaxDepth {
		p.tooDeep = true
		return nil, p.fail(keyword, RuleTooLarge, fmt.Sprintf("more than %d packages inside of each other", MaxDepth), "")
	}
	p.advance()
	name, ok := p.packageName()
	if !ok {
		return nil, false
	}
	if p.at(semicolon) {
		semicolon := p.tok
		if declare(&PackageDecl{Span: Span{h.start, semicolon.End}, Docs: h.docs, Name: name}) {
			return nil, p.end()
		}
		p.failExpectedHint("`{`", "a file has one `package …;`, at its beginning; other packages have their items in braces")
		return nil, false
	}
	if !p.at(leftBrace) {
		return nil, p.failExpected("`;` or `{`")
	}
	n := &NestedPackage{Docs: h.docs, Name: name}
	p.braces(block{owner: "package " + name.String()}, func() bool {
		return p.packageItem(&n.Items, depth+1, func(*PackageDecl) bool { return false })
	})
	n.Span = p.since(h.start)
	return n, true
}

// packageName reads a package's name with its version.
func (p *parser) packageName() (PackageName, bool) {
	name, ok := p.packagePath()
	if !ok {
		return name, false
	}
	if p.at(colon) || p.at(slash) {
		return name, p.failExpectedHint("`;`, `{` or `@`",
			"a package's name is one namespace and one name; more of them is not part of WIT yet")
	}
	name.Version, ok = p.versionSuffix()
	name.Span = p.since(name.Start)
	return name, ok
}

// packagePath reads "namespace:name".
func (p *parser) packagePath() (n PackageName, ok bool) {
	if n.Namespace, ok = p.id(); !ok {
		return n, false
	}
	if !p.expect(colon, tight) {
		return n, false
	}
	n.Name, ok = p.id()
	n.Span = p.since(n.Namespace.Start)
	return n, ok
}

// versionSuffix reads "@version" if it is there.
func (p *parser) versionSuffix() (*Version, bool) {
	if !p.at(at) {
		return nil, true
	}
	p.tok.role = tight
	p.advanceToVersion()
	v, ok := p.version()
	return &v, ok
}

// String is the name as WIT writes it.
func (n PackageName) String() string {
	s := n.Namespace.Name + ":" + n.Name.Name
	if n.Version != nil {
		s += "@" + n.Version.Text
	}
	return s
}

// checkNesting reports packages inside of nested ones.
func (p *parser) checkNesting(items []Item) {
	if p.tooDeep {
		return // that has been said
	}
	for _, item := range items {
		outer, ok := item.(*NestedPackage)
		if !ok {
			continue
		}
		for _, item := range outer.Items {
			if inner, ok := item.(*NestedPackage); ok {
				p.report(inner.Name.Span, RuleNesting, "a package can't be inside of a nested one",
					"put it behind `package "+outer.Name.String()+" { … }`")
			}
		}
		p.checkNesting(outer.Items)
	}
}

// toplevelUse reads "use path;" or "use path as name;".
func (p *parser) toplevelUse(h header) (Item, bool) {
	u := &ToplevelUse{Docs: h.docs, Gate: h.gate}
	if h.gate != (Gate{}) {
		p.report(p.tok.Span, RuleGate, "a `use` outside of interfaces and worlds has no attributes", "")
	}
	p.advance()
	var ok bool
	if u.Path, ok = p.usePath(); !ok {
		return nil, false
	}
	if p.take(kwAs, plain) {
		as, ok := p.id()
		if !ok {
			return nil, false
		}
		u.As = &as
	}
	if p.at(period) {
		return nil, p.failExpectedHint("`;` or keyword `as`", "types are used inside of an interface or a world")
	}
	ok = p.end()
	u.Span = p.since(h.start)
	return u, ok
}

// usePath reads the name of an interface or world, with its package if it has one.
func (p *parser) usePath() (path UsePath, ok bool) {
	start := p.tok.Start
	if p.lookAhead()[0].kind != colon {
		path.Name, ok = p.id()
		path.Span = p.since(start)
		return path, ok
	}
	pkg, ok := p.packagePath()
	if !ok {
		return path, false
	}
	if !p.at(slash) {
		return path, p.failExpectedHint("`/`", "an interface of another package is written `"+pkg.String()+"/name`")
	}
	p.take(slash, tight)
	if path.Name, ok = p.id(); !ok {
		return path, false
	}
	pkg.Version, ok = p.versionSuffix()
	path.Package = &pkg
	path.Span = p.since(start)
	return path, ok
}

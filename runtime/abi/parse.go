package abi

import (
	"fmt"
	"strconv"
	"strings"
)

// MaxNested is how deep types may stand in each other where they are read from text.
const MaxNested = 100

// ParseFunc reads a function type in the form in which [Func.String] writes it. Resources of one name in the text
// are one resource, which is no other's. It is for those who have a type only as text, such as a system call
// table; a type and its text have the same layout.
func ParseFunc(text string) (f *Func, err error) {
	p := &typeParser{text: text, resources: map[string]*Resource{}}
	defer func() {
		if bad, ok := recover().(*parseError); ok {
			f, err = nil, bad
		}
	}()
	if len(text) > MaxText {
		p.fail("the text is longer than %d bytes", MaxText)
	}
	f = p.function()
	if p.pos < len(text) {
		p.fail("expected the end")
	}
	if f.String() != text {
		p.fail("the same type is written in another way: %.200s", f)
	}
	return f, nil
}

// parseError is the error of a text that is no function type.
type parseError struct {
	offset int
	reason string
}

func (e *parseError) Error() string {
	return fmt.Sprintf("at byte %d of the type: %s", e.offset, e.reason)
}

// typeParser reads types. It panics with a *parseError, which does not leave this file.
type typeParser struct {
	text      string
	pos       int
	depth     int
	resources map[string]*Resource
}

func (p *typeParser) fail(format string, args ...any) {
	panic(&parseError{p.pos, fmt.Sprintf(format, args...)})
}

// made passes on a type that could be made of its parts.
func (p *typeParser) made(t *Type, err error) *Type {
	if err != nil {
		p.fail("%v", err)
	}
	return t
}

// skip goes behind a token if it is next.
func (p *typeParser) skip(token string) bool {
	if !strings.HasPrefix(p.text[p.pos:], token) {
		return false
	}
	p.pos += len(token)
	return true
}

func (p *typeParser) expect(token string) {
	if !p.skip(token) {
		p.fail("expected %q", token)
	}
}

// word reads up to one of the characters that no name has.
func (p *typeParser) word(ends string) string {
	n := strings.IndexAny(p.text[p.pos:], ends)
	if n < 0 {
		n = len(p.text) - p.pos
	}
	if n == 0 {
		p.fail("expected a name")
	}
	p.pos += n
	return p.text[p.pos-n : p.pos]
}

func (p *typeParser) function() *Func {
	f := &Func{Async: p.skip("async ")}
	p.expect("func(")
	for !p.skip(")") {
		if len(f.Params) > 0 {
			p.expect(", ")
		}
		name := p.word(delimiters)
		p.expect(": ")
		f.Params = append(f.Params, Param{Name: name, Type: p.typ()})
	}
	if p.skip(" -> ") {
		f.Result = p.typ()
	}
	return f
}

// delimiters are the characters that names and keywords end with.
const delimiters = " ,:(){}<>"

func (p *typeParser) typ() *Type {
	if p.depth++; p.depth > MaxNested {
		p.fail("more than %d types stand in each other", MaxNested)
	}
	defer func() { p.depth-- }()
	start := p.pos
	switch keyword := p.word(delimiters); keyword {
	case "list":
		return p.list()
	case "map":
		parts := p.types(2)
		return p.made(NewMap(parts[0], parts[1]))
	case "record":
		return p.record()
	case "tuple":
		return p.made(NewTuple(p.types(0)...))
	case "variant":
		return p.variant()
	case "enum":
		return p.made(NewEnum(p.names()...))
	case "flags":
		return p.made(NewFlags(p.names()...))
	case "option":
		return p.made(NewOption(p.types(1)[0]))
	case "result":
		return p.result()
	case "own":
		return NewOwn(p.resource())
	case "borrow":
		return NewBorrow(p.resource())
	case "stream":
		return p.made(NewStream(p.carried()))
	case "future":
		return p.made(NewFuture(p.carried()))
	case "error-context":
		return NewErrorContext()
	default:
		for k := Bool; k <= String; k++ {
			if k.String() == keyword {
				return Primitive(k)
			}
		}
		p.pos = start
		p.fail("there is no type %q", keyword)
		return nil
	}
}

// types reads n types in angle brackets, or any number of them for 0.
func (p *typeParser) types(n int) []*Type {
	p.expect("<")
	var list []*Type
	for !p.skip(">") {
		if len(list) > 0 {
			p.expect(", ")
		}
		list = append(list, p.typ())
	}
	if n != 0 && len(list) != n {
		p.fail("expected %d types, found %d", n, len(list))
	}
	return list
}

// names reads names in braces.
func (p *typeParser) names() []string {
	p.expect("{")
	var list []string
	for !p.skip("}") {
		if len(list) > 0 {
			p.expect(", ")
		}
		list = append(list, p.word(delimiters))
	}
	return list
}

func (p *typeParser) list() *Type {
	p.expect("<")
	elem := p.typ()
	if !p.skip(", ") {
		p.expect(">")
		return NewList(elem)
	}
	n, err := strconv.ParseUint(p.word(delimiters), 10, 32)
	if err != nil {
		p.fail("expected a length")
	}
	p.expect(">")
	return p.made(NewFixedList(elem, uint32(n)))
}

func (p *typeParser) record() *Type {
	p.expect("{")
	var fields []Field
	for !p.skip("}") {
		if len(fields) > 0 {
			p.expect(", ")
		}
		name := p.word(delimiters)
		p.expect(": ")
		fields = append(fields, Field{Name: name, Type: p.typ()})
	}
	return p.made(NewRecord(fields...))
}

func (p *typeParser) variant() *Type {
	p.expect("{")
	var cases []Case
	for !p.skip("}") {
		if len(cases) > 0 {
			p.expect(", ")
		}
		c := Case{Name: p.word(delimiters)}
		if p.skip("(") {
			c.Type = p.typ()
			p.expect(")")
		}
		cases = append(cases, c)
	}
	return p.made(NewVariant(cases...))
}

// result reads the two sides of a result, of which each may be missing.
func (p *typeParser) result() *Type {
	var ok, fail *Type
	if p.skip("<") {
		if !p.skip("_") {
			ok = p.typ()
		}
		if p.skip(", ") {
			fail = p.typ()
		}
		p.expect(">")
	}
	return p.made(NewResult(ok, fail))
}

// carried reads what a stream or future carries, which may be nothing.
func (p *typeParser) carried() *Type {
	if p.pos == len(p.text) || p.text[p.pos] != '<' {
		return nil
	}
	return p.types(1)[0]
}

// resource reads the name of a resource, which has characters that other names have not.
func (p *typeParser) resource() *Resource {
	p.expect("<")
	name := p.word("<> ")
	p.expect(">")
	r := p.resources[name]
	if r == nil {
		r = &Resource{Name: strings.Clone(name)}
		p.resources[name] = r
	}
	return r
}

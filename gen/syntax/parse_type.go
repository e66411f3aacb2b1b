package syntax

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/witan-os/witan/internal/diag"
)

// ty reads a type, which is inside of this many others.
func (p *parser) ty(depth int) (Type, bool) {
	if depth >= MaxDepth {
		return nil, p.fail(p.tok.Span, RuleTooLarge, fmt.Sprintf("more than %d types inside of each other", MaxDepth),
			"give one of them a name with `type`")
	}
	if !p.count() {
		return nil, false
	}
	switch keyword := p.tok; keyword.kind {
	case identifier:
		id, ok := p.id()
		if ok && p.at(lessThan) {
			return nil, p.failArguments(id.Name)
		}
		return &NamedType{id}, ok
	case kwOwn:
		resource, ok := p.handle()
		return &Own{p.since(keyword.Start), resource}, ok
	case kwBorrow:
		resource, ok := p.handle()
		return &Borrow{p.since(keyword.Start), resource}, ok
	case kwList:
		return p.listType(depth + 1)
	case kwMap:
		return p.mapType(depth + 1)
	case kwOption:
		t := &Option{}
		ok := p.arguments(func() (ok bool) { t.Some, ok = p.ty(depth + 1); return ok })
		t.Span = p.since(keyword.Start)
		return t, ok
	case kwResult:
		return p.resultType(depth + 1)
	case kwTuple:
		return p.tupleType(depth + 1)
	case kwFuture:
		t := &Future{}
		ok := p.optionalArguments(func() (ok bool) { t.Payload, ok = p.ty(depth + 1); return ok })
		t.Span = p.since(keyword.Start)
		return t, ok
	case kwStream:
		t := &Stream{}
		ok := p.optionalArguments(func() (ok bool) { t.Element, ok = p.ty(depth + 1); return ok })
		t.Span = p.since(keyword.Start)
		return t, ok
	default:
		if !isPrimitive[keyword.kind] {
			return nil, p.failExpected("a type")
		}
		p.advance()
		return &Primitive{Span: keyword.Span, Name: keyword.kind.spelling()}, true
	}
}

var isPrimitive = [len(spellings)]bool{
	kwBool: true, kwS8: true, kwU8: true, kwS16: true, kwU16: true, kwS32: true, kwU32: true, kwS64: true, kwU64: true,
	kwF32: true, kwF64: true, kwChar: true, kwString: true, kwErrorContext: true,
}

// arguments consumes the name of a type and what it has between < and >.
func (p *parser) arguments(read func() bool) bool {
	p.advance()
	return p.expect(lessThan, plain) && read() && p.expect(greaterThan, plain)
}

// optionalArguments is arguments for a type that may be without.
func (p *parser) optionalArguments(read func() bool) bool {
	p.advance()
	return !p.take(lessThan, plain) || read() && p.expect(greaterThan, plain)
}

// handle reads what own and borrow have.
func (p *parser) handle() (resource ID, ok bool) {
	ok = p.arguments(func() bool {
		if isType[p.tok.kind] {
			return p.failExpectedHint(identifier.String(), "a handle is that of a resource: all other types are passed as they are")
		}
		resource, ok = p.id()
		return ok
	})
	return resource, ok
}

// takesArguments are the types with others in angle brackets, and isType all that are keywords.
var (
	takesArguments = []string{"borrow", "future", "list", "map", "option", "own", "result", "stream", "tuple"}
	isType         = typeKeywords()
)

func typeKeywords() [len(spellings)]bool {
	is := isPrimitive
	for k := range is {
		is[k] = is[k] || slices.Contains(takesArguments, spellings[k])
	}
	return is
}

// failArguments reports what is in angle brackets behind a name, and returns false.
func (p *parser) failArguments(name string) bool {
	hint := "types that WIT declares have no parameters"
	if near := diag.Nearest(name, takesArguments); near != "" {
		hint = "did you mean `" + near + "`?"
	}
	return p.fail(p.tok.Span, RuleExpected, fmt.Sprintf("`%s` is no type with others in angle brackets", name), hint)
}

func (p *parser) tupleType(depth int) (*Tuple, bool) {
	t, start := &Tuple{}, p.tok.Start
	p.advance()
	ok := p.expect(lessThan, plain) && p.list(greaterThan, plain, func() bool {
		part, ok := p.ty(depth)
		if ok {
			t.Types = append(t.Types, part)
		}
		return ok
	})
	t.Span = p.since(start)
	return t, ok
}

func (p *parser) resultType(depth int) (*Result, bool) {
	t, start := &Result{}, p.tok.Start
	ok := p.optionalArguments(func() (ok bool) {
		if p.take(underscore, plain) {
			if !p.at(comma) {
				return p.failExpected(comma.String())
			}
		} else if t.OK, ok = p.ty(depth); !ok {
			return false
		}
		if !p.take(comma, plain) {
			return true
		}
		t.Err, ok = p.ty(depth)
		return ok
	})
	t.Span = p.since(start)
	return t, ok
}

func (p *parser) listType(depth int) (*List, bool) {
	t, start := &List{}, p.tok.Start
	ok := p.arguments(func() (ok bool) {
		if t.Element, ok = p.ty(depth); !ok || !p.take(comma, plain) {
			return ok
		}
		t.Length, ok = p.length()
		return ok
	})
	t.Span = p.since(start)
	return t, ok
}

func (p *parser) length() (*Length, bool) {
	if !p.at(integer) {
		return nil, p.failExpectedHint("the length of the list", "a list of any length is written `list<T>`")
	}
	n, err := strconv.ParseUint(p.text[p.tok.Start:p.tok.End], 10, 32)
	if err != nil || n == 0 {
		p.report(p.tok.Span, RuleListLength, "the length of a list is from 1 to 4294967295", "")
	}
	l := &Length{Span: p.tok.Span, Value: uint32(n)}
	p.advance()
	return l, true
}

func (p *parser) mapType(depth int) (*Map, bool) {
	t, keyword := &Map{}, p.tok.Span
	ok := p.arguments(func() (ok bool) {
		if t.Key, ok = p.ty(depth); !ok {
			return false
		}
		if !validKey(t.Key) {
			p.report(keyword, RuleMapKey, "this map has a key that can't be one", "a key is an integer, a bool, a char or a string")
		}
		if !p.expect(comma, plain) {
			return false
		}
		t.Value, ok = p.ty(depth)
		return ok
	})
	t.Span = p.since(keyword.Start)
	return t, ok
}

// validKey reports whether a type can be a key as far as that shows here: what a name stands for is for the
// resolver.
func validKey(t Type) bool {
	switch t := t.(type) {
	case *Primitive:
		return t.Name != kwF32.spelling() && t.Name != kwF64.spelling() && t.Name != kwErrorContext.spelling()
	case *NamedType:
		return true
	}
	return false
}

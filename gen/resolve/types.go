package resolve

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/runtime/abi"
)

// typer resolves the types of one declaration.
type typer struct {
	*scope
	blamed syntax.ID // what a type is reported at that is there with a feature only
	off    bool      // the declaration is left out, so that gates don't matter
	depth  int       // of the deepest type so far
	borrow bool      // there was a borrowed handle
	failed bool      // some type is not what was written
}

// def finds the type behind a name that is used in this many other types. It returns nil if it can't be told,
// which has been reported then.
func (t *typer) def(name syntax.ID, depth int) *model.TypeDef {
	sym := t.find(name.Name)
	switch {
	case sym == nil:
		t.reportNoType(name)
		return nil
	case sym.function:
		t.report(name.Span, RuleKind, fmt.Sprintf("`%s` is a function, not a type", name.Name), "")
		return nil
	case sym.gate != "" && !t.off:
		t.r.reportGated(t.list.file, t.blamed.Span, name.Name, sym.gate)
		return nil
	case sym.def == nil:
		return nil
	}
	has := t.r.traits[sym.def]
	t.depth = max(t.depth, depth+has.depth)
	t.borrow = t.borrow || has.borrow
	return sym.def
}

// unresolved stands for a type that can't be told. No tree has it.
var unresolved = &model.Type{Kind: abi.Bool}

// typ resolves a type that is inside of this many others.
func (t *typer) typ(x syntax.Type, depth int) *model.Type {
	t.depth = max(t.depth, depth)
	switch x := x.(type) {
	case *syntax.Primitive:
		return &model.Type{Kind: primitives[x.Name]}
	case *syntax.NamedType:
		d := t.def(x.ID, depth)
		if d == nil {
			t.failed = true
			return unresolved
		}
		return named(d)
	case *syntax.Own:
		return t.handle(abi.Own, x.Resource, depth)
	case *syntax.Borrow:
		m := t.handle(abi.Borrow, x.Resource, depth)
		t.borrow = true
		return m
	case *syntax.List:
		m := &model.Type{Kind: abi.List, Elem: t.typ(x.Element, depth+1)}
		if x.Length != nil {
			m.Kind, m.Len = abi.FixedList, x.Length.Value
		}
		return m
	case *syntax.Map:
		return t.mapType(x, depth)
	case *syntax.Option:
		return &model.Type{Kind: abi.Option, Elem: t.typ(x.Some, depth+1)}
	case *syntax.Result:
		return &model.Type{Kind: abi.Result, Cases: []model.Case{
			{Name: "ok", Type: t.optional(x.OK, depth+1)},
			{Name: "error", Type: t.optional(x.Err, depth+1)},
		}}
	case *syntax.Tuple:
		m := &model.Type{Kind: abi.Tuple, Fields: make([]model.Field, len(x.Types))}
		for i, part := range x.Types {
			m.Fields[i].Type = t.typ(part, depth+1)
		}
		return m
	case *syntax.Future:
		return &model.Type{Kind: abi.Future, Elem: t.payload("future", x.Payload, depth+1)}
	case *syntax.Stream:
		m := &model.Type{Kind: abi.Stream, Elem: t.payload("stream", x.Element, depth+1)}
		if m.Elem != nil && m.Elem.Kind == abi.Char {
			t.report(x.Element.Range(), RuleStream, "a stream can't carry single characters", "use `stream<u8>` with text in UTF-8")
		}
		return m
	}
	panic(fmt.Sprintf("resolve: there is no type for %T", x))
}

var primitives = map[string]abi.Kind{
	"bool": abi.Bool, "s8": abi.S8, "u8": abi.U8, "s16": abi.S16, "u16": abi.U16, "s32": abi.S32, "u32": abi.U32, "s64": abi.S64,
	"u64": abi.U64, "f32": abi.F32, "f64": abi.F64, "char": abi.Char, "string": abi.String, "error-context": abi.ErrorContext,
}

// named is the type that a name stands for where it is used: a resource is then an owned handle.
func named(d *model.TypeDef) *model.Type {
	if d.Type == nil {
		return handle(abi.Own, d)
	}
	if d.Type.Def == d {
		return d.Type
	}
	aliased := *d.Type
	aliased.Alias = d
	return &aliased
}

// handle is a handle of a resource.
func handle(kind abi.Kind, d *model.TypeDef) *model.Type {
	t := &model.Type{Kind: kind, Resource: d.Root()}
	if t.Resource != d {
		t.Handle = d
	}
	return t
}

func (t *typer) handle(kind abi.Kind, name syntax.ID, depth int) *model.Type {
	d := t.def(name, depth)
	if d == nil {
		t.failed = true
		return unresolved
	}
	if d.Root().Resource == nil {
		t.failed = true
		t.report(name.Span, RuleKind, fmt.Sprintf("`%s` is no resource, and only those have handles", name.Name), "")
		return unresolved
	}
	return handle(kind, d)
}

// optional resolves a type that may be missing.
func (t *typer) optional(x syntax.Type, depth int) *model.Type {
	if x == nil {
		return nil
	}
	return t.typ(x, depth)
}

// payload resolves what a stream or future carries. It may reach the other end when the call is over and what
// was borrowed has been given back.
func (t *typer) payload(what string, x syntax.Type, depth int) *model.Type {
	outer := t.borrow
	t.borrow = false
	m := t.optional(x, depth)
	if t.borrow {
		t.report(x.Range(), RuleBorrow, fmt.Sprintf("a %s can't carry borrowed handles", what), "use `own<…>`")
	}
	t.borrow = outer
	return m
}

// mapType resolves a map. Its key is a primitive type, and is written as such.
func (t *typer) mapType(x *syntax.Map, depth int) *model.Type {
	m := &model.Type{Kind: abi.Map, Key: t.typ(x.Key, depth+1), Elem: t.typ(x.Value, depth+1)}
	if n, ok := x.Key.(*syntax.NamedType); ok && m.Key != unresolved {
		hint := "a key is an integer, a bool, a char or a string"
		if validKey[m.Key.Kind] {
			hint = fmt.Sprintf("write `%s` in place of `%s`", m.Key.Kind, n.Name)
		}
		keyword := syntax.Span{Start: x.Start, End: x.Start + int32(len("map"))}
		t.report(keyword, RuleMapKey, fmt.Sprintf("this map has the key `%s`, which can't be one", n.Name), hint)
	}
	return m
}

var validKey = map[abi.Kind]bool{
	abi.Bool: true, abi.S8: true, abi.U8: true, abi.S16: true, abi.U16: true, abi.S32: true, abi.U32: true, abi.S64: true, abi.U64: true,
	abi.Char: true, abi.String: true,
}

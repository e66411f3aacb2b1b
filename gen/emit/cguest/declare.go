package cguest

import (
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// declare writes the declaration of a type, with what it needs before it, and the function that frees it. The name
// lacks the suffix of types; d is nil for a type that WIT gives no name.
func (g *generator) declare(v *view, t *model.Type, c *ctype, name string, d *model.TypeDef) {
	if alias := g.aliased(v, t, d); alias != nil {
		name, c.name = g.names.claimType(name)
		g.heading(d)
		g.header.line("typedef %s %s;", alias.name, c.name)
		g.freeAlias(c, alias, name)
		return
	}
	body := g.body(v, t)
	if t.Kind == abi.Map {
		c.entry = g.entry(v, t, name)
	}
	name, c.name = g.names.claimType(name)
	g.heading(d)
	if body == nil { // a number
		g.header.line("typedef %s %s;", number(t), c.name)
	} else {
		g.header.line("typedef struct %s {", c.name)
		body(c)
		g.header.line("} %s;", c.name)
	}
	g.macros(v, t, d)
	g.layout(t, c.name)
	g.freeFunc(v, t, c, name)
}

// heading separates a declaration from the one before, and documents it.
func (g *generator) heading(d *model.TypeDef) {
	g.header.gap()
	if d != nil {
		g.header.comment(docs(d.Docs, d.Stability))
	}
}

// aliased is the C type that a mere alias stands for, nil for a type with a shape of its own. An alias of a type
// without a name becomes that type.
func (g *generator) aliased(v *view, t *model.Type, d *model.TypeDef) *ctype {
	_, primitive := primitives[t.Kind]
	mere := primitive || t.Kind == abi.String || t.Kind == abi.ErrorContext || t.Kind == abi.Own || t.Kind == abi.Borrow
	if d != nil && (d.Target() != nil || mere) {
		return g.ctype(v, t)
	}
	return nil
}

// number is the C type of what is no struct.
func number(t *model.Type) string {
	switch t.Kind {
	case abi.Enum, abi.Flags:
		return unsigned(sizeOf(t))
	}
	return unsigned(t.ABI.Size) // streams and futures are handles
}

// unsigned is the C type for numbers of a size in bytes.
func unsigned(size uint32) string {
	return map[uint32]string{1: "uint8_t", 2: "uint16_t", 4: "uint32_t"}[size]
}

// sizeOf is the width in bytes of the number that a variant or flags type begins with.
func sizeOf(t *model.Type) uint32 {
	if t.Kind == abi.Flags {
		return t.ABI.Size
	}
	return t.ABI.DiscriminantSize()
}

// body returns what writes the members of a struct, nil for a type that is none. The types of the members have been
// declared by then.
func (g *generator) body(v *view, t *model.Type) func(*ctype) {
	h := &g.header
	switch t.Kind {
	case abi.List:
		elem := g.ctype(v, t.Elem)
		return func(*ctype) { h.line("%s *ptr;", elem.name); h.line("size_t len;") }
	case abi.FixedList:
		elem := g.ctype(v, t.Elem)
		return func(*ctype) { h.line("%s elems[%d];", elem.name, t.Len) }
	case abi.Map:
		return func(c *ctype) { h.line("%s *ptr;", c.entry); h.line("size_t len;") }
	case abi.Record, abi.Tuple:
		types := g.ctypes(v, t)
		return func(*ctype) { g.fields(t, types) }
	case abi.Option:
		elem := g.ctype(v, t.Elem)
		return func(*ctype) { h.line("bool is_some;"); h.line("%s val;", elem.name) }
	case abi.Variant, abi.Result:
		types := g.ctypes(v, t)
		return func(*ctype) {
			if t.Kind == abi.Result {
				h.line("bool is_err;")
			} else {
				h.line("%s tag;", unsigned(sizeOf(t)))
			}
			g.union(t, types)
		}
	}
	return nil
}

// entry declares what a map is a list of.
func (g *generator) entry(v *view, t *model.Type, name string) string {
	key, value := g.ctype(v, t.Key), g.ctype(v, t.Elem)
	entry := g.names.claim(name + "_entry_t")
	g.header.gap()
	g.header.line("typedef struct %s {", entry)
	g.header.line("%s key;", key.name)
	g.header.line("%s value;", value.name)
	g.header.line("} %s;", entry)
	pair := t.ABI.Elem
	g.layouts.line("LAYOUT(%s, %d, %d);", entry, pair.Size, pair.Align)
	g.offset(entry, "value", pair.Fields[1].Offset)
	return entry
}

// ctypes are the C types of a type's fields or payloads, nil for a case without one.
func (g *generator) ctypes(v *view, t *model.Type) []*ctype {
	var list []*ctype
	for _, f := range t.Fields {
		list = append(list, g.ctype(v, f.Type))
	}
	for _, p := range payloads(t) {
		if p == nil {
			list = append(list, nil)
			continue
		}
		list = append(list, g.ctype(v, p))
	}
	return list
}

// payloads are the types of the payloads of a variant's cases; nil stands for none.
func payloads(t *model.Type) []*model.Type {
	if t.Kind == abi.Option {
		return []*model.Type{nil, t.Elem}
	}
	list := make([]*model.Type, len(t.Cases))
	for i, c := range t.Cases {
		list[i] = c.Type
	}
	return list
}

func (g *generator) fields(t *model.Type, types []*ctype) {
	names := fieldNames(t)
	for i, f := range t.Fields {
		g.header.comment(f.Docs)
		g.header.line("%s %s;", types[i].name, names[i])
	}
}

// fieldNames are the C names of the fields of a record or tuple.
func fieldNames(t *model.Type) []string {
	if t.Kind == abi.Tuple {
		names := make([]string, len(t.Fields))
		for i := range names {
			names[i] = tupleField(i)
		}
		return names
	}
	return members(t.Fields, func(f model.Field) string { return f.Name })
}

func (g *generator) union(t *model.Type, types []*ctype) {
	if !hasPayload(t) {
		return
	}
	g.header.line("union {")
	names := caseNames(t)
	for i, c := range types {
		if c != nil {
			g.header.line("%s %s;", c.name, names[i])
		}
	}
	g.header.line("} val;")
}

// hasPayload reports whether some case of a variant has a payload.
func hasPayload(t *model.Type) bool {
	for _, p := range payloads(t) {
		if p != nil {
			return true
		}
	}
	return false
}

// caseNames are the C names of the members that hold the payloads of a variant's cases.
func caseNames(t *model.Type) []string {
	if t.Kind == abi.Result {
		return []string{"ok", "err"}
	}
	return members(t.Cases, func(c model.Case) string { return c.Name })
}

// macros names the cases of a variant or enum, and the labels of a flags type.
func (g *generator) macros(v *view, t *model.Type, d *model.TypeDef) {
	if d == nil {
		return
	}
	prefix := shout(v.prefix+"_"+snake(d.Name)) + "_"
	define := func(name, docs, value string, i int) {
		g.header.comment(docs)
		g.header.line("#define %s "+value, g.names.claim(prefix+strings.ToUpper(snake(name))), i)
	}
	switch t.Kind {
	case abi.Variant, abi.Enum:
		g.header.gap()
		for i, c := range t.Cases {
			define(c.Name, c.Docs, "%d", i)
		}
	case abi.Flags:
		g.header.gap()
		for i, l := range t.Labels {
			define(l.Name, l.Docs, "(1u << %d)", i)
		}
	}
}

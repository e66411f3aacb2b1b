package cguest

import (
	"slices"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// freeFunc writes the function that frees the memory which values of a type own. Handles stay as they are: they are
// passed on, or dropped by their own functions.
func (g *generator) freeFunc(v *view, t *model.Type, c *ctype, stem string) {
	if !t.ABI.HasPointer() {
		return
	}
	g.memory = true
	g.beginFree(c, stem)
	g.freeParts(v, t)
	g.source.line("}")
}

// beginFree declares the function that frees values of a type, and begins its definition.
func (g *generator) beginFree(c *ctype, stem string) {
	c.free = g.names.claim(stem + "_free")
	declaration := prototype("void", c.free, []string{c.name + " *ptr"})
	g.header.line("%s;", declaration)
	g.source.gap()
	g.source.line("%s {", declaration)
}

// freeAlias writes the function that frees values of a mere alias.
func (g *generator) freeAlias(c, target *ctype, stem string) {
	if target.free == "" {
		return
	}
	g.beginFree(c, stem)
	g.source.line("%s(ptr);", target.free)
	g.source.line("}")
}

// freeParts frees the parts of the value at ptr.
func (g *generator) freeParts(v *view, t *model.Type) {
	s := &g.source
	switch t.Kind {
	case abi.List:
		g.freeList(v, []*model.Type{t.Elem}, []string{""})
	case abi.Map:
		g.freeList(v, []*model.Type{t.Key, t.Elem}, []string{".key", ".value"})
	case abi.FixedList:
		s.line("for (size_t i = 0; i < %d; i++) {", t.Len)
		g.freePart(v, t.Elem, "ptr->elems[i]")
		s.line("}")
	case abi.Record, abi.Tuple:
		for i, name := range fieldNames(t) {
			g.freePart(v, t.Fields[i].Type, "ptr->"+name)
		}
	case abi.Option, abi.Result, abi.Variant:
		value := place("*ptr")
		s.branch(t, string(tag(t, value)), owners(t), func(i int, p *model.Type) {
			g.freePart(v, p, string(payload(t, value, i)))
		})
	}
}

// owners are the payloads of a variant that own memory, nil for others.
func owners(t *model.Type) []*model.Type {
	list := slices.Clone(payloads(t))
	for i, p := range list {
		if p != nil && !p.ABI.HasPointer() {
			list[i] = nil
		}
	}
	return list
}

// freePart frees a part, if it owns memory.
func (g *generator) freePart(v *view, t *model.Type, part string) {
	if t.ABI.HasPointer() {
		g.source.line("%s(&%s);", g.ctype(v, t).free, part)
	}
}

// freeList frees the elements of a list, each with parts of the given types, and then the list.
func (g *generator) freeList(v *view, types []*model.Type, parts []string) {
	s := &g.source
	deep := false
	for _, t := range types {
		deep = deep || t.ABI.HasPointer()
	}
	if deep {
		s.line("for (size_t i = 0; i < ptr->len; i++) {")
		for i, t := range types {
			g.freePart(v, t, "ptr->ptr[i]"+parts[i])
		}
		s.line("}")
	}
	s.line("if (ptr->len > 0) {")
	s.line("cabi_free(ptr->ptr);")
	s.line("}")
	s.line("ptr->len = 0;")
}

package cguest

import (
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// lift returns an expression for the value in C that core values stand for. That of a variant is a variable, which
// statements have set before; hint is its name.
func (b *body) lift(at *abi.Flat, t *model.Type, slots []string, hint string) string {
	switch {
	case isSimple(t):
		return b.liftSimple(t, slots[0])
	case t.Kind == abi.String, t.Kind == abi.List, t.Kind == abi.Map:
		return "(" + b.g.ctype(b.view, t).name + "){(void *)" + slots[0] + ", (size_t)" + slots[1] + "}"
	case t.Kind == abi.Record, t.Kind == abi.Tuple, t.Kind == abi.FixedList:
		return b.liftParts(at, t, slots, hint)
	}
	return b.liftVariant(at, t, slots, hint)
}

// liftSimple is an expression for a number or handle.
func (b *body) liftSimple(t *model.Type, slot string) string {
	name := b.g.ctype(b.view, t).name
	switch t.Kind {
	case abi.F32, abi.F64, abi.S32, abi.S64:
		return slot
	case abi.Own, abi.Borrow:
		if !b.g.isRep(b.view, t) {
			return "(" + name + "){" + slot + "}"
		}
	}
	return "(" + name + ")" + slot
}

func (b *body) liftParts(at *abi.Flat, t *model.Type, slots []string, hint string) string {
	var list []string
	inner := b.inside(t)
	eachPart(t, "", func(i int, t *model.Type, _ place) {
		n := len(t.ABI.Flat)
		list = append(list, inner.lift(&at.Fields[i], t, slots[:n], hint))
		slots = slots[n:]
	})
	values := "{" + strings.Join(list, ", ") + "}"
	if t.Kind == abi.FixedList {
		values = "{" + values + "}"
	}
	return "(" + b.g.ctype(b.view, t).name + ")" + values
}

// liftVariant sets a variable to the case that the first core value names.
func (b *body) liftVariant(at *abi.Flat, t *model.Type, slots []string, hint string) string {
	name := b.local(b.g.ctype(b.view, t).name, hint, "")
	into := place(name)
	number := "(bool)"
	if t.Kind == abi.Variant {
		number = "(" + unsigned(sizeOf(t)) + ")"
	}
	b.line("%s = %s%s;", tag(t, into), number, slots[0])
	if !hasPayload(t) {
		return name
	}
	inner := b.inside(t)
	b.branch(t, string(tag(t, into)), func(i int, p *model.Type) {
		c := at.Cases[i]
		parts := make([]string, len(c.Casts))
		for k, cast := range c.Casts {
			parts[k] = b.g.casts.lift(cast, slots[k+1])
		}
		b.line("%s = %s;", payload(t, into, i), inner.lift(c.Payload, p, parts, hint))
	})
	return name
}

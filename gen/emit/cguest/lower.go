package cguest

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// lower returns expressions for the core values of a value in C. Statements may have to come before.
func (b *body) lower(t *model.Type, value place) []string {
	switch {
	case isSimple(t):
		return []string{b.lowerSimple(t, value)}
	case isPair(t):
		return lowerPair(value)
	case isProduct(t):
		var list []string
		inner := b.inside(t)
		eachPart(t, value, func(_ int, t *model.Type, value place) {
			list = append(list, inner.lower(t, value)...)
		})
		return list
	case !hasPayload(t):
		return []string{"(int32_t)" + string(tag(t, value))}
	}
	s := b.slots(t, "")
	b.fill(t, value, s)
	return b.spread(t, s)
}

// lowerSimple is an expression for the core value of a number or handle.
func (b *body) lowerSimple(t *model.Type, value place) string {
	switch t.Kind {
	case abi.F32, abi.F64, abi.S32, abi.S64:
		return string(value)
	case abi.U64:
		return "(int64_t)" + string(value)
	case abi.Own, abi.Borrow:
		if b.g.isRep(b.view, t) {
			return "(int32_t)" + string(value)
		}
		return string(value.member("__handle"))
	}
	return "(int32_t)" + string(value)
}

func lowerPair(value place) []string {
	return []string{"(int32_t)" + string(value.member("ptr")), "(int32_t)" + string(value.member("len"))}
}

// slots declares the slots of a variant, the first of which may have a value.
func (b *body) slots(t *model.Type, first string) slots {
	name := b.locals.number("slots")
	if first != "" {
		first = " = {" + first + "}"
	}
	b.line("uint64_t %s[%d]%s;", name, len(t.ABI.Flat), first)
	return slots{array: name}
}

// spread returns the core values that are in slots.
func (b *body) spread(t *model.Type, s slots) []string {
	list := make([]string, len(t.ABI.Flat))
	for i, core := range t.ABI.Flat {
		list[i] = b.g.fromSlot(core, s.slot(i))
	}
	return list
}

// lowerMaybe returns the core values of an option of which only the payload is there.
func (b *body) lowerMaybe(p param) []string {
	s := b.slots(p.typ, p.name+" != NULL")
	b.line("if (%s) {", p.name)
	b.inside(p.typ).fill(p.typ.Elem, place("*"+p.name), s.from(1))
	b.line("}")
	return b.spread(p.typ, s)
}

// fill puts a value into slots.
func (b *body) fill(t *model.Type, value place, into slots) {
	switch {
	case isSimple(t):
		b.line("%s = %s;", into.slot(0), b.g.toSlot(t.ABI.Flat[0], b.lowerSimple(t, value)))
	case isPair(t):
		for i, part := range lowerPair(value) {
			b.line("%s = %s;", into.slot(i), b.g.toSlot(abi.I32, part))
		}
	case isProduct(t):
		inner := b.inside(t)
		eachPart(t, value, func(_ int, t *model.Type, value place) {
			inner.fill(t, value, into)
			into = into.from(len(t.ABI.Flat))
		})
	case !hasPayload(t):
		b.line("%s = %s;", into.slot(0), tag(t, value))
	default:
		b.line("%s(%s, %s);", b.g.lowerFunc(b.view, t), value.address(), into.address())
	}
}

// lowerFunc returns the function that puts variants of a type into slots. Those that a case has no use for are zero.
func (g *generator) lowerFunc(v *view, t *model.Type) string {
	c := g.ctype(v, t)
	if c.lower != "" {
		return c.lower
	}
	c.lower = g.names.claim("cabi_lower_" + c.stem())
	var out text
	b := &body{text: &out, g: g, view: g.inside(v, t), locals: newScope("value", "slots")}
	into, value := slots{array: "slots"}, place("*value")
	out.line("static %s {", prototype("void", c.lower, []string{"const " + c.name + " *value", "uint64_t *slots"}))
	out.line("%s = %s;", into.slot(0), tag(t, value))
	if n := len(t.ABI.Flat); n == 2 {
		out.line("%s = 0;", into.slot(1))
	} else {
		out.line("for (int i = 1; i < %d; i++) {", n)
		out.line("slots[i] = 0;")
		out.line("}")
	}
	out.branch(t, string(tag(t, value)), payloads(t), func(i int, p *model.Type) {
		b.fill(p, payload(t, value, i), into.from(1))
	})
	out.line("}")
	fmt.Fprintf(&g.helpers, "%s\n", out.String())
	return c.lower
}

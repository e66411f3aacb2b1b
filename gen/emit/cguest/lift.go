package cguest

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// coreValues are the core values that a value is lifted from.
type coreValues interface {
	// value is an expression for the first one.
	value(g *generator, core abi.CoreType) string
	// variant is an expression for where the slots of a variant are.
	variant(b *body, t *model.Type) string
	// rest are those behind the first n.
	rest(n int) coreValues
}

// arguments are core values with names: the parameters of a core function.
type arguments []string

func (a arguments) value(*generator, abi.CoreType) string { return a[0] }

func (a arguments) rest(n int) coreValues { return a[n:] }

func (a arguments) variant(b *body, t *model.Type) string {
	list := make([]string, len(t.ABI.Flat))
	for i, core := range t.ABI.Flat {
		list[i] = b.g.toSlot(core, a[i])
	}
	name := b.locals.number("slots")
	b.line("const uint64_t %s[] = {%s};", name, strings.Join(list, ", "))
	return name
}

func (s slots) value(g *generator, core abi.CoreType) string { return g.fromSlot(core, s.slot(0)) }

func (s slots) rest(n int) coreValues { return s.from(n) }

func (s slots) variant(*body, *model.Type) string { return s.address() }

// lift returns an expression for the value in C that core values stand for. Statements may have to come before.
func (b *body) lift(t *model.Type, from coreValues) string {
	name := b.g.ctype(b.view, t).name
	switch {
	case isSimple(t):
		return b.liftSimple(t, from.value(b.g, t.ABI.Flat[0]))
	case isPair(t):
		return fmt.Sprintf("(%s){(void *)%s, (size_t)%s}", name, from.value(b.g, abi.I32), from.rest(1).value(b.g, abi.I32))
	case isProduct(t):
		return "(" + name + ")" + b.liftParts(t, from)
	case t.Kind == abi.Variant && !hasPayload(t):
		return fmt.Sprintf("(%s){(%s)%s}", name, unsigned(sizeOf(t)), from.value(b.g, abi.I32))
	case !hasPayload(t):
		return fmt.Sprintf("(%s){(bool)%s}", name, from.value(b.g, abi.I32))
	}
	return b.g.liftFunc(b.view, t) + "(" + from.variant(b, t) + ")"
}

// liftSimple is an expression for a number or handle.
func (b *body) liftSimple(t *model.Type, value string) string {
	name := b.g.ctype(b.view, t).name
	switch t.Kind {
	case abi.F32, abi.F64, abi.S32, abi.S64:
		return value
	case abi.Own, abi.Borrow:
		if !b.g.isRep(b.view, t) {
			return "(" + name + "){" + value + "}"
		}
	}
	if !b.g.isRep(b.view, t) { // the conversion from the core value to a number is one step
		value = strings.TrimPrefix(strings.TrimPrefix(value, "(int32_t)"), "(int64_t)")
	}
	return "(" + name + ")" + value
}

// liftParts is an initializer for a struct or, in a struct, an array.
func (b *body) liftParts(t *model.Type, from coreValues) string {
	var list []string
	inner := b.inside(t)
	eachPart(t, "", func(_ int, t *model.Type, _ place) {
		list = append(list, inner.lift(t, from))
		from = from.rest(len(t.ABI.Flat))
	})
	values := "{" + strings.Join(list, ", ") + "}"
	if t.Kind == abi.FixedList {
		return "{" + values + "}"
	}
	return values
}

// liftFunc returns the function that takes variants of a type out of slots.
func (g *generator) liftFunc(v *view, t *model.Type) string {
	c := g.ctype(v, t)
	if c.lift != "" {
		return c.lift
	}
	c.lift = g.names.claim("cabi_lift_" + c.stem())
	var out text
	b := &body{text: &out, g: g, view: g.inside(v, t), locals: newScope("value", "slots")}
	from, value := slots{array: "slots"}, place("value")
	out.line("static %s {", prototype(c.name, c.lift, []string{"const uint64_t *slots"}))
	out.line("%s value;", c.name)
	number := "bool"
	if t.Kind == abi.Variant {
		number = unsigned(sizeOf(t))
	}
	out.line("%s = (%s)%s;", tag(t, value), number, from.slot(0))
	out.branch(t, string(tag(t, value)), payloads(t), func(i int, p *model.Type) {
		out.line("%s = %s;", payload(t, value, i), b.lift(p, from.from(1)))
	})
	out.line("return value;")
	out.line("}")
	fmt.Fprintf(&g.helpers, "%s\n", out.String())
	return c.lift
}

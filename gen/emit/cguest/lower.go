package cguest

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// lower returns expressions for the core values of a value in C. Those of variants are computed before, by statements.
func (b *body) lower(at *abi.Flat, t *model.Type, value place) []string {
	switch {
	case t.Kind == abi.String, t.Kind == abi.List, t.Kind == abi.Map:
		return []string{"(int32_t)" + string(value.member("ptr")), "(int32_t)" + string(value.member("len"))}
	case t.Kind == abi.Record, t.Kind == abi.Tuple, t.Kind == abi.FixedList:
		var list []string
		inner := b.inside(t)
		eachPart(t, value, func(i int, t *model.Type, value place) {
			list = append(list, inner.lower(&at.Fields[i], t, value)...)
		})
		return list
	case isSimple(t):
		return []string{b.lowerSimple(t, value)}
	}
	return b.lowerVariant(at, t, value)
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

// lowerVariant puts the core values of a variant into variables. Its cases share them, and those that a case has no
// use for are zero.
func (b *body) lowerVariant(at *abi.Flat, t *model.Type, value place) []string {
	names := []string{b.local("int32_t", "tag", string(tag(t, value)))}
	for _, core := range t.ABI.Flat[1:] {
		names = append(names, b.local(coreTypes[core], "slot", "0"))
	}
	if !hasPayload(t) {
		return names
	}
	inner := b.inside(t)
	b.branch(t, names[0], func(i int, p *model.Type) {
		c := at.Cases[i]
		for k, part := range inner.lower(c.Payload, p, payload(t, value, i)) {
			b.line("%s = %s;", names[k+1], b.g.casts.lower(c.Casts[k], part))
		}
	})
	return names
}

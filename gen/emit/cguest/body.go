package cguest

import (
	"strconv"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// body is the body of a function while values are lowered and lifted in it.
type body struct {
	*text
	g      *generator
	view   *view
	locals scope
}

// inside is the body while the parts of a type are lowered or lifted.
func (b *body) inside(t *model.Type) *body {
	inner := *b
	inner.view = b.g.inside(b.view, t)
	return &inner
}

// place is an expression for where a value is in C. One that begins with a star is behind a pointer.
type place string

// member is the place of a struct's member.
func (p place) member(name string) place {
	if pointer, ok := strings.CutPrefix(string(p), "*"); ok {
		return place(pointer + "->" + name)
	}
	return p + "." + place(name)
}

// address is an expression for the address of the place.
func (p place) address() string {
	if pointer, ok := strings.CutPrefix(string(p), "*"); ok {
		return pointer
	}
	return "&" + string(p)
}

// local declares a variable and returns its name, which is the wanted one unless that is taken. The value may be empty.
func (b *body) local(ctype, name, value string) string {
	name = b.locals.number(name)
	if value != "" {
		value = " = " + value
	}
	b.line("%s %s%s;", ctype, name, value)
	return name
}

// coreTypes are the C types of core values.
var coreTypes = map[abi.CoreType]string{abi.I32: "int32_t", abi.I64: "int64_t", abi.CoreF32: "float", abi.CoreF64: "double"}

// isSimple reports whether a value is a single core value, and a number or a handle in C.
func isSimple(t *model.Type) bool { return !byPointer(t) }

// tag is the number of a variant's case.
func tag(t *model.Type, value place) place {
	switch t.Kind {
	case abi.Option:
		return value.member("is_some")
	case abi.Result:
		return value.member("is_err")
	}
	return value.member("tag")
}

// payload is the place of the payload of a variant's case.
func payload(t *model.Type, value place, i int) place {
	if t.Kind == abi.Option {
		return value.member("val")
	}
	return value.member("val").member(caseNames(t)[i])
}

// branch writes one block for each case of a variant that has a payload, under the condition that the value is that
// case.
func (b *body) branch(t *model.Type, tag string, block func(i int, payload *model.Type)) {
	list := payloads(t)
	if t.Kind != abi.Variant {
		for i, p := range list {
			if p == nil {
				continue
			}
			condition := tag
			if i == 0 {
				condition = "!" + tag
			}
			b.line("if (%s) {", condition)
			block(i, p)
			b.line("}")
		}
		return
	}
	b.line("switch (%s) {", tag)
	for i, p := range list {
		if p != nil {
			b.line("case %d: {", i)
			block(i, p)
			b.line("break;")
			b.line("}")
		}
	}
	b.line("}")
}

// parts pairs the parts of a record, tuple or list of a fixed length with their places in C.
func eachPart(t *model.Type, value place, each func(i int, t *model.Type, value place)) {
	if t.Kind == abi.FixedList {
		for i := range int(t.Len) {
			each(i, t.Elem, value.member("elems["+strconv.Itoa(i)+"]"))
		}
		return
	}
	for i, name := range fieldNames(t) {
		each(i, t.Fields[i].Type, value.member(name))
	}
}

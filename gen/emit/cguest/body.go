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

// variable declares a variable for a value of a type, and returns its name. A large one is not on the stack: nothing
// else runs until the function returns, so that there is no need for more than one.
func (b *body) variable(t *abi.Type, ctype, name string) string {
	const large = 1024
	if t.Size > large {
		ctype = "static " + ctype
	}
	return b.local(ctype, name, "")
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

// branch writes a block for each case of a variant, under the condition that the value is that case. The list has the
// types of the payloads; where it has none, there is no block.
func (out *text) branch(t *model.Type, tag string, list []*model.Type, block func(i int, payload *model.Type)) {
	switch {
	case t.Kind == abi.Variant:
		out.cases(tag, list, block)
	case list[0] == nil && list[1] == nil:
	case list[0] == nil:
		out.line("if (%s) {", tag)
		block(1, list[1])
		out.line("}")
	default:
		out.line("if (!%s) {", tag)
		block(0, list[0])
		if list[1] != nil {
			out.line("} else {")
			block(1, list[1])
		}
		out.line("}")
	}
}

// cases are the branches of a variant that is no option or result.
func (out *text) cases(tag string, list []*model.Type, block func(i int, payload *model.Type)) {
	out.line("switch (%s) {", tag)
	for i, p := range list {
		if p == nil {
			continue
		}
		out.line("case %d:", i)
		out.depth++
		block(i, p)
		out.line("break;")
		out.depth--
	}
	out.line("}")
}

// eachPart pairs the parts of a record, tuple or list of a fixed length with their places in C.
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

package inspect

import (
	"fmt"
	"io"
	"strings"

	"github.com/witan-os/witan/runtime/component"
)

// maxTypeText bounds the text of one type. Types share parts, so that the text of one can be exponentially
// longer than its encoding.
const maxTypeText = 1 << 16

// text writes a type as WIT does.
func (d *describer) text(s *scope, t component.Type) string {
	v, ok := t.(component.ValueType)
	if !ok {
		return nominalKind(t)
	}
	w := &typeWriter{scope: s}
	w.value(v)
	text := w.String()
	if w.Len() > maxTypeText {
		text = text[:maxTypeText] + "…"
	}
	d.spend(d.at, len(text))
	return text
}

// typeWriter writes types with the names of a scope.
type typeWriter struct {
	strings.Builder
	scope *scope
}

func (w *typeWriter) value(t component.ValueType) {
	if w.Len() > maxTypeText {
		return
	}
	if name, ok := w.scope.find(t); ok {
		w.WriteString(name)
		return
	}
	writeShape(w, t, w.value, w.resource)
}

func (w *typeWriter) resource(r *component.Resource) {
	name, ok := w.scope.find(r)
	switch {
	case ok:
	case r.Name != "":
		name = r.Name
	default:
		name = "resource"
	}
	w.WriteString(name)
}

// writeShape writes a type in WIT's syntax, with its parts written by the given functions.
func writeShape(w io.StringWriter, t component.ValueType, part func(component.ValueType), resource func(*component.Resource)) {
	put := func(s string) { _, _ = w.WriteString(s) } // strings.Builder has no errors
	wrap := func(open string, types ...component.ValueType) {
		put(open)
		for i, t := range types {
			if i > 0 {
				put(", ")
			}
			part(t)
		}
		put(">")
	}
	switch t := t.(type) {
	case component.Primitive:
		put(t.String())
	case *component.Own:
		resource(t.Resource)
	case *component.Borrow:
		put("borrow<")
		resource(t.Resource)
		put(">")
	case *component.List:
		put("list<")
		part(t.Elem)
		if t.Len > 0 {
			put(fmt.Sprintf(", %d", t.Len))
		}
		put(">")
	case *component.Tuple:
		wrap("tuple<", t.Types...)
	case *component.Option:
		wrap("option<", t.Some)
	case *component.Map:
		wrap("map<", t.Key, t.Value)
	case *component.Stream:
		optional(put, wrap, "stream", t.Elem)
	case *component.Future:
		optional(put, wrap, "future", t.Elem)
	case *component.Result:
		switch {
		case t.Err == nil:
			optional(put, wrap, "result", t.OK)
		case t.OK == nil:
			wrap("result<_, ", t.Err)
		default:
			wrap("result<", t.OK, t.Err)
		}
	case *component.Enum:
		put("enum { " + strings.Join(t.Labels, ", ") + " }")
	case *component.Flags:
		put("flags { " + strings.Join(t.Labels, ", ") + " }")
	case *component.Record:
		open := "record { "
		for _, f := range t.Fields {
			put(open + f.Label + ": ")
			part(f.Type)
			open = ", "
		}
		put(" }")
	case *component.Variant:
		open := "variant { "
		for _, c := range t.Cases {
			put(open + c.Label)
			if c.Type != nil {
				put("(")
				part(c.Type)
				put(")")
			}
			open = ", "
		}
		put(" }")
	}
}

// optional writes a type whose part may be missing.
func optional(put func(string), wrap func(string, ...component.ValueType), name string, part component.ValueType) {
	if part == nil {
		put(name)
		return
	}
	wrap(name+"<", part)
}

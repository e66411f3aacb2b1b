package docs

import (
	"strconv"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// anchor is where a scope is declared on the page of its package. A package has no interface and world of one
// name; an interface in place has a dot in its anchor, which no name has.
func anchor(s *model.Scope) string {
	if s.World != nil {
		return s.World.Name + "." + s.Name
	}
	return s.Name
}

// typeAnchor is where a type is declared. Functions and types of one scope share their names' space.
func typeAnchor(d *model.TypeDef) string { return anchor(d.Owner) + "." + d.Name }

// scopeLink is the name of a scope, leading to it: with its package unless it is in place.
func scopeLink(s *model.Scope) []Span {
	return []Span{{s.ID(), Target{pageName(s.Package), anchor(s)}}}
}

// typeLink is the name of a type, leading to where it is declared and not to where a use brought it.
func typeLink(d *model.TypeDef) []Span {
	at := d
	for at.Used() {
		at = at.Target()
	}
	return []Span{{d.Name, Target{pageName(at.Owner.Package), typeAnchor(at)}}}
}

// funcSpans is the declaration of a function, as WIT has it.
func funcSpans(f *model.Func) []Span {
	params := f.Params
	if f.Kind == model.Method {
		params = params[1:]
	}
	lists := make([][]Span, len(params))
	for i, p := range params {
		lists[i] = concat(text(p.Name, ": "), typeSpans(p.Type))
	}
	out := text(f.Base, ": ")
	switch {
	case f.Kind == model.Constructor:
		out = text(f.Base)
	case f.Kind == model.Static:
		out = text(f.Base, ": static ")
	}
	if f.Async {
		out = concat(out, text("async "))
	}
	if f.Kind != model.Constructor {
		out = concat(out, text("func"))
	}
	out = concat(out, text("("), join(", ", lists...), text(")"))
	if f.Result == nil || f.Kind == model.Constructor && f.Result.Kind == abi.Own {
		return out
	}
	return concat(out, text(" -> "), typeSpans(f.Result))
}

// typeSpans is a type where it is used, as WIT has it.
func typeSpans(t *model.Type) []Span {
	switch {
	case t.Alias != nil:
		return typeLink(t.Alias)
	case t.Def != nil:
		return typeLink(t.Def)
	}
	switch t.Kind {
	case abi.Own:
		return handle(t)
	case abi.Borrow:
		return angled("borrow", handle(t))
	case abi.FixedList:
		return angled("list", typeSpans(t.Elem), text(strconv.FormatUint(uint64(t.Len), 10)))
	case abi.Map:
		return angled("map", typeSpans(t.Key), typeSpans(t.Elem))
	case abi.Tuple:
		lists := make([][]Span, len(t.Fields))
		for i, f := range t.Fields {
			lists[i] = typeSpans(f.Type)
		}
		return angled("tuple", lists...)
	case abi.Result:
		return resultSpans(t.OK(), t.Err())
	}
	if t.Elem != nil { // list, option, stream, future
		return angled(t.Kind.String(), typeSpans(t.Elem))
	}
	return text(t.Kind.String())
}

func handle(t *model.Type) []Span {
	if t.Handle != nil {
		return typeLink(t.Handle)
	}
	return typeLink(t.Resource)
}

func resultSpans(ok, fail *model.Type) []Span {
	switch {
	case ok == nil && fail == nil:
		return text("result")
	case fail == nil:
		return angled("result", typeSpans(ok))
	case ok == nil:
		return angled("result", text("_"), typeSpans(fail))
	}
	return angled("result", typeSpans(ok), typeSpans(fail))
}

func angled(name string, args ...[]Span) []Span {
	return concat(text(name, "<"), join(", ", args...), text(">"))
}

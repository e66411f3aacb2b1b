package witjson

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// primitiveKind tells that types of the kind have no parts.
func primitiveKind(k abi.Kind) bool { return k <= abi.String || k == abi.ErrorContext }

// parts are the types that a type is made of, in order.
func parts(t *model.Type) []*model.Type {
	var list []*model.Type
	add := func(p *model.Type) {
		if p != nil {
			list = append(list, p)
		}
	}
	add(t.Key)
	add(t.Elem)
	for _, f := range t.Fields {
		add(f.Type)
	}
	for _, c := range t.Cases {
		add(c.Type)
	}
	return list
}

// kind numbers the parts of a type and writes it.
func (n *numbering) kind(t *model.Type, s *stabilityJSON) any {
	for _, p := range parts(t) {
		n.part(p, s)
	}
	return n.shape(t)
}

// partKey tells types without names apart, which have no text inside but names of types.
func partKey(kind any) string { return fmt.Sprint(kind) }

// shape writes a type whose parts are numbered.
func (n *numbering) shape(t *model.Type) any {
	switch t.Kind {
	case abi.Record:
		return choice{"record", entries{{"fields", n.fields(t)}}}
	case abi.Tuple:
		types := make([]any, len(t.Fields))
		for i, f := range t.Fields {
			types[i] = n.ref(f.Type)
		}
		return choice{"tuple", entries{{"types", types}}}
	case abi.Variant:
		return choice{"variant", entries{{"cases", n.cases(t)}}}
	case abi.Enum:
		labels := make([]labelJSON, len(t.Cases))
		for i, c := range t.Cases {
			labels[i] = labelJSON{c.Name, docsOf(c.Docs)}
		}
		return choice{"enum", entries{{"cases", labels}}}
	case abi.Flags:
		labels := make([]labelJSON, len(t.Labels))
		for i, l := range t.Labels {
			labels[i] = labelJSON{l.Name, docsOf(l.Docs)}
		}
		return choice{"flags", entries{{"flags", labels}}}
	case abi.Result:
		return choice{"result", resultJSON{n.optional(t.OK()), n.optional(t.Err())}}
	case abi.Own:
		return choice{"handle", choice{"own", n.def(handled(t))}}
	case abi.Borrow:
		return choice{"handle", choice{"borrow", n.def(handled(t))}}
	case abi.FixedList:
		return choice{"fixed-length-list", []any{n.ref(t.Elem), t.Len}}
	case abi.Map:
		return choice{"map", []any{n.ref(t.Key), n.ref(t.Elem)}}
	case abi.List, abi.Option, abi.Stream, abi.Future:
		return choice{t.Kind.String(), n.optional(t.Elem)}
	}
	return choice{"type", t.Kind.String()}
}

func (n *numbering) fields(t *model.Type) []memberJSON {
	out := make([]memberJSON, len(t.Fields))
	for i, f := range t.Fields {
		out[i] = memberJSON{f.Name, n.ref(f.Type), docsOf(f.Docs)}
	}
	return out
}

func (n *numbering) cases(t *model.Type) []memberJSON {
	out := make([]memberJSON, len(t.Cases))
	for i, c := range t.Cases {
		out[i] = memberJSON{c.Name, n.optional(c.Type), docsOf(c.Docs)}
	}
	return out
}

// optional is the reference to a type, null without one.
func (n *numbering) optional(t *model.Type) any {
	if t == nil {
		return nil
	}
	return n.ref(t)
}

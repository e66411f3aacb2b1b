package binary

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// A component may have an interface several times, as an import and as an export, or once for each other
// interface that needs a part of it. WIT has it once. This file refuses what would be two different things in
// one place.

// same checks that a type of the same name is what is known by the name. The one may be an alias where the
// other is a definition, since a component need not say that one type is another one.
func (s *scope) same(known, other *model.TypeDef) {
	a, b := known.Type, other.Type
	if (a == nil) != (b == nil) || a != nil && !s.equalShape(a, b) {
		s.fail("it is another type than the one of this name that the same interface has elsewhere in the file")
	}
}

func (s *scope) sameFunc(known, other *model.Func) {
	equal := known.Async == other.Async && len(known.Params) == len(other.Params)
	for i := 0; equal && i < len(known.Params); i++ {
		a, b := known.Params[i], other.Params[i]
		equal = a.Name == b.Name && s.equal(a.Type, b.Type)
	}
	if !equal || !s.equal(known.Result, other.Result) {
		s.fail("it has another type than the function of this name that the same interface has elsewhere in the file")
	}
}

// equal compares types where they are used; nil is none. By which of its names a type goes makes no
// difference.
func (s *scope) equal(a, b *model.Type) bool {
	switch {
	case a == nil || b == nil:
		return a == b
	case a.Def != nil || b.Def != nil:
		return a.Def == b.Def
	}
	return s.equalShape(a, b)
}

func (s *scope) equalShape(a, b *model.Type) bool {
	s.step()
	switch {
	case a.Kind != b.Kind, a.Len != b.Len, a.Resource != b.Resource:
		return false
	case len(a.Fields) != len(b.Fields), len(a.Cases) != len(b.Cases), len(a.Labels) != len(b.Labels):
		return false
	case !s.equal(a.Key, b.Key), !s.equal(a.Elem, b.Elem):
		return false
	}
	for i, f := range a.Fields {
		if f.Name != b.Fields[i].Name || !s.equal(f.Type, b.Fields[i].Type) {
			return false
		}
	}
	for i, c := range a.Cases {
		if c.Name != b.Cases[i].Name || !s.equal(c.Type, b.Cases[i].Type) {
			return false
		}
	}
	return a.Kind != abi.Flags || s.equalLabels(a, b)
}

func (s *scope) equalLabels(a, b *model.Type) bool {
	for i, l := range a.Labels {
		if l.Name != b.Labels[i].Name {
			return false
		}
	}
	return true
}

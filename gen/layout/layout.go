// Package layout gives a resolved tree its canonical ABI: to each type its representation, and to each
// function the plan by which calls cross the boundary. All numbers come from runtime/abi; here is only the way
// from one to the other.
//
// It is apart from gen/resolve because a tree that is printed, compared or documented needs no representation,
// and because not every valid one has it: there are limits on size, and shapes that no component may have, such
// as a record without fields.
package layout

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/runtime/abi"
)

// Rule is the rule that types without a representation break.
const Rule diag.Rule = "representation"

// Compute fills the ABI fields of a tree. The error is a [diag.List] with the places of types and functions
// that have no representation, where these come from text.
func Compute(tree *model.Tree) error {
	l := &layout{done: map[*model.TypeDef]bool{}}
	for _, p := range tree.Packages {
		for _, i := range p.Interfaces {
			l.iface(i)
		}
		for _, w := range p.Worlds {
			l.world(w)
		}
	}
	return l.errs.Err()
}

type layout struct {
	done map[*model.TypeDef]bool
	errs diag.List
}

// unknown is where things are that do not come from text.
var unknown = diag.NewSource("-", "")

func (l *layout) fail(at model.Place, format string, args ...any) {
	if at.Source == nil {
		at.Source = unknown
	}
	l.errs.Add(diag.Diagnostic{Source: at.Source, Start: at.Start, End: at.End, Rule: Rule, Message: fmt.Sprintf(format, args...)})
}

func (l *layout) world(w *model.World) {
	l.types(&w.Scope)
	for _, items := range [][]*model.Item{w.Imports, w.Exports} {
		for _, i := range items {
			switch {
			case i.Func != nil:
				l.fn(i.Func)
			case i.Interface != nil && i.Interface.World == w:
				l.iface(i.Interface)
			}
		}
	}
}

func (l *layout) iface(i *model.Interface) {
	l.types(&i.Scope)
	for _, f := range i.Funcs {
		l.fn(f)
	}
}

func (l *layout) types(s *model.Scope) {
	for _, d := range s.Types {
		if err := l.def(d); err != nil {
			l.fail(d.Place, "type %s has no representation: %v", d.Name, err)
		}
	}
}

// def computes the type behind a name once. One that has failed has no ABI, and what uses it says so again.
func (l *layout) def(d *model.TypeDef) error {
	if d.Type == nil || l.done[d] {
		return nil
	}
	l.done[d] = true
	return l.typ(d.Type)
}

func (l *layout) fn(f *model.Func) {
	if f.ABI != nil {
		return
	}
	fn := &abi.Func{Async: f.Async}
	for _, p := range f.Params {
		if err := l.typ(p.Type); err != nil {
			l.fail(f.Place, "function %s has no representation: parameter %s: %v", f.Base, p.Name, err)
			return
		}
		fn.Params = append(fn.Params, abi.Param{Name: p.Name, Type: p.Type.ABI})
	}
	if f.Result != nil {
		if err := l.typ(f.Result); err != nil {
			l.fail(f.Place, "function %s has no representation: result: %v", f.Base, err)
			return
		}
		fn.Result = f.Result.ABI
	}
	plan, err := abi.NewPlan(fn)
	if err != nil {
		l.fail(f.Place, "function %s has no representation: %v", f.Base, err)
		return
	}
	f.ABI, f.Plan = fn, plan
}

// typ computes the representation of a type where it is used. Named types are shared: theirs is that of the name.
func (l *layout) typ(t *model.Type) error {
	if t.ABI != nil {
		return nil
	}
	if d := t.Def; d != nil && d.Type != t {
		if err := l.def(d); err != nil {
			return err
		}
		if d.Type.ABI == nil {
			return fmt.Errorf("%s has none", d.Name)
		}
		t.ABI = d.Type.ABI
		return nil
	}
	var err error
	t.ABI, err = l.shape(t)
	return err
}

func (l *layout) shape(t *model.Type) (*abi.Type, error) {
	switch t.Kind {
	case abi.Record, abi.Tuple:
		return l.fields(t)
	case abi.Variant, abi.Enum, abi.Result:
		return l.cases(t)
	case abi.Flags:
		labels := make([]string, len(t.Labels))
		for i, label := range t.Labels {
			labels[i] = label.Name
		}
		return abi.NewFlags(labels...)
	case abi.Own:
		return abi.NewOwn(t.Resource.Resource), nil
	case abi.Borrow:
		return abi.NewBorrow(t.Resource.Resource), nil
	case abi.ErrorContext:
		return abi.NewErrorContext(), nil
	case abi.List, abi.FixedList, abi.Option, abi.Stream, abi.Future, abi.Map:
		return l.container(t)
	}
	return abi.Primitive(t.Kind), nil
}

func (l *layout) container(t *model.Type) (*abi.Type, error) {
	elem, err := l.optional(t.Elem)
	if err != nil {
		return nil, err
	}
	switch t.Kind {
	case abi.List:
		return abi.NewList(elem), nil
	case abi.FixedList:
		return abi.NewFixedList(elem, t.Len)
	case abi.Option:
		return abi.NewOption(elem)
	case abi.Stream:
		return abi.NewStream(elem)
	case abi.Future:
		return abi.NewFuture(elem)
	}
	key, err := l.optional(t.Key)
	if err != nil {
		return nil, err
	}
	return abi.NewMap(key, elem)
}

// optional computes the representation of a type that may be missing.
func (l *layout) optional(t *model.Type) (*abi.Type, error) {
	if t == nil {
		return nil, nil
	}
	err := l.typ(t)
	return t.ABI, err
}

func (l *layout) fields(t *model.Type) (*abi.Type, error) {
	fields := make([]abi.Field, len(t.Fields))
	types := make([]*abi.Type, len(t.Fields))
	for i, f := range t.Fields {
		if err := l.typ(f.Type); err != nil {
			return nil, err
		}
		fields[i], types[i] = abi.Field{Name: f.Name, Type: f.Type.ABI}, f.Type.ABI
	}
	if t.Kind == abi.Tuple {
		return abi.NewTuple(types...)
	}
	return abi.NewRecord(fields...)
}

func (l *layout) cases(t *model.Type) (*abi.Type, error) {
	cases := make([]abi.Case, len(t.Cases))
	names := make([]string, len(t.Cases))
	for i, c := range t.Cases {
		payload, err := l.optional(c.Type)
		if err != nil {
			return nil, err
		}
		cases[i], names[i] = abi.Case{Name: c.Name, Type: payload}, c.Name
	}
	switch t.Kind {
	case abi.Enum:
		return abi.NewEnum(names...)
	case abi.Result:
		return abi.NewResult(cases[0].Type, cases[1].Type)
	}
	return abi.NewVariant(cases...)
}

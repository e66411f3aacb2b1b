package gosrc

import (
	"slices"
	"strconv"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// This file names types in the names of what is generated for them.

// Suffix names a type in the name of a helper function or struct field. A named type of another scope
// carries the names of that Names, unless from has a name for it.
func Suffix(t *model.Type, from *model.Scope) string {
	switch {
	case t == nil:
		return "Unit"
	case t.Def != nil:
		return DefSuffix(t.Def, from)
	}
	name := GoName(t.Kind.String())
	switch t.Kind {
	case abi.List, abi.Option:
		return name + Suffix(t.Elem, from)
	case abi.FixedList:
		return name + strconv.FormatUint(uint64(t.Len), 10) + Suffix(t.Elem, from)
	case abi.Map:
		return name + Suffix(t.Key, from) + Suffix(t.Elem, from)
	case abi.Stream, abi.Future:
		return name + Suffix(t.Elem, from)
	case abi.Result:
		return name + Suffix(t.OK(), from) + Suffix(t.Err(), from)
	case abi.Own, abi.Borrow:
		return name + DefSuffix(t.Resource, from)
	}
	for _, field := range t.Fields {
		name += Suffix(field.Type, from)
	}
	return name
}

func DefSuffix(d *model.TypeDef, from *model.Scope) string {
	if d.Owner == from {
		return GoName(d.Name)
	}
	for _, own := range from.Types {
		if own.Root() == d {
			return GoName(own.Name)
		}
	}
	return GoName(d.Owner.Package.Name) + GoName(d.Owner.Name) + GoName(d.Name)
}

// Same reports whether two types are equal; aliases are the types that they stand for.
func Same(a, b *model.Type) bool {
	if a == nil || b == nil || a.Def != nil || b.Def != nil {
		return a == b || a != nil && b != nil && a.Def != nil && a.Def == b.Def
	}
	return a.Kind == b.Kind && a.Len == b.Len && a.Resource == b.Resource && Same(a.Key, b.Key) && Same(a.Elem, b.Elem) &&
		slices.EqualFunc(a.Fields, b.Fields, func(x, y model.Field) bool { return Same(x.Type, y.Type) }) &&
		slices.EqualFunc(a.Cases, b.Cases, func(x, y model.Case) bool { return Same(x.Type, y.Type) })
}

package breaking

import (
	"slices"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// This file tells whether types are the same as far as linking goes.

// key names a scope in both trees.
func (c *comparison) key(s *model.Scope) string {
	if to := c.stands[s]; to != nil {
		s = to
	}
	if s.World != nil {
		return c.key(&s.World.Scope) + "/" + s.Name
	}
	return s.TrackID()
}

// corresponds tells that two names are the same declaration before and after.
func (c *comparison) corresponds(old, new *model.TypeDef) bool {
	return old.Name == new.Name && c.key(old.Owner) == c.key(new.Owner)
}

// name is the name that a type was written with, nil if it was written out.
func name(t *model.Type) *model.TypeDef {
	switch {
	case t.Alias != nil:
		return t.Alias
	case t.Kind == abi.Own:
		return handleName(t)
	}
	return t.Def
}

// handleName is the name that the resource of a handle was written with.
func handleName(t *model.Type) *model.TypeDef {
	if t.Handle != nil {
		return t.Handle
	}
	return t.Resource
}

// same tells that two types are the same where they are used. A name that both have is: should something else
// stand behind it now, then that is a change of its declaration. Otherwise what is behind the names counts.
func (c *comparison) same(old, new *model.Type) bool {
	if old == nil || new == nil {
		return old == new
	}
	o, n := name(old), name(new)
	if o == nil || n == nil {
		return c.shape(old, new)
	}
	if c.corresponds(o, n) || old.Def != nil && new.Def != nil && c.corresponds(old.Def, new.Def) {
		return true
	}
	key := [2]*model.TypeDef{o, n} // remembered because types share parts, and their expansion may be huge
	equal, known := c.equal[key]
	if !known {
		equal = c.shape(old, new)
		c.equal[key] = equal
	}
	return equal
}

// shape compares types without their own names.
func (c *comparison) shape(old, new *model.Type) bool {
	return old.Kind == new.Kind && old.Len == new.Len && c.same(old.Key, new.Key) && c.same(old.Elem, new.Elem) &&
		c.sameHandle(old, new) &&
		slices.EqualFunc(old.Fields, new.Fields, func(a, b model.Field) bool { return a.Name == b.Name && c.same(a.Type, b.Type) }) &&
		slices.EqualFunc(old.Cases, new.Cases, func(a, b model.Case) bool { return a.Name == b.Name && c.same(a.Type, b.Type) }) &&
		slices.EqualFunc(old.Labels, new.Labels, func(a, b model.Label) bool { return a.Name == b.Name })
}

// sameHandle compares the resources of handles.
func (c *comparison) sameHandle(old, new *model.Type) bool {
	return c.sameResource(old.Resource, new.Resource) || c.sameResource(handleName(old), handleName(new))
}

func (c *comparison) sameResource(old, new *model.TypeDef) bool {
	if old == nil || new == nil {
		return old == new
	}
	return c.corresponds(old, new)
}

// sameDef compares what is behind two names.
func (c *comparison) sameDef(old, new *model.TypeDef) bool {
	o, n := old.Root(), new.Root()
	if o.Resource != nil || n.Resource != nil {
		return o.Resource != nil && n.Resource != nil && c.corresponds(o, n)
	}
	return c.shape(old.Type, new.Type)
}

// sameSignature tells that two functions differ in nothing but their names.
func (c *comparison) sameSignature(old, new *model.Func) bool {
	return old.Kind == new.Kind && old.Async == new.Async && c.same(old.Result, new.Result) &&
		c.sameResource(old.Resource, new.Resource) &&
		slices.EqualFunc(old.Params, new.Params, func(a, b model.Param) bool { return a.Name == b.Name && c.same(a.Type, b.Type) })
}

// typeHint is the hint of a rule about a type that is another one, with the reason for common ways of changing one
// which seem harmless and are not.
func typeHint(r Rule, old, new *model.Type) string {
	why := ""
	if old != nil && new != nil {
		why = difference(old, new)
	}
	if why == "" {
		return hints[r]
	}
	return why + ": " + hints[r]
}

func difference(old, new *model.Type) string {
	switch {
	case new.Kind == abi.Option && old.Kind != abi.Option:
		return "a value is no option of it"
	case isInteger(old.Kind) && isInteger(new.Kind):
		return "integers are not widened or narrowed"
	case old.Kind == abi.String && new.Kind == abi.List, old.Kind == abi.List && new.Kind == abi.String:
		return "both cross as address and length, but a string is checked to be Unicode"
	case old.Kind == abi.List && new.Kind == abi.FixedList, old.Kind == abi.FixedList && new.Kind == abi.List:
		return "a list of fixed length lies in place, without a pointer"
	case old.Kind == abi.Own && new.Kind == abi.Borrow, old.Kind == abi.Borrow && new.Kind == abi.Own:
		return "it is decided anew who drops the resource"
	}
	return ""
}

func isInteger(k abi.Kind) bool { return k >= abi.S8 && k <= abi.U64 }

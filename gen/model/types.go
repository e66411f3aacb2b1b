package model

import "github.com/witan-os/witan/runtime/abi"

// TypeDef is a named type.
type TypeDef struct {
	Owner *Scope
	Name  string
	Docs  string
	Stability
	ExternalID string
	Place

	// Type is the type behind the name. The TypeDef is a mere alias when Type.Def is another TypeDef,
	// or none at all; otherwise Type.Def is this TypeDef and Type its shape.
	Type *Type

	Resource *abi.Resource // set for a resource: Type is then nil unless this is an alias
	AliasOf  *TypeDef      // set for an alias of a resource: what it was written with, maybe an alias too

	// IsError tells that the type is the error of some function in its own package.
	IsError bool
}

// Target is the TypeDef that an alias was written with, nil for what is no alias of a named type.
func (d *TypeDef) Target() *TypeDef {
	switch {
	case d.AliasOf != nil:
		return d.AliasOf
	case d.Type == nil || d.Type.Def == d:
		return nil
	case d.Type.Alias != nil:
		return d.Type.Alias
	}
	return d.Type.Def
}

// Root is the TypeDef at the end of a chain of aliases: d itself unless it is an alias of a named type.
func (d *TypeDef) Root() *TypeDef {
	for t := d.Target(); t != nil; t = d.Target() {
		d = t
	}
	return d
}

// Used tells that a use brought the type from another scope: an alias can only be of a type that is in its own.
func (d *TypeDef) Used() bool {
	t := d.Target()
	return t != nil && t.Owner != d.Owner
}

// Type is a value type.
type Type struct {
	Kind abi.Kind
	Def  *TypeDef // the record, variant, enum or flags type that this is, by name; nil for all other kinds

	// Alias is the name that the type was written with, if that is an alias.
	Alias *TypeDef

	Key      *Type    // Map
	Elem     *Type    // List, FixedList, Option; Map: the value; Stream, Future: may be nil
	Len      uint32   // FixedList
	Fields   []Field  // Record, Tuple
	Cases    []Case   // Variant; Enum; Result: ok, error
	Labels   []Label  // Flags
	Resource *TypeDef // Own, Borrow: never an alias

	// Handle is the name that an own or borrow was written with, if that is an alias of its resource.
	Handle *TypeDef

	ABI *abi.Type // its representation, by gen/layout
}

// OK is the type of a result's good side, nil without one.
func (t *Type) OK() *Type { return t.Cases[0].Type }

// Err is the type of a result's bad side, nil without one.
func (t *Type) Err() *Type { return t.Cases[1].Type }

// Field is a field of a record or, without name and documentation, of a tuple.
type Field struct {
	Name, Docs string
	Place
	Type *Type
}

// Case is a case of a variant, enum or result.
type Case struct {
	Name, Docs string
	Place
	Type *Type // nil without payload
}

// Label is one of the labels of a flags type.
type Label struct {
	Name, Docs string
	Place
}

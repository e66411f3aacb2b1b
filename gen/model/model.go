package model

import (
	"github.com/witan-os/witan/runtime/abi"
)

// Tree is everything that one WIT directory declares.
type Tree struct {
	Packages []*Package // sorted by ID
	Root     *Package   // the package of the directory itself; the others are below deps/
}

// Package is a WIT package.
type Package struct {
	Namespace, Name string
	Version         string // empty if the package has none
	Docs            string
	Interfaces      []*Interface // sorted by name
	Worlds          []*World     // sorted by name
}

// ID is the package's name, for example "wasi:io@0.2.12".
func (p *Package) ID() string { return p.Namespace + ":" + p.Name + at(p.Version) }

// Track is the package's semver track, see [Track].
func (p *Package) Track() string { return Track(p.Version) }

func at(version string) string {
	if version == "" {
		return ""
	}
	return "@" + version
}

// Scope is where types and functions are declared: an interface or a world.
type Scope struct {
	Package *Package
	Name    string
	Docs    string
	Types   []*TypeDef // in order of declaration
}

// ID is the scope's name in full, for example "wasi:io/streams@0.2.12".
func (s *Scope) ID() string { return s.qualified(s.Package.Version) }

// TrackID is the ID with the track in place of the version, for example "wasi:io/streams@0.2". It is
// equal for all versions that can stand in for each other.
func (s *Scope) TrackID() string { return s.qualified(s.Package.Track()) }

func (s *Scope) qualified(version string) string {
	return s.Package.Namespace + ":" + s.Package.Name + "/" + s.Name + at(version)
}

// Interface is a WIT interface.
type Interface struct {
	Scope
	Funcs []*Func // in order of declaration
}

// World is a WIT world. The interfaces are those that it names or needs.
type World struct {
	Scope
	Imports, Exports         []*Interface // sorted by ID
	ImportFuncs, ExportFuncs []*Func      // in order of declaration
}

// TypeDef is a named type.
type TypeDef struct {
	Owner *Scope
	Name  string
	Docs  string

	// Type is the type behind the name. The TypeDef is a mere alias when Type.Def is another TypeDef,
	// or none at all; otherwise Type.Def is this TypeDef and Type its shape.
	Type *Type

	Resource *abi.Resource // set for a resource: Type is then nil unless this is an alias
	AliasOf  *TypeDef      // set for an alias of a resource

	// IsError tells that the type is the error of some function in its own package.
	IsError bool
}

// Root is the TypeDef at the end of a chain of aliases: d itself unless it is an alias of a named type.
func (d *TypeDef) Root() *TypeDef {
	switch {
	case d.AliasOf != nil:
		return d.AliasOf.Root()
	case d.Type != nil && d.Type.Def != nil && d.Type.Def != d:
		return d.Type.Def.Root()
	}
	return d
}

// Type is a value type.
type Type struct {
	Kind abi.Kind
	ABI  *abi.Type
	Def  *TypeDef // the record, variant, enum or flags type that this is, by name; nil for all other kinds

	// Alias is the name that the type was written with, if that is an alias.
	Alias *TypeDef

	Elem     *Type    // List, Option
	Fields   []Field  // Record, Tuple
	Cases    []Case   // Variant; Enum; Result: ok, error
	Labels   []Label  // Flags
	Resource *TypeDef // Own, Borrow: never an alias
}

// OK is the type of a result's good side, nil without one.
func (t *Type) OK() *Type { return t.Cases[0].Type }

// Err is the type of a result's bad side, nil without one.
func (t *Type) Err() *Type { return t.Cases[1].Type }

// Field is a field of a record or, without name and documentation, of a tuple.
type Field struct {
	Name, Docs string
	Type       *Type
}

// Case is a case of a variant, enum or result.
type Case struct {
	Name, Docs string
	Type       *Type // nil without payload
}

// Label is one of the labels of a flags type.
type Label struct{ Name, Docs string }

// FuncKind tells functions of an interface from those of a resource.
type FuncKind uint8

// The kinds of functions.
const (
	Freestanding FuncKind = iota
	Method
	Static
	Constructor
)

// Func is a function of an interface or world.
type Func struct {
	Name     string // as components spell it, for example "[method]input-stream.read"
	Base     string // as WIT spells it, for example "read"; a constructor's is "constructor"
	Docs     string
	Kind     FuncKind
	Resource *TypeDef // of a method, static function or constructor
	Params   []Param  // a method's first is self
	Result   *Type    // nil without result

	ABI  *abi.Func
	Plan *abi.Plan
}

// Param is a parameter of a function.
type Param struct {
	Name string
	Type *Type
}

// ErrorDef is the named type of the function's error, if its result has one.
func (f *Func) ErrorDef() *TypeDef {
	if f.Result == nil || f.Result.Kind != abi.Result || f.Result.Err() == nil {
		return nil
	}
	return f.Result.Err().Def
}

package syntax

import "github.com/witan-os/witan/internal/diag"

// Span is a range of bytes of a file: from Start to before End.
type Span struct {
	Start, End int32
}

// Range returns the span, so that all nodes that have one can be asked for it in the same way.
func (s Span) Range() Span { return s }

// Node is a part of a file that has a place in it.
type Node interface {
	Range() Span
}

// File is one WIT file (wit-file in the grammar).
type File struct {
	Source   *diag.Source
	Package  *PackageDecl // nil if the file has none
	Items    []Item
	Comments []Comment // all of them, in order
	Features []string  // those that gates name, in order
}

// Comment is a line comment or a block comment.
type Comment struct {
	Span
	Text string // with its delimiters, without the space behind it
}

// Docs are the comments between the token before an item and the item with its gates. Which of them
// document it is for the reader to decide: a comment may also stand behind the item before, on the same line.
type Docs []Comment

// ID is an identifier (id).
type ID struct {
	Span        // with the % of an escaped one
	Name string // without it
}

// Version is a version as Semantic Versioning 2.0 has it, in its own spelling.
type Version struct {
	Span
	Text string
}

// PackageName is a name like wasi:io@0.2.0. In a path such as wasi:io/streams@0.2.0 the version is part of
// the package's name, but not of its span.
type PackageName struct {
	Span
	Namespace, Name ID
	Version         *Version // nil if there is none
}

// PackageDecl is the declaration of the package that the items of a file are in (package-decl).
type PackageDecl struct {
	Span
	Docs Docs
	Name PackageName
}

// Item is what a package is made of: [*Interface], [*World], [*ToplevelUse] or [*NestedPackage].
type Item interface {
	Node
	item()
}

// NestedPackage is a package with its items in braces (nested-package-definition).
type NestedPackage struct {
	Span
	Docs  Docs
	Name  PackageName
	Items []Item
}

// ToplevelUse gives an interface or world a name in this file (toplevel-use-item).
type ToplevelUse struct {
	Span
	Docs Docs
	Gate Gate
	Path UsePath
	As   *ID // nil if the name is the path's last
}

// Interface is a set of types and functions (interface-item).
type Interface struct {
	Span
	Docs  Docs
	Gate  Gate
	Name  ID
	Items []InterfaceItem
}

// World is what a component imports and exports (world-item).
type World struct {
	Span
	Docs  Docs
	Gate  Gate
	Name  ID
	Items []WorldItem
}

func (*NestedPackage) item() {}
func (*ToplevelUse) item()   {}
func (*Interface) item()     {}
func (*World) item()         {}

// Gate is what the attributes in front of an item say: since when it is there, or which feature it belongs
// to (gate), and under which name the outside world knows it (external-id).
type Gate struct {
	Since      *Since      // nil without @since
	Unstable   *Unstable   // nil without @unstable
	Deprecated *Deprecated // nil without @deprecated; otherwise one of the above is not
	ExternalID *ExternalID // nil without @external-id
}

// Since is the gate @since(version = …). Its span, as those of the other gates, is the word behind the @.
type Since struct {
	Span
	Version Version
}

// Unstable is the gate @unstable(feature = …).
type Unstable struct {
	Span
	Feature ID
}

// Deprecated is the gate @deprecated(version = …).
type Deprecated struct {
	Span
	Version Version
}

// ExternalID is the attribute @external-id("…").
type ExternalID struct {
	Span
	Value string // what the literal means
}

// UsePath names an interface or a world (use-path).
type UsePath struct {
	Span
	Package *PackageName // nil if it is in the same package
	Name    ID
}

// InterfaceItem is what an interface is made of: [*Use], [*Func], or a type, see [TypeDef].
type InterfaceItem interface {
	Node
	interfaceItem()
}

// WorldItem is what a world is made of: [*Import], [*Export], [*Include], [*Use], or a type, see [TypeDef].
type WorldItem interface {
	Node
	worldItem()
}

// Use brings types of another interface into this one (use-item).
type Use struct {
	Span
	Docs  Docs
	Gate  Gate
	Path  UsePath
	Names []UseName
}

// UseName is one of the types that a [Use] brings (use-names-item).
type UseName struct {
	Name ID
	As   *ID // nil if it keeps its name
}

// Include adds what another world imports and exports (include-item).
type Include struct {
	Span
	Docs Docs
	Gate Gate
	Path UsePath
	With []IncludeName
}

// IncludeName gives an import or export of an included world another name (include-names-item).
type IncludeName struct {
	Name, As ID
}

// Import is something that a component of the world needs (import-item).
type Import struct {
	Span
	Docs   Docs
	Gate   Gate
	Extern Extern
}

// Export is something that a component of the world provides (export-item).
type Export struct {
	Span
	Docs   Docs
	Gate   Gate
	Extern Extern
}

// Extern is what a world imports or exports: [*ExternFunc], [*ExternInterface], [*ExternPath] or
// [*ExternNamedPath].
type Extern interface {
	Node
	extern()
}

// ExternFunc is a function of a world, "name: func()".
type ExternFunc struct {
	Span
	Name ID
	Type *FuncType
}

// ExternInterface is an interface that a world has in place, "name: interface { … }".
type ExternInterface struct {
	Span
	Name  ID
	Items []InterfaceItem
}

// ExternPath is an interface under its own name, "wasi:io/streams".
type ExternPath struct {
	Path UsePath
}

// Range is the span of the path.
func (e *ExternPath) Range() Span { return e.Path.Span }

// ExternNamedPath is an interface under a plain name, "name: wasi:io/streams": an import or export called
// so that implements the interface.
type ExternNamedPath struct {
	Span
	Name ID
	Path UsePath
}

func (*ExternFunc) extern()      {}
func (*ExternInterface) extern() {}
func (*ExternPath) extern()      {}
func (*ExternNamedPath) extern() {}

// Func is a function of an interface (func-item), or a method.
type Func struct {
	Span
	Docs Docs
	Gate Gate
	Name ID
	Type *FuncType
}

// FuncType is what a function takes and gives (func-type).
type FuncType struct {
	Span
	Async  bool
	Params []Param
	Result Type // nil if there is none
}

// Param is a parameter of a function (named-type).
type Param struct {
	Docs Docs
	Name ID
	Type Type
}

func (*Use) interfaceItem()  {}
func (*Func) interfaceItem() {}
func (*Use) worldItem()      {}
func (*Include) worldItem()  {}
func (*Import) worldItem()   {}
func (*Export) worldItem()   {}

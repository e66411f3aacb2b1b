package gosrc

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// Types writes the Go types of a scope to a file.
type Types struct {
	*jen.File
	Scope   *model.Scope
	Support string // the import path of the package with Option, Result and the like
	Side    Side
}

// Side is what differs between code for hosts and code for guests.
type Side interface {
	// ImportPath is that of the Go package with the types of a scope, as the file sees it.
	ImportPath(s *model.Scope) string
	// Declared are the Go names of a type of any package.
	Declared(d *model.TypeDef) *Declared
	// Handle is the Go type of an own or borrow.
	Handle(t *model.Type) *jen.Statement
	// Source is the Go type of a stream or future.
	Source(t *model.Type) *jen.Statement
	// ResourceType declares what a resource is in Go.
	ResourceType(d *model.TypeDef)
}

// support refers to a name of the support package.
func (f *Types) support(name string) *jen.Statement { return jen.Qual(f.Support, name) }

// maxTuple is the longest tuple that the support packages have a type for.
const maxTuple = 8

// Primitives are the Go types of those kinds that have a fixed one.
var Primitives = map[abi.Kind]string{
	abi.Bool: "bool", abi.S8: "int8", abi.U8: "uint8", abi.S16: "int16", abi.U16: "uint16",
	abi.S32: "int32", abi.U32: "uint32", abi.S64: "int64", abi.U64: "uint64",
	abi.F32: "float32", abi.F64: "float64", abi.Char: "rune", abi.String: "string",
}

// GoType is the Go type of a WIT type where it is used; nil stands for a missing payload.
func (f *Types) GoType(t *model.Type) *jen.Statement {
	switch {
	case t == nil:
		return f.support("Unit")
	case t.Alias != nil && (t.Alias.Owner == f.Scope || t.Def == nil):
		return f.Named(t.Alias)
	case t.Def != nil:
		return f.Named(t.Def)
	}
	return f.Unnamed(t)
}

// Unnamed is the Go type of a WIT type that has no name.
func (f *Types) Unnamed(t *model.Type) *jen.Statement {
	switch t.Kind {
	case abi.List:
		return jen.Index().Add(f.Element(t))
	case abi.FixedList:
		if IsArray(t) {
			return jen.Index(jen.Lit(int(t.Len))).Add(f.Element(t))
		}
		return jen.Index().Add(f.Element(t))
	case abi.Map:
		return jen.Map(f.GoType(t.Key)).Add(f.GoType(t.Elem))
	case abi.Stream, abi.Future:
		return f.Side.Source(t)
	case abi.ErrorContext:
		return f.support("ErrorContext")
	case abi.Option:
		return f.support("Option").Types(f.GoType(t.Elem))
	case abi.Result:
		return f.support("Result").Types(f.GoType(t.OK()), f.GoType(t.Err()))
	case abi.Tuple:
		return f.tuple(t)
	case abi.Own, abi.Borrow:
		return f.Side.Handle(t)
	}
	return jen.Id(Primitives[t.Kind])
}

// Element is the Go type of a list's elements: those of a list<u8> are called bytes, whatever WIT calls them.
func (f *Types) Element(t *model.Type) *jen.Statement {
	if t.Elem.Kind == abi.U8 {
		return jen.Byte()
	}
	return f.GoType(t.Elem)
}

func (f *Types) tuple(t *model.Type) *jen.Statement {
	if len(t.Fields) > maxTuple {
		return jen.StructFunc(func(g *jen.Group) {
			for i, field := range t.Fields {
				g.Id(TupleField(i)).Add(f.GoType(field.Type))
			}
		})
	}
	return f.support("Tuple" + strconv.Itoa(len(t.Fields))).TypesFunc(func(g *jen.Group) {
		for _, field := range t.Fields {
			g.Add(f.GoType(field.Type))
		}
	})
}

// TupleField is the name of a tuple's field.
func TupleField(i int) string { return "F" + strconv.Itoa(i) }

// Named refers to a named type, by the name that the file's own scope gives it if there is one.
func (f *Types) Named(d *model.TypeDef) *jen.Statement {
	if d.Owner != f.Scope {
		for _, own := range f.Scope.Types {
			if own.Root() == d.Root() && (own.Resource != nil || own.AliasOf != nil || own.Type.Def != nil) {
				return jen.Id(f.Side.Declared(own).Name)
			}
		}
	}
	return f.Qualified(d, f.Side.Declared(d).Name)
}

// Qualified refers to a Go name that belongs to a type.
func (f *Types) Qualified(d *model.TypeDef, name string) *jen.Statement {
	return jen.Qual(f.Side.ImportPath(d.Owner), name)
}

// maxArray is the size in memory of the longest list of a fixed length that is an array in Go. Arrays are passed by
// value, and a goroutine whose stack is full can't be recovered.
const maxArray = 1 << 16

// IsArray reports whether a list of a fixed length is an array in Go, and not a slice.
func IsArray(t *model.Type) bool { return t.ABI.Size <= maxArray }

// PairOf is what a map is a list of.
func PairOf(t *model.Type) *model.Type {
	return &model.Type{Kind: abi.Tuple, Fields: []model.Field{{Type: t.Key}, {Type: t.Elem}}, ABI: t.ABI.Elem}
}

// IsBytes reports whether a type is list<u8>.
func IsBytes(t *model.Type) bool {
	return t != nil && t.Kind == abi.List && t.Elem.Kind == abi.U8
}

// IsScalar reports whether lists of the type are copied as a block.
func IsScalar(t *model.Type) bool {
	switch t.Kind {
	case abi.S8, abi.U8, abi.S16, abi.U16, abi.S32, abi.U32, abi.S64, abi.U64, abi.F32, abi.F64:
		return true
	}
	return false
}

// Unsigned is the Go type of size bytes that holds discriminants and flags.
func Unsigned(size uint32) string { return "uint" + strconv.Itoa(int(size)*8) }

package emit

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// maxTuple is the longest tuple that the glue package has a type for.
const maxTuple = 8

// glue refers to a name of the glue package.
func glue(name string) *jen.Statement { return jen.Qual(gluePath, name) }

// primitiveTypes are the Go types of those kinds that have a fixed one.
var primitiveTypes = map[abi.Kind]string{
	abi.Bool: "bool", abi.S8: "int8", abi.U8: "uint8", abi.S16: "int16", abi.U16: "uint16",
	abi.S32: "int32", abi.U32: "uint32", abi.S64: "int64", abi.U64: "uint64",
	abi.F32: "float32", abi.F64: "float64", abi.Char: "rune", abi.String: "string",
}

// goType is the Go type of a WIT type where it is used; nil stands for a missing payload.
func (f *file) goType(t *model.Type) *jen.Statement {
	switch {
	case t == nil:
		return glue("Unit")
	case t.Alias != nil && (t.Alias.Owner == f.scope || t.Def == nil):
		return f.named(t.Alias)
	case t.Def != nil:
		return f.named(t.Def)
	}
	return f.shape(t)
}

// shape is the Go type of a WIT type that has no name.
func (f *file) shape(t *model.Type) *jen.Statement {
	switch t.Kind {
	case abi.List:
		return jen.Index().Add(f.element(t))
	case abi.FixedList:
		if isArray(t) {
			return jen.Index(jen.Lit(int(t.Len))).Add(f.element(t))
		}
		return jen.Index().Add(f.element(t))
	case abi.Map:
		return jen.Map(f.goType(t.Key)).Add(f.goType(t.Elem))
	case abi.Stream, abi.Future:
		return f.source(t)
	case abi.ErrorContext:
		return glue("ErrorContext")
	case abi.Option:
		return glue("Option").Types(f.goType(t.Elem))
	case abi.Result:
		return glue("Result").Types(f.goType(t.OK()), f.goType(t.Err()))
	case abi.Tuple:
		return f.tuple(t)
	case abi.Own:
		return glue("Own").Types(f.named(t.Resource))
	case abi.Borrow:
		return f.named(t.Resource)
	}
	return jen.Id(primitiveTypes[t.Kind])
}

// element is the Go type of a list's elements: those of a list<u8> are called bytes, whatever WIT calls them.
func (f *file) element(t *model.Type) *jen.Statement {
	if t.Elem.Kind == abi.U8 {
		return jen.Byte()
	}
	return f.goType(t.Elem)
}

// source is the Go type of a stream or future, which is what its values are read from.
func (f *file) source(t *model.Type) *jen.Statement {
	switch {
	case t.Kind == abi.Future && t.Elem != nil && t.Elem.Kind == abi.Result:
		return glue("Future").Types(f.goType(t.Elem.OK())) // the other side is the error of Await
	case t.Kind == abi.Future:
		return glue("Future").Types(f.goType(t.Elem))
	case t.Elem != nil && t.Elem.Kind == abi.U8:
		return jen.Qual("io", "Reader")
	}
	return jen.Qual("iter", "Seq2").Types(f.goType(t.Elem), jen.Error())
}

func (f *file) tuple(t *model.Type) *jen.Statement {
	if len(t.Fields) > maxTuple {
		return jen.StructFunc(func(g *jen.Group) {
			for i, field := range t.Fields {
				g.Id(tupleField(i)).Add(f.goType(field.Type))
			}
		})
	}
	return glue("Tuple" + strconv.Itoa(len(t.Fields))).TypesFunc(func(g *jen.Group) {
		for _, field := range t.Fields {
			g.Add(f.goType(field.Type))
		}
	})
}

func tupleField(i int) string { return "F" + strconv.Itoa(i) }

// named refers to a named type, by the name that the file's own scope gives it if there is one.
func (f *file) named(d *model.TypeDef) *jen.Statement {
	if d.Owner != f.scope {
		for _, own := range f.scope.Types {
			if own.Root() == d.Root() && (own.Resource != nil || own.AliasOf != nil || own.Type.Def != nil) {
				return jen.Id(f.g.declared(own).name)
			}
		}
	}
	return f.qualified(d, f.g.declared(d).name)
}

// qualified refers to a Go name that belongs to a type.
func (f *file) qualified(d *model.TypeDef, name string) *jen.Statement {
	return jen.Qual(f.g.importPath(d.Owner), name)
}

// resource refers to the variable that is a resource type's identity.
func (f *file) resource(d *model.TypeDef) *jen.Statement {
	return f.qualified(d, f.g.declared(d).resource)
}

// maxArray is the size in memory of the longest list of a fixed length that is an array in Go. Arrays are passed by
// value, and a goroutine whose stack is full can't be recovered.
const maxArray = 1 << 16

// isArray reports whether a list of a fixed length is an array in Go, and not a slice.
func isArray(t *model.Type) bool { return t.ABI.Size <= maxArray }

// pairOf is what a map is a list of.
func pairOf(t *model.Type) *model.Type {
	return &model.Type{Kind: abi.Tuple, Fields: []model.Field{{Type: t.Key}, {Type: t.Elem}}, ABI: t.ABI.Elem}
}

// isBytes reports whether a type is list<u8>.
func isBytes(t *model.Type) bool {
	return t != nil && t.Kind == abi.List && t.Elem.Kind == abi.U8
}

// isScalar reports whether lists of the type are copied as a block.
func isScalar(t *model.Type) bool {
	switch t.Kind {
	case abi.S8, abi.U8, abi.S16, abi.U16, abi.S32, abi.U32, abi.S64, abi.U64, abi.F32, abi.F64:
		return true
	}
	return false
}

// unsigned is the Go type of size bytes that holds discriminants and flags.
func unsigned(size uint32) string { return "uint" + strconv.Itoa(int(size)*8) }

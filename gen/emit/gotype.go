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
		if isBytes(t) {
			return jen.Index().Byte()
		}
		return jen.Index().Add(f.goType(t.Elem))
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

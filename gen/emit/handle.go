package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// glue refers to a name of the glue package.
func glue(name string) *jen.Statement { return jen.Qual(gluePath, name) }

// Source is the Go type of a stream or future, which is what its values are read from.
func (f *file) Source(t *model.Type) *jen.Statement {
	switch {
	case t.Kind == abi.Future && t.Elem != nil && t.Elem.Kind == abi.Result:
		return glue("Future").Types(f.GoType(t.Elem.OK())) // the other side is the error of Await
	case t.Kind == abi.Future:
		return glue("Future").Types(f.GoType(t.Elem))
	case t.Elem != nil && t.Elem.Kind == abi.U8:
		return jen.Qual("io", "Reader")
	}
	return jen.Qual("iter", "Seq2").Types(f.GoType(t.Elem), jen.Error())
}

// resource refers to the variable that is a resource type's identity.
func (f *file) resource(d *model.TypeDef) *jen.Statement {
	return f.Qualified(d, f.g.declared(d).Resource)
}

// Handle is the Go type of an own or borrow: who gets a resource knows it by its interface.
func (f *file) Handle(t *model.Type) *jen.Statement {
	if t.Kind == abi.Own {
		return glue("Own").Types(f.Named(t.Resource))
	}
	return f.Named(t.Resource)
}

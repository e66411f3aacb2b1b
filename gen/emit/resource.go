package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
)

// ResourceType declares the interface of a resource, and its identity.
func (f *file) ResourceType(d *model.TypeDef) {
	decl := f.g.declared(d)
	methods := f.methodsOf(d)
	f.AddComment(gosrc.Paragraphs(
		decl.Name+" is the WIT resource "+d.Name+".", gosrc.Docs(d.Docs, d.Stability),
		"An implementation with a method Drop(context.Context) is told when the last handle is gone."))
	f.Type().Id(decl.Name).InterfaceFunc(func(g *jen.Group) {
		for i, fn := range methods {
			if i > 0 {
				g.Line()
			}
			f.method(g, fn)
		}
	})
	f.Line()
	f.Comment("// " + decl.Resource + " is the identity of the resource type.")
	f.Var().Id(decl.Resource).Op("=").Op("&").Add(glue("Resource")).Values(jen.Dict{jen.Id("Name"): jen.Lit(d.Resource.Name)})
}

// methodsOf are the methods of a resource.
func (f *file) methodsOf(d *model.TypeDef) []*model.Func {
	var list []*model.Func
	for _, fn := range f.unit.interfaceFuncs() {
		if fn.Kind == model.Method && fn.Resource == d {
			list = append(list, fn)
		}
	}
	return list
}

package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
)

// This file writes what a world is in Go: the type World lists what has to be there for its components, and the type
// Exports has what they do for others.

// importFields are the fields of World whose interfaces ask for something.
func (u unit) importFields() []gosrc.WorldField {
	if !u.world {
		return nil
	}
	var list []gosrc.WorldField
	for _, field := range gosrc.WorldFields(u.def, u.def.Imports, gosrc.NewNames("Host", "Rest", "Provide")) {
		if hasFunctions(field.Interface) {
			list = append(list, field)
		}
	}
	return list
}

// exportFields are the fields of Exports: those interfaces that have a Client.
func (u unit) exportFields() []gosrc.WorldField {
	if !u.world {
		return nil
	}
	var list []gosrc.WorldField
	for _, field := range gosrc.WorldFields(u.def, u.def.Exports, gosrc.Names{}) {
		if len(field.Interface.Funcs) > 0 {
			list = append(list, field)
		}
	}
	return list
}

// offered reports whether an interface has something that components can only get from someone: functions, or
// resources.
func offered(i *model.Interface) bool {
	return len(i.Funcs) > 0 || slices.ContainsFunc(i.Types, func(d *model.TypeDef) bool { return d.Resource != nil && d.Root() == d })
}

// hasFunctions reports whether a host of an interface has methods.
func hasFunctions(i *model.Interface) bool {
	return slices.ContainsFunc(i.Funcs, ofHost)
}

// worldType writes World, if there is something to provide.
func (f *file) worldType() {
	fields := f.unit.importFields()
	if !f.unit.world || len(fields) == 0 && !f.hasHost() {
		return
	}
	f.Line()
	f.AddComment("World is what components of the world " + f.Scope.Name + " get: an implementation of each interface that they import.")
	f.Type().Id("World").StructFunc(func(g *jen.Group) {
		for _, field := range fields {
			g.Id(field.Name).Qual(f.g.importPath(&field.Interface.Scope), "Host").Comment(field.Comment())
		}
		if f.hasHost() {
			g.Id("Host").Id("Host").Comment("the functions that the world imports by themselves")
		}
		g.Line()
		g.Comment("Rest is asked for interfaces whose fields are nil, and for no others.")
		g.Id("Rest").Add(glue("Provider"))
	})
	f.provideWorld(fields)
}

// provideWorld writes the method that makes data for the linker of a World.
func (f *file) provideWorld(fields []gosrc.WorldField) {
	f.Line()
	f.AddComment("Provide implements [glue.Provider]. It fails with a *[glue.Incomplete] if there are interfaces that neither a\n" +
		"field nor Rest has. Rest gets p, which may be nil if that needs no process.")
	results := jen.Params(jen.Index().Op("*").Add(glue("Interface")), jen.Error())
	f.Func().Params(jen.Id("w").Id("World")).Id("Provide").Params(jen.Id("p").Op("*").Add(glue("Process"))).Add(results).
		BlockFunc(func(g *jen.Group) {
			g.Id("b").Op(":=").Op("&").Add(glue("Bundle")).Values(jen.Id("World").Op(":").Lit(f.Scope.ID()), jen.Id("Rest").Op(":").Id("w").Dot("Rest"))
			for _, item := range f.unit.def.Imports {
				if item.Interface != nil && !hasFunctions(item.Interface) && offered(item.Interface) {
					g.Id("b").Dot("Add").Call(jen.Lit(item.Key()), jen.Qual(f.g.importPath(&item.Interface.Scope), "Provide").Call())
				}
			}
			for _, field := range fields {
				g.Add(glue("Offer")).Call(jen.Id("b"), jen.Lit(field.Key), jen.Id("w").Dot(field.Name),
					jen.Qual(f.g.importPath(&field.Interface.Scope), "Provide"))
			}
			if f.hasHost() {
				g.Add(glue("Offer")).Call(jen.Id("b"), jen.Lit(""), jen.Id("w").Dot("Host"), jen.Id("Provide"))
			}
			g.Return(jen.Id("b").Dot("Interfaces").Call(jen.Id("p")))
		})
}

// exportsType writes Exports, if the world exports anything that can be called.
func (f *file) exportsType() {
	fields := f.unit.exportFields()
	if !f.unit.world || len(fields)+len(f.unit.guest) == 0 {
		return
	}
	f.Line()
	f.AddComment("Exports calls a component of the world " + f.Scope.Name + ".")
	f.Type().Id("Exports").StructFunc(func(g *jen.Group) {
		for _, field := range fields {
			g.Id(field.Name).Op("*").Qual(f.g.importPath(&field.Interface.Scope), "Client").Comment(field.Comment())
		}
		if len(fields) > 0 && len(f.unit.guest) > 0 {
			g.Line()
		}
		for _, fn := range f.unit.guest {
			g.Id(f.funcs.export[fn]).Op("*").Add(glue("Export"))
		}
	})
	f.bindExports(fields)
	for _, fn := range f.unit.guest {
		f.clientMethod(fn)
	}
}

// bindExports writes the function that makes Exports.
func (f *file) bindExports(fields []gosrc.WorldField) {
	f.Line()
	f.Comment("// Bind finds what a component exports. It fails if something is missing or has another type.")
	f.Func().Id("Bind").Params(jen.Id("inst").Op("*").Add(glue("Instance"))).Params(jen.Op("*").Id("Exports"), jen.Error()).
		BlockFunc(func(g *jen.Group) {
			g.Id("c").Op(":=").Op("&").Id("Exports").Values()
			if len(fields) > 0 {
				g.Var().Err().Error()
			}
			for _, field := range fields {
				bind := jen.Qual(f.g.importPath(&field.Interface.Scope), "Bind").Call(jen.Id("inst"))
				if field.Interface.World == nil && field.Key != field.Interface.ID() {
					bind = jen.Qual(f.g.importPath(&field.Interface.Scope), "BindAs").Call(jen.Id("inst"), jen.Lit(field.Key))
				}
				g.If(jen.List(jen.Id("c").Dot(field.Name), jen.Err()).Op("=").Add(bind), jen.Err().Op("!=").Nil()).
					Block(jen.Return(jen.Nil(), jen.Err()))
			}
			if len(f.unit.guest) > 0 {
				f.bindFuncs(g, jen.Lit(""))
			}
			g.Return(jen.Id("c"), jen.Nil())
		})
}

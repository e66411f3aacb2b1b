package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
)

// This file writes what stands in Go for a resource that a component defines. It implements the same interface as
// one that Go defines, so that records with resources, and functions that pass them on, need no second form.

// guests writes the types of resources that a component which exports the unit defines.
func (f *file) guests() {
	types := f.guestTypes()
	if len(types) == 0 {
		return
	}
	f.Line()
	f.Comment("// held is what one has in hand of a resource that a component defines. It has the method Drop.")
	f.Type().Id("held").Op("=").Add(glue("Held"))
	for _, d := range types {
		f.guestType(d)
	}
	f.holders(types)
}

// guestTypes are the resources that a component defines if it exports the unit: those which the unit declares.
func (f *file) guestTypes() []*model.TypeDef {
	if f.unit.world || len(f.unit.host) > 0 && len(f.unit.guest) == 0 {
		return nil
	}
	var list []*model.TypeDef
	for _, d := range f.Scope.Types {
		if d.Resource != nil && d.Root() == d {
			list = append(list, d)
		}
	}
	return list
}

func (f *file) guestType(d *model.TypeDef) {
	decl := f.g.declared(d)
	methods := f.methodsOf(d)
	f.Line()
	f.AddComment(decl.Guest + " implements " + decl.Name + " for those that a component defines.")
	f.Type().Id(decl.Guest).StructFunc(func(g *jen.Group) {
		g.Id("held")
		if len(methods) > 0 {
			g.Id("client").Op("*").Id("Client")
		}
	})
	for _, fn := range methods {
		f.clientMethod(fn)
	}
}

// holders writes how clients make values of the types.
func (f *file) holders(types []*model.TypeDef) {
	list := jen.Index().Add(glue("Holder"))
	values := list.Clone().ValuesFunc(func(g *jen.Group) {
		for _, d := range types {
			decl := f.g.declared(d)
			value := []jen.Code{jen.Id("h")}
			if len(f.methodsOf(d)) > 0 {
				value = append(value, jen.Id("c"))
			}
			g.Line().Values(
				jen.Id("Type").Op(":").Id(decl.Resource),
				jen.Id("Hold").Op(":").Func().Params(jen.Id("h").Add(glue("Held"))).Any().
					Add(oneLine(jen.Return(jen.Op("&").Id(decl.Guest).Values(value...)))),
			)
		}
		g.Line()
	})
	inst := jen.Id("inst").Op("*").Add(glue("Instance"))
	client := len(f.unit.guest) > 0
	if client {
		f.Line()
		f.Comment("// holders make the resources of the component that c calls.")
		f.Func().Id("holders").Params(jen.Id("c").Op("*").Id("Client")).Add(list).Block(jen.Return(values))
	}
	f.Line()
	f.Comment("// Holders is for clients of other interfaces, which have resources of this one from the same component.")
	f.Func().Id("Holders").Params(inst).Params(list, jen.Error()).BlockFunc(func(g *jen.Group) {
		if !client {
			g.Return(values, jen.Nil())
			return
		}
		g.List(jen.Id("c"), jen.Err()).Op(":=").Id("Bind").Call(jen.Id("inst"))
		g.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err()))
		g.Return(jen.Id("holders").Call(jen.Id("c")), jen.Nil())
	})
}

// oneLine is a function's body on the same line.
func oneLine(statement jen.Code) *jen.Statement {
	return jen.Custom(jen.Options{Open: "{", Close: "}"}, statement)
}

// holdersElsewhere are the Holders functions for the resources of other interfaces.
func (f *file) holdersElsewhere() []jen.Code {
	var list []jen.Code
	seen := map[*model.Scope]bool{f.Scope: true}
	gosrc.EachFuncType(f.unit.guest, func(t *model.Type) {
		if t.Resource != nil && !seen[t.Resource.Owner] {
			seen[t.Resource.Owner] = true
			list = append(list, jen.Qual(f.g.importPath(t.Resource.Owner), "Holders"))
		}
	})
	return list
}

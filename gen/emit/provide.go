package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
)

// host declares the interface that Go code implements, if there are functions that belong to no value.
func (f *file) host() {
	if !f.hasHost() {
		return
	}
	f.Line()
	what := "the functions of " + f.Scope.Name
	if f.unit.world {
		what = "the functions that components of the world " + f.Scope.Name + " import directly"
	}
	f.AddComment("Host implements " + what + ".\n\n" +
		"A method's error that is not the WIT error of its function is a failure of the host: it traps the\ncaller.")
	f.Type().Id("Host").InterfaceFunc(func(g *jen.Group) {
		first := true
		for _, fn := range f.unit.host {
			if fn.Kind == model.Method {
				continue
			}
			if !first {
				g.Line()
			}
			first = false
			f.method(g, fn)
		}
	})
}

// provide writes the function that makes data for the linker of an implementation.
func (f *file) provide() {
	resources := f.ownResourceTypes()
	if f.unit.world && len(f.unit.host) == 0 || f.unit.exportOnly {
		return
	}
	f.Line()
	comment := "Provide offers " + f.Scope.Name + " to components."
	if f.hasHost() {
		comment = "Provide offers h to components as " + f.Scope.Name + "."
	}
	if slices.ContainsFunc(f.unit.host, func(fn *model.Func) bool { return !runs(fn) }) {
		comment += "\n\nFunctions without a Call are asynchronous: a component that imports one can't be linked yet."
	}
	f.AddComment(comment)
	fn := f.Func().Id("Provide")
	if f.hasHost() {
		fn.Params(jen.Id("h").Id("Host"))
	} else {
		fn.Params()
	}
	fn.Add(glue("Fixed")).BlockFunc(func(g *jen.Group) {
		if f.callsHost() {
			g.Id("c").Op(":=").Id("calls").Values(jen.Id("h"))
		}
		g.Return(glue("Fixed").Values(jen.Values(f.interfaceFields(resources)...)))
	})
}

func (f *file) interfaceFields(resources []*model.TypeDef) []jen.Code {
	fields := []jen.Code{jen.Line().Id("Name").Op(":").Lit(f.unit.name())}
	if len(f.unit.host) > 0 {
		fields = append(fields, jen.Line().Id("Funcs").Op(":").Index().Add(glue("Func")).ValuesFunc(func(g *jen.Group) {
			for _, fn := range f.unit.host {
				g.Line().Add(f.funcRow(fn))
			}
			g.Line()
		}))
	}
	if len(resources) > 0 {
		fields = append(fields, jen.Line().Id("Resources").Op(":").Index().Add(glue("NamedResource")).ValuesFunc(func(g *jen.Group) {
			for _, d := range resources {
				g.Line().Values(jen.Id("Name").Op(":").Lit(d.Name), jen.Id("Type").Op(":").Add(f.resource(d)))
			}
			g.Line()
		}))
	}
	return append(fields, jen.Line())
}

// funcRow describes one function to the linker.
func (f *file) funcRow(fn *model.Func) *jen.Statement {
	if !runs(fn) {
		return jen.Values(jen.Id("Name").Op(":").Lit(fn.Name), jen.Id("Type").Op(":").Id(f.funcs.typ[fn]))
	}
	call := jen.Id(f.funcs.call[fn])
	if fn.Kind != model.Method {
		call = jen.Id("c").Dot(f.funcs.call[fn])
	}
	return jen.ValuesFunc(func(g *jen.Group) {
		g.Line().Id("Name").Op(":").Lit(fn.Name)
		g.Line().Id("Type").Op(":").Id(f.funcs.typ[fn])
		if types := fn.Plan.Lowered.Params; len(types) > 0 {
			g.Line().Id("Params").Op(":").Add(coreTypes(types))
		}
		if types := fn.Plan.Lowered.Results; len(types) > 0 {
			g.Line().Id("Results").Op(":").Add(coreTypes(types))
		}
		g.Line().Id("Call").Op(":").Add(call)
		g.Line()
	})
}

// ownResourceTypes are the resources that the unit declares, under each name that it gives them.
func (f *file) ownResourceTypes() []*model.TypeDef {
	var list []*model.TypeDef
	for _, d := range f.Scope.Types {
		if d.Resource != nil {
			list = append(list, d)
		}
	}
	return list
}

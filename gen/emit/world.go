package emit

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
)

// This file writes what a world is in Go: the type World lists what has to be there for its components, and the type
// Exports has what they do for others.

// worldField is an imported or exported interface as a field of World or Exports.
type worldField struct {
	name  string
	key   string // what components call the interface
	iface *model.Interface
}

// comment says which interface it is.
func (f worldField) comment() string {
	if f.iface.World == nil && f.key != f.iface.ID() {
		return f.key + ", which is " + f.iface.ID()
	}
	return f.key
}

// worldFields names the interfaces of a list of items. Their names depend on nothing but the items before them, so
// that one which is added behind them changes none.
func worldFields(w *model.World, items []*model.Item, taken scope) []worldField {
	var list []worldField
	owners := map[string]*model.Package{}
	for _, i := range items {
		if i.Interface == nil {
			continue
		}
		name := i.Name
		if name != "" {
			name = goName(name)
		} else {
			name = interfaceField(w, i.Interface, taken, owners)
		}
		name = taken.claim(name)
		owners[name] = i.Interface.Package
		list = append(list, worldField{name, i.Key(), i.Interface})
	}
	return list
}

// interfaceField is the name of an interface of a package: for one of the world's own package that of the interface,
// otherwise with the package's before it. Where that is taken, by what owners tell, it has the package's name in any
// case, the version, or the namespace.
func interfaceField(w *model.World, i *model.Interface, taken scope, owners map[string]*model.Package) string {
	name, p := goName(i.Name), i.Package
	if p != w.Package && p.Name != i.Name {
		name = goName(p.Name) + name
	}
	if !taken[name] {
		return name
	}
	switch before := owners[name]; {
	case before == nil:
		return goName(p.Name) + name
	case before.Path() == p.Path():
		return name + "V" + strings.Map(onlyLetters, p.Track())
	}
	return goName(p.Namespace) + name
}

// importFields are the fields of World whose interfaces ask for something.
func (u unit) importFields() []worldField {
	if !u.world {
		return nil
	}
	var list []worldField
	for _, field := range worldFields(u.def, u.def.Imports, newScope("Host", "Rest", "Provide")) {
		if hasFunctions(field.iface) {
			list = append(list, field)
		}
	}
	return list
}

// exportFields are the fields of Exports: those interfaces that have a Client.
func (u unit) exportFields() []worldField {
	if !u.world {
		return nil
	}
	var list []worldField
	for _, field := range worldFields(u.def, u.def.Exports, scope{}) {
		if len(field.iface.Funcs) > 0 {
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
	f.comment("World is what components of the world " + f.scope.Name + " get: an implementation of each interface that they import.")
	f.Type().Id("World").StructFunc(func(g *jen.Group) {
		for _, field := range fields {
			g.Id(field.name).Qual(f.g.importPath(&field.iface.Scope), "Host").Comment(field.comment())
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
func (f *file) provideWorld(fields []worldField) {
	f.Line()
	f.comment("Provide implements [glue.Provider]. It fails with a *[glue.Incomplete] if there are interfaces that neither a\n" +
		"field nor Rest has. Rest gets p, which may be nil if that needs no process.")
	results := jen.Params(jen.Index().Op("*").Add(glue("Interface")), jen.Error())
	f.Func().Params(jen.Id("w").Id("World")).Id("Provide").Params(jen.Id("p").Op("*").Add(glue("Process"))).Add(results).
		BlockFunc(func(g *jen.Group) {
			g.Id("b").Op(":=").Op("&").Add(glue("Bundle")).Values(jen.Id("World").Op(":").Lit(f.scope.ID()), jen.Id("Rest").Op(":").Id("w").Dot("Rest"))
			for _, item := range f.unit.def.Imports {
				if item.Interface != nil && !hasFunctions(item.Interface) && offered(item.Interface) {
					g.Id("b").Dot("Add").Call(jen.Lit(item.Key()), jen.Qual(f.g.importPath(&item.Interface.Scope), "Provide").Call())
				}
			}
			for _, field := range fields {
				g.Add(glue("Offer")).Call(jen.Id("b"), jen.Lit(field.key), jen.Id("w").Dot(field.name),
					jen.Qual(f.g.importPath(&field.iface.Scope), "Provide"))
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
	f.comment("Exports calls a component of the world " + f.scope.Name + ".")
	f.Type().Id("Exports").StructFunc(func(g *jen.Group) {
		for _, field := range fields {
			g.Id(field.name).Op("*").Qual(f.g.importPath(&field.iface.Scope), "Client").Comment(field.comment())
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
func (f *file) bindExports(fields []worldField) {
	f.Line()
	f.Comment("// Bind finds what a component exports. It fails if something is missing or has another type.")
	f.Func().Id("Bind").Params(jen.Id("inst").Op("*").Add(glue("Instance"))).Params(jen.Op("*").Id("Exports"), jen.Error()).
		BlockFunc(func(g *jen.Group) {
			g.Id("c").Op(":=").Op("&").Id("Exports").Values()
			if len(fields) > 0 {
				g.Var().Err().Error()
			}
			for _, field := range fields {
				bind := jen.Qual(f.g.importPath(&field.iface.Scope), "Bind").Call(jen.Id("inst"))
				if field.iface.World == nil && field.key != field.iface.ID() {
					bind = jen.Qual(f.g.importPath(&field.iface.Scope), "BindAs").Call(jen.Id("inst"), jen.Lit(field.key))
				}
				g.If(jen.List(jen.Id("c").Dot(field.name), jen.Err()).Op("=").Add(bind), jen.Err().Op("!=").Nil()).
					Block(jen.Return(jen.Nil(), jen.Err()))
			}
			if len(f.unit.guest) > 0 {
				f.bindFuncs(g, jen.Lit(""))
			}
			g.Return(jen.Id("c"), jen.Nil())
		})
}

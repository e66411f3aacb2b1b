package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// typeDef declares a named type.
func (f *file) typeDef(d *model.TypeDef) {
	decl := f.g.declared(d)
	f.Line()
	switch {
	case d.AliasOf != nil:
		f.alias(d, f.qualified(d.Root(), f.g.declared(d.Root()).name))
	case d.Resource != nil:
		f.resourceType(d)
	case d.Type.Def == d:
		f.comment(paragraphs(decl.name+" is the WIT "+d.Type.Kind.String()+" "+d.Name+".", docs(d.Docs, d.Stability)))
		switch d.Type.Kind {
		case abi.Record:
			f.record(d, decl)
		case abi.Variant:
			f.variant(d, decl)
		case abi.Enum:
			f.enum(d, decl)
		case abi.Flags:
			f.flags(d, decl)
		}
	case d.Type.Def != nil:
		f.alias(d, f.qualified(d.Type.Def, f.g.declared(d.Type.Def).name))
	case d.Type.Alias != nil:
		f.alias(d, f.qualified(d.Type.Alias, f.g.declared(d.Type.Alias).name))
	default:
		f.alias(d, f.shape(d.Type))
	}
}

func (f *file) alias(d *model.TypeDef, target *jen.Statement) {
	name := f.g.declared(d).name
	f.comment(paragraphs(name+" is the WIT type "+d.Name+".", docs(d.Docs, d.Stability)))
	f.Type().Id(name).Op("=").Add(target)
}

func (f *file) record(d *model.TypeDef, decl *declared) {
	names := fieldNames(d)
	f.Type().Id(decl.name).StructFunc(func(g *jen.Group) {
		for i, field := range d.Type.Fields {
			comment(g, field.Docs)
			g.Id(names[i]).Add(f.goType(field.Type))
		}
	})
	if !d.IsError {
		return
	}
	verbs := make([]string, len(names))
	args := []jen.Code{}
	for i, field := range d.Type.Fields {
		if field.Type.ABI.HasAsync() {
			verbs[i] = field.Name // what it is read from has no words
			continue
		}
		verbs[i] = field.Name + ": %v"
		args = append(args, jen.Id("v").Dot(names[i]))
	}
	text := jen.Lit(d.Name + "{" + strings.Join(verbs, ", ") + "}")
	f.errorMethod(decl.name, jen.Qual("fmt", "Sprintf").Call(append([]jen.Code{text}, args...)...))
}

// fieldNames are the Go names of a record's fields.
func fieldNames(d *model.TypeDef) []string {
	taken := newScope("Error")
	names := make([]string, len(d.Type.Fields))
	for i, field := range d.Type.Fields {
		names[i] = taken.claim(goName(field.Name))
	}
	return names
}

func (f *file) enum(d *model.TypeDef, decl *declared) {
	f.Type().Id(decl.name).Id(unsigned(d.Type.ABI.Size))
	f.constants(decl.name, decl.cases, caseDocs(d))
	f.table(decl, caseLabels(d))
	f.stringMethod(decl.name, glue("CaseName").Call(jen.Id(decl.table).Index(jen.Op(":")), jen.Int().Call(jen.Id("v"))))
	if d.IsError {
		f.errorMethod(decl.name, jen.Id("v").Dot("String").Call())
	}
}

// constants declares a type's values, counted from zero.
func (f *file) constants(typ string, names, docs []string) {
	f.Line()
	f.Comment("// The values of " + typ + ".")
	f.Const().DefsFunc(func(g *jen.Group) {
		for i, name := range names {
			comment(g, docs[i])
			if i == 0 {
				g.Id(name).Id(typ).Op("=").Iota()
				continue
			}
			g.Id(name)
		}
	})
}

func (f *file) flags(d *model.TypeDef, decl *declared) {
	f.Type().Id(decl.name).Id(unsigned(d.Type.ABI.Size))
	f.Line()
	f.Comment("// The labels of " + decl.name + ".")
	f.Const().DefsFunc(func(g *jen.Group) {
		for i, l := range d.Type.Labels {
			comment(g, l.Docs)
			if i == 0 {
				g.Id(decl.cases[i]).Id(decl.name).Op("=").Lit(1).Op("<<").Iota()
				continue
			}
			g.Id(decl.cases[i])
		}
	})
	f.table(decl, d.Type.ABI.Labels)
	f.Line()
	f.Comment("// Has reports whether all of the given labels are set.")
	f.Func().Params(jen.Id("v").Id(decl.name)).Id("Has").Params(jen.Id("labels").Id(decl.name)).Bool().
		Block(jen.Return(jen.Id("v").Op("&").Id("labels").Op("==").Id("labels")))
	f.stringMethod(decl.name, glue("FlagNames").Call(jen.Id(decl.table).Index(jen.Op(":")), jen.Uint32().Call(jen.Id("v"))))
	if d.IsError {
		f.errorMethod(decl.name, jen.Id("v").Dot("String").Call())
	}
}

// table declares the names that WIT gives to a type's values.
func (f *file) table(decl *declared, names []string) {
	f.Line()
	f.Var().Id(decl.table).Op("=").Index(jen.Op("...")).String().ValuesFunc(func(g *jen.Group) {
		for _, name := range names {
			g.Line().Lit(name)
		}
		g.Line()
	})
}

func (f *file) stringMethod(typ string, value jen.Code) {
	f.Line()
	f.Comment("// String returns the WIT name of the value.")
	f.Func().Params(jen.Id("v").Id(typ)).Id("String").Params().String().Block(jen.Return(value))
}

func (f *file) errorMethod(typ string, value jen.Code) {
	f.Line()
	f.Comment("// Error makes the type usable as the error of a method.")
	f.Func().Params(jen.Id("v").Id(typ)).Id("Error").Params().String().Block(jen.Return(value))
}

func caseLabels(d *model.TypeDef) []string {
	labels := make([]string, len(d.Type.Cases))
	for i, c := range d.Type.Cases {
		labels[i] = c.Name
	}
	return labels
}

func caseDocs(d *model.TypeDef) []string {
	docs := make([]string, len(d.Type.Cases))
	for i, c := range d.Type.Cases {
		docs[i] = c.Docs
	}
	return docs
}

func (f *file) resourceType(d *model.TypeDef) {
	decl := f.g.declared(d)
	methods := f.methodsOf(d)
	f.comment(paragraphs(
		decl.name+" is the WIT resource "+d.Name+".", docs(d.Docs, d.Stability),
		"An implementation with a method Drop(context.Context) is told when the last handle is gone."))
	f.Type().Id(decl.name).InterfaceFunc(func(g *jen.Group) {
		for i, fn := range methods {
			if i > 0 {
				g.Line()
			}
			f.method(g, fn)
		}
	})
	f.Line()
	f.Comment("// " + decl.resource + " is the identity of the resource type.")
	f.Var().Id(decl.resource).Op("=").Op("&").Add(glue("Resource")).Values(jen.Dict{jen.Id("Name"): jen.Lit(d.Resource.Name)})
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

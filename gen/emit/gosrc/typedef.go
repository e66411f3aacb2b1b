package gosrc

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// TypeDef declares a named type.
func (f *Types) TypeDef(d *model.TypeDef) {
	decl := f.Side.Declared(d)
	f.Line()
	switch {
	case d.AliasOf != nil:
		f.alias(d, f.Qualified(d.Root(), f.Side.Declared(d.Root()).Name))
	case d.Resource != nil:
		f.Side.ResourceType(d)
	case d.Type.Def == d:
		f.AddComment(Paragraphs(decl.Name+" is the WIT "+d.Type.Kind.String()+" "+d.Name+".", Docs(d.Docs, d.Stability)))
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
		f.alias(d, f.Qualified(d.Type.Def, f.Side.Declared(d.Type.Def).Name))
	case d.Type.Alias != nil:
		f.alias(d, f.Qualified(d.Type.Alias, f.Side.Declared(d.Type.Alias).Name))
	default:
		f.alias(d, f.Unnamed(d.Type))
	}
}

func (f *Types) alias(d *model.TypeDef, target *jen.Statement) {
	name := f.Side.Declared(d).Name
	f.AddComment(Paragraphs(name+" is the WIT type "+d.Name+".", Docs(d.Docs, d.Stability)))
	f.Type().Id(name).Op("=").Add(target)
}

func (f *Types) record(d *model.TypeDef, decl *Declared) {
	names := FieldNames(d)
	f.Type().Id(decl.Name).StructFunc(func(g *jen.Group) {
		for i, field := range d.Type.Fields {
			Comment(g, field.Docs)
			g.Id(names[i]).Add(f.GoType(field.Type))
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
	f.errorMethod(decl.Name, jen.Qual("fmt", "Sprintf").Call(append([]jen.Code{text}, args...)...))
}

// FieldNames are the Go names of a record's fields.
func FieldNames(d *model.TypeDef) []string {
	taken := NewNames("Error")
	names := make([]string, len(d.Type.Fields))
	for i, field := range d.Type.Fields {
		names[i] = taken.Claim(GoName(field.Name))
	}
	return names
}

func (f *Types) enum(d *model.TypeDef, decl *Declared) {
	f.Type().Id(decl.Name).Id(Unsigned(d.Type.ABI.Size))
	f.constants(decl.Name, decl.Cases, caseDocs(d))
	f.table(decl, caseLabels(d))
	f.stringMethod(decl.Name, f.support("CaseName").Call(jen.Id(decl.Table).Index(jen.Op(":")), jen.Int().Call(jen.Id("v"))))
	if d.IsError {
		f.errorMethod(decl.Name, jen.Id("v").Dot("String").Call())
	}
}

// constants declares a type's values, counted from zero.
func (f *Types) constants(typ string, names, docs []string) {
	f.Line()
	f.Comment("// The values of " + typ + ".")
	f.Const().DefsFunc(func(g *jen.Group) {
		for i, name := range names {
			Comment(g, docs[i])
			if i == 0 {
				g.Id(name).Id(typ).Op("=").Iota()
				continue
			}
			g.Id(name)
		}
	})
}

func (f *Types) flags(d *model.TypeDef, decl *Declared) {
	f.Type().Id(decl.Name).Id(Unsigned(d.Type.ABI.Size))
	f.Line()
	f.Comment("// The labels of " + decl.Name + ".")
	f.Const().DefsFunc(func(g *jen.Group) {
		for i, l := range d.Type.Labels {
			Comment(g, l.Docs)
			if i == 0 {
				g.Id(decl.Cases[i]).Id(decl.Name).Op("=").Lit(1).Op("<<").Iota()
				continue
			}
			g.Id(decl.Cases[i])
		}
	})
	f.table(decl, d.Type.ABI.Labels)
	f.Line()
	f.Comment("// Has reports whether all of the given labels are set.")
	f.Func().Params(jen.Id("v").Id(decl.Name)).Id("Has").Params(jen.Id("labels").Id(decl.Name)).Bool().
		Block(jen.Return(jen.Id("v").Op("&").Id("labels").Op("==").Id("labels")))
	f.stringMethod(decl.Name, f.support("FlagNames").Call(jen.Id(decl.Table).Index(jen.Op(":")), jen.Uint32().Call(jen.Id("v"))))
	if d.IsError {
		f.errorMethod(decl.Name, jen.Id("v").Dot("String").Call())
	}
}

// table declares the names that WIT gives to a type's values.
func (f *Types) table(decl *Declared, names []string) {
	f.Line()
	f.Var().Id(decl.Table).Op("=").Index(jen.Op("...")).String().ValuesFunc(func(g *jen.Group) {
		for _, name := range names {
			g.Line().Lit(name)
		}
		g.Line()
	})
}

func (f *Types) stringMethod(typ string, value jen.Code) {
	f.Line()
	f.Comment("// String returns the WIT name of the value.")
	f.Func().Params(jen.Id("v").Id(typ)).Id("String").Params().String().Block(jen.Return(value))
}

func (f *Types) errorMethod(typ string, value jen.Code) {
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

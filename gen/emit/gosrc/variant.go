package gosrc

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// variant declares a tagged struct. Payloads lie in fields, one for each type of payload, so that making
// a value allocates nothing.
func (f *Types) variant(d *model.TypeDef, decl *Declared) {
	fields := payloadFields(d)
	f.Type().Id(decl.Name).StructFunc(func(g *jen.Group) {
		g.Id("kind").Id(decl.Kind)
		declaredFields := NewNames()
		for i, c := range d.Type.Cases {
			if c.Type == nil || declaredFields[fields[i]] {
				continue
			}
			declaredFields.Claim(fields[i])
			g.Id(fields[i]).Add(f.GoType(c.Type))
		}
	})

	f.Line()
	f.Comment("// " + decl.Kind + " tells the cases of " + decl.Name + " apart.")
	f.Type().Id(decl.Kind).Id(Unsigned(d.Type.ABI.DiscriminantSize()))
	f.constants(decl.Kind, decl.Kinds, make([]string, len(decl.Kinds)))
	f.table(decl, caseLabels(d))
	f.stringMethod(decl.Kind, f.support("CaseName").Call(jen.Id(decl.Table).Index(jen.Op(":")), jen.Int().Call(jen.Id("v"))))

	for i, c := range d.Type.Cases {
		f.constructor(decl, i, c, fields[i])
	}
	f.Line()
	f.Comment("// Kind tells which case the value is.")
	f.Func().Params(jen.Id("v").Id(decl.Name)).Id("Kind").Params().Id(decl.Kind).Block(jen.Return(jen.Id("v").Dot("kind")))
	for i, c := range d.Type.Cases {
		if c.Type != nil {
			f.accessor(decl, i, c, fields[i])
		}
	}
	f.variantString(d, decl, fields)
	if d.IsError {
		f.errorMethod(decl.Name, jen.Id("v").Dot("String").Call())
	}
}

// payloadFields names the struct field of each case's payload. Cases with equal types share one.
func payloadFields(d *model.TypeDef) []string {
	taken := NewNames("kind")
	fields := make([]string, len(d.Type.Cases))
	for i, c := range d.Type.Cases {
		if c.Type == nil {
			continue
		}
		equal := func(other model.Case) bool { return other.Type != nil && Same(other.Type, c.Type) }
		if first := slices.IndexFunc(d.Type.Cases, equal); first < i {
			fields[i] = fields[first]
			continue
		}
		name := Unexported(Suffix(c.Type, d.Owner))
		if Reserved(name) {
			name += "_"
		}
		fields[i] = taken.Claim(name)
	}
	return fields
}

func (f *Types) constructor(decl *Declared, i int, c model.Case, field string) {
	f.Line()
	f.AddComment(Paragraphs(decl.Cases[i]+" is the case "+c.Name+".", c.Docs))
	f.Func().Id(decl.Cases[i]).ParamsFunc(func(g *jen.Group) {
		if c.Type != nil {
			g.Id("v").Add(f.GoType(c.Type))
		}
	}).Id(decl.Name).Block(jen.Return(jen.Id(decl.Name).ValuesFunc(func(g *jen.Group) {
		g.Id("kind").Op(":").Id(decl.Kinds[i])
		if c.Type != nil {
			g.Id(field).Op(":").Id("v")
		}
	})))
}

func (f *Types) accessor(decl *Declared, i int, c model.Case, field string) {
	name := decl.Accessors[i]
	f.Line()
	f.Comment("// " + name + " returns the payload if the value is the case " + c.Name + ".")
	f.Func().Params(jen.Id("v").Id(decl.Name)).Id(name).Params().Params(f.GoType(c.Type), jen.Bool()).
		Block(jen.Return(jen.Id("v").Dot(field), jen.Id("v").Dot("kind").Op("==").Id(decl.Kinds[i])))
}

// variantString shows the case and, if it can be shown, its payload.
func (f *Types) variantString(d *model.TypeDef, decl *Declared, fields []string) {
	f.Line()
	f.Comment("// String shows the case and its payload; a resource is left out.")
	f.Func().Params(jen.Id("v").Id(decl.Name)).Id("String").Params().String().BlockFunc(func(g *jen.Group) {
		var cases []jen.Code
		for i, c := range d.Type.Cases {
			if c.Type == nil || c.Type.ABI.HasHandle() || c.Type.ABI.HasAsync() {
				continue
			}
			cases = append(cases, jen.Case(jen.Id(decl.Kinds[i])).Block(
				jen.Return(jen.Qual("fmt", "Sprintf").Call(jen.Lit(c.Name+"("+verb(c.Type)+")"), jen.Id("v").Dot(fields[i])))))
		}
		if cases != nil {
			g.Switch(jen.Id("v").Dot("kind")).Block(cases...)
		}
		g.Return(jen.Id("v").Dot("kind").Dot("String").Call())
	})
}

// verb is how fmt shows values of the type.
func verb(t *model.Type) string {
	if t.Kind == abi.String {
		return "%q"
	}
	return "%v"
}

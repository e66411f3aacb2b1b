package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// variant declares a tagged struct. Payloads lie in fields, one for each type of payload, so that making
// a value allocates nothing.
func (f *file) variant(d *model.TypeDef, decl *declared) {
	fields := payloadFields(d)
	f.Type().Id(decl.name).StructFunc(func(g *jen.Group) {
		g.Id("kind").Id(decl.kind)
		declaredFields := newScope()
		for i, c := range d.Type.Cases {
			if c.Type == nil || declaredFields[fields[i]] {
				continue
			}
			declaredFields.claim(fields[i])
			g.Id(fields[i]).Add(f.goType(c.Type))
		}
	})

	f.Line()
	f.Comment("// " + decl.kind + " tells the cases of " + decl.name + " apart.")
	f.Type().Id(decl.kind).Id(unsigned(d.Type.ABI.DiscriminantSize()))
	f.constants(decl.kind, decl.kinds, make([]string, len(decl.kinds)))
	f.table(decl, caseLabels(d))
	f.stringMethod(decl.kind, glue("CaseName").Call(jen.Id(decl.table).Index(jen.Op(":")), jen.Int().Call(jen.Id("v"))))

	for i, c := range d.Type.Cases {
		f.constructor(decl, i, c, fields[i])
	}
	f.Line()
	f.Comment("// Kind tells which case the value is.")
	f.Func().Params(jen.Id("v").Id(decl.name)).Id("Kind").Params().Id(decl.kind).Block(jen.Return(jen.Id("v").Dot("kind")))
	for i, c := range d.Type.Cases {
		if c.Type != nil {
			f.accessor(decl, i, c, fields[i])
		}
	}
	f.variantString(d, decl, fields)
	if d.IsError {
		f.errorMethod(decl.name, jen.Id("v").Dot("String").Call())
	}
}

// payloadFields names the struct field of each case's payload. Cases with equal types share one.
func payloadFields(d *model.TypeDef) []string {
	taken := newScope("kind")
	fields := make([]string, len(d.Type.Cases))
	for i, c := range d.Type.Cases {
		if c.Type == nil {
			continue
		}
		equal := func(other model.Case) bool { return other.Type != nil && same(other.Type, c.Type) }
		if first := slices.IndexFunc(d.Type.Cases, equal); first < i {
			fields[i] = fields[first]
			continue
		}
		name := unexported(suffix(c.Type, d.Owner))
		if reserved(name) {
			name += "_"
		}
		fields[i] = taken.claim(name)
	}
	return fields
}

func (f *file) constructor(decl *declared, i int, c model.Case, field string) {
	f.Line()
	f.comment(paragraphs(decl.cases[i]+" is the case "+c.Name+".", c.Docs))
	f.Func().Id(decl.cases[i]).ParamsFunc(func(g *jen.Group) {
		if c.Type != nil {
			g.Id("v").Add(f.goType(c.Type))
		}
	}).Id(decl.name).Block(jen.Return(jen.Id(decl.name).ValuesFunc(func(g *jen.Group) {
		g.Id("kind").Op(":").Id(decl.kinds[i])
		if c.Type != nil {
			g.Id(field).Op(":").Id("v")
		}
	})))
}

func (f *file) accessor(decl *declared, i int, c model.Case, field string) {
	name := decl.accessors[i]
	f.Line()
	f.Comment("// " + name + " returns the payload if the value is the case " + c.Name + ".")
	f.Func().Params(jen.Id("v").Id(decl.name)).Id(name).Params().Params(f.goType(c.Type), jen.Bool()).
		Block(jen.Return(jen.Id("v").Dot(field), jen.Id("v").Dot("kind").Op("==").Id(decl.kinds[i])))
}

// variantString shows the case and, if it can be shown, its payload.
func (f *file) variantString(d *model.TypeDef, decl *declared, fields []string) {
	f.Line()
	f.Comment("// String shows the case and its payload; a resource is left out.")
	f.Func().Params(jen.Id("v").Id(decl.name)).Id("String").Params().String().BlockFunc(func(g *jen.Group) {
		var cases []jen.Code
		for i, c := range d.Type.Cases {
			if c.Type == nil || c.Type.ABI.HasHandle() || c.Type.ABI.HasAsync() {
				continue
			}
			cases = append(cases, jen.Case(jen.Id(decl.kinds[i])).Block(
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

package goguest

import (
	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// write puts the value v of type t at a place.
func (p *pkg) write(g *jen.Group, t *model.Type, at place, v *jen.Statement) {
	switch t.Kind {
	case abi.String, abi.List, abi.Map:
		if at.where == inMemory {
			g.Add(p.lowerSpan(t, v)).Dot("StoreAt").Call(jen.Id(at.base), jen.Lit(at.at))
		} else {
			g.List(at.slot(0), at.slot(1)).Op("=").Add(p.lowerSpan(t, v)).Dot("Slots").Call()
		}
	case abi.Record, abi.Tuple, abi.FixedList, abi.Variant, abi.Option, abi.Result:
		op := storeMemory
		if at.where == inSlots {
			op = lowerSlots
		}
		g.Add(p.helper(op, t)).Call(at.part(t), v)
	default:
		if at.where == inMemory {
			g.Add(at.store(p.inMemory(t, v)))
		} else {
			g.Add(at.slot(0)).Op("=").Add(toSlot(t.ABI.Flat[0], p.toCore(t, v)))
		}
	}
}

// inMemory is a value as it looks in memory.
func (p *pkg) inMemory(t *model.Type, v *jen.Statement) *jen.Statement {
	switch t.Kind {
	case abi.Char, abi.Own, abi.Borrow:
		return p.toCore(t, v)
	}
	return v
}

// toCore is the core value of a value that takes one.
func (p *pkg) toCore(t *model.Type, v *jen.Statement) *jen.Statement {
	switch t.Kind {
	case abi.Bool:
		return support("FromBool").Call(v)
	case abi.Char:
		return support("FromChar").Call(v)
	case abi.U32, abi.U64, abi.F32, abi.F64:
		return v
	case abi.S64:
		return jen.Uint64().Call(v)
	case abi.Own, abi.Borrow:
		return p.gives(t, v)
	}
	return jen.Uint32().Call(v) // which extends the sign of what has one
}

// lowerSpan is the span of a string, list or map that is passed.
func (p *pkg) lowerSpan(t *model.Type, v *jen.Statement) *jen.Statement {
	switch {
	case t.Kind == abi.String:
		return support("LowerString").Call(v)
	case t.Kind == abi.Map:
		pair := gosrc.PairOf(t)
		return support("LowerMap").Call(v, jen.Lit(int(pair.ABI.Size)), jen.Lit(int(pair.ABI.Align)), p.helper(storeMemory, pair))
	case gosrc.IsScalar(t.Elem):
		return support("LowerScalars").Call(v)
	}
	e := t.Elem.ABI
	return support("LowerList").Call(v, jen.Lit(int(e.Size)), jen.Lit(int(e.Align)), p.helper(storeMemory, t.Elem))
}

// writeBody is the body of a helper function that writes v.
func (p *pkg) writeBody(g *jen.Group, t *model.Type, at place) {
	v := jen.Id("v")
	switch t.Kind {
	case abi.Record, abi.Tuple:
		for i, field := range t.Fields {
			p.write(g, field.Type, at.field(t, i), v.Clone().Dot(fieldName(t, i)))
		}
	case abi.FixedList:
		p.writeFixed(g, t, at)
	case abi.Variant, abi.Option, abi.Result:
		if at.where == inSlots && len(t.ABI.Flat) > 1 {
			g.Clear(jen.Id(at.base)) // the slots of other cases
		}
		p.writeCases(g, t, at)
	default:
		p.write(g, t, at, v)
	}
}

// writeFixed writes the elements in place, as readFixed reads them.
func (p *pkg) writeFixed(g *jen.Group, t *model.Type, at place) {
	if at.where == inSlots {
		for i := range int(t.Len) {
			p.write(g, t.Elem, at.element(t, i), jen.Id("v").Index(jen.Lit(i)))
		}
		return
	}
	if !gosrc.IsArray(t) {
		g.Add(support("CheckLength")).Call(jen.Id("v"), jen.Lit(int(t.Len)))
	}
	g.For(jen.List(jen.Id("i"), jen.Id("elem")).Op(":=").Range().Id("v")).BlockFunc(func(g *jen.Group) {
		g.Id("e").Op(":=").Add(elementAt(t))
		p.write(g, t.Elem, place{base: "e"}, jen.Id("elem"))
	})
}

// boolType is what the discriminant of an option or result is, as far as writing goes.
var boolType = &model.Type{Kind: abi.Bool, ABI: abi.Primitive(abi.Bool)}

// writeCases writes the discriminant of v and what goes with it.
func (p *pkg) writeCases(g *jen.Group, t *model.Type, at place) {
	switch t.Kind {
	case abi.Option:
		g.List(jen.Id("some"), jen.Id("ok")).Op(":=").Id("v").Dot("Get").Call()
		p.write(g, boolType, at, jen.Id("ok"))
		g.If(jen.Id("ok")).BlockFunc(func(g *jen.Group) { p.write(g, t.Elem, at.payload(t), jen.Id("some")) })
	case abi.Result:
		p.writeResult(g, t, at)
	case abi.Variant:
		if kind := jen.Id("v").Dot("Kind").Call(); at.where == inMemory {
			g.Add(at.store(kind))
		} else {
			g.Add(at.slot(0)).Op("=").Uint64().Call(kind)
		}
		p.writeVariant(g, t, at)
	}
}

func (p *pkg) writeResult(g *jen.Group, t *model.Type, at place) {
	ok, fail := "value", "fail"
	if t.OK() == nil {
		ok = "_"
	}
	if t.Err() == nil {
		fail = "_"
	}
	g.List(jen.Id(ok), jen.Id(fail), jen.Id("ok")).Op(":=").Id("v").Dot("Get").Call()
	p.write(g, boolType, at, jen.Op("!").Id("ok"))
	side := func(side *model.Type, name string) func(*jen.Group) {
		return func(g *jen.Group) { p.write(g, side, at.payload(t), jen.Id(name)) }
	}
	switch {
	case t.OK() != nil && t.Err() != nil:
		g.If(jen.Id("ok")).BlockFunc(side(t.OK(), ok)).Else().BlockFunc(side(t.Err(), fail))
	case t.OK() != nil:
		g.If(jen.Id("ok")).BlockFunc(side(t.OK(), ok))
	case t.Err() != nil:
		g.If(jen.Op("!").Id("ok")).BlockFunc(side(t.Err(), fail))
	}
}

func (p *pkg) writeVariant(g *jen.Group, t *model.Type, at place) {
	decl := p.Declared(t.Def)
	var cases []jen.Code
	for i, c := range t.Cases {
		if c.Type == nil {
			continue
		}
		cases = append(cases, jen.Case(p.Qualified(t.Def, decl.Kinds[i])).BlockFunc(func(g *jen.Group) {
			g.List(jen.Id("payload"), jen.Id("_")).Op(":=").Id("v").Dot(decl.Accessors[i]).Call()
			p.write(g, c.Type, at.payload(t), jen.Id("payload"))
		}))
	}
	if cases != nil {
		g.Switch(jen.Id("v").Dot("Kind").Call()).Block(cases...)
	}
}

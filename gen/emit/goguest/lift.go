package goguest

import (
	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// read is an expression for the value of type t at a place. What comes in has been checked on its way: a guest need not
// distrust the canonical ABI.
func (p *pkg) read(t *model.Type, at place) *jen.Statement {
	switch t.Kind {
	case abi.String, abi.List, abi.Map:
		return p.readSpan(t, at.span())
	case abi.Record, abi.Tuple, abi.FixedList, abi.Variant, abi.Option, abi.Result:
		op := loadMemory
		if at.where == inSlots {
			op = liftSlots
		}
		return p.helper(op, t).Call(at.part(t))
	}
	if at.where == inMemory {
		return p.loadPlain(t, at)
	}
	return p.fromCore(t, at.core(t.ABI.Flat[0]))
}

// readSpan is the string, list or map in a span.
func (p *pkg) readSpan(t *model.Type, span *jen.Statement) *jen.Statement {
	switch {
	case t.Kind == abi.String:
		return support("LiftString").Call(span)
	case t.Kind == abi.Map:
		pair := gosrc.PairOf(t)
		return support("LiftMap").Call(span, jen.Lit(int(pair.ABI.Size)), p.helper(loadMemory, pair))
	case gosrc.IsScalar(t.Elem):
		return support("LiftScalars").Types(p.Element(t)).Call(span)
	}
	return support("LiftList").Call(span, jen.Lit(int(t.Elem.ABI.Size)), p.helper(loadMemory, t.Elem))
}

// fromCore is the value in a core value.
func (p *pkg) fromCore(t *model.Type, core *jen.Statement) *jen.Statement {
	switch t.Kind {
	case abi.Bool:
		return core.Op("!=").Lit(0)
	case abi.U32, abi.U64, abi.F32, abi.F64:
		return core
	case abi.Own, abi.Borrow:
		return p.takes(t, core)
	}
	return p.GoType(t).Call(core)
}

// loadPlain is the value in memory that takes one core value.
func (p *pkg) loadPlain(t *model.Type, at place) *jen.Statement {
	switch t.Kind {
	case abi.Bool:
		return at.load(jen.Uint8()).Op("!=").Lit(0)
	case abi.Own, abi.Borrow:
		return p.takes(t, at.load(jen.Uint32()))
	}
	return at.load(p.GoType(t))
}

// readBody is the body of a helper function that reads a value.
func (p *pkg) readBody(g *jen.Group, t *model.Type, at place) {
	switch t.Kind {
	case abi.Record, abi.Tuple:
		g.Return(p.GoType(t).Add(p.readFields(t, at)))
	case abi.FixedList:
		p.readFixed(g, t, at)
	case abi.Variant:
		p.readVariant(g, t, at)
	case abi.Option:
		g.If(discriminant(t, at).Op("==").Lit(0)).Block(jen.Return(support("None").Types(p.GoType(t.Elem)).Call()))
		g.Return(support("Some").Call(p.read(t.Elem, at.payload(t))))
	case abi.Result:
		sides := []jen.Code{p.GoType(t.OK()), p.GoType(t.Err())}
		g.If(discriminant(t, at).Op("!=").Lit(0)).Block(
			jen.Return(support("Err").Types(sides...).Call(p.readPayload(t.Err(), at.payload(t)))))
		g.Return(support("OK").Types(sides...).Call(p.readPayload(t.OK(), at.payload(t))))
	default:
		g.Return(p.read(t, at))
	}
}

func (p *pkg) readPayload(t *model.Type, at place) *jen.Statement {
	if t == nil {
		return support("Unit").Values()
	}
	return p.read(t, at)
}

// discriminant is the number of a variant's case.
func discriminant(t *model.Type, at place) *jen.Statement {
	if at.where == inMemory {
		return at.load(jen.Id(gosrc.Unsigned(t.ABI.DiscriminantSize())))
	}
	return at.core(abi.I32)
}

// readFields is a composite literal's body with each field read from its place.
func (p *pkg) readFields(t *model.Type, at place) *jen.Statement {
	return jen.ValuesFunc(func(g *jen.Group) {
		for i, field := range t.Fields {
			g.Line().Id(fieldName(t, i)).Op(":").Add(p.read(field.Type, at.field(t, i)))
		}
		g.Line()
	})
}

func fieldName(t *model.Type, i int) string {
	if t.Kind == abi.Tuple {
		return gosrc.TupleField(i)
	}
	return gosrc.FieldNames(t.Def)[i]
}

// readFixed returns the elements, which lie in place: those in slots one by one, those in memory in a loop.
func (p *pkg) readFixed(g *jen.Group, t *model.Type, at place) {
	if at.where == inSlots {
		g.Return(p.GoType(t).ValuesFunc(func(g *jen.Group) {
			for i := range int(t.Len) {
				g.Add(p.read(t.Elem, at.element(t, i)))
			}
		}))
		return
	}
	if gosrc.IsArray(t) {
		g.Var().Id("list").Add(p.GoType(t))
	} else {
		g.Id("list").Op(":=").Make(p.GoType(t), jen.Lit(int(t.Len)))
	}
	g.For(jen.Id("i").Op(":=").Range().Id("list")).Block(
		jen.Id("e").Op(":=").Add(elementAt(t)),
		jen.Id("list").Index(jen.Id("i")).Op("=").Add(p.read(t.Elem, place{base: "e"})),
	)
	g.Return(jen.Id("list"))
}

// elementAt is a pointer to element i of a list of a fixed length at the pointer p.
func elementAt(t *model.Type) *jen.Statement {
	offset := jen.Id("i")
	if size := int(t.Elem.ABI.Size); size != 1 {
		offset.Op("*").Lit(size)
	}
	return jen.Qual("unsafe", "Add").Call(jen.Id("p"), offset)
}

// readVariant returns the case that the discriminant names.
func (p *pkg) readVariant(g *jen.Group, t *model.Type, at place) {
	decl := p.Declared(t.Def)
	construct := func(i int) *jen.Statement {
		call := p.Qualified(t.Def, decl.Cases[i])
		if c := t.Cases[i]; c.Type != nil {
			return call.Call(p.read(c.Type, at.payload(t)))
		}
		return call.Call()
	}
	last := len(t.Cases) - 1
	if last == 0 {
		g.Return(construct(0))
		return
	}
	g.Switch(discriminant(t, at)).BlockFunc(func(g *jen.Group) {
		for i := range t.Cases[:last] {
			g.Case(jen.Lit(i)).Block(jen.Return(construct(i)))
		}
		g.Default().Block(jen.Return(construct(last)))
	})
}

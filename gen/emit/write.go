package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// write puts the value v of type t at a place. A type with strings or lists inside can only be written to
// slots: in memory it needs an address, because the view goes stale when the guest allocates; see store.
func (f *file) write(g *jen.Group, t *model.Type, p place, v *jen.Statement) {
	switch t.Kind {
	case abi.String, abi.List, abi.Map:
		g.List(p.slot(0), p.slot(1)).Op("=").Add(f.allocate(t, v)).Dot("Slots").Call()
	case abi.Record, abi.Tuple, abi.FixedList, abi.Variant, abi.Option, abi.Result:
		op := putView
		if p.flat {
			op = lowerSlots
		}
		g.Add(f.helpers.call(f, op, t)).Call(jen.Id("b"), p.part(t), v)
	case abi.Enum:
		f.writeWord(g, t, p, f.helpers.call(f, fromEnum, t).Call(jen.Id("b"), v))
	case abi.Flags:
		f.writeBits(g, t, p, mask(t, v))
	case abi.Char:
		f.writeWord(g, t, p, glue("FromChar").Call(jen.Id("b"), v))
	case abi.Own:
		f.writeWord(g, t, p, glue("GiveOwn").Call(jen.Id("b"), f.resource(t.Resource), v))
	case abi.Borrow:
		f.writeWord(g, t, p, glue("Lend").Call(jen.Id("b"), f.resource(t.Resource), v))
	default:
		f.writeScalar(g, t, p, v)
	}
}

// writeWord writes an uint32 in as many bytes as the type takes.
func (f *file) writeWord(g *jen.Group, t *model.Type, p place, v *jen.Statement) {
	size := sizeOf(t)
	switch {
	case p.flat:
		g.Add(p.slot(0)).Op("=").Uint64().Call(v)
	case size == 4:
		f.storeAt(g, p, "U32", v)
	default:
		f.storeAt(g, p, fmt.Sprintf("U%d", size*8), jen.Id(gosrc.Unsigned(size)).Call(v))
	}
}

// writeBits writes a value of a named unsigned type.
func (f *file) writeBits(g *jen.Group, t *model.Type, p place, v *jen.Statement) {
	if p.flat {
		g.Add(p.slot(0)).Op("=").Uint64().Call(v)
		return
	}
	size := sizeOf(t)
	f.storeAt(g, p, fmt.Sprintf("U%d", size*8), jen.Id(gosrc.Unsigned(size)).Call(v))
}

func (f *file) storeAt(g *jen.Group, p place, name string, v *jen.Statement) {
	g.Add(glue("Store"+name)).Call(jen.Id(p.base), jen.Lit(p.at), v)
}

func (f *file) writeScalar(g *jen.Group, t *model.Type, p place, v *jen.Statement) {
	if p.flat {
		g.Add(p.slot(0)).Op("=").Add(toSlot(t, v))
		return
	}
	bits := t.ABI.Size * 8
	switch t.Kind {
	case abi.Bool:
		f.storeAt(g, p, "Bool", v)
	case abi.F32, abi.F64:
		f.storeAt(g, p, fmt.Sprintf("F%d", bits), v)
	case abi.S8, abi.S16, abi.S32, abi.S64:
		f.storeAt(g, p, fmt.Sprintf("U%d", bits), jen.Id(gosrc.Unsigned(t.ABI.Size)).Call(v))
	default:
		f.storeAt(g, p, fmt.Sprintf("U%d", bits), v)
	}
}

// toSlot is the core value of a number or bool. Signed numbers are extended to 32 bits, and no further.
func toSlot(t *model.Type, v *jen.Statement) *jen.Statement {
	switch t.Kind {
	case abi.Bool:
		return glue("FromBool").Call(v)
	case abi.F32:
		return glue("FromF32").Call(v)
	case abi.F64:
		return glue("FromF64").Call(v)
	case abi.S8, abi.S16:
		return glue("FromI32").Call(jen.Int32().Call(v))
	case abi.S32:
		return glue("FromI32").Call(v)
	case abi.U64:
		return v
	}
	return jen.Uint64().Call(v)
}

// allocate is an expression for the span of a string or list that is copied to the guest.
func (f *file) allocate(t *model.Type, v *jen.Statement) *jen.Statement {
	switch {
	case t.Kind == abi.String:
		return glue("StoreString").Call(jen.Id("b"), v)
	case t.Kind == abi.Map:
		return f.allocateMap(t, v)
	case gosrc.IsBytes(t):
		return glue("StoreBytes").Call(jen.Id("b"), v)
	case gosrc.IsScalar(t.Elem):
		return glue("StoreScalars").Call(jen.Id("b"), v)
	}
	name, op := "PutList", putView
	if t.Elem.ABI.HasPointer() {
		name, op = "StoreList", storeMemory
	}
	e := t.Elem.ABI
	return glue(name).Call(jen.Id("b"), v, jen.Lit(int(e.Size)), jen.Lit(int(e.Align)), f.helpers.call(f, op, t.Elem))
}

func (f *file) allocateMap(t *model.Type, v *jen.Statement) *jen.Statement {
	pair, name, op := gosrc.PairOf(t), "PutMap", putView
	if pair.ABI.HasPointer() {
		name, op = "StoreMap", storeMemory
	}
	return glue(name).Call(jen.Id("b"), v, jen.Lit(int(pair.ABI.Size)), jen.Lit(int(pair.ABI.Align)), f.helpers.call(f, op, pair))
}

// writeBody is the body of a helper function that writes v to slots or to a view.
func (f *file) writeBody(g *jen.Group, t *model.Type, p place) {
	v := jen.Id("v")
	switch t.Kind {
	case abi.Record, abi.Tuple:
		for i, field := range t.Fields {
			f.write(g, field.Type, p.field(t, i), v.Clone().Dot(fieldName(t, i)))
		}
	case abi.FixedList:
		f.writeFixed(g, t, p)
	case abi.Variant, abi.Option, abi.Result:
		if p.flat {
			g.Clear(jen.Id(p.base)) // the slots of other cases
		}
		f.writeCases(g, t, p, func(g *jen.Group, payload *model.Type, v *jen.Statement) {
			f.write(g, payload, p.payload(t), v)
		})
	default:
		f.write(g, t, p, v)
	}
}

// writeFixed writes the elements in place, as readFixed reads them.
func (f *file) writeFixed(g *jen.Group, t *model.Type, p place) {
	if p.flat {
		for i := range int(t.Len) {
			f.write(g, t.Elem, p.element(t, i), jen.Id("v").Index(jen.Lit(i)))
		}
		return
	}
	f.checkLength(g, t)
	if t.Elem.Kind == abi.U8 {
		g.Copy(jen.Id("p"), sliceOf(t, "v"))
		return
	}
	g.For(jen.List(jen.Id("i"), jen.Id("elem")).Op(":=").Range().Id("v")).BlockFunc(func(g *jen.Group) {
		g.Id("e").Op(":=").Add(elementView(t))
		f.write(g, t.Elem, place{base: "e"}, jen.Id("elem"))
	})
}

// checkLength checks the number of elements where the Go type leaves it open.
func (f *file) checkLength(g *jen.Group, t *model.Type) {
	if !gosrc.IsArray(t) {
		g.Add(glue("CheckLength")).Call(jen.Id("b"), jen.Id("v"), jen.Lit(int(t.Len)))
	}
}

func fieldName(t *model.Type, i int) string {
	if t.Kind == abi.Tuple {
		return gosrc.TupleField(i)
	}
	return gosrc.FieldNames(t.Def)[i]
}

// writeCases writes the discriminant of v and lets payload write what goes with it.
func (f *file) writeCases(g *jen.Group, t *model.Type, p place, payload func(*jen.Group, *model.Type, *jen.Statement)) {
	switch t.Kind {
	case abi.Option:
		g.List(jen.Id("some"), jen.Id("ok")).Op(":=").Id("v").Dot("Get").Call()
		f.writeScalar(g, boolType, p, jen.Id("ok"))
		g.If(jen.Id("ok")).BlockFunc(func(g *jen.Group) { payload(g, t.Elem, jen.Id("some")) })
	case abi.Result:
		f.writeResultCases(g, t, p, payload)
	case abi.Variant:
		f.writeBits(g, t, p, jen.Id("v").Dot("Kind").Call())
		f.writeVariantCases(g, t, payload)
	}
}

// boolType is what the discriminant of an option or result is, as far as writing goes.
var boolType = &model.Type{Kind: abi.Bool, ABI: abi.Primitive(abi.Bool)}

func (f *file) writeResultCases(g *jen.Group, t *model.Type, p place, payload func(*jen.Group, *model.Type, *jen.Statement)) {
	ok, fail := "value", "fail"
	if t.OK() == nil {
		ok = "_"
	}
	if t.Err() == nil {
		fail = "_"
	}
	g.List(jen.Id(ok), jen.Id(fail), jen.Id("ok")).Op(":=").Id("v").Dot("Get").Call()
	f.writeScalar(g, boolType, p, jen.Op("!").Id("ok"))
	side := func(t *model.Type, name string) func(*jen.Group) {
		return func(g *jen.Group) { payload(g, t, jen.Id(name)) }
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

func (f *file) writeVariantCases(g *jen.Group, t *model.Type, payload func(*jen.Group, *model.Type, *jen.Statement)) {
	decl := f.g.declared(t.Def)
	var cases []jen.Code
	for i, c := range t.Cases {
		if c.Type == nil {
			continue
		}
		cases = append(cases, jen.Case(f.Qualified(t.Def, decl.Kinds[i])).BlockFunc(func(g *jen.Group) {
			g.List(jen.Id("payload"), jen.Id("_")).Op(":=").Id("v").Dot(decl.Accessors[i]).Call()
			payload(g, c.Type, jen.Id("payload"))
		}))
	}
	if cases != nil {
		g.Switch(jen.Id("v").Dot("Kind").Call()).Block(cases...)
	}
}

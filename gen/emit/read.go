package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// read is an expression for the value of type t at a place.
func (f *file) read(t *model.Type, p place) *jen.Statement {
	switch t.Kind {
	case abi.String:
		return glue("LoadString").Call(jen.Id("b"), p.span())
	case abi.List:
		return f.readList(t, p)
	case abi.Map:
		return f.readMap(t, p)
	case abi.Enum:
		return f.helpers.call(f, toEnum, t).Call(jen.Id("b"), p.word(sizeOf(t)))
	case abi.Flags:
		return f.GoType(t).Call(mask(t, p.word(sizeOf(t))))
	case abi.Char:
		return glue("ToChar").Call(jen.Id("b"), p.word(4))
	case abi.Own:
		return glue("TakeOwn").Types(f.Named(t.Resource)).Call(jen.Id("b"), f.resource(t.Resource), p.word(4))
	case abi.Borrow:
		return glue("Borrowed").Types(f.Named(t.Resource)).Call(jen.Id("b"), f.resource(t.Resource), p.word(4))
	case abi.Record, abi.Tuple, abi.FixedList, abi.Variant, abi.Option, abi.Result:
		op := loadView
		if p.flat {
			op = liftSlots
		}
		return f.helpers.call(f, op, t).Call(jen.Id("b"), p.part(t))
	}
	if p.flat {
		return f.scalarOf(t, p.slot(0))
	}
	return f.scalarAt(t, p)
}

// mask drops the bits that have no label.
func mask(t *model.Type, v *jen.Statement) *jen.Statement {
	n := len(t.Labels)
	if n == int(t.ABI.Size)*8 {
		return v // the conversion to the type leaves no others
	}
	return v.Op("&").Op(fmt.Sprintf("%#x", uint64(1)<<n-1))
}

// scalarOf is the number or bool in a core value.
func (f *file) scalarOf(t *model.Type, slot *jen.Statement) *jen.Statement {
	switch t.Kind {
	case abi.Bool:
		return jen.Uint32().Call(slot).Op("!=").Lit(0)
	case abi.U64:
		return slot
	case abi.F32:
		return glue("ToF32").Call(slot)
	case abi.F64:
		return glue("ToF64").Call(slot)
	}
	return jen.Id(gosrc.Primitives[t.Kind]).Call(slot)
}

// scalarAt is the number or bool in memory.
func (f *file) scalarAt(t *model.Type, p place) *jen.Statement {
	if t.Kind == abi.Bool {
		return p.load("Bool")
	}
	switch t.Kind {
	case abi.S8, abi.S16, abi.S32, abi.S64:
		return jen.Id(gosrc.Primitives[t.Kind]).Call(p.load(fmt.Sprintf("U%d", t.ABI.Size*8)))
	case abi.F32, abi.F64:
		return p.load(fmt.Sprintf("F%d", t.ABI.Size*8))
	}
	return p.load(fmt.Sprintf("U%d", t.ABI.Size*8))
}

func (f *file) readList(t *model.Type, p place) *jen.Statement {
	if gosrc.IsScalar(t.Elem) {
		return glue("LoadScalars").Types(f.GoType(t.Elem)).Call(jen.Id("b"), p.span())
	}
	e := t.Elem.ABI
	return glue("LoadList").Call(jen.Id("b"), p.span(), jen.Lit(int(e.Size)), jen.Lit(int(e.Align)),
		f.helpers.call(f, loadView, t.Elem))
}

func (f *file) readMap(t *model.Type, p place) *jen.Statement {
	pair, name := gosrc.PairOf(t), "LoadMap"
	if owns(t.Elem) {
		name = "LoadOwners"
	}
	return glue(name).Call(jen.Id("b"), p.span(), jen.Lit(int(pair.ABI.Size)), jen.Lit(int(pair.ABI.Align)),
		f.helpers.call(f, loadView, pair))
}

// owns reports whether values of a type may own resources.
func owns(t *model.Type) (found bool) {
	gosrc.Walk(t, func(t *model.Type) { found = found || t.Kind == abi.Own })
	return found
}

// readBody is the body of a helper function that reads a value.
func (f *file) readBody(g *jen.Group, t *model.Type, p place) {
	switch t.Kind {
	case abi.Record:
		names := gosrc.FieldNames(t.Def)
		g.Return(f.GoType(t).Add(f.fields(t, p, func(i int) string { return names[i] })))
	case abi.Tuple:
		g.Return(f.GoType(t).Add(f.fields(t, p, gosrc.TupleField)))
	case abi.FixedList:
		f.readFixed(g, t, p)
	case abi.Variant:
		f.readVariant(g, t, p)
	case abi.Option:
		g.If(toCase(t, p, "option").Op("==").Lit(0)).Block(jen.Return(glue("None").Types(f.GoType(t.Elem)).Call()))
		g.Return(glue("Some").Call(f.read(t.Elem, p.payload(t))))
	case abi.Result:
		sides := []jen.Code{f.GoType(t.OK()), f.GoType(t.Err())}
		g.If(toCase(t, p, "result").Op("!=").Lit(0)).Block(
			jen.Return(glue("Err").Types(sides...).Call(f.readPayload(t.Err(), p.payload(t)))))
		g.Return(glue("OK").Types(sides...).Call(f.readPayload(t.OK(), p.payload(t))))
	default:
		g.Return(f.read(t, p))
	}
}

func (f *file) readPayload(t *model.Type, p place) *jen.Statement {
	if t == nil {
		return glue("Unit").Values()
	}
	return f.read(t, p)
}

func toCase(t *model.Type, p place, name string) *jen.Statement {
	return glue("ToCase").Call(jen.Id("b"), p.word(sizeOf(t)), jen.Lit(len(t.Cases)+optionCases(t)), jen.Lit(name))
}

// optionCases is the number of cases of an option, which lists none.
func optionCases(t *model.Type) int {
	if t.Kind == abi.Option {
		return 2
	}
	return 0
}

// fields is a composite literal's body with each field read from its place.
func (f *file) fields(t *model.Type, p place, name func(int) string) *jen.Statement {
	return jen.ValuesFunc(func(g *jen.Group) {
		for i, field := range t.Fields {
			g.Line().Id(name(i)).Op(":").Add(f.read(field.Type, p.field(t, i)))
		}
		g.Line()
	})
}

// readFixed returns the elements, which lie in place: core values one by one, those in memory in a loop.
func (f *file) readFixed(g *jen.Group, t *model.Type, p place) {
	switch {
	case p.flat:
		g.Return(f.GoType(t).ValuesFunc(func(g *jen.Group) {
			for i := range int(t.Len) {
				g.Add(f.read(t.Elem, p.element(t, i)))
			}
		}))
		return
	case gosrc.IsArray(t):
		g.Var().Id("list").Add(f.GoType(t))
	default:
		g.Id("list").Op(":=").Add(glue("MakeList")).Types(f.Element(t)).Call(jen.Id("b"), jen.Lit(int(t.Len)))
	}
	if t.Elem.Kind == abi.U8 {
		g.Copy(sliceOf(t, "list"), jen.Id("p"))
	} else {
		g.For(jen.Id("i").Op(":=").Range().Id("list")).Block(
			jen.Id("e").Op(":=").Add(elementView(t)),
			jen.Id("list").Index(jen.Id("i")).Op("=").Add(f.read(t.Elem, place{base: "e"})),
		)
	}
	g.Return(jen.Id("list"))
}

// sliceOf is a list of a fixed length as a slice.
func sliceOf(t *model.Type, name string) *jen.Statement {
	if gosrc.IsArray(t) {
		return jen.Id(name).Index(jen.Op(":"))
	}
	return jen.Id(name)
}

// elementView is the view of element i in the view p of a list of a fixed length.
func elementView(t *model.Type) *jen.Statement {
	return jen.Id("p").Index(times("i", t.Elem.ABI.Size).Op(":"))
}

// times is a variable times a size.
func times(name string, size uint32) *jen.Statement {
	if size == 1 {
		return jen.Id(name)
	}
	return jen.Id(name).Op("*").Lit(int(size))
}

// readVariant returns the case that the discriminant names. The last case needs no check of its own.
func (f *file) readVariant(g *jen.Group, t *model.Type, p place) {
	decl := f.g.declared(t.Def)
	construct := func(i int) *jen.Statement {
		call := f.Qualified(t.Def, decl.Cases[i])
		if c := t.Cases[i]; c.Type != nil {
			return call.Call(f.read(c.Type, p.payload(t)))
		}
		return call.Call()
	}
	last := len(t.Cases) - 1
	if last == 0 {
		g.Add(toCase(t, p, t.Def.Name))
		g.Return(construct(0))
		return
	}
	g.Switch(toCase(t, p, t.Def.Name)).BlockFunc(func(g *jen.Group) {
		for i := range t.Cases[:last] {
			g.Case(jen.Lit(i)).Block(jen.Return(construct(i)))
		}
		g.Default().Block(jen.Return(construct(last)))
	})
}

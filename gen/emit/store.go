package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// store writes the value v of type t to the guest's memory at an address in the variable base plus an
// offset. Unlike write to a view it works for all types.
func (f *file) store(g *jen.Group, t *model.Type, base string, offset uint32, v *jen.Statement) {
	at := jen.Id(base)
	if offset != 0 {
		at = at.Op("+").Lit(int(offset))
	}
	switch {
	case t.Kind == abi.String, t.Kind == abi.List, t.Kind == abi.Map:
		g.Add(f.allocate(t, v)).Dot("StoreAt").Call(jen.Id("b"), at)
	case t.ABI.HasPointer():
		g.Add(f.helpers.call(f, storeMemory, t)).Call(jen.Id("b"), at, v)
	default:
		g.Add(f.helpers.call(f, putView, t)).Call(jen.Id("b"), view(at, t.ABI), v)
	}
}

// view is an expression for a checked view of a value in the guest's memory.
func view(at *jen.Statement, t *abi.Type) *jen.Statement {
	return jen.Id("b").Dot("View").Call(at, jen.Lit(int(t.Size)), jen.Lit(int(t.Align)))
}

// storeBody is the body of a helper function that stores v, which has strings or lists inside, at an
// address. What allocates comes last: it makes the view stale.
func (f *file) storeBody(g *jen.Group, t *model.Type) {
	v := jen.Id("v")
	p := place{base: "p"}
	switch t.Kind {
	case abi.Record, abi.Tuple:
		f.storeFields(g, t)
	case abi.Variant, abi.Option, abi.Result:
		g.Id("p").Op(":=").Add(view(jen.Id("at"), t.ABI))
		f.writeCases(g, t, p, func(g *jen.Group, payload *model.Type, v *jen.Statement) {
			if payload.ABI.HasPointer() {
				f.store(g, payload, "at", t.ABI.Payload, v)
			} else {
				f.write(g, payload, p.payload(t), v)
			}
		})
	case abi.FixedList:
		f.checkLength(g, t)
		g.For(jen.List(jen.Id("i"), jen.Id("elem")).Op(":=").Range().Id("v")).BlockFunc(func(g *jen.Group) {
			g.Id("e").Op(":=").Id("at").Op("+").Uint32().Call(jen.Id("i")).Op("*").Lit(int(t.Elem.ABI.Size))
			f.store(g, t.Elem, "e", 0, jen.Id("elem"))
		})
	default:
		f.store(g, t, "at", 0, v)
	}
}

func (f *file) storeFields(g *jen.Group, t *model.Type) {
	p := place{base: "p"}
	late := lateFields(t)
	if len(late) < len(t.Fields) {
		g.Id("p").Op(":=").Add(view(jen.Id("at"), t.ABI))
	}
	for i, field := range t.Fields {
		if !late[i] {
			f.write(g, field.Type, p.field(t, i), jen.Id("v").Dot(fieldName(t, i)))
		}
	}
	for i, field := range t.Fields {
		if late[i] {
			f.store(g, field.Type, "at", t.ABI.Fields[i].Offset, jen.Id("v").Dot(fieldName(t, i)))
		}
	}
}

// lateFields are the fields that are stored by address: those that allocate. When one of these also holds
// handles all fields with handles join them, so that handles are numbered in the order of the fields.
func lateFields(t *model.Type) map[int]bool {
	late := map[int]bool{}
	ordered := false
	for i, field := range t.Fields {
		if field.Type.ABI.HasPointer() {
			late[i] = true
			ordered = ordered || field.Type.ABI.HasHandle()
		}
	}
	for i, field := range t.Fields {
		if ordered && field.Type.ABI.HasHandle() {
			late[i] = true
		}
	}
	return late
}

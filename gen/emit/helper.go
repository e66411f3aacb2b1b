package emit

import (
	"maps"
	"slices"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
)

// operation is what a helper function does with a value of its type.
type operation string

// The operations; their names begin those of the helper functions.
const (
	loadView    operation = "load"  // from a view of memory
	liftSlots   operation = "lift"  // from core values
	putView     operation = "put"   // to a view, without allocation in the guest
	storeMemory operation = "store" // to an address, with allocation in the guest
	lowerSlots  operation = "lower" // to core values
	toEnum      operation = "to"    // from a discriminant
	fromEnum    operation = "from"  // to a discriminant
)

var operations = []operation{loadView, liftSlots, putView, storeMemory, lowerSlots, toEnum, fromEnum}

// helper is a function that a file needs.
type helper struct {
	op  operation
	typ *model.Type
}

// helpers are the functions that a file needs, by name. They are found while code is written: only what
// is called gets written.
type helpers map[string]helper

// call notes that a helper is needed and refers to it. Types that differ may have one suffix: their helpers
// are numbered.
func (h *helpers) call(f *file, op operation, t *model.Type) *jen.Statement {
	if *h == nil {
		*h = helpers{}
	}
	base := string(op) + gosrc.Suffix(t, f.Scope)
	name := base
	for n := 2; ; n++ {
		have, known := (*h)[name]
		if known && gosrc.Same(have.typ, t) {
			break
		}
		if !known && !f.names[name] {
			(*h)[name] = helper{op, t}
			break
		}
		name = base + strconv.Itoa(n)
	}
	return jen.Id(name)
}

// emitHelpers writes the helpers. Writing one may add others, so it goes on until no name is new.
func (f *file) emitHelpers() {
	code := map[string]*jen.Statement{}
	for len(code) < len(f.helpers) {
		for _, name := range slices.Sorted(maps.Keys(f.helpers)) {
			if code[name] == nil {
				code[name] = f.helperFunc(name, f.helpers[name])
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(code)) {
		f.Line()
		f.Add(code[name])
	}
}

func (f *file) helperFunc(name string, h helper) *jen.Statement {
	b := jen.Id("b").Op("*").Add(glue("Boundary"))
	typ := func() *jen.Statement { return f.GoType(h.typ) }
	fn := jen.Func().Id(name)
	view := place{base: "p"}
	slots := place{base: "s", flat: true}
	switch h.op {
	case loadView:
		return fn.Params(b, jen.Id("p").Index().Byte()).Add(typ()).
			BlockFunc(func(g *jen.Group) { f.readBody(g, h.typ, view) })
	case liftSlots:
		return fn.Params(b, jen.Id("s").Index().Uint64()).Add(typ()).
			BlockFunc(func(g *jen.Group) { f.readBody(g, h.typ, slots) })
	case putView:
		return fn.Params(b, jen.Id("p").Index().Byte(), jen.Id("v").Add(typ())).
			BlockFunc(func(g *jen.Group) { f.writeBody(g, h.typ, view) })
	case storeMemory:
		return fn.Params(b, jen.Id("at").Uint32(), jen.Id("v").Add(typ())).
			BlockFunc(func(g *jen.Group) { f.storeBody(g, h.typ) })
	case lowerSlots:
		return fn.Params(b, jen.Id("s").Index().Uint64(), jen.Id("v").Add(typ())).
			BlockFunc(func(g *jen.Group) { f.writeBody(g, h.typ, slots) })
	case toEnum:
		return fn.Params(b, jen.Id("v").Uint32()).Add(typ()).
			Block(jen.Return(typ().Call(enumCase(h.typ, jen.Id("v")))))
	default:
		return fn.Params(b, jen.Id("v").Add(typ())).Uint32().
			Block(jen.Return(enumCase(h.typ, jen.Uint32().Call(jen.Id("v")))))
	}
}

func enumCase(t *model.Type, v jen.Code) *jen.Statement {
	return glue("ToCase").Call(jen.Id("b"), v, jen.Lit(len(t.Cases)), jen.Lit(t.Def.Name))
}

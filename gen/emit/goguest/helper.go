package goguest

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
	loadMemory  operation = "load"
	liftSlots   operation = "lift"
	storeMemory operation = "store"
	lowerSlots  operation = "lower"
)

// helpers are the functions that a package needs, by name. They are found while code is written: only what is called
// gets written.
type helpers map[string]helper

// helper is one of them.
type helper struct {
	op  operation
	typ *model.Type
}

// helper notes that a helper is needed and refers to it. Types that differ may have one suffix: their helpers are
// numbered.
func (p *pkg) helper(op operation, t *model.Type) *jen.Statement {
	base := string(op) + gosrc.Suffix(t, p.unit.scope)
	name := base
	for n := 2; ; n++ {
		have, known := p.helpers[name]
		if known && gosrc.Same(have.typ, t) {
			break
		}
		if !known && !p.names[name] && !p.imports[name] {
			p.helpers[name] = helper{op, t}
			break
		}
		name = base + strconv.Itoa(n)
	}
	return jen.Id(name)
}

// emitHelpers writes the helpers. Writing one may add others, so it goes on until no name is new.
func (p *pkg) emitHelpers() {
	code := map[string]*jen.Statement{}
	for len(code) < len(p.helpers) {
		for _, name := range slices.Sorted(maps.Keys(p.helpers)) {
			if code[name] == nil {
				code[name] = p.helperFunc(name, p.helpers[name])
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(code)) {
		p.inside.Line()
		p.inside.Add(code[name])
	}
}

func (p *pkg) helperFunc(name string, h helper) *jen.Statement {
	memory, slots := place{base: "p"}, place{where: inSlots, base: "s"}
	pointer := jen.Id("p").Qual("unsafe", "Pointer")
	list := jen.Id("s").Index().Uint64()
	value := jen.Id("v").Add(p.GoType(h.typ))
	fn := jen.Func().Id(name)
	switch h.op {
	case loadMemory:
		return fn.Params(pointer).Add(p.GoType(h.typ)).BlockFunc(func(g *jen.Group) { p.readBody(g, h.typ, memory) })
	case liftSlots:
		return fn.Params(list).Add(p.GoType(h.typ)).BlockFunc(func(g *jen.Group) { p.readBody(g, h.typ, slots) })
	case storeMemory:
		return fn.Params(pointer, value).BlockFunc(func(g *jen.Group) { p.writeBody(g, h.typ, memory) })
	default:
		return fn.Params(list, value).BlockFunc(func(g *jen.Group) { p.writeBody(g, h.typ, slots) })
	}
}

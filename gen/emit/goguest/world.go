package goguest

import (
	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
)

// worldExports writes what registers everything that the world exports.
func (p *pkg) worldExports() {
	if p.unit.side != world || len(p.unit.items)+len(p.unit.exports) == 0 {
		return
	}
	fields := p.exportFields()
	p.Line()
	p.AddComment(p.exports + " is what a component of the world " + p.unit.scope.Name + " does for others: an implementation of each interface that\nit exports.")
	p.Type().Id(p.exports).StructFunc(func(g *jen.Group) {
		for _, field := range fields {
			g.Id(field.name).Qual(p.g.importPath(field.unit), p.g.packages[field.unit].guest).Comment(field.unit.key)
		}
		if p.guest != "" {
			g.Id(p.guest).Id(p.guest).Comment("the functions that the world exports by themselves")
		}
	})
	p.Line()
	p.AddComment(p.export + " has e answer all calls. Call it from a func init: nothing else of a program runs before the first call comes.\n" +
		"A call of what is nil in e panics.")
	p.Func().Id(p.export).Params(jen.Id("e").Id(p.exports)).BlockFunc(func(g *jen.Group) {
		for _, field := range fields {
			g.Qual(p.g.importPath(field.unit), p.g.packages[field.unit].export).Call(jen.Id("e").Dot(field.name))
		}
		if p.guest != "" {
			g.Id(p.registered).Op("=").Id("e").Dot(p.guest)
		}
	})
}

// exportField is an exported interface as a field of Exports.
type exportField struct {
	name string
	unit *unit
}

// exportFields names the interfaces as host code does.
func (p *pkg) exportFields() []exportField {
	var list []exportField
	for _, f := range gosrc.WorldFields(p.g.world, p.g.world.Exports, gosrc.NewNames(p.guest)) {
		for _, u := range p.unit.items {
			if u.key == f.Key {
				list = append(list, exportField{f.Name, u})
			}
		}
	}
	return list
}

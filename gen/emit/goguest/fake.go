package goguest

import (
	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
)

// fakeCalls writes what stands in for the host on the developer's machine: functions of a test, or else a panic.
func (p *pkg) fakeCalls() {
	if len(p.unit.imports) == 0 {
		return
	}
	p.outside.Line()
	for _, line := range gosrc.CommentLines(p.fake + " answers the calls of what is imported where there is no host: in tests on the developer's machine. A call of\n" +
		"what is nil panics. A test makes resources with new, and tells them apart by their addresses.") {
		p.outside.Comment(line)
	}
	fields := gosrc.Names{}
	answers := map[*model.Func]string{}
	p.outside.Var().Id(p.fake).StructFunc(func(g *jen.Group) {
		for _, fn := range p.unit.imports {
			answers[fn] = fields.Claim(p.funcs[fn].full)
			g.Id(answers[fn]).Func().Add(p.signature(fn, true, false))
		}
	})
	for _, fn := range p.unit.imports {
		answer := func() *jen.Statement { return jen.Id(p.fake).Dot(answers[fn]) }
		name := jen.Lit(p.unit.title() + "#" + fn.Name)
		p.outside.Line()
		p.outside.Func().Id(p.funcs[fn].cross).Add(p.signature(fn, true, false)).Block(
			jen.If(answer().Op("==").Nil()).Block(jen.Panic(support("Outside").Call(name))),
			returned(fn, answer().Call(p.arguments(fn)...)),
		)
	}
}

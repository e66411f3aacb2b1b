package goguest

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
)

// importFunc writes an imported function: what is called, and what moves values.
func (p *pkg) importFunc(fn *model.Func) {
	n := p.funcs[fn]
	p.Line()
	p.AddComment(p.comment(fn))
	head := p.Func()
	if fn.Kind == model.Method {
		head.Params(jen.Id(receiver).Add(p.GoType(fn.Params[0].Type)))
	}
	head.Id(n.public).Add(p.signature(fn, false, false)).Block(returned(fn, jen.Id(n.cross).Call(p.arguments(fn)...)))

	p.inside.Line()
	p.inside.Comment("//go:wasmimport " + p.unit.importModule() + " " + fn.Name)
	p.inside.Func().Id(n.raw).Add(core(fn.Plan.Lowered))
	p.inside.Line()
	if !fn.Plan.NeedsMemory() && (fn.Result == nil || isPlain(fn.Result)) {
		p.inside.Func().Id(n.cross).Add(p.signature(fn, true, false)).BlockFunc(func(g *jen.Group) { p.plainBody(g, fn) })
		return
	}
	p.inside.Func().Id(n.cross).Add(p.signature(fn, true, fn.Result != nil)).BlockFunc(func(g *jen.Group) { p.importBody(g, fn) })
}

// plainBody calls the host where nothing is in memory, and the result, if there is one, is its core value.
func (p *pkg) plainBody(g *jen.Group, fn *model.Func) {
	call := jen.Id(p.funcs[fn].raw).Call(p.lowerParams(g, fn)...)
	if fn.Result == nil {
		g.Add(call)
		return
	}
	g.Return(p.fromCore(fn.Result, call))
}

// importBody lowers the parameters, calls the host, and lifts the result.
func (p *pkg) importBody(g *jen.Group, fn *model.Func) {
	memory := fn.Plan.NeedsMemory()
	if memory {
		g.Add(support("Enter")).Call()
	}
	args := p.lowerParams(g, fn)
	if block := fn.Plan.ResultBlock; block != nil {
		p.areas.imports = max(p.areas.imports, block.Size)
		g.Id("p").Op(":=").Qual("unsafe", "Pointer").Call(jen.Op("&").Id("area"))
		args = append(args, support("Addr").Call(jen.Id("p")))
	}
	call := jen.Id(p.funcs[fn].raw).Call(args...)
	at := place{base: "p"}
	switch {
	case fn.Plan.Result == nil:
		g.Add(call)
	case isPlain(fn.Result):
		at.where = inCore
		g.Id("p").Op(":=").Add(call)
	default:
		at = place{where: inSlots, base: "slots"}
		g.Id("slots").Op(":=").Index().Uint64().Values(toSlot(fn.Plan.Lowered.Results[0], call))
	}
	p.liftResult(g, fn, at)
	if memory {
		g.Add(support("Leave")).Call()
	}
	switch s := gosrc.ShapeOf(fn); {
	case s.OK != nil && s.Fails:
		g.Return(jen.Id("result"), jen.Err())
	case s.OK != nil:
		g.Return(jen.Id("result"))
	case s.Fails:
		g.Return(jen.Err())
	}
}

// lowerParams returns the core values of the parameters. Those that take one are passed as they are; others are put
// into slots first, and all into memory if there are too many.
func (p *pkg) lowerParams(g *jen.Group, fn *model.Func) []jen.Code {
	names := p.arguments(fn)
	if block := fn.Plan.ParamBlock; block != nil {
		g.Id("block").Op(":=").Add(support("Alloc")).Call(jen.Lit(int(block.Size)), jen.Lit(int(block.Align)))
		for i, param := range fn.Params {
			p.write(g, param.Type, place{base: "block", at: int(block.Fields[i].Offset)}, jen.Add(names[i]))
		}
		return []jen.Code{support("Addr").Call(jen.Id("block"))}
	}
	var args []jen.Code
	for i, param := range fn.Params {
		args = append(args, p.lowerParam(g, param.Type, "s"+strconv.Itoa(i), jen.Add(names[i]))...)
	}
	return args
}

// lowerParam returns the core values of one parameter. The name is that of a variable for it.
func (p *pkg) lowerParam(g *jen.Group, t *model.Type, name string, v *jen.Statement) []jen.Code {
	switch {
	case isPlain(t):
		return []jen.Code{p.toCore(t, v)}
	case isSpan(t):
		g.Id(name).Op(":=").Add(p.lowerSpan(t, v))
		return []jen.Code{jen.Id(name).Dot("Ptr"), jen.Id(name).Dot("Len")}
	}
	g.Var().Id(name).Index(jen.Lit(len(t.ABI.Flat))).Uint64()
	g.Add(p.helper(lowerSlots, t)).Call(jen.Id(name).Index(jen.Op(":")), v)
	var args []jen.Code
	for i, c := range t.ABI.Flat {
		args = append(args, fromSlot(c, jen.Id(name).Index(jen.Lit(i))))
	}
	return args
}

// liftResult fills the named results of the function from a place.
func (p *pkg) liftResult(g *jen.Group, fn *model.Func, at place) {
	s := gosrc.ShapeOf(fn)
	if !s.Fails {
		if s.OK != nil {
			g.Id("result").Op("=").Add(p.read(s.OK, at))
		}
		return
	}
	payload := at.payload(fn.Result)
	failed := g.If(discriminant(fn.Result, at).Op("!=").Lit(0)).Block(jen.Err().Op("=").Add(p.liftError(s, payload)))
	if s.OK != nil {
		failed.Else().Block(jen.Id("result").Op("=").Add(p.read(s.OK, payload)))
	}
}

func (p *pkg) liftError(s gosrc.Shape, at place) *jen.Statement {
	if gosrc.IsError(s.Err) {
		return p.read(s.Err, at)
	}
	return support("Fail").Call(p.readPayload(s.Err, at))
}

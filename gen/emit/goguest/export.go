package goguest

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// guestInterface declares the interface that a guest implements, and how it is registered.
func (p *pkg) guestInterface() {
	if len(p.unit.exports) == 0 {
		return
	}
	what := p.unit.scope.Name
	if p.unit.side == world {
		what = "the functions that the world " + what + " exports by themselves"
	}
	free := slices.DeleteFunc(slices.Clone(p.unit.exports), func(fn *model.Func) bool { return fn.Kind == model.Method })
	p.Line()
	p.AddComment(p.guest + " implements " + what + ".\n\nAn error that is not the WIT error of its function panics, which ends the component.")
	p.Type().Id(p.guest).InterfaceFunc(func(g *jen.Group) { p.methods(g, free) })
	p.Line()
	p.Comment("// " + p.registered + " is what answers calls.")
	p.Var().Id(p.registered).Id(p.guest)
	if p.unit.side != world {
		p.Line()
		p.AddComment(p.export + " has g answer the calls of " + what + ". Call it from a func init: nothing else of a program runs before\nthe first call comes.")
		p.Func().Id(p.export).Params(jen.Id("g").Id(p.guest)).Block(jen.Id(p.registered).Op("=").Id("g"))
	}
	if len(free) > 0 {
		p.inside.Line()
		p.inside.Comment("// " + p.implementation + " is what answers the call of a function.")
		p.inside.Func().Id(p.implementation).Params(jen.Id("function").String()).Id(p.guest).Block(
			jen.If(jen.Id(p.registered).Op("==").Nil()).Block(
				jen.Panic(support("Unregistered").Call(jen.Id("function"), jen.Lit(p.unit.name+"."+p.export)))),
			jen.Return(jen.Id(p.registered)),
		)
	}
}

// methods declares the methods of an interface.
func (p *pkg) methods(g *jen.Group, funcs []*model.Func) {
	for i, fn := range funcs {
		if i > 0 {
			g.Line()
		}
		gosrc.Comment(g, p.comment(fn))
		g.Id(p.funcs[fn].public).Add(p.signature(fn, false, false))
	}
}

// exportFunc writes the function that the host calls.
func (p *pkg) exportFunc(fn *model.Func) {
	n := p.funcs[fn]
	p.inside.Line()
	p.inside.Comment("//go:wasmexport " + p.unit.exportName(fn.Name))
	p.inside.Func().Id(n.cross).Add(core(fn.Plan.Lifted)).BlockFunc(func(g *jen.Group) { p.exportBody(g, fn) })
	if fn.Result != nil && fn.Result.ABI.HasPointer() {
		p.inside.Line()
		p.inside.Comment("//go:wasmexport cabi_post_" + p.unit.exportName(fn.Name))
		p.inside.Func().Id(n.post).Params(jen.Uint32()).Block(support("PostReturn").Call())
	}
}

// exportBody lifts the parameters, calls the implementation, and lowers its result.
func (p *pkg) exportBody(g *jen.Group, fn *model.Func) {
	n, s := p.funcs[fn], gosrc.ShapeOf(fn)
	args := p.liftParams(g, fn)
	method := jen.Id(p.implementation).Call(jen.Lit(p.unit.exportName(fn.Name)))
	if fn.Kind == model.Method {
		method, args = jen.Add(args[0]), args[1:]
	}
	call := method.Dot(n.public).Call(args...)
	if fn.Plan.Result != nil && isPlain(fn.Result) && !p.borrows(fn) {
		g.Return(p.toCore(fn.Result, call))
		return
	}
	switch {
	case s.OK != nil && s.Fails:
		g.List(jen.Id("result"), jen.Err()).Op(":=").Add(call)
	case s.OK != nil:
		g.Id("result").Op(":=").Add(call)
	case s.Fails:
		g.Err().Op(":=").Add(call)
	default:
		g.Add(call)
	}
	if p.borrows(fn) {
		g.Add(support("EndBorrows")).Call()
	}
	switch {
	case fn.Plan.Result != nil:
		p.returnCore(g, fn, s)
	case fn.Plan.ResultBlock != nil:
		p.returnBlock(g, fn, s)
	}
}

// borrows reports whether the host lends handles for the call. One of a resource that the component defines is none: it
// is the representation.
func (p *pkg) borrows(fn *model.Func) bool {
	found := false
	gosrc.EachType(nil, []*model.Func{fn}, func(t *model.Type) {
		found = found || t.Kind == abi.Borrow && !p.defines(t.Resource)
	})
	return found
}

// liftParams returns an expression for each parameter. Those with memory are lifted before anything else happens.
func (p *pkg) liftParams(g *jen.Group, fn *model.Func) []jen.Code {
	args := make([]jen.Code, len(fn.Params))
	if !fn.Plan.LiftNeedsRealloc() {
		for i, param := range fn.Params {
			args[i] = p.liftParam(param.Type, fn.Plan.Params[i].Slot)
		}
		return args
	}
	g.Add(support("Accept")).Call()
	block := fn.Plan.ParamBlock
	if block != nil {
		g.Id("block").Op(":=").Add(support("Pointer")).Call(jen.Id(coreParam(0)))
	}
	names := p.arguments(fn)
	for i, param := range fn.Params {
		args[i] = names[i]
		if block != nil {
			g.Add(names[i]).Op(":=").Add(p.read(param.Type, place{base: "block", at: int(block.Fields[i].Offset)}))
		} else {
			g.Add(names[i]).Op(":=").Add(p.liftParam(param.Type, fn.Plan.Params[i].Slot))
		}
	}
	g.Add(support("Accepted")).Call()
	return args
}

// liftParam is the value in the core parameters from slot on.
func (p *pkg) liftParam(t *model.Type, slot int) *jen.Statement {
	switch {
	case isPlain(t):
		return p.read(t, place{where: inCore, base: coreParam(slot)})
	case isSpan(t):
		return p.readSpan(t, support("SpanOf").Call(jen.Id(coreParam(slot)), jen.Id(coreParam(slot+1))))
	}
	return p.helper(liftSlots, t).Call(jen.Index().Uint64().ValuesFunc(func(g *jen.Group) {
		for i, c := range t.ABI.Flat {
			g.Add(toSlot(c, jen.Id(coreParam(slot+i))))
		}
	}))
}

// returnBlock returns the address of a result in memory.
func (p *pkg) returnBlock(g *jen.Group, fn *model.Func, s gosrc.Shape) {
	p.areas.exports = max(p.areas.exports, fn.Plan.ResultBlock.Size)
	g.Id("p").Op(":=").Qual("unsafe", "Pointer").Call(jen.Op("&").Id("results"))
	at := place{base: "p"}
	side := func(fails bool, t *model.Type, v *jen.Statement) func(*jen.Group) {
		return func(g *jen.Group) {
			p.write(g, boolType, at, jen.Lit(fails))
			if t != nil {
				p.write(g, t, at.payload(fn.Result), v)
			} else if fails {
				g.Add(v) // which panics if it is another error
			}
		}
	}
	if s.Fails {
		g.If(jen.Err().Op("!=").Nil()).BlockFunc(side(true, s.Err, p.errorOf(fn, s))).
			Else().BlockFunc(side(false, s.OK, jen.Id("result")))
	} else {
		p.write(g, s.OK, at, jen.Id("result"))
	}
	g.Return(support("Addr").Call(jen.Id("p")))
}

// returnCore returns a result that is one core value.
func (p *pkg) returnCore(g *jen.Group, fn *model.Func, s gosrc.Shape) {
	switch {
	case s.Fails: // without payloads
		g.If(jen.Err().Op("!=").Nil()).Block(p.errorOf(fn, s))
		g.Return(support("FromBool").Call(jen.Err().Op("!=").Nil()))
	case isPlain(s.OK):
		g.Return(p.toCore(s.OK, jen.Id("result")))
	default:
		g.Var().Id("slots").Index(jen.Lit(1)).Uint64()
		g.Add(p.helper(lowerSlots, s.OK)).Call(jen.Id("slots").Index(jen.Op(":")), jen.Id("result"))
		g.Return(fromSlot(fn.Plan.Lifted.Results[0], jen.Id("slots").Index(jen.Lit(0))))
	}
}

// errorOf finds the WIT error in err.
func (p *pkg) errorOf(fn *model.Func, s gosrc.Shape) *jen.Statement {
	name := jen.Lit(p.unit.exportName(fn.Name))
	if gosrc.IsError(s.Err) {
		return support("ErrorOf").Types(p.GoType(s.Err)).Call(name, jen.Err())
	}
	call := support("ErrorOf").Types(support("Error").Types(p.GoType(s.Err))).Call(name, jen.Err())
	if s.Err == nil {
		return call
	}
	return call.Dot("Value")
}

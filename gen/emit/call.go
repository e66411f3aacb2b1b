package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// calls writes, for each function that Go implements, the code between its core form and the Go method.
func (f *file) calls() {
	if f.callsHost() {
		f.Line()
		f.Comment("// calls are the functions of the Host in their core form.")
		f.Type().Id("calls").Struct(jen.Id("host").Id("Host"))
	}
	for _, fn := range f.unit.host {
		if !runs(fn) {
			continue
		}
		f.Line()
		head := f.Func()
		if fn.Kind != model.Method {
			head.Params(jen.Id("c").Id("calls"))
		}
		head.Id(f.funcs.call[fn]).Params(
			jen.Id("ctx").Qual("context", "Context"),
			jen.Id("b").Op("*").Add(glue("Boundary")),
			jen.Id("stack").Index().Uint64(),
		).BlockFunc(func(g *jen.Group) { f.callBody(g, fn) })
	}
}

// callBody lifts the parameters, calls the method, and lowers its result.
func (f *file) callBody(g *jen.Group, fn *model.Func) {
	s := gosrc.ShapeOf(fn)
	out := f.resultBlock(g, fn)
	args := f.liftParams(g, fn)
	method := jen.Id("c").Dot("host").Dot(f.funcs.method[fn])
	if fn.Kind == model.Method {
		g.Id("self").Op(":=").Add(args[0])
		method = jen.Id("self").Dot(f.funcs.method[fn])
		args = args[1:]
	}
	list := []jen.Code{jen.Id("ctx")}
	for _, a := range args {
		list = append(list, a)
	}
	if s.Appends {
		list = append(list, jen.Id("b").Dot("Scratch").Call())
	}
	results := jen.List(jen.Id("result"), jen.Err())
	if s.OK == nil {
		results = jen.Err()
	}
	g.Add(results).Op(":=").Add(method).Add(arguments(list))
	g.If(jen.Err().Op("!=").Nil()).BlockFunc(func(g *jen.Group) { f.lowerError(g, fn, s, out) })
	f.lowerValue(g, fn, s, out)
}

// arguments is an argument list, one to a line when there are many.
func arguments(list []jen.Code) *jen.Statement {
	return jen.Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: len(list) > 3}, list...)
}

// liftParams returns an expression for each parameter of a lowered function. Parameters that did not fit
// into core values are in a block that the guest points to.
func (f *file) liftParams(g *jen.Group, fn *model.Func) []*jen.Statement {
	args := make([]*jen.Statement, len(fn.Params))
	if block := fn.Plan.ParamBlock; block != nil {
		g.Id("params").Op(":=").Add(view(jen.Uint32().Call(jen.Id("stack").Index(jen.Lit(0))), block))
		for i, p := range fn.Params {
			args[i] = f.liftParam(p.Type, place{base: "params", at: int(block.Fields[i].Offset)})
		}
		return args
	}
	for i, p := range fn.Params {
		args[i] = f.liftParam(p.Type, place{base: "stack", flat: true, at: fn.Plan.Params[i].Slot})
	}
	return args
}

func (f *file) liftParam(t *model.Type, p place) *jen.Statement {
	if gosrc.IsBytes(t) {
		return glue("ViewBytes").Call(jen.Id("b"), p.span())
	}
	return f.read(t, p)
}

// outcome is where a call's result goes.
type outcome int

const (
	nowhere outcome = iota // there is none
	inSlot                 // stack[0]
	inView                 // the view p: nothing of it needs memory from the guest
	inBlock                // the address at; p is a view of it until memory is allocated
)

// resultBlock checks the address that the guest gave for the result before the call has any effect.
func (f *file) resultBlock(g *jen.Group, fn *model.Func) outcome {
	block := fn.Plan.ResultBlock
	switch {
	case fn.Result == nil:
		return nowhere
	case block == nil:
		return inSlot
	}
	at := jen.Uint32().Call(jen.Id("stack").Index(jen.Lit(fn.Plan.ResultSlot())))
	if !block.HasPointer() {
		g.Id("p").Op(":=").Add(view(at, block))
		return inView
	}
	g.Id("at").Op(":=").Add(at)
	if fn.Result.Kind == abi.Result {
		g.Id("p").Op(":=").Add(view(jen.Id("at"), block))
	} else {
		g.Add(view(jen.Id("at"), block)).Comment("a bad address traps before the call has an effect")
	}
	return inBlock
}

// lowerError lowers a WIT error; what is none traps.
func (f *file) lowerError(g *jen.Group, fn *model.Func, s gosrc.Shape, out outcome) {
	if !s.Fails {
		g.Id("b").Dot("Fail").Call(jen.Err())
		return
	}
	errorOf := glue("ErrorOf").Types(glue("Error").Types(f.GoType(s.Err))).Call(jen.Id("b"), jen.Err())
	if s.Err == nil {
		g.Add(errorOf)
	} else {
		if gosrc.IsError(s.Err) {
			errorOf = glue("ErrorOf").Types(f.GoType(s.Err)).Call(jen.Id("b"), jen.Err())
		} else {
			errorOf.Dot("Value")
		}
		g.Id("fail").Op(":=").Add(errorOf)
	}
	f.lowerCase(g, out, jen.True())
	f.lowerPayload(g, fn.Result, s.Err, jen.Id("fail"))
	g.Return()
}

// lowerValue lowers what the method returned.
func (f *file) lowerValue(g *jen.Group, fn *model.Func, s gosrc.Shape, out outcome) {
	switch {
	case s.Fails:
		f.lowerCase(g, out, jen.False())
		f.lowerPayload(g, fn.Result, s.OK, jen.Id("result"))
	case out == inSlot, out == inView:
		f.write(g, s.OK, place{base: baseOf(out), flat: out == inSlot}, jen.Id("result"))
	case out == inBlock:
		f.store(g, s.OK, "at", 0, jen.Id("result"))
	}
	if s.Appends {
		g.Id("b").Dot("FitScratch").Call(jen.Len(jen.Id("result")))
	}
}

// lowerCase lowers the discriminant of a WIT result.
func (f *file) lowerCase(g *jen.Group, out outcome, fail *jen.Statement) {
	f.writeScalar(g, boolType, place{base: baseOf(out), flat: out == inSlot}, fail)
}

func baseOf(out outcome) string {
	if out == inSlot {
		return "stack"
	}
	return "p"
}

// lowerPayload lowers one side of a WIT result, if it has a payload: the result then lies in memory.
func (f *file) lowerPayload(g *jen.Group, t, side *model.Type, v *jen.Statement) {
	switch {
	case side == nil:
	case side.ABI.HasPointer():
		f.store(g, side, "at", t.ABI.Payload, v)
	default:
		f.write(g, side, place{base: "p", at: int(t.ABI.Payload)}, v)
	}
}

// hasHost reports whether there are functions that belong to no value, which the Host has.
func (f *file) hasHost() bool { return slices.ContainsFunc(f.unit.host, ofHost) }

func ofHost(fn *model.Func) bool { return fn.Kind != model.Method }

// callsHost reports whether some of the functions that the Host has can be called.
func (f *file) callsHost() bool {
	return slices.ContainsFunc(f.unit.host, func(fn *model.Func) bool { return ofHost(fn) && runs(fn) })
}

// coreTypes is a list of core types for a table.
func coreTypes(types []abi.CoreType) *jen.Statement {
	names := map[abi.CoreType]string{abi.I32: "I32", abi.I64: "I64", abi.CoreF32: "F32", abi.CoreF64: "F64"}
	return jen.Index().Add(glue("CoreType")).ValuesFunc(func(g *jen.Group) {
		for _, t := range types {
			g.Add(glue(names[t]))
		}
	})
}

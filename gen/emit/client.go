package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// client writes the type that calls a component which exports the unit.
func (f *file) client() {
	funcs := f.unit.guest
	if len(funcs) == 0 || f.unit.world {
		return
	}
	f.Line()
	notes := ""
	if len(f.guestTypes()) > 0 {
		notes = "The component defines the resources that come from it. Their owner drops them, with Own.Drop, or gives them away.\n" +
			"A call with one that is gone, or that is another component's, is a *glue.Misuse and has no effect."
	}
	f.AddComment(gosrc.Paragraphs("Client calls a component that exports "+f.Scope.Name+".", notes))
	f.Type().Id("Client").StructFunc(func(g *jen.Group) {
		for _, fn := range funcs {
			g.Id(f.funcs.export[fn]).Op("*").Add(glue("Export"))
		}
	})
	f.bind()
	for _, fn := range funcs {
		if fn.Kind != model.Method {
			f.clientMethod(fn)
		}
	}
}

// bind writes the function that makes a Client.
func (f *file) bind() {
	f.Line()
	f.Comment("// Bind finds the exports of a component. It fails if one is missing or has another type.")
	inst := jen.Id("inst").Op("*").Add(glue("Instance"))
	results := jen.Params(jen.Op("*").Id("Client"), jen.Error())
	fn, name := f.Func().Id("Bind").Params(inst.Clone()).Add(results.Clone()), jen.Lit(f.unit.name())
	if f.hasOtherNames() {
		fn.Block(jen.Return(jen.Id("BindAs").Call(jen.Id("inst"), name)))
		f.Line()
		f.AddComment("BindAs is Bind for a component that exports the interface under another name.")
		fn, name = f.Func().Id("BindAs").Params(inst, jen.Id("name").String()).Add(results), jen.Id("name")
	}
	fn.BlockFunc(func(g *jen.Group) {
		g.Id("c").Op(":=").Op("&").Id("Client").Values()
		args := []jen.Code{name}
		if len(f.guestTypes()) > 0 {
			args = append(args, jen.Id("holders").Call(jen.Id("c")).Op("..."))
		}
		f.bindFuncs(g, args...)
		g.Return(jen.Id("c"), jen.Nil())
	})
}

// bindFuncs resolves the functions of the unit. The arguments are the name that a component has for it, and holders.
func (f *file) bindFuncs(g *jen.Group, args ...jen.Code) {
	g.Id("b").Op(":=").Id("inst").Dot("Bind").Call(args...)
	if others := f.holdersElsewhere(); len(others) > 0 {
		g.Id("b").Dot("Use").Call(others...)
	}
	for _, fn := range f.unit.guest {
		g.Id("c").Dot(f.funcs.export[fn]).Op("=").Id("b").Dot("Func").Call(jen.Lit(fn.Name), jen.Id(f.funcs.typ[fn]))
	}
	g.If(jen.Err().Op(":=").Id("b").Dot("Err").Call(), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err()))
}

// hasOtherNames reports whether a world may export the interface under another name than its own.
func (f *file) hasOtherNames() bool { return f.Scope.World == nil }

// clientMethod lowers the parameters, runs the export, and lifts its result. A method of a resource belongs to
// what stands for one.
func (f *file) clientMethod(fn *model.Func) {
	s := gosrc.ShapeOf(fn)
	f.Line()
	f.AddComment(f.clientComment(fn, s))
	receiver, client := jen.Id("c").Op("*").Id("Client"), jen.Id("c")
	switch {
	case f.unit.world:
		receiver = jen.Id("c").Op("*").Id("Exports")
	case fn.Kind == model.Method:
		receiver, client = jen.Id("r").Op("*").Id(f.g.declared(fn.Resource).Guest), jen.Id("r").Dot("client")
	}
	f.Func().Params(receiver).Id(f.funcs.method[fn]).Add(f.signature(fn, true)).
		BlockFunc(func(g *jen.Group) {
			if !runs(fn) {
				g.Add(f.returns(s, jen.Id("result"), glue("ErrAsync")))
				return
			}
			g.Id("e").Op(":=").Add(client).Dot(f.funcs.export[fn])
			g.If(jen.Err().Op("=").Id("e").Dot("Enter").Call(jen.Id("ctx")), jen.Err().Op("!=").Nil()).
				Block(f.returns(s, jen.Id("result"), jen.Err()))
			checked := f.usesBoundary(fn)
			if checked {
				g.Defer().Id("e").Dot("Leave").Call(jen.Op("&").Err())
				g.Id("b").Op(":=").Op("&").Id("e").Dot("Boundary")
			}
			if len(fn.Params) > 0 || fn.Result != nil {
				g.Id("s").Op(":=").Id("e").Dot("Stack").Call()
			}
			f.lowerParams(g, fn)
			if checked {
				g.Id("e").Dot("Invoke").Call()
				f.liftResult(g, fn, s)
				return
			}
			finish := jen.Id("e").Dot("Finish").Call()
			if fn.Result == nil {
				g.Return(finish)
				return
			}
			g.If(jen.Err().Op("=").Add(finish), jen.Err().Op("!=").Nil()).Block(f.returns(s, jen.Id("result"), jen.Err()))
			f.liftResult(g, fn, s)
		})
}

// clientComment documents a method for who calls it.
func (f *file) clientComment(fn *model.Func, s gosrc.Shape) string {
	if fn.Kind == model.Method {
		return f.funcs.method[fn] + " implements " + f.g.declared(fn.Resource).Name + "."
	}
	notes := ""
	if s.Appends {
		notes = "The result is appended to buf."
	}
	if !runs(fn) {
		notes = "It is asynchronous: Bind fails until such functions can be called from Go."
	}
	return gosrc.Paragraphs(f.funcs.method[fn]+" calls "+fn.Base+".", gosrc.Docs(fn.Docs, fn.Stability), "\t"+fn.String(), notes)
}

func (f *file) returns(s gosrc.Shape, v, err jen.Code) *jen.Statement {
	if s.OK == nil {
		return jen.Return(err)
	}
	return jen.Return(v, err)
}

// usesBoundary reports whether the body needs the boundary: everything but numbers and bools does.
func (f *file) usesBoundary(fn *model.Func) bool {
	if fn.Plan.NeedsMemory() {
		return true
	}
	for _, p := range fn.Params {
		if !isPlain(p.Type) {
			return true
		}
	}
	return fn.Result != nil && !isPlain(fn.Result)
}

// lowerParams writes the parameters to the stack, or to a block in the guest's memory if they do not fit.
func (f *file) lowerParams(g *jen.Group, fn *model.Func) {
	names := f.funcs.params[fn]
	if fn.Kind == model.Method {
		names = slices.Insert(slices.Clone(names), 0, "r") // self
	}
	block := fn.Plan.ParamBlock
	if block == nil {
		for i, p := range fn.Params {
			f.write(g, p.Type, place{base: "s", flat: true, at: fn.Plan.Params[i].Slot}, jen.Id(names[i]))
		}
		return
	}
	g.Id("at").Op(":=").Id("b").Dot("Alloc").Call(jen.Lit(int(block.Size)), jen.Lit(int(block.Align)))
	for i, p := range fn.Params {
		f.store(g, p.Type, "at", block.Fields[i].Offset, jen.Id(names[i]))
	}
	g.Id("s").Index(jen.Lit(0)).Op("=").Uint64().Call(jen.Id("at"))
}

// liftResult returns what the export returned, from the stack or from a block that it points to.
func (f *file) liftResult(g *jen.Group, fn *model.Func, s gosrc.Shape) {
	p := place{base: "s", flat: true}
	if block := fn.Plan.ResultBlock; block != nil {
		g.Id("p").Op(":=").Add(view(jen.Uint32().Call(jen.Id("s").Index(jen.Lit(0))), block))
		p = place{base: "p"}
	}
	if !s.Fails {
		if s.OK == nil {
			g.Return(jen.Nil())
			return
		}
		g.Return(f.liftValue(s, p), jen.Nil())
		return
	}
	payload := p.payload(fn.Result)
	g.If(toCase(fn.Result, p, "result").Op("!=").Lit(0)).Block(f.returns(s, jen.Id("result"), f.liftError(s, payload)))
	if s.OK == nil {
		g.Return(jen.Nil())
		return
	}
	g.Return(f.liftValue(s, payload), jen.Nil())
}

func (f *file) liftValue(s gosrc.Shape, p place) *jen.Statement {
	if s.Appends {
		return jen.Append(jen.Id("buf"), glue("ViewBytes").Call(jen.Id("b"), p.span()).Op("..."))
	}
	return f.read(s.OK, p)
}

func (f *file) liftError(s gosrc.Shape, p place) *jen.Statement {
	if gosrc.IsError(s.Err) {
		return f.read(s.Err, p)
	}
	return glue("Fail").Call(f.readPayload(s.Err, p))
}

// isPlain reports whether a value is lifted and lowered without the boundary's help.
func isPlain(t *model.Type) bool {
	switch t.Kind {
	case abi.Char, abi.String:
		return false
	case abi.Flags:
		return true
	}
	return gosrc.Primitives[t.Kind] != ""
}

package cguest

import (
	"strconv"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// exportFunc declares a function that the program has to define, and writes the core function that calls it.
func (g *generator) exportFunc(v *view, f *model.Func) {
	s := g.signature(v, f)
	g.header.gap()
	g.header.comment(docs(f.Docs, f.Stability), "WIT: "+f.String())
	g.header.line("%s;", s.declaration(false))

	block := g.paramBlock(f, s)
	name := g.names.claim("__wasm_export_" + s.name)
	b := &body{text: &g.source, g: g, view: v, locals: s.locals}
	values := b.coreParams(f.Plan)
	params := make([]string, len(values))
	for i, value := range values {
		params[i] = coreTypes[f.Plan.Lifted.Params[i]] + " " + value
	}
	result := coreResult(f.Plan.Lifted)
	if f.Plan.ResultBlock != nil {
		result = "void *"
	}
	g.source.gap()
	g.source.line("%s", exportAttribute(v.exportName(f.Name)))
	g.source.line("%s {", prototype(result, name, params))
	b.callExport(f.Plan, s, values, block, f.Result)
	g.source.line("}")
	g.postReturn(v, f, name)
}

// coreParams names the parameters of the core function.
func (b *body) coreParams(plan *abi.Plan) []string {
	names := make([]string, len(plan.Lifted.Params))
	for i := range names {
		names[i] = b.locals.claim("p" + strconv.Itoa(i))
	}
	return names
}

// callExport lifts the parameters, calls the program's function and lowers the result.
func (b *body) callExport(plan *abi.Plan, s *signature, values []string, block string, result *model.Type) {
	var args []string
	if plan.ParamBlock != nil {
		args = b.blockArgs(s, values[0], block)
	} else {
		for _, p := range s.params {
			n := len(p.typ.ABI.Flat)
			args = append(args, b.liftParam(p, values[:n]))
			values = values[n:]
		}
	}
	free := func() {
		if plan.ParamBlock != nil {
			b.g.memory = true
			b.line("cabi_free(args);")
		}
	}
	if plan.ResultBlock != nil {
		b.exportBlock(s, args, result, free)
		return
	}
	b.exportFlat(s, args, result, free)
}

// blockArgs are the arguments that lie in a block. The caller has allocated it for this call.
func (b *body) blockArgs(s *signature, address, block string) []string {
	b.locals.claim("args")
	b.line("%s *args = (void *)%s;", block, address)
	list := make([]string, len(s.params))
	for i, p := range s.params {
		field := "args->" + tupleField(i)
		switch {
		case p.maybe:
			list[i] = field + ".is_some ? &" + field + ".val : NULL"
		case p.pointer:
			list[i] = "&" + field
		default:
			list[i] = field
		}
	}
	return list
}

// liftParam returns an argument for a parameter that comes in core values.
func (b *body) liftParam(p param, values arguments) string {
	if !p.pointer {
		return b.liftSimple(p.typ, values[0])
	}
	value := b.local(p.whole, "param", b.lift(p.typ, values))
	if p.maybe {
		return value + ".is_some ? &" + value + ".val : NULL"
	}
	return "&" + value
}

// exportFlat calls the program's function and returns its result as a core value, if there is one.
func (b *body) exportFlat(s *signature, args []string, result *model.Type, free func()) {
	core := func() string { return coreTypes[result.ABI.Flat[0]] }
	switch s.form {
	case noResult:
		b.line("%s;", s.call(args))
		free()
		return
	case scalarResult:
		value := b.local(s.result, "result", s.call(args))
		free()
		b.line("return %s;", b.lowerSimple(result, place(value)))
	case storedResult:
		value := b.local(b.g.ctype(b.view, result).name, "result", "")
		b.line("%s;", s.call(append(args, "&"+value)))
		free()
		b.line("return %s;", b.lower(result, place(value))[0])
	default: // no payload fits beside the case
		value := b.local(core(), "result", "!"+s.call(args))
		free()
		b.line("return %s;", value)
	}
}

// exportBlock calls the program's function and returns where its result is. That stays in place until the caller has
// read it, and no other call comes before.
func (b *body) exportBlock(s *signature, args []string, result *model.Type, free func()) {
	value := place(b.local("static "+b.g.ctype(b.view, result).name, "result", ""))
	switch {
	case s.form == storedResult:
		b.line("%s;", s.call(append(args, value.address())))
	case s.form == optionResult:
		b.line("%s = %s;", value.member("is_some"), s.call(append(args, "&"+string(value.member("val")))))
	case len(s.outs) == 1:
		out := payload(result, value, 0)
		if result.OK() == nil {
			out = payload(result, value, 1)
		}
		b.line("%s = !%s;", value.member("is_err"), s.call(append(args, "&"+string(out))))
	default: // both sides share memory in the result, and the program may use both
		ok := b.variable(s.outs[0].typ.ABI, s.outs[0].ctype.name, "ok_side")
		bad := b.variable(s.outs[1].typ.ABI, s.outs[1].ctype.name, "err_side")
		b.line("%s = !%s;", value.member("is_err"), s.call(append(args, "&"+ok, "&"+bad)))
		b.line("if (%s) {", value.member("is_err"))
		b.line("%s = %s;", payload(result, value, 1), bad)
		b.line("} else {")
		b.line("%s = %s;", payload(result, value, 0), ok)
		b.line("}")
	}
	free()
	b.line("return %s;", value.address())
}

// call is a call of the function.
func (s *signature) call(args []string) string { return s.name + "(" + strings.Join(args, ", ") + ")" }

// postReturn writes the function that the caller calls when it has read the result, if that owns memory.
func (g *generator) postReturn(v *view, f *model.Func, name string) {
	if f.Result == nil || !f.Result.ABI.HasPointer() {
		return
	}
	c := g.ctype(v, f.Result)
	g.source.gap()
	g.source.line("%s", exportAttribute("cabi_post_"+v.exportName(f.Name)))
	g.source.line("void %s(%s *result) {", g.names.claim(name+"_post_return"), c.name)
	g.source.line("%s(result);", c.free)
	g.source.line("}")
}

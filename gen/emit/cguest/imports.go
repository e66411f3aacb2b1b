package cguest

import (
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// importFunc writes a function that the program may call.
func (g *generator) importFunc(v *view, f *model.Func) {
	s := g.signature(v, f)
	g.header.gap()
	g.header.comment(docs(f.Docs, f.Stability), "WIT: "+f.String())
	g.header.line("%s;", s.declaration(true))

	args := ""
	if !s.isBlock() {
		args = g.paramBlock(f, s)
	}
	core := g.coreImport(v, f, s)
	g.source.gap()
	g.source.line("%s {", s.declaration(true))
	b := &body{text: &g.source, g: g, view: v, locals: s.locals}
	b.callImport(f.Plan, s, core, args, f.Result)
	g.source.line("}")
}

// coreImport declares the core function and returns its C name.
func (g *generator) coreImport(v *view, f *model.Func, s *signature) string {
	name := g.names.claim("__wasm_import_" + s.name)
	plan := f.Plan
	params := make([]string, len(plan.Lowered.Params))
	for i, core := range plan.Lowered.Params {
		params[i] = coreTypes[core]
	}
	if plan.ParamBlock != nil {
		params[0] = "const void *"
	}
	if plan.ResultBlock != nil {
		params[plan.ResultSlot()] = "void *"
	}
	g.source.gap()
	g.source.line("%s", importAttribute(v.importModule(), f.Name))
	g.source.line("%s;", prototype(coreResult(plan.Lowered), name, params))
	return name
}

// coreResult is the C type of a core function's result.
func coreResult(s abi.Signature) string {
	if len(s.Results) == 0 {
		return "void"
	}
	return coreTypes[s.Results[0]]
}

// paramBlock declares the struct that parameters are passed in if there are too many for core values. It returns its
// name, or nothing.
func (g *generator) paramBlock(f *model.Func, s *signature) string {
	block := f.Plan.ParamBlock
	if block == nil {
		return ""
	}
	name := g.names.claim("__wasm_args_" + s.name)
	g.source.gap()
	g.source.line("typedef struct %s {", name)
	for i, p := range s.params {
		g.source.line("%s %s;", p.whole, tupleField(i))
	}
	g.source.line("} %s;", name)
	g.source.line("LAYOUT(%s, %d, %d);", name, block.Size, block.Align)
	for i, field := range block.Fields[1:] {
		g.source.line("OFFSET(%s, %s, %d);", name, tupleField(i+1), field.Offset)
	}
	return name
}

// isBlock reports whether the only parameter is the block that parameters are passed in.
func (s *signature) isBlock() bool {
	return len(s.params) == 1 && s.params[0].pointer && !s.params[0].maybe
}

// callImport lowers the parameters, calls the core function and lifts the result.
func (b *body) callImport(plan *abi.Plan, s *signature, core, block string, result *model.Type) {
	args := b.importArgs(plan, s, block)
	if plan.ResultBlock == nil {
		b.importFlat(s, core+"("+strings.Join(args, ", ")+")", result)
		return
	}
	into := "ret"
	if s.form != storedResult {
		into = b.variable(result.ABI, b.g.ctype(b.view, result).name, "result")
		args = append(args, "&"+into)
	} else {
		args = append(args, into)
	}
	b.line("%s(%s);", core, strings.Join(args, ", "))
	b.unpack(s, result, into)
}

// importArgs are the core values for the parameters.
func (b *body) importArgs(plan *abi.Plan, s *signature, block string) []string {
	if plan.ParamBlock == nil {
		var args []string
		for i := range s.params {
			args = append(args, b.lowerParam(s.params[i])...)
		}
		return args
	}
	if s.isBlock() {
		return []string{s.params[0].name}
	}
	args := b.variable(plan.ParamBlock, block, "args")
	for i, p := range s.params {
		field := args + "." + tupleField(i)
		switch {
		case p.maybe:
			b.line("%s.is_some = %s != NULL;", field, p.name)
			b.line("if (%s) {", p.name)
			b.line("%s.val = *%s;", field, p.name)
			b.line("}")
		case p.pointer:
			b.line("%s = *%s;", field, p.name)
		default:
			b.line("%s = %s;", field, p.name)
		}
	}
	return []string{"&" + args}
}

// lowerParam returns the core values of a parameter.
func (b *body) lowerParam(p param) []string {
	switch {
	case p.maybe:
		return b.lowerMaybe(p)
	case p.pointer:
		return b.lower(p.typ, place("*"+p.name))
	}
	return b.lower(p.typ, place(p.name))
}

// importFlat returns the result of a call that comes as a core value, if there is one.
func (b *body) importFlat(s *signature, call string, result *model.Type) {
	switch s.form {
	case noResult:
		b.line("%s;", call)
	case scalarResult:
		b.line("return %s;", b.liftSimple(result, call))
	case storedResult:
		core := b.local(coreTypes[result.ABI.Flat[0]], "core", call)
		b.line("*ret = %s;", b.lift(result, arguments{core}))
	default: // no payload fits beside the case
		b.line("return !%s;", call)
	}
}

// unpack stores the parts of an option or result that is there, and returns which it is.
func (b *body) unpack(s *signature, result *model.Type, from string) {
	switch s.form {
	case optionResult:
		b.line("if (%s.is_some) {", from)
		b.line("*ret = %s.val;", from)
		b.line("}")
		b.line("return %s.is_some;", from)
	case resultResult:
		if result.Err() != nil {
			b.line("if (%s.is_err) {", from)
			b.line("*err = %s.val.err;", from)
			b.line("return false;")
			b.line("}")
		}
		if result.OK() == nil {
			b.line("return true;")
			return
		}
		if result.Err() == nil {
			b.line("if (%s.is_err) {", from)
			b.line("return false;")
			b.line("}")
		}
		b.line("*ret = %s.val.ok;", from)
		b.line("return true;")
	}
}

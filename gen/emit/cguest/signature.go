package cguest

import (
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// signature is a function as C calls it.
type signature struct {
	name   string
	params []param
	result string     // the C type that it returns
	form   resultForm // what that says
	outs   []param    // the results that it stores, behind the parameters
	locals scope      // the names that a body may not take
}

// param is a parameter in C.
type param struct {
	name    string
	ctype   *ctype // what is passed
	typ     *model.Type
	whole   string // the C type for typ
	pointer bool   // passed by its address
	maybe   bool   // an option whose payload is passed by its address, which is null without one
}

// resultForm is how a function returns its result.
type resultForm uint8

const (
	noResult     resultForm = iota
	scalarResult            // the value
	optionResult            // whether there is one, which is then stored
	resultResult            // whether all went well, and then the good side is stored, or else the bad one
	storedResult            // nothing: the value is stored
)

// signature returns the C signature of a function, and declares the types in it.
func (g *generator) signature(v *view, f *model.Func) *signature {
	s := &signature{locals: newScope("ret", "err"), result: "void"}
	for _, p := range f.Params {
		s.params = append(s.params, g.param(v, p, s.locals))
	}
	g.results(v, f.Result, s)
	s.name = g.names.claim(v.functionPrefix() + "_" + snake(f.Name))
	return s
}

func (g *generator) param(v *view, p model.Param, locals scope) param {
	c := g.ctype(v, p.Type)
	out := param{ctype: c, whole: c.name, typ: p.Type, pointer: byPointer(p.Type), name: identifier(p.Name)}
	// A name for an option is passed as any other type.
	if p.Type.Kind == abi.Option && (p.Type.Alias == nil || p.Type.Alias.Target() == nil) {
		out.maybe, out.ctype = true, g.ctype(g.inside(v, p.Type), p.Type.Elem)
		out.name = "maybe_" + out.name
	}
	for g.names[out.name] { // or it would hide a type that the next parameter has
		out.name += "_"
	}
	out.name = locals.claim(out.name)
	return out
}

// byPointer reports whether a type is passed by its address: those that are structs, but handles.
func byPointer(t *model.Type) bool {
	switch t.Kind {
	case abi.String, abi.List, abi.FixedList, abi.Map, abi.Record, abi.Tuple, abi.Variant, abi.Option, abi.Result:
		return true
	}
	return false
}

// results adds how a function returns its result.
func (g *generator) results(v *view, t *model.Type, s *signature) {
	out := func(name string, in *view, t *model.Type) {
		if t != nil {
			s.outs = append(s.outs, param{name: name, ctype: g.ctype(in, t), typ: t, pointer: true})
		}
	}
	switch {
	case t == nil:
	case t.Kind == abi.Option:
		g.ctype(v, t)
		s.form, s.result = optionResult, "bool"
		out("ret", g.inside(v, t), t.Elem)
	case t.Kind == abi.Result:
		g.ctype(v, t)
		s.form, s.result = resultResult, "bool"
		out("ret", g.inside(v, t), t.OK())
		out("err", g.inside(v, t), t.Err())
	case byPointer(t):
		s.form = storedResult
		out("ret", v, t)
	default:
		s.form, s.result = scalarResult, g.ctype(v, t).name
	}
}

// declaration is the signature in C. What a function may only read is const.
func (s *signature) declaration(readOnly bool) string {
	var list []string
	for _, p := range s.params {
		list = append(list, p.declaration(readOnly))
	}
	for _, p := range s.outs {
		list = append(list, p.declaration(false))
	}
	return prototype(s.result, s.name, list)
}

// maxLine is how long a line may be before it is broken.
const maxLine = 100

// prototype is a function in C, without what ends its declaration or begins its body.
func prototype(result, name string, params []string) string {
	if !strings.HasSuffix(result, "*") {
		result += " "
	}
	if len(params) == 0 {
		params = []string{"void"}
	}
	line := result + name + "(" + strings.Join(params, ", ") + ")"
	if len(line) > maxLine {
		line = result + name + "(\n    " + strings.Join(params, ",\n    ") + ")"
	}
	return line
}

func (p param) declaration(readOnly bool) string {
	switch {
	case !p.pointer:
		return p.ctype.name + " " + p.name
	case readOnly:
		return "const " + p.ctype.name + " *" + p.name
	}
	return p.ctype.name + " *" + p.name
}

package goguest

import (
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// This file writes how functions look in Go, and in core form.

// signature is a function's parameters and results. Named results serve a body that fills them. With self, that is a
// parameter like others.
func (p *pkg) signature(fn *model.Func, self, named bool) *jen.Statement {
	s := gosrc.ShapeOf(fn)
	params := jen.ParamsFunc(func(g *jen.Group) {
		if self && fn.Kind == model.Method {
			g.Id(receiver).Add(p.GoType(fn.Params[0].Type))
		}
		for i, param := range gosrc.WireParams(fn) {
			g.Id(p.funcs[fn].params[i]).Add(p.GoType(param.Type))
		}
	})
	var results []jen.Code
	add := func(name string, t *jen.Statement) {
		if named {
			t = jen.Id(name).Add(t)
		}
		results = append(results, t)
	}
	if s.OK != nil {
		add("result", p.GoType(s.OK))
	}
	if s.Fails {
		add("err", jen.Error())
	}
	switch {
	case len(results) == 0:
		return params
	case len(results) == 1 && !named:
		return params.Add(results[0])
	}
	return params.Params(results...)
}

// arguments are the names of a function's parameters, with self for a method.
func (p *pkg) arguments(fn *model.Func) []jen.Code {
	var list []jen.Code
	if fn.Kind == model.Method {
		list = append(list, jen.Id(receiver))
	}
	for _, name := range p.funcs[fn].params {
		list = append(list, jen.Id(name))
	}
	return list
}

// returned is a call, whose result is returned if the function has one.
func returned(fn *model.Func, call *jen.Statement) *jen.Statement {
	if fn.Result == nil {
		return call
	}
	return jen.Return(call)
}

// comment documents a function.
func (p *pkg) comment(fn *model.Func) string {
	docs := gosrc.Docs(fn.Docs, fn.Stability)
	if docs == "" {
		docs = p.funcs[fn].public + " is the WIT function " + fn.Base + "."
	}
	return gosrc.Paragraphs(docs, "\t"+fn.String(), p.errorNote(gosrc.ShapeOf(fn)))
}

// errorNote says how a WIT error looks in Go.
func (p *pkg) errorNote(s gosrc.Shape) string {
	switch {
	case !s.Fails:
		return ""
	case s.Err == nil:
		return "The WIT error is guest.Fail(guest.Unit{})."
	case gosrc.IsError(s.Err):
		return "A WIT error is of type " + p.typeText(s.Err) + "."
	}
	return "A WIT error is guest.Fail of a " + p.typeText(s.Err) + "."
}

// typeText is the Go type of t for a comment.
func (p *pkg) typeText(t *model.Type) string {
	return strings.ReplaceAll(p.GoType(t).GoString(), p.unit.name+".", "")
}

// coreParam is the name of a core parameter.
func coreParam(i int) string { return "p" + strconv.Itoa(i) }

// coreTypes are the Go types of core values.
var coreTypes = map[abi.CoreType]string{abi.I32: "uint32", abi.I64: "uint64", abi.CoreF32: "float32", abi.CoreF64: "float64"}

// core is the signature of a function in core form.
func core(s abi.Signature) *jen.Statement {
	list := jen.ParamsFunc(func(g *jen.Group) {
		for i, t := range s.Params {
			g.Id(coreParam(i)).Id(coreTypes[t])
		}
	})
	for _, t := range s.Results {
		list.Id(coreTypes[t])
	}
	return list
}

// isPlain reports whether a value takes one core value, which is all of it.
func isPlain(t *model.Type) bool {
	switch t.Kind {
	case abi.Enum, abi.Flags, abi.Own, abi.Borrow:
		return true
	}
	return t.Kind != abi.String && gosrc.Primitives[t.Kind] != ""
}

// isSpan reports whether a value is an address and a length.
func isSpan(t *model.Type) bool {
	return t.Kind == abi.String || t.Kind == abi.List || t.Kind == abi.Map
}

// maxFrame is the number of bytes that the compiler has room for in the call of an exported function.
const maxFrame = 128

// exportFrame is what an exported function takes of it: its parameters, each aligned to its size, and the result behind
// them, aligned to 8.
func exportFrame(fn *model.Func) int {
	n := 0
	for _, t := range fn.Plan.Lifted.Params {
		size := 8
		if t == abi.I32 || t == abi.CoreF32 {
			size = 4
		}
		n = (n+size-1)&^(size-1) + size
	}
	n = (n + 7) &^ 7
	return n + 8*len(fn.Plan.Lifted.Results)
}

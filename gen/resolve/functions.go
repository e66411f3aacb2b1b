package resolve

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/runtime/abi"
)

// function is the declaration of a function, wherever it stands.
type function struct {
	docs syntax.Docs
	gate syntax.Gate
	name syntax.ID // of a constructor: the keyword
	typ  *syntax.FuncType
	kind model.FuncKind
}

// function resolves a function of the scope, or of a resource if that is not nil. It returns nil if it is left
// out for want of a feature.
func (s *scope) function(d function, resource *symbol) *model.Func {
	file := s.list.file
	gate := s.r.gate(s.pkg, file, d.gate, d.name.Span)
	f := &model.Func{
		Name: d.name.Name, Base: d.name.Name, Docs: text(d.docs), Async: d.typ.Async, Stability: stability(d.gate),
		ExternalID: externalID(d.gate), Place: place(file, d.name.Span), Kind: d.kind,
	}
	t := &typer{scope: s, blamed: d.name, off: gate != "" || s.gate != ""}
	if resource != nil {
		s.member(f, d, resource, t)
	}
	s.params(f, d.typ, t)
	t.borrow = false
	if d.typ.Result != nil {
		f.Result = t.typ(d.typ.Result, 0)
	}
	if t.borrow && !t.off {
		s.report(d.name.Span, RuleBorrow, fmt.Sprintf("the result of `%s` has a borrowed handle", d.name.Name),
			"what is borrowed goes back when the call ends: return `own<…>`")
	}
	if t.depth >= MaxTypeDepth {
		s.reportTooDeep(d.name)
	}
	if gate != "" {
		return nil
	}
	return f
}

// prefixes of the names of functions that belong to a resource.
var prefixes = [...]string{model.Method: "[method]", model.Static: "[static]", model.Constructor: "[constructor]"}

// member makes a function one of a resource: it gives it its full name, a method its self, and a constructor its
// result.
func (s *scope) member(f *model.Func, d function, resource *symbol, t *typer) {
	f.Name = prefixes[d.kind] + resource.name.Name
	if d.kind != model.Constructor {
		f.Name += "." + f.Base
	}
	if resource.gate != "" && !t.off {
		s.r.reportGated(s.list.file, d.name.Span, resource.name.Name, resource.gate)
	}
	f.Resource = resource.def
	if resource.def == nil {
		return
	}
	switch d.kind {
	case model.Method:
		f.Params = append(f.Params, model.Param{Name: "self", Place: f.Place, Type: handle(abi.Borrow, resource.def)})
	case model.Constructor:
		f.Result = handle(abi.Own, resource.def)
	}
}

func (s *scope) params(f *model.Func, typ *syntax.FuncType, t *typer) {
	seen := s.distinct("parameter")
	if f.Kind == model.Method {
		seen(syntax.ID{Name: "self"})
	}
	for _, p := range typ.Params {
		seen(p.Name)
		f.Params = append(f.Params, model.Param{Name: p.Name.Name, Place: place(s.list.file, p.Name.Span), Type: t.typ(p.Type, 0)})
	}
}

// members resolves the functions of a resource.
func (s *scope) members(r *syntax.Resource) []*model.Func {
	sym := s.find(r.Name.Name)
	if sym == nil || sym.name != r.Name {
		return nil // its name is taken, which has been said
	}
	var funcs []*model.Func
	for _, m := range r.Methods {
		if f := s.function(memberDecl(m), sym); f != nil {
			funcs = append(funcs, f)
		}
	}
	return funcs
}

func memberDecl(m syntax.ResourceMethod) function {
	switch m := m.(type) {
	case *syntax.Method:
		return function{m.Docs, m.Gate, m.Name, m.Type, model.Method}
	case *syntax.Static:
		return function{m.Docs, m.Gate, m.Name, m.Type, model.Static}
	case *syntax.Constructor:
		name := syntax.ID{Span: m.Keyword, Name: "constructor"}
		return function{m.Docs, m.Gate, name, m.Type, model.Constructor}
	}
	panic(fmt.Sprintf("resolve: there is no declaration for %T", m))
}

// checkMethods reports functions of a resource that have the same name.
func (s *scope) checkMethods(r *syntax.Resource) {
	seen := s.distinct("function")
	constructed := false
	for _, m := range r.Methods {
		d := memberDecl(m)
		if d.kind != model.Constructor {
			seen(d.name)
			continue
		}
		if constructed {
			s.report(d.name.Span, RuleDuplicate, fmt.Sprintf("resource `%s` has two constructors", r.Name.Name), "a static function can have any name")
		}
		constructed = true
	}
}

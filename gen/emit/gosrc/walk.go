package gosrc

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// This file visits types with all their parts.

// Walk visits a type and its parts.
func Walk(t *model.Type, visit func(*model.Type)) {
	w := walker{visit: visit, seen: map[*model.Type]bool{}}
	w.walk(t)
}

// EachType visits the types that are declared, and those that functions have.
func EachType(types []*model.TypeDef, funcs []*model.Func, visit func(*model.Type)) {
	w := walker{visit: visit, seen: map[*model.Type]bool{}}
	for _, d := range types {
		w.walk(d.Type)
	}
	w.funcs(funcs)
}

// walker visits types once. They share their parts: the ways to all of them may be more than there is time for.
type walker struct {
	visit func(*model.Type)
	seen  map[*model.Type]bool
}

func (w *walker) funcs(funcs []*model.Func) {
	for _, fn := range funcs {
		for _, p := range fn.Params {
			w.walk(p.Type)
		}
		w.walk(fn.Result)
	}
}

// walk visits what has not been visited of a type, which may be missing.
func (w *walker) walk(t *model.Type) {
	if t == nil || w.seen[t] {
		return
	}
	w.seen[t] = true
	w.visit(t)
	if t.Kind == abi.Map {
		w.walk(PairOf(t))
		return
	}
	w.walk(t.Elem)
	for _, f := range t.Fields {
		w.walk(f.Type)
	}
	for _, c := range t.Cases {
		w.walk(c.Type)
	}
}

func EachFuncType(funcs []*model.Func, visit func(*model.Type)) {
	w := walker{visit: visit, seen: map[*model.Type]bool{}}
	w.funcs(funcs)
}

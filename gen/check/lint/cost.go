package lint

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// This file has the rules about what types cost. Those of functions without a plan, which gen/layout refuses, cost
// nothing.

// funcName is how messages call a function.
func funcName(f *model.Func) string {
	if f.Kind == model.Constructor {
		return "the constructor of `" + f.Resource.Name + "`"
	}
	return "function `" + f.Base + "`"
}

// spilled does not look at async functions, for which it is the rule and not the exception.
func spilled(l *linter, _ *scope, f *model.Func) {
	if f.Plan == nil || f.Plan.ParamBlock == nil || f.Async {
		return
	}
	l.report(f.Place, "a resource or a second function takes what does not change from call to call",
		"the parameters of %s take more than %d core values, so all of them go through memory, in a block of %d bytes",
		funcName(f), abi.MaxFlatParams, f.Plan.ParamBlock.Size)
}

func largeResult(l *linter, _ *scope, f *model.Func) {
	most := limit(l.MaxResult, defaultMaxResult)
	if f.Plan == nil || f.Plan.ResultBlock == nil || f.Plan.ResultBlock.Size <= most {
		return
	}
	l.report(f.Place, "return what every caller needs, and the rest from functions of its own",
		"the result of %s takes %d bytes in memory, more than %d, besides what its lists and strings refer to", funcName(f), f.Plan.ResultBlock.Size, most)
}

func nestedLists(l *linter, _ *scope, f *model.Func) {
	if f.ABI == nil || f.ABI.Result == nil {
		return
	}
	most := limit(l.MaxDepth, defaultMaxDepth)
	if n := depth(f.ABI.Result, map[*abi.Type]int{}); n > most {
		l.report(f.Place, "flatten it, or return the parts from functions of their own",
			"the result of %s has lists within lists, %d deep, and each of them is allocated on its own", funcName(f), n)
	}
}

// depth is how many lists, strings and maps are within each other in a type.
func depth(t *abi.Type, known map[*abi.Type]int) int {
	if n, ok := known[t]; ok || !t.HasPointer() {
		return n
	}
	n := 0
	if t.Elem != nil {
		n = depth(t.Elem, known)
	}
	for _, f := range t.Fields {
		n = max(n, depth(f.Type, known))
	}
	for _, c := range t.Cases {
		if c.Type != nil {
			n = max(n, depth(c.Type, known))
		}
	}
	switch t.Kind {
	case abi.List, abi.Map, abi.String:
		n++
	}
	known[t] = n
	return n
}

func wideVariant(l *linter, _ *scope, d *model.TypeDef) {
	most := limit(l.MaxVariant, defaultMaxVariant)
	if d.Type == nil || d.Type.Def != d || d.Type.Kind != abi.Variant || d.Type.ABI == nil || d.Type.ABI.Size <= most {
		return
	}
	widest, size, next := 0, uint32(0), uint32(0)
	for i, c := range d.Type.ABI.Cases {
		switch {
		case c.Type == nil:
		case c.Type.Size > size:
			widest, size, next = i, c.Type.Size, size
		default:
			next = max(next, c.Type.Size)
		}
	}
	if size < 2*next {
		return
	}
	c := d.Type.Cases[widest]
	l.report(c.Place, "put what it carries into a list or behind a resource",
		"because of case `%s` each value of variant `%s` takes %d bytes; %d are enough for the payloads of the others", c.Name, d.Name, d.Type.ABI.Size, next)
}

// slowLists reports lists in a type as it is written; named types are looked at where they are declared.
func (l *linter) slowLists(t *model.Type, at model.Place, where string) {
	eachPart(t, func(t *model.Type) {
		if t.Kind != abi.List && t.Kind != abi.FixedList {
			return
		}
		switch t.Elem.Kind {
		case abi.Bool:
			l.report(at, "pack them into flags, or into list<u8> with eight a byte",
				"%s has a %s, whose elements take a byte each and are converted one by one", where, t)
		case abi.Char:
			l.report(at, "use a string", "%s has a %s, whose elements take 4 bytes each and are checked one by one", where, t)
		}
	})
}

// eachPart calls f for a type and its parts as they are written.
func eachPart(t *model.Type, f func(*model.Type)) {
	if t == nil {
		return
	}
	f(t)
	if t.Def == nil && t.Alias == nil {
		eachInside(t, f)
	}
}

// eachInside calls f for the parts of a type.
func eachInside(t *model.Type, f func(*model.Type)) {
	eachPart(t.Key, f)
	eachPart(t.Elem, f)
	for _, x := range t.Fields {
		eachPart(x.Type, f)
	}
	for _, x := range t.Cases {
		eachPart(x.Type, f)
	}
}

// eachMemberType calls f with the types that a type's declaration is made of, and where they stand.
func eachMemberType(d *model.TypeDef, f func(t *model.Type, at model.Place, where string)) {
	switch {
	case d.Type == nil:
	case d.Type.Def == d:
		for _, x := range d.Type.Fields {
			f(x.Type, x.Place, fmt.Sprintf("field `%s`", x.Name))
		}
		for _, x := range d.Type.Cases {
			f(x.Type, x.Place, fmt.Sprintf("case `%s`", x.Name))
		}
	case d.Target() == nil:
		f(d.Type, d.Place, fmt.Sprintf("type `%s`", d.Name))
	}
}

// eachSignatureType calls f with the types of a function's parameters and of its result.
func eachSignatureType(fn *model.Func, f func(t *model.Type, at model.Place, where string)) {
	for _, p := range params(fn) {
		f(p.Type, p.Place, fmt.Sprintf("parameter `%s`", p.Name))
	}
	f(fn.Result, fn.Place, "the result of "+funcName(fn))
}

func slowListDef(l *linter, _ *scope, d *model.TypeDef) { eachMemberType(d, l.slowLists) }

func slowListFunc(l *linter, _ *scope, f *model.Func) { eachSignatureType(f, l.slowLists) }

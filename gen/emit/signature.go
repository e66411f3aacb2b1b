package emit

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
)

// This file states the types of functions as constants, in the words of the runtime: linking compares them with what
// a component states. Types that would be spelled out again and again get a constant of their own.

// spelling is a type that several others have in them.
type spelling struct{ name, text string }

// minSpelling is the length from which on a type is worth a name.
const minSpelling = 60

// functionTypes names the types of all functions, as components state them.
func (f *file) functionTypes() {
	funcs := append(f.unit.host[:len(f.unit.host):len(f.unit.host)], f.unit.guest...)
	if len(funcs) == 0 {
		return
	}
	f.Line()
	f.Comment("// The functions' types, which must be those that a component states.")
	f.Const().DefsFunc(func(g *jen.Group) {
		named := f.spellings(funcs)
		for i, s := range named {
			g.Id(s.name).Op("=").Add(spell(s.text, named[i+1:]))
		}
		done := gosrc.Names{}
		for _, fn := range funcs {
			if name := f.funcs.typ[fn]; !done[name] {
				done.Claim(name)
				g.Id(name).Op("=").Add(spell(fn.ABI.String(), named))
			}
		}
	})
}

// spellings are the named types that occur more than once in the types of functions, the longest first: a type is
// longer than those in it.
func (f *file) spellings(funcs []*model.Func) []spelling {
	var all strings.Builder
	for _, fn := range funcs {
		all.WriteString(fn.ABI.String() + "\n")
	}
	var list []spelling
	gosrc.EachFuncType(funcs, func(t *model.Type) {
		if t.Def == nil {
			return
		}
		text := t.ABI.String()
		known := slices.ContainsFunc(list, func(s spelling) bool { return s.text == text })
		if !known && len(text) >= minSpelling && strings.Count(all.String(), text) > 1 {
			list = append(list, spelling{f.names.Claim("typeOf" + gosrc.DefSuffix(t.Def, f.Scope)), text})
		}
	})
	slices.SortStableFunc(list, func(a, b spelling) int { return len(b.text) - len(a.text) })
	return list
}

// spell is an expression for a text in which types stand by their names.
func spell(text string, named []spelling) *jen.Statement {
	for i, s := range named {
		before, after, found := strings.Cut(text, s.text)
		if !found {
			continue
		}
		expr := jen.Id(s.name)
		if before != "" {
			expr = spell(before, named[i+1:]).Op("+").Add(expr)
		}
		if after != "" {
			expr = expr.Op("+").Add(spell(after, named[i:]))
		}
		return expr
	}
	return jen.Lit(text)
}

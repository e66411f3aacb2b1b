package resolve

import (
	"fmt"
	"iter"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

// scope is an interface or a world, whose types and functions share their names.
type scope struct {
	r     *resolver
	pkg   *pkg
	list  *list
	model *model.Scope
	names map[string]*symbol // by name in lower case
	all   []*symbol          // as they are declared
	gate  string             // the feature without which all of it is left out
}

// symbol is what a name in a scope stands for.
type symbol struct {
	name     syntax.ID
	function bool
	def      *model.TypeDef // nil for a function, and for a type that nobody knows
	gate     string         // the feature without which it is left out
}

func (r *resolver) newScope(p *pkg, l *list, m *model.Scope, gate string) *scope {
	return &scope{r: r, pkg: p, list: l, model: m, gate: gate, names: map[string]*symbol{}}
}

func (s *scope) report(span syntax.Span, rule diag.Rule, message, hint string) {
	s.r.report(s.list.file, span, rule, message, hint)
}

// declare gives a name a meaning, or reports that it is taken: of two types the second is at fault, of a type and
// a function the function.
func (s *scope) declare(sym *symbol) {
	first := s.names[fold(sym.name.Name)]
	if first == nil {
		s.names[fold(sym.name.Name)] = sym
		s.all = append(s.all, sym)
		return
	}
	later, earlier := sym.name, first.name
	if sym.function == first.function && later.Start < earlier.Start {
		later, earlier = earlier, later
	}
	s.r.reportTaken(s.list.file, later, earlier.Name, describePlace(s.list.file, earlier.Span, s.list.file))
}

// find finds a name, nil if it stands for nothing.
func (s *scope) find(name string) *symbol {
	if sym := s.names[fold(name)]; sym != nil && sym.name.Name == name {
		return sym
	}
	return nil
}

// typeNames are the names of types: some others first, then those of the scope.
func (s *scope) typeNames(others []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, name := range others {
			if !yield(name) {
				return
			}
		}
		for _, sym := range s.all {
			if !sym.function && !yield(sym.name.Name) {
				return
			}
		}
	}
}

// renamed are the types of older WIT that have another name today.
var renamed = map[string]string{"float32": "f32", "float64": "f64"}

func (s *scope) reportNoType(name syntax.ID) {
	hint := s.r.didYouMean(name.Name, s.typeNames(builtin))
	if now := renamed[name.Name]; now != "" {
		hint = fmt.Sprintf("`%s` is called `%s` today", name.Name, now)
	}
	s.report(name.Span, RuleUnknown, fmt.Sprintf("there is no type `%s`", name.Name), hint)
}

// builtin are the types that have no declaration.
var builtin = []string{
	"bool", "char", "f32", "f64", "future", "list", "map", "option", "result", "s16", "s32", "s64", "s8", "stream", "string", "tuple",
	"u16", "u32", "u64", "u8",
}

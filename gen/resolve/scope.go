package resolve

import (
	"fmt"

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

// declare gives a name a meaning. It reports a name that is taken, and returns false then.
func (s *scope) declare(sym *symbol) bool {
	first := s.names[fold(sym.name.Name)]
	if first == nil {
		s.names[fold(sym.name.Name)] = sym
		s.all = append(s.all, sym)
		return true
	}
	later, earlier := sym.name, first.name
	if later.Start < earlier.Start {
		later, earlier = earlier, later
	}
	s.r.reportTaken(s.list.file, later, earlier.Name, describePlace(s.list.file, earlier.Span, s.list.file))
	return false
}

// find finds a name, nil if it stands for nothing.
func (s *scope) find(name string) *symbol {
	if sym := s.names[fold(name)]; sym != nil && sym.name.Name == name {
		return sym
	}
	return nil
}

// typeNames are the names of types, for hints.
func (s *scope) typeNames() []string {
	var names []string
	for _, sym := range s.all {
		if !sym.function {
			names = append(names, sym.name.Name)
		}
	}
	return names
}

// renamed are the types of older WIT that have another name today.
var renamed = map[string]string{"float32": "f32", "float64": "f64"}

func (s *scope) reportNoType(name syntax.ID) {
	hint := didYouMean(name.Name, append(s.typeNames(), builtin...))
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

// use makes the types known that a use brings from an interface.
func (s *scope) use(u *syntax.Use) {
	gate := s.r.gateOfUse(s, u)
	off := gate != "" || s.gate != ""
	from := s.r.item(s.pkg, s.list, &u.Path, false, off)
	for _, n := range u.Names {
		as := n.Name
		if n.As != nil {
			as = *n.As
		}
		sym := &symbol{name: as, gate: gate}
		if from != nil && !from.unknown && !s.bring(sym, n.Name, from, u, off) {
			sym.def = nil
		}
		if s.gate != "" && gate == "" {
			s.r.reportUngated(s.list.file, n.Name, s.model.Name, s.gate)
		}
		s.declare(sym)
		if sym.def != nil && gate == "" {
			s.model.Types = append(s.model.Types, sym.def)
		}
	}
}

// gateOfUse checks the gates of a use for each name that it brings, or once if there is none.
func (r *resolver) gateOfUse(s *scope, u *syntax.Use) string {
	at := u.Path.Name.Span
	if len(u.Names) > 0 {
		at = u.Names[0].Name.Span
	}
	return r.gate(s.pkg, s.list.file, u.Gate, at)
}

// bring makes a symbol an alias of a type of another interface.
func (s *scope) bring(sym *symbol, name syntax.ID, from *item, u *syntax.Use, off bool) bool {
	there := from.scope.find(name.Name)
	switch {
	case there == nil:
		if off && u.Path.Package != nil {
			return false // it may have come later than the version that is here
		}
		s.report(name.Span, RuleUnknown, fmt.Sprintf("interface `%s` has no type `%s`", from.name.Name, name.Name),
			didYouMean(name.Name, from.scope.typeNames()))
		return false
	case there.function:
		s.report(name.Span, RuleKind, fmt.Sprintf("`%s` is a function, and only types can be used", name.Name), "")
		return false
	case there.gate != "" || from.gate != "":
		if !off {
			s.r.reportGated(s.list.file, name.Span, name.Name, anyOf(there.gate, from.gate))
		}
		return false
	case there.def == nil:
		return false
	}
	sym.def = &model.TypeDef{
		Owner: s.model, Name: sym.name.Name, Stability: stability(u.Gate), Place: place(s.list.file, sym.name.Span),
	}
	s.r.alias(sym.def, there.def)
	return true
}

// alias makes a definition another name for a type.
func (r *resolver) alias(d, target *model.TypeDef) {
	if target.Root().Resource != nil {
		d.AliasOf = target
	} else {
		d.Type = named(target)
	}
	r.traits[d] = r.traits[target]
}

func anyOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

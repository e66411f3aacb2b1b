package resolve

import (
	"cmp"
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

// declare gives a name a meaning. It reports a name that is taken, and returns false then: of two types the
// second is at fault, of a type and a function the function.
func (s *scope) declare(sym *symbol) bool {
	first := s.names[fold(sym.name.Name)]
	if first == nil {
		s.names[fold(sym.name.Name)] = sym
		s.all = append(s.all, sym)
		return true
	}
	later, earlier := sym.name, first.name
	if sym.function == first.function && later.Start < earlier.Start {
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

// used is a use on its way: its names are known, but not what they stand for.
type used struct {
	*syntax.Use
	gate    string // the feature without which it is left out
	symbols []*symbol
}

// declareUse makes the names known that a use brings.
func (s *scope) declareUse(u *syntax.Use) used {
	at := u.Path.Name.Span
	if len(u.Names) > 0 {
		at = u.Names[0].Name.Span
	}
	gate := s.r.gate(s.pkg, s.list.file, u.Gate, at)
	symbols := make([]*symbol, len(u.Names))
	for i, n := range u.Names {
		symbols[i] = &symbol{name: n.Name, gate: gate}
		if n.As != nil {
			symbols[i].name = *n.As
		}
		s.declare(symbols[i])
	}
	return used{u, gate, symbols}
}

// resolveUse makes the names of a use aliases of types of another interface.
func (s *scope) resolveUse(u used) {
	off := u.gate != "" || s.gate != ""
	from := s.r.item(s.pkg, s.list, &u.Path, false, off)
	for i, sym := range u.symbols {
		name := u.Names[i].Name
		if s.gate != "" && u.gate == "" {
			s.r.reportUngated(s.list.file, name, s.model.Name, s.gate)
		}
		if from == nil || from.unknown {
			continue
		}
		sym.def = s.bring(sym, name, from, u.Use, off)
		if sym.def != nil && u.gate == "" {
			s.model.Types = append(s.model.Types, sym.def)
		}
	}
}

// bring makes an alias of a type of another interface. It returns nil if that can't be told.
func (s *scope) bring(sym *symbol, name syntax.ID, from *item, u *syntax.Use, off bool) *model.TypeDef {
	there := from.scope.find(name.Name)
	switch {
	case there == nil:
		if !off || u.Path.Package == nil { // another package may have it later
			s.report(name.Span, RuleUnknown, fmt.Sprintf("interface `%s` has no type `%s`", from.name.Name, name.Name),
				s.r.didYouMean(name.Name, from.scope.typeNames(nil)))
		}
		return nil
	case there.function:
		s.report(name.Span, RuleKind, fmt.Sprintf("`%s` is a function, and only types can be used", name.Name), "")
		return nil
	case there.gate != "" || from.gate != "":
		if !off {
			s.r.reportGated(s.list.file, name.Span, name.Name, cmp.Or(there.gate, from.gate))
		}
		return nil
	case there.def == nil:
		return nil
	}
	d := &model.TypeDef{Owner: s.model, Name: sym.name.Name, Stability: stability(u.Gate), Place: place(s.list.file, sym.name.Span)}
	s.r.alias(d, there.def)
	if s.r.traits[d].depth > MaxTypeDepth {
		s.reportTooDeep(name)
		return nil
	}
	return d
}

func (s *scope) reportTooDeep(at syntax.ID) {
	s.report(at.Span, RuleTooLarge, fmt.Sprintf("more than %d types inside of each other", MaxTypeDepth), "")
}

// alias makes a definition another name for a type.
func (r *resolver) alias(d, target *model.TypeDef) {
	if target.Root().Resource != nil {
		d.AliasOf = target
	} else {
		d.Type = named(target)
	}
	has := r.traits[target]
	has.depth++
	r.traits[d] = has
}

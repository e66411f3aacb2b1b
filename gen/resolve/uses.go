package resolve

import (
	"cmp"
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
)

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

package lint

import "github.com/witan-os/witan/gen/model"

// This file has the rules about documentation.

const hintDocs = "say in a comment with /// what it is for"

func undocumentedScope(l *linter, s *scope) {
	if s.Docs == "" {
		l.report(s.Place, hintDocs, "%s `%s` has no documentation", s.noun, s.Name)
	}
}

func undocumentedDef(l *linter, _ *scope, d *model.TypeDef) {
	if d.Docs == "" {
		l.report(d.Place, hintDocs, "%s `%s` has no documentation", declared(d), d.Name)
	}
}

func undocumentedFunc(l *linter, _ *scope, f *model.Func) {
	switch {
	case f.Docs != "":
	case f.Kind == model.Constructor:
		l.report(f.Place, hintDocs, "the constructor of `%s` has no documentation", f.Resource.Name)
	default:
		l.report(f.Place, hintDocs, "function `%s` has no documentation", f.Base)
	}
}

func undocumentedMembers(l *linter, _ *scope, d *model.TypeDef) {
	eachMember(d, func(noun, name, docs string, at model.Place) {
		if docs == "" {
			l.report(at, hintDocs, "%s `%s` has no documentation", noun, name)
		}
	})
}

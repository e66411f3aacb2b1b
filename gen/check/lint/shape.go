package lint

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// This file has the rules about types that are awkward in most languages.

func unnamedError(l *linter, _ *scope, f *model.Func) {
	if f.Result == nil || f.Result.Kind != abi.Result || f.Result.Err() == nil {
		return
	}
	e := f.Result.Err()
	if e.Def != nil || e.Alias != nil || e.Kind == abi.Own {
		return
	}
	l.report(f.Place, "declare an enum or a variant of what can go wrong: callers can tell its cases apart, and it can be documented",
		"the error of %s is %s, which has no name", funcName(f), e)
}

func (l *linter) nestedOptions(t *model.Type, at model.Place, where string) {
	eachPart(t, func(t *model.Type) {
		if t.Kind == abi.Option && t.Elem.Kind == abi.Option {
			l.report(at, "declare a variant that names the three cases", "%s has an option of an option, `%s`", where, t)
		}
	})
}

func nestedOptionDef(l *linter, _ *scope, d *model.TypeDef) { eachMemberType(d, l.nestedOptions) }

func nestedOptionFunc(l *linter, _ *scope, f *model.Func) { eachSignatureType(f, l.nestedOptions) }

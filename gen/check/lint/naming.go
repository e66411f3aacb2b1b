package lint

import (
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/runtime/abi"
)

// This file has the rules about names.

// eachName calls f for all names in a type's declaration.
func eachName(d *model.TypeDef, f func(noun, name string, at model.Place)) {
	f(declared(d), d.Name, d.Place)
	eachMember(d, func(noun, name, _ string, at model.Place) { f(noun, name, at) })
}

// eachMember calls f for the fields, cases or flags of a type.
func eachMember(d *model.TypeDef, f func(noun, name, docs string, at model.Place)) {
	if d.Type == nil || d.Type.Def != d {
		return
	}
	for _, x := range d.Type.Fields {
		f("field", x.Name, x.Docs, x.Place)
	}
	for _, x := range d.Type.Cases {
		f("case", x.Name, x.Docs, x.Place)
	}
	for _, x := range d.Type.Labels {
		f("flag", x.Name, x.Docs, x.Place)
	}
}

// eachFuncName calls f for all names in a function's declaration.
func eachFuncName(fn *model.Func, f func(noun, name string, at model.Place)) {
	if fn.Kind != model.Constructor {
		f("function", fn.Base, fn.Place)
	}
	for _, p := range params(fn) {
		f("parameter", p.Name, p.Place)
	}
}

// params are the parameters that a function is declared with.
func params(f *model.Func) []model.Param {
	if f.Kind == model.Method {
		return f.Params[1:]
	}
	return f.Params
}

// declared is what a type is, in the words of WIT: "type" for an alias.
func declared(d *model.TypeDef) string {
	switch {
	case d.Resource != nil:
		return "resource"
	case d.Type != nil && d.Type.Def == d:
		return d.Type.Kind.String()
	}
	return "type"
}

func (l *linter) upper(noun, name string, at model.Place) {
	if lower := strings.ToLower(name); lower != name {
		l.report(at, "write `"+lower+"`: bindings spell it as their language does", "%s `%s` has words in upper case", noun, name)
	}
}

func upperScope(l *linter, s *scope) { l.upper(s.noun, s.Name, s.Place) }

func upperDef(l *linter, _ *scope, d *model.TypeDef) { eachName(d, l.upper) }

func upperFunc(l *linter, _ *scope, f *model.Func) { eachFuncName(f, l.upper) }

// whole are the words that others are cut from. Words that everyone says in the short form, such as len, are not
// among them.
var whole = map[string]string{
	"addr": "address", "attr": "attribute", "attrs": "attributes", "buf": "buffer", "cfg": "config", "cnt": "count", "cur": "current",
	"ctx": "context", "dest": "destination", "dst": "destination", "err": "error", "fn": "function", "func": "function", "idx": "index",
	"mgr": "manager", "msg": "message", "msgs": "messages", "num": "number or count", "obj": "object", "pkg": "package", "prev": "previous",
	"ptr": "pointer", "req": "request", "res": "result or resource", "resp": "response", "ret": "result", "src": "source", "str": "string or text",
	"svc": "service", "tmp": "temporary", "val": "value", "vals": "values",
}

func (l *linter) short(noun, name string, at model.Place) {
	for word := range strings.SplitSeq(name, "-") {
		if long := whole[strings.ToLower(word)]; long != "" {
			l.report(at, "names are read more often than written: "+long, "%s `%s` abbreviates a word to `%s`", noun, name, word)
			return
		}
	}
}

func shortScope(l *linter, s *scope) { l.short(s.noun, s.Name, s.Place) }

func shortDef(l *linter, _ *scope, d *model.TypeDef) { eachName(d, l.short) }

func shortFunc(l *linter, _ *scope, f *model.Func) { eachFuncName(f, l.short) }

// written is a name as WIT text has it: keywords need a mark.
func written(name string) string {
	if syntax.IsKeyword(name) {
		return "%" + name
	}
	return name
}

// stutters reports a name that repeats that of what it is in, if there is one without: "ip-4" can't become "4".
func (l *linter) stutters(noun, name string, at model.Place, outerNoun, outer string) {
	if rest, ok := strings.CutPrefix(name, outer+"-"); ok && syntax.IsIdentifier(rest) {
		l.report(at, "write `"+written(rest)+"`: who uses it says where it is from", "%s `%s` repeats the name of %s `%s`", noun, name, outerNoun, outer)
	}
}

func stutterDef(l *linter, s *scope, d *model.TypeDef) {
	l.stutters(declared(d), d.Name, d.Place, s.noun, s.Name)
	eachMember(d, func(noun, name, _ string, at model.Place) { l.stutters(noun, name, at, declared(d), d.Name) })
}

// stutterFunc leaves out functions of interfaces: exit-with-code is a fine name in the interface exit.
func stutterFunc(l *linter, _ *scope, f *model.Func) {
	if f.Resource != nil {
		l.stutters("function", f.Base, f.Place, "resource", f.Resource.Name)
	}
}

func kindScope(l *linter, s *scope) { l.kind(s.noun, s.Name, s.Place) }

// kindDef leaves out flags: a set of flags is called that in plain English.
func kindDef(l *linter, _ *scope, d *model.TypeDef) {
	if d.Type != nil && d.Type.Kind == abi.Flags {
		return
	}
	l.kind(declared(d), d.Name, d.Place)
}

func (l *linter) kind(noun, name string, at model.Place) {
	if rest, ok := strings.CutSuffix(name, "-"+noun); ok && noun != "type" && syntax.IsIdentifier(rest) {
		l.report(at, "write `"+written(rest)+"`: that it is a "+noun+" is said by its declaration", "%s `%s` says in its name what it is", noun, name)
	}
}

package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// funcNames are the Go names of a unit's functions.
type funcNames struct {
	method map[*model.Func]string   // in Host, Client or a resource's interface
	full   map[*model.Func]string   // unique in the package
	params map[*model.Func][]string // without self
}

func nameFuncs(u unit) *funcNames {
	n := &funcNames{
		method: map[*model.Func]string{},
		full:   map[*model.Func]string{},
		params: map[*model.Func][]string{},
	}
	taken := map[*model.TypeDef]scope{nil: newScope()}
	full := newScope()
	used := bodyNames(u)
	// A world's imports and exports may have names in common: Host and Client are different types, but
	// what is declared for both in the package needs different names.
	for i, fn := range append(u.host[:len(u.host):len(u.host)], u.guest...) {
		if _, done := n.method[fn]; done {
			continue
		}
		if i == len(u.host) {
			taken[nil] = newScope()
		}
		n.method[fn] = methodName(taken, fn)
		prefix := ""
		if fn.Kind == model.Method {
			prefix = goName(fn.Resource.Name)
		}
		n.full[fn] = full.claim(prefix + n.method[fn])
		n.params[fn] = paramNames(fn, used)
	}
	return n
}

func methodName(taken map[*model.TypeDef]scope, fn *model.Func) string {
	switch fn.Kind {
	case model.Method:
		s := taken[fn.Resource]
		if s == nil {
			s = newScope("Drop") // a resource's end, see glue.Dropper
			taken[fn.Resource] = s
		}
		return s.claim(goName(fn.Base))
	case model.Static:
		return taken[nil].claim(goName(fn.Resource.Name) + goName(fn.Base))
	case model.Constructor:
		return taken[nil].claim("New" + goName(fn.Resource.Name))
	}
	return taken[nil].claim(goName(fn.Base))
}

// paramNames names a function's parameters apart from the names that generated bodies use.
func paramNames(fn *model.Func, used []string) []string {
	taken := newScope(used...)
	params := wireParams(fn)
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = taken.claim(localName(p.Name))
	}
	return names
}

// bodyNames are the names that the bodies of generated methods may use: variables, imported packages and
// helper functions.
func bodyNames(u unit) []string {
	names := []string{"at", "b", "buf", "c", "ctx", "e", "err", "p", "result", "s", "context", "fmt", "glue"}
	for _, s := range foreignScopes(u) {
		names = append(names, packageName(s))
	}
	eachType(u, func(t *model.Type) {
		for _, op := range operations {
			names = append(names, string(op)+suffix(t, u.scope))
		}
	})
	return names
}

// wireParams are the parameters that a Go method lists: self is its receiver.
func wireParams(fn *model.Func) []model.Param {
	if fn.Kind == model.Method {
		return fn.Params[1:]
	}
	return fn.Params
}

// shape is how a function's result looks in Go.
type shape struct {
	ok      *model.Type // the value, nil without one
	err     *model.Type // the WIT error's payload, nil without one
	fails   bool        // the result is a WIT result
	appends bool        // the value is list<u8>: it is appended to a buffer of the caller's
}

func shapeOf(fn *model.Func) shape {
	s := shape{ok: fn.Result}
	if fn.Result != nil && fn.Result.Kind == abi.Result {
		s = shape{ok: fn.Result.OK(), err: fn.Result.Err(), fails: true}
	}
	s.appends = isBytes(s.ok)
	return s
}

// method declares a method of an interface.
func (f *file) method(g *jen.Group, fn *model.Func) {
	comment(g, f.methodComment(fn))
	g.Id(f.funcs.method[fn]).Add(f.signature(fn, false))
}

// signature is a method's parameters and results. Named results serve a body that recovers.
func (f *file) signature(fn *model.Func, named bool) *jen.Statement {
	s := shapeOf(fn)
	names := f.funcs.params[fn]
	params := func(g *jen.Group) {
		g.Id("ctx").Qual("context", "Context")
		for i, p := range wireParams(fn) {
			g.Id(names[i]).Add(f.goType(p.Type))
		}
		if s.appends {
			g.Id("buf").Index().Byte()
		}
	}
	fail := jen.Error()
	if named {
		fail = jen.Id("err").Error()
	}
	if s.ok == nil {
		if named {
			return jen.ParamsFunc(params).Params(fail)
		}
		return jen.ParamsFunc(params).Add(fail)
	}
	value := f.goType(s.ok)
	if named {
		value = jen.Id("result").Add(value)
	}
	return jen.ParamsFunc(params).Params(value, fail)
}

// methodComment documents a method for who implements it.
func (f *file) methodComment(fn *model.Func) string {
	var notes []string
	for i, p := range wireParams(fn) {
		if isBytes(p.Type) {
			notes = append(notes, f.funcs.params[fn][i]+" is a view of the guest's memory: copy what you keep.")
		}
	}
	s := shapeOf(fn)
	if s.appends {
		notes = append(notes, "The result is appended to buf, which the caller reuses.")
	}
	docs := docs(fn.Docs, fn.Stability)
	if docs == "" {
		docs = f.funcs.method[fn] + " implements " + fn.Base + "."
	}
	return paragraphs(docs, "\t"+fn.String(), strings.Join(append(notes, f.errorNote(s)...), "\n"))
}

// errorNote says how a method reports a WIT error.
func (f *file) errorNote(s shape) []string {
	switch {
	case !s.fails:
		return nil
	case s.err == nil:
		return []string{"The WIT error is glue.Fail(glue.Unit{})."}
	case isError(s.err):
		return []string{"A WIT error is of type " + f.typeText(s.err) + "."}
	}
	return []string{"A WIT error is glue.Fail of a " + f.typeText(s.err) + "."}
}

// typeText is the Go type of t for a comment.
func (f *file) typeText(t *model.Type) string {
	text := f.goType(t).GoString()
	return strings.ReplaceAll(text, packageName(f.scope)+".", "")
}

// isError reports whether the Go type of an error payload implements error.
func isError(t *model.Type) bool { return t != nil && t.Def != nil && t.Def.IsError }

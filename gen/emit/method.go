package emit

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// funcNames are the Go names of a unit's functions.
type funcNames struct {
	method map[*model.Func]string   // in Host, Client or a resource's interface
	params map[*model.Func][]string // without self
	typ    map[*model.Func]string   // the constant with the function's type
	call   map[*model.Func]string   // the function or method of calls that is the function in core form
	export map[*model.Func]string   // the field of Client that is the function
}

// funcScopes are the scopes that the names of a unit's functions share.
type funcScopes struct {
	pkg       gosrc.Names                    // what the package declares
	free      gosrc.Names                    // the methods of Host or Client
	resources map[*model.TypeDef]gosrc.Names // the methods of a resource
	used      bodyNames
}

func nameFuncs(u unit, pkg gosrc.Names, used bodyNames) *funcNames {
	n := &funcNames{
		method: map[*model.Func]string{}, params: map[*model.Func][]string{},
		typ: map[*model.Func]string{}, call: map[*model.Func]string{}, export: map[*model.Func]string{},
	}
	s := &funcScopes{pkg: pkg, free: gosrc.Names{}, resources: map[*model.TypeDef]gosrc.Names{}, used: used}
	calls := gosrc.NewNames("host")
	for _, fn := range u.host {
		full := n.add(fn, s)
		if fn.Kind == model.Method {
			n.call[fn] = pkg.Claim("call" + full)
		} else {
			n.call[fn] = calls.Claim(gosrc.UnexportedMethod(full))
		}
	}
	// A world's imports and exports may have names in common: Host and Client are different types, but
	// what is declared for both in the package needs different names.
	s.free = gosrc.Names{}
	for _, field := range u.exportFields() {
		s.free.Claim(field.Name)
	}
	fields := gosrc.Names{}
	for _, fn := range u.guest {
		if n.method[fn] == "" {
			n.addExport(fn, u.host, s)
		}
		n.export[fn] = fields.Claim(gosrc.UnexportedMethod(n.full(fn)))
	}
	return n
}

// add names a function, and returns its name in full.
func (n *funcNames) add(fn *model.Func, s *funcScopes) string {
	n.method[fn] = s.method(fn)
	n.params[fn] = paramNames(fn, s.used)
	full := n.full(fn)
	if n.typ[fn] == "" {
		n.typ[fn] = s.pkg.Claim("typeOf" + full)
	}
	return full
}

// addExport names an export of a world, which may be the same function as an import.
func (n *funcNames) addExport(fn *model.Func, imports []*model.Func, s *funcScopes) {
	for _, i := range imports {
		if i.Name == fn.Name && i.ABI.String() == fn.ABI.String() {
			n.typ[fn] = n.typ[i]
		}
	}
	n.add(fn, s)
}

// full is the name of a function that tells it from those of other resources.
func (n *funcNames) full(fn *model.Func) string {
	if fn.Kind == model.Method {
		return gosrc.GoName(fn.Resource.Name) + n.method[fn]
	}
	return n.method[fn]
}

// method claims the name of a function's method.
func (s *funcScopes) method(fn *model.Func) string {
	taken := s.free
	if fn.Kind == model.Method {
		if taken = s.resources[fn.Resource]; taken == nil {
			taken = gosrc.NewNames("Drop") // a resource's end, see glue.Dropper
			s.resources[fn.Resource] = taken
		}
	}
	return taken.Claim(gosrc.MethodName(fn))
}

// paramNames names a function's parameters apart from the names that generated bodies use.
func paramNames(fn *model.Func, used bodyNames) []string {
	taken := gosrc.Names{}
	params := gosrc.WireParams(fn)
	names := make([]string, len(params))
	for i, p := range params {
		name := gosrc.LocalName(p.Name)
		if used.has(name) {
			name += "_"
		}
		names[i] = taken.Claim(name)
	}
	return names
}

// bodyNames are the names that the bodies of generated methods use beside those of parameters.
type bodyNames struct {
	variables gosrc.Names
	numbered  gosrc.Names // imported packages and helper functions, of which several may differ by a number behind them
}

func (n bodyNames) has(name string) bool {
	return n.variables[name] || n.numbered[strings.TrimRight(name, digits)]
}

const digits = "0123456789"

func namesInBodies(u unit, imports map[*model.Scope]string) bodyNames {
	names := bodyNames{gosrc.NewNames("at", "b", "buf", "c", "ctx", "e", "err", "p", "result", "s"), gosrc.NewNames(standardImports...)}
	if slices.ContainsFunc(u.guest, func(fn *model.Func) bool { return fn.Kind == model.Method }) {
		names.variables["r"] = true // the receiver
	}
	for _, name := range imports {
		names.numbered[strings.TrimRight(name, digits)] = true
	}
	eachType(u, func(t *model.Type) {
		for _, op := range operations {
			names.numbered[strings.TrimRight(string(op)+gosrc.Suffix(t, u.scope), digits)] = true
		}
	})
	return names
}

// standardImports are the packages that any generated file may import, beside those of other scopes.
var standardImports = []string{"context", "fmt", "glue", "io", "iter"}

// method declares a method of an interface.
func (f *file) method(g *jen.Group, fn *model.Func) {
	gosrc.Comment(g, f.methodComment(fn))
	g.Id(f.funcs.method[fn]).Add(f.signature(fn, false))
}

// signature is a method's parameters and results. Named results serve a body that recovers.
func (f *file) signature(fn *model.Func, named bool) *jen.Statement {
	s := gosrc.ShapeOf(fn)
	names := f.funcs.params[fn]
	params := func(g *jen.Group) {
		g.Id("ctx").Qual("context", "Context")
		for i, p := range gosrc.WireParams(fn) {
			g.Id(names[i]).Add(f.GoType(p.Type))
		}
		if s.Appends {
			g.Id("buf").Index().Byte()
		}
	}
	fail := jen.Error()
	if named {
		fail = jen.Id("err").Error()
	}
	if s.OK == nil {
		if named {
			return jen.ParamsFunc(params).Params(fail)
		}
		return jen.ParamsFunc(params).Add(fail)
	}
	value := f.GoType(s.OK)
	if named {
		value = jen.Id("result").Add(value)
	}
	return jen.ParamsFunc(params).Params(value, fail)
}

// methodComment documents a method for who implements it.
func (f *file) methodComment(fn *model.Func) string {
	var notes []string
	for i, p := range gosrc.WireParams(fn) {
		if gosrc.IsBytes(p.Type) {
			notes = append(notes, f.funcs.params[fn][i]+" is a view of the guest's memory: copy what you keep.")
		}
	}
	s := gosrc.ShapeOf(fn)
	if s.Appends {
		notes = append(notes, "The result is appended to buf, which the caller reuses.")
	}
	notes = append(notes, f.errorNote(s)...)
	notes = append(notes, f.futureNotes(fn)...)
	docs := gosrc.Docs(fn.Docs, fn.Stability)
	if docs == "" {
		docs = f.funcs.method[fn] + " implements " + fn.Base + "."
	}
	return gosrc.Paragraphs(docs, "\t"+fn.String(), strings.Join(notes, "\n"))
}

// errorNote says how a method reports a WIT error.
func (f *file) errorNote(s gosrc.Shape) []string {
	switch {
	case !s.Fails:
		return nil
	case s.Err == nil:
		return []string{"The WIT error is glue.Fail(glue.Unit{})."}
	case gosrc.IsError(s.Err):
		return []string{"A WIT error is of type " + f.typeText(s.Err) + "."}
	}
	return []string{"A WIT error is glue.Fail of a " + f.typeText(s.Err) + "."}
}

// futureNotes say which WIT errors the futures of a method have: their Go types don't.
func (f *file) futureNotes(fn *model.Func) []string {
	var notes []string
	gosrc.EachFuncType([]*model.Func{fn}, func(t *model.Type) {
		if t.Kind != abi.Future || t.Elem == nil || t.Elem.Kind != abi.Result || t.Elem.Err() == nil {
			return
		}
		note := "The WIT error of a " + t.String() + " is of type " + f.typeText(t.Elem.Err()) + "."
		if !gosrc.IsError(t.Elem.Err()) {
			note = "The WIT error of a " + t.String() + " is glue.Fail of a " + f.typeText(t.Elem.Err()) + "."
		}
		if !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	})
	return notes
}

// typeText is the Go type of t for a comment.
func (f *file) typeText(t *model.Type) string {
	text := f.GoType(t).GoString()
	return strings.ReplaceAll(text, f.g.packages[f.Scope].Name+".", "")
}

// runs reports whether the runtime can run the function between a component and Go.
func runs(fn *model.Func) bool {
	async := fn.Async
	for _, p := range fn.Params {
		async = async || p.Type.ABI.HasAsync()
	}
	return !async && (fn.Result == nil || !fn.Result.ABI.HasAsync())
}

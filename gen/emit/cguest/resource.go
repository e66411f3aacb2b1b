package cguest

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// resource is a resource type in C: the types of its handles.
type resource struct {
	own, borrow *ctype

	// rep is the type that the program represents a resource of its own by. A borrowed handle is then a pointer to
	// it, since a component never sees such handles of its own resources.
	rep string
}

type resourceKey struct {
	view *view
	def  *model.TypeDef
}

// handle returns the C type for a handle.
func (g *generator) handle(v *view, t *model.Type) *ctype {
	d := handleDef(t)
	r := g.resource(g.home(v, d), d)
	if t.Kind == abi.Own {
		return r.own
	}
	return r.borrow
}

// isRep reports whether a handle is a pointer to what represents a resource of the program's own.
func (g *generator) isRep(v *view, t *model.Type) bool {
	if t.Kind != abi.Borrow {
		return false
	}
	d := handleDef(t)
	return g.resource(g.home(v, d), d).rep != ""
}

// resource returns the C types for a resource, or for an alias of one, and declares them the first time.
func (g *generator) resource(v *view, d *model.TypeDef) *resource {
	key := resourceKey{v, d}
	if r := g.resources[key]; r != nil {
		return r
	}
	r := &resource{own: &ctype{}, borrow: &ctype{}}
	g.resources[key] = r
	name := snake(d.Name)
	own, borrow := v.prefix+"_own_"+name+"_t", v.prefix+"_borrow_"+name+"_t"
	if d.AliasOf != nil {
		target := g.resource(g.home(v, d.AliasOf), d.AliasOf)
		r.own.name, r.borrow.name, r.rep = g.names.claim(own), g.names.claim(borrow), target.rep
		g.heading(d)
		g.header.line("typedef %s %s;", target.own.name, r.own.name)
		g.header.line("typedef %s %s;", target.borrow.name, r.borrow.name)
		return r
	}
	r.own.name = g.names.claim(own)
	r.borrow.name = g.names.claim(borrow)
	g.heading(d)
	g.handleStruct(r.own.name)
	stem := v.prefix + "_" + name
	if v.export {
		r.rep = g.names.claim(stem + "_t")
		g.header.gap()
		g.header.comment("What represents the resource: a struct of the program's own.")
		g.header.line("typedef struct %s %s;", r.rep, r.rep)
		g.header.line("typedef %s *%s;", r.rep, r.borrow.name)
		g.header.gap()
		g.definedResource(v, d, r, stem)
		return r
	}
	g.handleStruct(r.borrow.name)
	g.header.gap()
	drop := g.builtin(v, d, stem, "drop", "void")
	g.dropFunc(r.own.name, stem+"_drop_own", drop)
	g.dropFunc(r.borrow.name, stem+"_drop_borrow", drop)
	// For the time of a call an owned handle may stand for a borrowed one.
	g.define(r.borrow.name, v.prefix+"_borrow_"+name, r.own.name+" handle", "return ("+r.borrow.name+"){handle.__handle}")
	return r
}

// handleStruct declares a type of handles. Each has a type of its own, so that the compiler keeps them apart.
func (g *generator) handleStruct(name string) {
	g.header.line("typedef struct %s {", name)
	g.header.line("int32_t __handle;")
	g.header.line("} %s;", name)
	handle := abi.NewOwn(nil)
	g.layouts.line("LAYOUT(%s, %d, %d);", name, handle.Size, handle.Align)
}

// builtin declares the core function behind a built-in of a resource and returns its C name.
func (g *generator) builtin(v *view, d *model.TypeDef, stem, what, result string) string {
	name := g.names.claim("__wasm_import_" + stem + "_" + what)
	g.source.gap()
	g.source.line("%s", importAttribute(v.resourceModule(), "[resource-"+what+"]"+d.Name))
	g.source.line("%s;", prototype(result, name, []string{"int32_t"}))
	return name
}

// define declares a function and writes its definition, which is one statement.
func (g *generator) define(result, name, param, statement string) {
	declaration := prototype(result, g.names.claim(name), []string{param})
	g.header.line("%s;", declaration)
	g.source.gap()
	g.source.line("%s {", declaration)
	g.source.line("%s;", statement)
	g.source.line("}")
}

// dropFunc writes the function that drops a handle. The core function behind it is the same for owned and borrowed ones.
func (g *generator) dropFunc(handle, name, drop string) {
	g.define("void", name, handle+" handle", drop+"(handle.__handle)")
}

// definedResource writes the functions for a resource that the program defines.
func (g *generator) definedResource(v *view, d *model.TypeDef, r *resource, stem string) {
	own, rep := r.own.name+" handle", r.rep+" *rep"
	g.dropFunc(r.own.name, stem+"_drop_own", g.builtin(v, d, stem, "drop", "void"))
	g.header.comment("Makes a handle, which is then to be given away or dropped.")
	create := g.builtin(v, d, stem, "new", "int32_t")
	g.define(r.own.name, stem+"_new", rep, "return ("+r.own.name+"){"+create+"((int32_t)rep)}")
	represent := g.builtin(v, d, stem, "rep", "int32_t")
	g.define(r.rep+" *", stem+"_rep", own, "return ("+r.rep+" *)"+represent+"(handle.__handle)")

	destructor := g.names.claim(stem + "_destructor")
	g.header.comment("To be defined by the program. It is called when the last handle is dropped.")
	g.header.line("%s;", prototype("void", destructor, []string{rep}))
	g.source.gap()
	g.source.line("%s", exportAttribute(v.exportName("[dtor]"+d.Name)))
	g.source.line("%s {", prototype("void", g.names.claim("__wasm_export_"+stem+"_dtor"), []string{"int32_t rep"}))
	g.source.line("%s((%s *)rep);", destructor, r.rep)
	g.source.line("}")
}

// importAttribute makes a declaration that of an imported core function.
func importAttribute(module, name string) string {
	return `__attribute__((__import_module__("` + module + `"), __import_name__("` + name + `")))`
}

// exportAttribute exports a definition.
func exportAttribute(name string) string { return `__attribute__((__export_name__("` + name + `")))` }

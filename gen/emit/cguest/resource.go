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
	g.borrowFunc(v, r, name)
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
	g.source.line("%s %s(int32_t);", result, name)
	return name
}

// dropFunc writes the function that drops a handle. The core function behind it is the same for owned and borrowed ones.
func (g *generator) dropFunc(handle, name, drop string) {
	name = g.names.claim(name)
	g.header.line("void %s(%s handle);", name, handle)
	g.source.gap()
	g.source.line("void %s(%s handle) {", name, handle)
	g.source.line("%s(handle.__handle);", drop)
	g.source.line("}")
}

// borrowFunc writes the function that lends an owned handle: for the time of a call it stands for a borrowed one.
func (g *generator) borrowFunc(v *view, r *resource, resource string) {
	name := g.names.claim(v.prefix + "_borrow_" + resource)
	g.header.line("%s %s(%s handle);", r.borrow.name, name, r.own.name)
	g.source.gap()
	g.source.line("%s %s(%s handle) {", r.borrow.name, name, r.own.name)
	g.source.line("return (%s){handle.__handle};", r.borrow.name)
	g.source.line("}")
}

// definedResource writes the functions for a resource that the program defines.
func (g *generator) definedResource(v *view, d *model.TypeDef, r *resource, stem string) {
	h, s := &g.header, &g.source
	g.dropFunc(r.own.name, stem+"_drop_own", g.builtin(v, d, stem, "drop", "void"))

	create := g.names.claim(stem + "_new")
	h.comment("Makes a handle, which is then to be given away or dropped.")
	h.line("%s %s(%s *rep);", r.own.name, create, r.rep)
	builtin := g.builtin(v, d, stem, "new", "int32_t")
	s.gap()
	s.line("%s %s(%s *rep) {", r.own.name, create, r.rep)
	s.line("return (%s){%s((int32_t)rep)};", r.own.name, builtin)
	s.line("}")

	rep := g.names.claim(stem + "_rep")
	h.line("%s *%s(%s handle);", r.rep, rep, r.own.name)
	builtin = g.builtin(v, d, stem, "rep", "int32_t")
	s.gap()
	s.line("%s *%s(%s handle) {", r.rep, rep, r.own.name)
	s.line("return (%s *)%s(handle.__handle);", r.rep, builtin)
	s.line("}")

	destructor := g.names.claim(stem + "_destructor")
	h.comment("To be defined by the program. It is called when the last handle is dropped.")
	h.line("void %s(%s *rep);", destructor, r.rep)
	wrapper := g.names.claim("__wasm_export_" + stem + "_dtor")
	s.gap()
	s.line("%s", exportAttribute(v.exportName("[dtor]"+d.Name)))
	s.line("void %s(int32_t rep) {", wrapper)
	s.line("%s((%s *)rep);", destructor, r.rep)
	s.line("}")
}

// importAttribute makes a declaration that of an imported core function.
func importAttribute(module, name string) string {
	return `__attribute__((__import_module__("` + module + `"), __import_name__("` + name + `")))`
}

// exportAttribute exports a definition.
func exportAttribute(name string) string { return `__attribute__((__export_name__("` + name + `")))` }

package goguest

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// defines reports whether the component defines a resource, as the package sees it.
func (p *pkg) defines(d *model.TypeDef) bool { return p.g.home(p.unit, d.Owner).side == exports }

// Handle is the Go type of an own or borrow. Of an imported resource both are a pointer to the handle, whose owner is
// known at run time; of one that the component defines, it is the value itself, and ownership is marked.
func (p *pkg) Handle(t *model.Type) *jen.Statement {
	switch {
	case !p.defines(t.Resource):
		return jen.Op("*").Add(p.Named(t.Resource))
	case t.Kind == abi.Own:
		return support("Own").Types(p.Named(t.Resource))
	}
	return p.Named(t.Resource)
}

// ResourceType declares what a resource is in Go.
func (p *pkg) ResourceType(d *model.TypeDef) {
	decl := p.Declared(d)
	head := decl.Name + " is the WIT resource " + d.Name + "."
	if p.defines(d) {
		p.AddComment(gosrc.Paragraphs(head, gosrc.Docs(d.Docs, d.Stability),
			"An implementation with a method Drop() is told when the last handle is gone."))
		p.Type().Id(decl.Name).InterfaceFunc(func(g *jen.Group) { p.methods(g, p.methodsOf(d)) })
		return
	}
	p.AddComment(gosrc.Paragraphs(head, gosrc.Docs(d.Docs, d.Stability),
		"Who gets one owns it, unless it is lent for the call of an exported function. It is not copied: it is used through its\n"+
			"pointer, by one goroutine at a time. Using one that was closed or given away panics."))
	p.Type().Id(decl.Name).Add(support("Handle"))
	p.Line()
	p.AddComment("Close drops the handle. It does nothing if that was closed or given away before.")
	p.Func().Params(jen.Id(receiver).Op("*").Id(decl.Name)).Id("Close").Params().
		Block(handle(jen.Id(receiver)).Dot("Close").Call())
}

// methodsOf are the methods of a resource.
func (p *pkg) methodsOf(d *model.TypeDef) []*model.Func {
	return slices.DeleteFunc(p.unit.funcs(), func(fn *model.Func) bool { return fn.Kind != model.Method || fn.Resource != d })
}

// handle is a pointer to an imported resource as that to a handle.
func handle(v *jen.Statement) *jen.Statement {
	return jen.Parens(jen.Op("*").Add(support("Handle"))).Call(v)
}

// takes is the Go value of a handle that has come in.
func (p *pkg) takes(t *model.Type, index *jen.Statement) *jen.Statement {
	of := jen.Op("&").Id(p.resource(t.Resource))
	switch {
	case !p.defines(t.Resource) && t.Kind == abi.Own:
		return jen.Parens(p.Handle(t)).Call(support("Owned").Call(of, index))
	case !p.defines(t.Resource):
		return jen.Parens(p.Handle(t)).Call(support("Borrowed").Call(of, index))
	case t.Kind == abi.Own:
		return support("TakeOwn").Types(p.Named(t.Resource)).Call(of, index)
	}
	return support("Value").Types(p.Named(t.Resource)).Call(index)
}

// gives is the handle of a Go value that goes out. The component lends no resource of its own: no result may have one.
func (p *pkg) gives(t *model.Type, v *jen.Statement) *jen.Statement {
	switch {
	case p.defines(t.Resource):
		return support("GiveOwn").Call(jen.Op("&").Id(p.resource(t.Resource)), v)
	case t.Kind == abi.Own:
		return handle(v).Dot("Give").Call()
	}
	return handle(v).Dot("Lend").Call()
}

// resource is the variable with the built-in functions of a resource, which is written because of that.
func (p *pkg) resource(d *model.TypeDef) string {
	if p.resources[d] == "" {
		p.resources[d] = p.names.Claim(gosrc.Unexported(gosrc.DefSuffix(d, p.unit.scope)) + "Resource")
		p.order = append(p.order, d)
	}
	return p.resources[d]
}

// emitResources writes the variables that are needed, and declares the functions in them. A resource that the component
// defines has more of them than one that it imports.
func (p *pkg) emitResources() {
	for _, d := range p.order {
		home := p.g.home(p.unit, d.Owner)
		module := home.importModule()
		if home.side == exports {
			module = "[export]" + module
		}
		values := jen.Dict{jen.Id("Name"): jen.Lit(d.Resource.Name)}
		declare := func(field, function, param string, result ...jen.Code) {
			raw := p.names.Claim("raw" + field + gosrc.DefSuffix(d, p.unit.scope))
			values[jen.Id(field)] = jen.Id(raw)
			p.inside.Line()
			p.inside.Comment("//go:wasmimport " + module + " " + function + d.Name)
			p.inside.Func().Id(raw).Params(jen.Id(param).Uint32()).Add(result...)
		}
		declare("Drop", "[resource-drop]", "handle")
		if home.side == exports {
			declare("New", "[resource-new]", "rep", jen.Uint32())
			declare("Rep", "[resource-rep]", "handle", jen.Uint32())
		}
		p.inside.Line()
		p.inside.Var().Id(p.resources[d]).Op("=").Add(support("Resource")).Values(values)
	}
}

// destructors writes what is called when the last handle is gone of a resource that the package defines.
func (p *pkg) destructors() {
	for _, d := range p.defined() {
		p.inside.Line()
		p.inside.Comment("//go:wasmexport " + p.unit.exportName("[dtor]"+d.Name))
		p.inside.Func().Id(p.names.Claim("destroy" + p.Declared(d).Name)).Params(jen.Id("rep").Uint32()).
			Block(support("Destroy").Call(jen.Id("rep")))
	}
}

// defined are the resources that the package defines.
func (p *pkg) defined() []*model.TypeDef {
	if p.unit.side != exports {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.unit.scope.Types), func(d *model.TypeDef) bool {
		return d.Resource == nil || d.Root() != d
	})
}

// Source is the Go type of a stream or future.
func (p *pkg) Source(t *model.Type) *jen.Statement {
	name := "Stream"
	if t.Kind == abi.Future {
		name = "Future"
	}
	return jen.Op("*").Add(support(name)).Types(p.GoType(t.Elem))
}

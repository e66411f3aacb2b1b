package emit

import (
	"path"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
)

// This file writes implementations that have all methods, which all fail. Who embeds one compiles against a later
// version of the WIT that has more functions; who does not is told by the compiler what is missing.

// unimplemented writes a file of its own for them, since nobody has to read it. There is none if the unit asks for
// no implementation.
func (g *generator) unimplemented(u unit) ([]File, error) {
	f := newFile(g, u)
	resources := f.implementedResources()
	if !f.hasHost() && len(resources) == 0 {
		return nil, nil
	}
	if f.hasHost() {
		f.unimplementedType("Unimplemented", "Host", nil)
	}
	for _, d := range resources {
		decl := g.declared(d)
		f.unimplementedType(decl.Unimplemented, decl.Name, d)
	}
	file, err := f.render(path.Join(g.packages[u.scope].Dir, u.scope.Name+"_unimplemented.wit.go"))
	return []File{file}, err
}

// implementedResources are the resources that Go may define.
func (f *file) implementedResources() []*model.TypeDef {
	if f.unit.exportOnly {
		return nil
	}
	return slices.DeleteFunc(f.ownResourceTypes(), func(d *model.TypeDef) bool { return d.Root() != d })
}

// unimplementedType declares the type for a resource, or for the Host.
func (f *file) unimplementedType(name, of string, d *model.TypeDef) {
	f.Line()
	f.AddComment(name + " is a " + of + " of which every method fails: a [glue.Unimplemented] traps the caller. Embed it in one that\n" +
		"is to compile when the WIT gets more functions.")
	f.Type().Id(name).Struct()
	f.Line()
	f.Var().Id("_").Id(of).Op("=").Id(name).Values()
	for _, fn := range f.unit.host {
		if method := fn.Kind == model.Method; method != (d != nil) || method && fn.Resource != d {
			continue
		}
		full := fn.Name
		if !f.unit.world {
			full = f.unit.name() + "#" + fn.Name
		}
		f.Line()
		f.Func().Params(jen.Id(name)).Id(f.funcs.method[fn]).Add(f.signature(fn, true)).
			Block(f.returns(gosrc.ShapeOf(fn), jen.Id("result"), glue("Unimplemented").Call(jen.Lit(full))))
	}
}

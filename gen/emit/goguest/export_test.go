package goguest

import (
	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/model"
)

// Forward writes a file for the package of an exported interface that the world imports, too: what is called there
// calls the import with what it has got. The types have to be those of a third interface, for otherwise they differ.
func Forward(tree *model.Tree, w *model.World, iface *model.Interface, opt Options) (emit.File, error) {
	g := newGenerator(w, opt)
	if err := g.plan(tree); err != nil {
		return emit.File{}, err
	}
	from, to := g.exported[&iface.Scope], g.imported[&iface.Scope]
	p := newPackage(g, from)
	p.Func().Id("init").Params().Block(jen.Id(p.export).Call(jen.Id("forwarder").Values()))
	p.Type().Id("forwarder").Struct()
	for _, fn := range iface.Funcs {
		p.Func().Params(jen.Id("forwarder")).Id(p.funcs[fn].public).Add(p.signature(fn, false, false)).
			Block(returned(fn, jen.Qual(g.importPath(to), p.funcs[fn].public).Call(p.arguments(fn)...)))
	}
	content, err := p.Text("forward.go")
	return emit.File{Path: from.dir + "/forward.go", Content: content}, err
}

// Exportable reports whether a guest can export all functions of an interface.
func Exportable(i *model.Interface) bool { return (&unit{exports: i.Funcs}).check() == nil }

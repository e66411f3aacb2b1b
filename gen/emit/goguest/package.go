package goguest

import (
	"path"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
)

// guestPath is the one package that generated code imports, beside those of the same run.
const guestPath = "github.com/witan-os/witan/guest"

// support refers to a name of the guest package.
func support(name string) *jen.Statement { return jen.Qual(guestPath, name) }

// pkg is one Go package while it is written.
type pkg struct {
	*gosrc.Types // the file for all machines
	inside       *jen.File
	outside      *jen.File

	g       *generator
	unit    *unit
	names   gosrc.Names // what the package declares
	imports gosrc.Names // what its files import
	aliases map[*unit]string
	funcs   map[*model.Func]*funcNames
	helpers helpers

	resources map[*model.TypeDef]string // the variables with the built-in functions of resources, by need
	order     []*model.TypeDef          // of resources
	areas     areas

	guest, export, exports, fake, registered, implementation string // names, if there are such things
}

// areas are the sizes in bytes of the variables for results in memory.
type areas struct{ imports, exports uint32 }

func newPackage(g *generator, u *unit) *pkg {
	importPath := g.importPath(u)
	p := &pkg{
		Types:   &gosrc.Types{File: jen.NewFilePathName(importPath, u.name), Scope: u.scope, Support: guestPath},
		inside:  jen.NewFilePathName(importPath, u.name),
		outside: jen.NewFilePathName(importPath, u.name),
		g:       g, unit: u, names: gosrc.NewNames("area", "results"), aliases: map[*unit]string{},
		funcs: map[*model.Func]*funcNames{}, helpers: helpers{}, resources: map[*model.TypeDef]string{},
	}
	p.Side = p
	p.nameAll()
	for _, f := range []*jen.File{p.File, p.inside, p.outside} {
		f.HeaderComment(emit.Header)
		f.ImportName(guestPath, path.Base(guestPath))
		for u, name := range p.aliases {
			if name == u.name {
				f.ImportName(g.importPath(u), name)
			} else {
				f.ImportAlias(g.importPath(u), name)
			}
		}
	}
	p.inside.HeaderComment("//go:build wasip1")
	p.outside.HeaderComment("//go:build !wasip1")
	return p
}

// importPath is that of a unit's package.
func (g *generator) importPath(u *unit) string { return path.Join(g.opt.Module, u.dir) }

// writeAll adds everything in the order in which people will want to read it.
func (p *pkg) writeAll() {
	p.packageComment()
	p.Line()
	p.Comment("// This file is for one version of the package guest. The compiler checks that it is this one.")
	p.Const().Id("_").Op("=").Add(support("Generated1"))
	for _, d := range p.unit.scope.Types {
		p.TypeDef(d)
	}
	p.worldExports()
	p.guestInterface()
	p.fakeCalls()
	for _, fn := range p.unit.imports {
		p.importFunc(fn)
	}
	for _, fn := range p.unit.exports {
		p.exportFunc(fn)
	}
	p.leftOut()
	p.destructors()
	p.variables()
	p.emitHelpers()
	p.emitResources()
}

func (p *pkg) packageComment() {
	text := "Package " + p.unit.name + " is the WIT interface " + p.unit.key + " in Go, for components of the world\n" + p.g.world.ID()
	switch {
	case p.unit.side == world:
		text = "Package " + p.unit.name + " is what the WIT world " + p.unit.scope.ID() + " has beside interfaces, in Go for its components."
	case p.unit.side == imports:
		text += ", which import it."
	case p.guest == "":
		text += ", which export it."
	default:
		text += ", which export it: implement " + p.guest + ", and register that with " + p.export + "."
	}
	if p.unit.runs {
		text += "\n\nSuch a component is a command: what the world exports, wasi:cli/run, runs func main. There is nothing to register."
	}
	for _, line := range gosrc.CommentLines(gosrc.Paragraphs(text, gosrc.Docs(p.unit.scope.Docs, p.unit.scope.Stability))) {
		p.PackageComment(line)
	}
}

// leftOut says which functions there is no code for.
func (p *pkg) leftOut() {
	if len(p.unit.left) == 0 {
		return
	}
	text := "Left out are functions that pass streams, futures or error contexts, for which there is no Go code yet:\n"
	for _, fn := range p.unit.left {
		text += "\n\t" + fn.String()
	}
	p.Line()
	p.AddComment(text)
}

// files are the files of the package.
func (p *pkg) files() ([]emit.File, error) {
	p.writeAll()
	var files []emit.File
	add := func(f *jen.File, suffix string) error {
		name := path.Join(p.unit.dir, p.unit.scope.Name+suffix+".wit.go")
		content, err := (&gosrc.Types{File: f}).Text(name)
		files = append(files, emit.File{Path: name, Content: content})
		return err
	}
	if err := add(p.File, ""); err != nil {
		return nil, err
	}
	if len(p.unit.funcs())+len(p.defined()) > 0 {
		if err := add(p.inside, "_wasip1"); err != nil {
			return nil, err
		}
	}
	if len(p.unit.imports) == 0 {
		return files, nil
	}
	return files, add(p.outside, "_native")
}

// variables declares the memory for results that do not fit into a core value. It does not move, and is free for the
// next call when the result has been read.
func (p *pkg) variables() {
	declare := func(name, comment string, size uint32) {
		if size == 0 {
			return
		}
		p.inside.Line()
		p.inside.Comment("// " + comment)
		p.inside.Var().Id(name).Index(jen.Lit(int(size+7) / 8)).Uint64()
	}
	declare("area", "area is where the host writes the results of imports.", p.areas.imports)
	declare("results", "results is where the host reads those of exports.", p.areas.exports)
}

// ImportPath implements [gosrc.Side].
func (p *pkg) ImportPath(s *model.Scope) string { return p.g.importPath(p.g.home(p.unit, s)) }

// Declared implements [gosrc.Side].
func (p *pkg) Declared(d *model.TypeDef) *gosrc.Declared { return p.g.declared(d) }

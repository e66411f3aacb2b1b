package emit

import (
	"path"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
)

// gluePath is the one package of the runtime that generated code imports.
const gluePath = "github.com/witan-os/witan/runtime/glue"

// file is one generated Go file while it is written.
type file struct {
	*gosrc.Types
	g       *generator
	unit    unit
	funcs   *funcNames
	names   gosrc.Names // what the package declares
	helpers helpers
}

func newFile(g *generator, u unit) *file {
	name := g.packages[u.scope].Name
	f := &file{
		Types: newTypes(g.importPath(u.scope), name, u.scope),
		g:     g,
		unit:  u,
		names: gosrc.PackageNames(),
	}
	f.Side = f
	g.decls[u.scope] = gosrc.Declarations(u.scope, f.names)
	f.HeaderComment(Header)
	f.ImportName(gluePath, path.Base(gluePath))
	imports := g.imports(u)
	for s, name := range imports {
		if name == g.packages[s].Name {
			f.ImportName(g.importPath(s), name)
		} else {
			f.ImportAlias(g.importPath(s), name)
		}
	}
	f.funcs = nameFuncs(u, f.names, namesInBodies(u, imports))
	return f
}

// newTypes begins a file of a Go package, for the code of a scope.
func newTypes(importPath, name string, s *model.Scope) *gosrc.Types {
	return &gosrc.Types{File: jen.NewFilePathName(importPath, name), Scope: s, Support: gluePath}
}

// writeAll adds everything in the order in which people will want to read it.
func (f *file) writeAll() {
	f.packageComment()
	f.contract()
	for _, d := range f.Scope.Types {
		f.TypeDef(d)
	}
	f.worldType()
	f.exportsType()
	f.host()
	f.client()
	f.guests()
	f.functionTypes()
	f.coreTypes()
	f.provide()
	f.calls()
	f.emitHelpers()
}

func (f *file) packageComment() {
	kind := "interface"
	if f.unit.world {
		kind = "world"
	}
	text := "Package " + f.g.packages[f.Scope].Name + " is the WIT " + kind + " " + describe(f.Scope) + " in Go."
	if docs := gosrc.Docs(f.Scope.Docs, f.Scope.Stability); docs != "" {
		text += "\n\n" + docs
	}
	for _, line := range gosrc.CommentLines(text) {
		f.PackageComment(line)
	}
}

// foreignScopes are the other scopes whose types the unit uses, in order of their first use.
func foreignScopes(u unit) []*model.Scope {
	var list []*model.Scope
	seen := map[*model.Scope]bool{u.scope: true}
	see := func(d *model.TypeDef) {
		if d != nil && !seen[d.Owner] {
			seen[d.Owner] = true
			list = append(list, d.Owner)
		}
	}
	for _, d := range u.scope.Types {
		see(d.Root())
	}
	for _, field := range append(u.importFields(), u.exportFields()...) {
		if s := &field.Interface.Scope; !seen[s] {
			seen[s] = true
			list = append(list, s)
		}
	}
	eachType(u, func(t *model.Type) {
		see(t.Alias)
		see(t.Def)
		see(t.Resource)
	})
	return list
}

// eachType visits the types that a unit declares or uses, with all their parts: generated code spells out
// those of foreign types too.
func eachType(u unit, visit func(*model.Type)) {
	gosrc.EachType(u.scope.Types, slices.Concat(u.host, u.guest), visit)
}

// ImportPath implements [gosrc.Side].
func (f *file) ImportPath(s *model.Scope) string { return f.g.importPath(s) }

// Declared implements [gosrc.Side].
func (f *file) Declared(d *model.TypeDef) *gosrc.Declared { return f.g.declared(d) }

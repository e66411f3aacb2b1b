package emit

import (
	"path"
	"slices"
	"strings"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
)

// scopes of a tree share a package, whatever their names, and a scope's package does not depend on those that
// are declared behind it.

// importPath is the import path of the Go package for a scope.
func (g *generator) importPath(s *model.Scope) string {
	if p, ok := g.with(s); ok {
		return p
	}
	return path.Join(g.opt.Module, g.packages[s].Dir)
}

// external reports whether the Go package for a scope exists elsewhere.
func (g *generator) external(s *model.Scope) bool {
	_, ok := g.with(s)
	return ok
}

// with finds the import path of a scope whose package exists elsewhere. The narrowest key of [Options.With]
// counts.
func (g *generator) with(s *model.Scope) (string, bool) {
	p := s.Package
	below := g.packages[s].Dir // NAMESPACE/PACKAGE/REST
	if s.World == nil {
		if base, ok := g.opt.With[p.Path()+"/"+s.Name]; ok {
			return base, base != ""
		}
	}
	below = strings.TrimPrefix(below, gosrc.DirName(strings.ReplaceAll(p.Namespace, ":", "/"))+"/")
	if base, ok := g.opt.With[p.Path()]; ok {
		return path.Join(base, strings.TrimPrefix(below, gosrc.DirName(p.Name)+"/")), base != ""
	}
	if base, ok := g.opt.With[p.Namespace]; ok {
		return path.Join(base, below), base != ""
	}
	return "", false
}

// External is a Go package that exists elsewhere and that generated code imports.
type External struct {
	Interface  string // its ID
	Key        string // what names it in [Options.With]
	ImportPath string
}

// Externals lists what generated code imports from elsewhere, in the order of first use.
func Externals(tree *model.Tree, opt Options) []External {
	g := newGenerator(tree, opt)
	var list []External
	for _, u := range g.units(tree) {
		for _, s := range importedScopes(u) {
			e := External{s.ID(), s.Package.Path() + "/" + s.Name, g.importPath(s)}
			if g.external(s) && !slices.Contains(list, e) {
				list = append(list, e)
			}
		}
	}
	return list
}

// imports gives the Go packages that a file imports their names there: their own, unless something of the file
// has that name already; then the names of the WIT package and of its version come before it.
func (g *generator) imports(u unit) map[*model.Scope]string {
	taken := gosrc.NewNames(standardImports...)
	for _, name := range localNames {
		taken[name] = true
	}
	names := map[*model.Scope]string{}
	for _, s := range importedScopes(u) {
		own := g.packages[s].Name
		long := gosrc.Joined(s.Package.Name) + own
		full := gosrc.Joined(strings.ReplaceAll(s.Package.Namespace, ":", "-")) + long
		versioned := full + "v" + strings.Map(gosrc.OnlyLetters, s.Package.Version)
		for _, name := range []string{own, long, full, versioned} {
			if !taken[name] && !gosrc.Reserved(name) {
				own = name
				break
			}
		}
		names[s] = taken.Claim(own)
	}
	return names
}

// importedScopes are those that a file may refer to: of types, and of the interfaces that make up a world.
func importedScopes(u unit) []*model.Scope {
	list := foreignScopes(u)
	if u.def == nil {
		return list
	}
	for _, i := range append(model.Interfaces(u.def.Imports), model.Interfaces(u.def.Exports)...) {
		if !slices.Contains(list, &i.Scope) {
			list = append(list, &i.Scope)
		}
	}
	return list
}

// localNames are the names in generated files that hide an import of the same name: variables, and a type.
var localNames = []string{
	"at", "b", "buf", "c", "calls", "ctx", "e", "err", "fail", "h", "host", "i", "inst", "labels", "name", "ok", "p",
	"params", "payload", "r", "result", "s", "self", "some", "stack", "v", "value", "w",
}

package emit

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/witan-os/witan/gen/model"
)

// This file says which Go package stands for a scope: its directory, its name and its import path. No two
// scopes of a tree share a package, whatever their names, and a scope's package does not depend on those that
// are declared behind it.

// goPackage is where the Go code of a scope is.
type goPackage struct {
	dir  string // relative to the output directory, with slashes
	name string
}

// goPackages lays out all scopes of a tree:
//
//	NAMESPACE/PACKAGE/TRACK/INTERFACE
//	NAMESPACE/PACKAGE/TRACK/WORLD
//	NAMESPACE/PACKAGE/TRACK/WORLD/NAME   an interface that the world has in place
func goPackages(tree *model.Tree) map[*model.Scope]goPackage {
	l := &packageLayout{packages: map[*model.Scope]goPackage{}, taken: scope{}}
	for _, p := range tree.Packages {
		base := path.Join(dirName(strings.ReplaceAll(p.Namespace, ":", "/")), dirName(p.Name), trackDir(tree, p))
		for _, i := range p.Interfaces {
			l.place(&i.Scope, base, packageName(&i.Scope))
		}
		for _, w := range p.Worlds {
			l.place(&w.Scope, base, packageName(&w.Scope))
		}
		for _, w := range p.Worlds {
			l.inPlace(w)
		}
	}
	return l.packages
}

type packageLayout struct {
	packages map[*model.Scope]goPackage
	taken    scope // directories
}

// inPlace lays out the interfaces that a world has in place. The name of an import may also be that of an
// export, which is another interface.
func (l *packageLayout) inPlace(w *model.World) {
	for _, i := range inlineInterfaces(w.Imports) {
		l.place(&i.Scope, l.packages[&i.World.Scope].dir, packageName(&i.Scope))
	}
	for _, i := range inlineInterfaces(w.Exports) {
		base, name := l.packages[&i.World.Scope].dir, packageName(&i.Scope)
		if l.taken[path.Join(base, name)] {
			name = "exported" + name
		}
		l.place(&i.Scope, base, name)
	}
}

// place gives a scope a directory below base that no other scope has. Names that differ in WIT may be equal in
// Go, where they have no dashes.
func (l *packageLayout) place(s *model.Scope, base, name string) {
	if _, done := l.packages[s]; done {
		return
	}
	unique := name
	for n := 2; l.taken[path.Join(base, unique)]; n++ {
		unique = name + strconv.Itoa(n)
	}
	dir := path.Join(base, unique)
	l.taken.claim(dir)
	l.packages[s] = goPackage{dir, unique}
}

// inlineInterfaces are those imports or exports that are interfaces which a world has in place.
func inlineInterfaces(items []*model.Item) []*model.Interface {
	var list []*model.Interface
	for _, i := range model.Interfaces(items) {
		if i.World != nil {
			list = append(list, i)
		}
	}
	return list
}

// trackDir keeps versions apart that can't stand in for each other; a package without version has none. Of
// several versions on one track that a tree holds, those but the newest are told by their versions.
func trackDir(tree *model.Tree, p *model.Package) string {
	if p.Version == "" {
		return ""
	}
	for _, other := range tree.Packages {
		if other.Path() == p.Path() && other.Track() == p.Track() && semver.Compare("v"+other.Version, "v"+p.Version) > 0 {
			return "v" + p.Version
		}
	}
	return "v" + p.Track()
}

// packageName is the name of the Go package for a scope: that of the interface without dashes, behind the
// name of its WIT package where it would shadow a name of Go's or where Go gives it a meaning.
func packageName(s *model.Scope) string {
	name := joined(s.Name)
	if reserved(name) || name == "main" || name == "init" || isSpecialDir(name) {
		return joined(s.Package.Name) + name
	}
	return name
}

// joined is a WIT identifier as one word.
func joined(wit string) string { return strings.ToLower(strings.ReplaceAll(wit, "-", "")) }

// dirName is the directory for a namespace or package.
func dirName(wit string) string {
	if isSpecialDir(wit) {
		return wit + "-wit"
	}
	return wit
}

// isSpecialDir reports whether the go command gives directories of that name a meaning.
func isSpecialDir(name string) bool {
	return name == "internal" || name == "vendor" || name == "testdata"
}

// importPath is the import path of the Go package for a scope.
func (g *generator) importPath(s *model.Scope) string {
	if p, ok := g.with(s); ok {
		return p
	}
	return path.Join(g.opt.Module, g.packages[s].dir)
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
	below := g.packages[s].dir // NAMESPACE/PACKAGE/REST
	if s.World == nil {
		if base, ok := g.opt.With[p.Path()+"/"+s.Name]; ok {
			return base, base != ""
		}
	}
	below = strings.TrimPrefix(below, dirName(strings.ReplaceAll(p.Namespace, ":", "/"))+"/")
	if base, ok := g.opt.With[p.Path()]; ok {
		return path.Join(base, strings.TrimPrefix(below, dirName(p.Name)+"/")), base != ""
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
	taken := newScope(standardImports...)
	for _, name := range localNames {
		taken[name] = true
	}
	names := map[*model.Scope]string{}
	for _, s := range importedScopes(u) {
		own := g.packages[s].name
		long := joined(s.Package.Name) + own
		full := joined(strings.ReplaceAll(s.Package.Namespace, ":", "-")) + long
		versioned := full + "v" + strings.Map(onlyLetters, s.Package.Version)
		for _, name := range []string{own, long, full, versioned} {
			if !taken[name] && !reserved(name) {
				own = name
				break
			}
		}
		names[s] = taken.claim(own)
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

// onlyLetters drops what is neither a letter nor a digit.
func onlyLetters(r rune) rune {
	switch {
	case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
		return r
	}
	return -1
}

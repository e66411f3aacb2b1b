package gosrc

import (
	"path"
	"strconv"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/witan-os/witan/gen/model"
)

// This file says which Go package stands for a scope: its directory and its name. No two scopes of a tree share a
// package, whatever their names, and a scope's package does not depend on those that are declared behind it.

// Package is where the Go code of a scope is.
type Package struct {
	Dir  string // relative to the output directory, with slashes
	Name string
}

// Packages lays out all scopes of a tree:
//
//	NAMESPACE/PACKAGE/TRACK/INTERFACE
//	NAMESPACE/PACKAGE/TRACK/WORLD
//	NAMESPACE/PACKAGE/TRACK/WORLD/NAME   an interface that the world has in place
func Packages(tree *model.Tree) map[*model.Scope]Package {
	l := &packageLayout{packages: map[*model.Scope]Package{}, taken: Names{}}
	for _, p := range tree.Packages {
		base := path.Join(DirName(strings.ReplaceAll(p.Namespace, ":", "/")), DirName(p.Name), trackDir(tree, p))
		for _, i := range p.Interfaces {
			l.place(&i.Scope, base, PackageName(&i.Scope))
		}
		for _, w := range p.Worlds {
			l.place(&w.Scope, base, PackageName(&w.Scope))
		}
		for _, w := range p.Worlds {
			l.inPlace(w)
		}
	}
	return l.packages
}

type packageLayout struct {
	packages map[*model.Scope]Package
	taken    Names // directories
}

// inPlace lays out the interfaces that a world has in place. The name of an import may also be that of an
// export, which is another interface.
func (l *packageLayout) inPlace(w *model.World) {
	for _, i := range InPlace(w.Imports) {
		l.place(&i.Scope, l.packages[&i.World.Scope].Dir, PackageName(&i.Scope))
	}
	for _, i := range InPlace(w.Exports) {
		base, name := l.packages[&i.World.Scope].Dir, PackageName(&i.Scope)
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
	l.taken.Claim(dir)
	l.packages[s] = Package{dir, unique}
}

// InPlace are those imports or exports that are interfaces which a world has in place.
func InPlace(items []*model.Item) []*model.Interface {
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

// PackageName is the name of the Go package for a scope: that of the interface without dashes, behind the
// name of its WIT package where it would shadow a name of Go's or where Go gives it a meaning.
func PackageName(s *model.Scope) string {
	name := Joined(s.Name)
	if Reserved(name) || name == "main" || name == "init" || isSpecialDir(name) {
		return Joined(s.Package.Name) + name
	}
	return name
}

// Joined is a WIT identifier as one word.
func Joined(wit string) string { return strings.ToLower(strings.ReplaceAll(wit, "-", "")) }

// DirName is the directory for a namespace or package.
func DirName(wit string) string {
	if isSpecialDir(wit) {
		return wit + "-wit"
	}
	return wit
}

// isSpecialDir reports whether the go command gives directories of that name a meaning.
func isSpecialDir(name string) bool {
	return name == "internal" || name == "vendor" || name == "testdata"
}

// OnlyLetters drops what is neither a letter nor a digit.
func OnlyLetters(r rune) rune {
	switch {
	case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
		return r
	}
	return -1
}

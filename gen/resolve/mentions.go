package resolve

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/witan-os/witan/gen/syntax"
)

// mention is where a package names something by its path.
type mention struct {
	file  *syntax.File
	path  *syntax.UsePath
	world bool // a world is meant, otherwise an interface
}

// findMentions lists what the package names of others, in the order in which it is looked up.
func (p *pkg) findMentions() {
	for _, l := range p.lists {
		add := func(path *syntax.UsePath, world bool) {
			if path.Package != nil {
				p.mentioned = append(p.mentioned, mention{l.file, path, world})
			}
		}
		for _, i := range l.items {
			switch i := i.(type) {
			case *syntax.Interface:
				usesOf(i.Items, add)
			case *syntax.World:
				worldMentions(i, add)
			case *syntax.ToplevelUse:
				add(&i.Path, false)
			}
		}
	}
}

func usesOf(items []syntax.InterfaceItem, add func(*syntax.UsePath, bool)) {
	for _, i := range items {
		if u, ok := i.(*syntax.Use); ok {
			add(&u.Path, false)
		}
	}
}

// worldMentions visits uses and includes first, then imports, then exports.
func worldMentions(w *syntax.World, add func(*syntax.UsePath, bool)) {
	var exports []syntax.Extern
	var imports []syntax.Extern
	for _, i := range w.Items {
		switch i := i.(type) {
		case *syntax.Use:
			add(&i.Path, false)
		case *syntax.Include:
			add(&i.Path, true)
		case *syntax.Import:
			imports = append(imports, i.Extern)
		case *syntax.Export:
			exports = append(exports, i.Extern)
		}
	}
	for _, e := range append(imports, exports...) {
		switch e := e.(type) {
		case *syntax.ExternPath:
			add(&e.Path, false)
		case *syntax.ExternNamedPath:
			add(&e.Path, false)
		case *syntax.ExternInterface:
			usesOf(e.Items, add)
		}
	}
}

// dependencies are the first mentions of each package that the package names.
func (p *pkg) dependencies() []mention {
	seen := map[string]bool{}
	var first []mention
	for _, m := range p.mentioned {
		if id := m.path.Package.String(); !seen[id] {
			seen[id] = true
			first = append(first, m)
		}
	}
	return first
}

// mention is the first of another package.
func (p *pkg) mention(other *pkg) mention {
	for _, m := range p.mentioned {
		if m.path.Package.String() == other.model.ID() {
			return m
		}
	}
	return mention{}
}

// checkMentions reports packages that are not there, and what is taken for an interface here and for a world
// there: it is what the first mention makes of it.
func (r *resolver) checkMentions(p *pkg) {
	p.wrong = map[string]bool{}
	for _, m := range p.dependencies() {
		if r.byID[m.path.Package.String()] == nil {
			r.reportMissing(p, m)
		}
	}
	world := map[string]bool{}
	for _, m := range p.mentioned {
		key := pathKey(m.path)
		first, seen := world[key]
		if !seen {
			world[key] = m.world
			continue
		}
		if first != m.world && !p.wrong[key] {
			p.wrong[key] = true
			r.report(m.file, m.path.Name.Span, RuleKind,
				fmt.Sprintf("`%s` is used as %s here, and as %s elsewhere in this package", m.path.Name.Name, kindOf(m.world), kindOf(first)),
				"a `use` outside of interfaces and worlds is for interfaces")
		}
	}
}

func pathKey(path *syntax.UsePath) string { return path.Package.String() + "/" + path.Name.Name }

func kindOf(world bool) string {
	if world {
		return "a world"
	}
	return "an interface"
}

func wordOf(world bool) string {
	if world {
		return "world"
	}
	return "interface"
}

// reportMissing reports a package that is not there.
func (r *resolver) reportMissing(p *pkg, m mention) {
	name := m.path.Package
	hint := "a package that is used is a directory or a file below `deps`"
	inner := path.Join(path.Dir(m.file.Source.Name()), "deps")
	switch versions, similar := r.otherVersions(p, name), r.similarPackage(p, name); {
	case r.unread[inner]:
		hint = fmt.Sprintf("packages in `%s` are not read: what any package uses is in the `deps` of the main one", inner)
	case versions != "":
		hint = versions
	case similar != "":
		hint = fmt.Sprintf("there is `%s`", similar)
	}
	r.report(m.file, name.Span, RulePackage, fmt.Sprintf("there is no package `%s`", name), hint)
}

// otherVersions says in which other versions a package is there, if there are any: one of the tree, and those of the
// library.
func (r *resolver) otherVersions(p *pkg, name *syntax.PackageName) string {
	if !r.listens() {
		return ""
	}
	lent := quotedIDs(name, r.shelf.versions[pathOf(name)])
	i := slices.IndexFunc(r.packages, func(other *pkg) bool {
		return other != p && !other.borrowed && other.model.Path() == pathOf(name)
	})
	switch {
	case i < 0 && lent == "":
		return ""
	case i < 0:
		return fmt.Sprintf("%s has %s; any other version is a directory or a file below `deps`", r.library.name, lent)
	case lent == "":
		return fmt.Sprintf("there is `%s`", r.packages[i].model.ID())
	}
	return fmt.Sprintf("there is `%s`, and %s has %s", r.packages[i].model.ID(), r.library.name, lent)
}

// quotedIDs are the IDs of some versions of a package.
func quotedIDs(name *syntax.PackageName, versions []string) string {
	ids := make([]string, len(versions))
	for i, v := range versions {
		ids[i] = "`" + pathOf(name) + "@" + v + "`"
	}
	return strings.Join(ids, " and ")
}

// similarPackage is the ID of a package that may be meant, because its name is similar.
func (r *resolver) similarPackage(p *pkg, name *syntax.PackageName) string {
	if !r.listens() {
		return ""
	}
	all := slices.Collect(maps.Keys(r.shelf.packages))
	for _, other := range r.packages {
		if other != p {
			all = append(all, other.model.ID())
		}
	}
	return r.closest(name.String(), slices.Values(all))
}

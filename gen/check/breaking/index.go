package breaking

import (
	"cmp"
	"strings"

	"github.com/witan-os/witan/gen/model"
)

// index finds things in a tree.
type index struct {
	packages map[string]*model.Package   // by trackOf; of several the one with the highest version
	tracks   map[string][]*model.Package // by path
	roles    map[string]role             // of interfaces, by their TrackID

	interfaces map[string]*model.Interface // of packages, by their TrackID
}

func indexOf(t *model.Tree) index {
	x := index{packages: map[string]*model.Package{}, tracks: map[string][]*model.Package{}, roles: map[string]role{}, interfaces: map[string]*model.Interface{}}
	for _, p := range t.Packages {
		key := trackOf(p)
		if q := x.packages[key]; q == nil || compareVersions(q.Version, p.Version) < 0 {
			x.packages[key] = p
		}
		x.tracks[p.Path()] = append(x.tracks[p.Path()], p)
		for _, w := range p.Worlds {
			for _, i := range model.Interfaces(w.Imports) {
				x.roles[i.TrackID()] |= imported
			}
			for _, i := range model.Interfaces(w.Exports) {
				x.roles[i.TrackID()] |= exported
			}
		}
	}
	for _, p := range x.packages {
		for _, i := range p.Interfaces {
			x.interfaces[i.TrackID()] = i
		}
	}
	return x
}

// trackOf is equal for all versions of a package that can stand in for each other.
func trackOf(p *model.Package) string { return p.Path() + "@" + p.Track() }

// role says which side provides an interface.
type role uint8

const (
	imported role = 1 << iota // hosts provide it, components import it
	exported                  // components provide it, hosts call it
)

// role is the role that an interface of a package has.
func (c *comparison) role(s *model.Scope) role {
	if r := c.old.roles[s.TrackID()]; r != 0 {
		return r
	}
	if r := c.new.roles[s.TrackID()]; r != 0 {
		return r
	}
	return imported
}

// adding is the severity of adding something that whoever provides the interface has to have.
func (r role) adding() Severity {
	if r&exported != 0 {
		return ABI
	}
	return Source
}

// removing is the severity of removing such a thing.
func (r role) removing() Severity {
	if r&imported != 0 {
		return ABI
	}
	return Source
}

// removal is the severity of removing an interface. Nobody has to provide one that only has types.
func removal(i *model.Interface, r role) Severity {
	if typesOnly(i) {
		return Source
	}
	return r.removing()
}

// typesOnly tells that an interface has nothing that somebody has to provide.
func typesOnly(i *model.Interface) bool {
	for _, d := range i.Types {
		if d.Resource != nil {
			return false
		}
	}
	return len(i.Funcs) == 0
}

// compareVersions orders versions of one semver track. Such a track is either that of a single pre-release, or
// has none at all; build metadata does not count.
func compareVersions(a, b string) int {
	a, _, _ = strings.Cut(a, "+")
	b, _, _ = strings.Cut(b, "+")
	for a != "" && b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		if c := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); c != 0 { // there are no leading zeros
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

package binary

import (
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/runtime/component"
)

// id is the name of an interface or world in full.
type id struct {
	namespace, name, version string // of the package
	item                     string
}

func (d *decoder) parse(name string) component.Name {
	n, err := component.ParseName(name)
	if err != nil {
		d.fail("%v", err)
	}
	return n
}

// id takes the name of an interface apart. The suffix is what the file has cut off its version.
func (d *decoder) id(name, suffix string) id {
	n := d.parse(name)
	switch {
	case n.Kind != component.NameInterface:
		d.fail("%s is not the name of an interface in a package", quoted(name))
	case len(n.Namespaces) > 1 || len(n.Path) > 1:
		d.fail("%s has more than one namespace, or more than one name behind the package: WIT has no such names yet", quoted(name))
	}
	x := id{n.Namespaces[0], n.Package, n.Version + suffix, n.Path[0]}
	if x.version == n.Version && n.Canonical {
		x.version = firstOf(x.version)
	}
	if x.version != "" && !syntax.IsVersion(x.version) {
		d.fail("WIT has no version %s", quoted(x.version))
	}
	return x
}

// firstOf is the first version on a semver track. Text has no name for the track itself, which is what a
// canonical name without its suffix has: any version on it would do.
func firstOf(track string) string {
	return track + strings.Repeat(".0", max(0, 2-strings.Count(track, ".")))
}

func (x id) pkg() *model.Package {
	return &model.Package{Namespace: x.namespace, Name: x.name, Version: x.version}
}

// pkg returns the package of a name, which is new if nothing was in it so far.
func (d *decoder) pkg(x id) *model.Package {
	p := x.pkg()
	if known := d.packages[p.ID()]; known != nil {
		return known
	}
	d.packages[p.ID()] = p
	d.order = append(d.order, p)
	return p
}

// ifaceNamed returns the interface of that name, which is new and empty if it has not come up so far.
func (d *decoder) ifaceNamed(name, suffix string) *scope {
	x := d.id(name, suffix)
	p := d.pkg(x)
	i := &model.Interface{Scope: model.Scope{Package: p, Name: x.item}}
	if known := d.interfaces[i.ID()]; known != nil {
		return known
	}
	if len(d.interfaces) >= maxInterfaces {
		d.fail("the file has more than %d interfaces", maxInterfaces)
	}
	d.node()
	p.Interfaces = append(p.Interfaces, i)
	s := d.scope(&i.Scope)
	s.iface = i
	d.interfaces[i.ID()] = s
	d.public[&i.Scope] = true
	return s
}

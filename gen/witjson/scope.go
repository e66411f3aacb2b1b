package witjson

import "github.com/witan-os/witan/gen/model"

// order is where packages and interfaces stand. What is used stands before what uses it, so that there are no
// circles among them either.
type order struct {
	packages   map[*model.Package]int
	interfaces map[*model.Scope]int
}

func (d *decoder) order() order {
	o := order{map[*model.Package]int{}, map[*model.Scope]int{}}
	for i, p := range d.packages {
		o.packages[p] = i
	}
	for i, iface := range d.interfaces {
		o.interfaces[&iface.Scope] = i
	}
	return o
}

// checkUse checks that a scope can use what another one declares.
func (d *decoder) checkUse(n *node, in, from *model.Scope) {
	place, declares := d.places.interfaces[from]
	if !declares || from.World != nil {
		n.fail("%s is no interface of a package, whose types could be used in %s", quote(from.ID()), quote(in.ID()))
	}
	if own, ok := d.places.interfaces[in]; ok && own <= place {
		n.fail("interface %d can't use interface %d, which does not stand before it", own, place)
	}
	d.checkPackages(n, in, from)
}

// checkPackages checks that the package of one scope can use that of another.
func (d *decoder) checkPackages(n *node, in, from *model.Scope) {
	if d.places.packages[from.Package] > d.places.packages[in.Package] {
		n.fail("package %s can't use package %s, which does not stand before it", in.Package.ID(), from.Package.ID())
	}
}

// sees notes that the type that is being read has names of a scope inside. Those of two scopes don't mix: a scope
// has names of others only under names of its own.
func (d *decoder) sees(n *node, s *model.Scope) {
	if s == nil {
		return
	}
	if d.reading.names != nil && d.reading.names != s {
		n.fail("the type has names of %s and of %s inside", quote(d.reading.names.ID()), quote(s.ID()))
	}
	d.reading.names = s
}

// belongs checks that the names in the type that was read are those of a scope.
func (d *decoder) belongs(n *node, s *model.Scope) {
	if names := d.reading.names; names != nil && names != s {
		n.fail("the type has names of %s inside, which %s does not have", quote(names.ID()), quote(s.ID()))
	}
}

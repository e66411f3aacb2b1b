package resolve

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/runtime/abi"
)

// addBinary makes the packages known that a file in binary form has.
func (r *resolver) addBinary(b binary) error {
	if r.decode == nil {
		return fmt.Errorf("%s: WIT packages in binary form can't be read here", b.name)
	}
	tree, err := r.decode(b.data)
	if err != nil {
		return fmt.Errorf("%s: %w", b.name, err)
	}
	for _, m := range tree.Packages {
		if r.byID[m.ID()] != nil {
			return fmt.Errorf("%s: package %s is in another file too", b.name, m.ID())
		}
		r.byID[m.ID()] = r.decodedPackage(m)
		r.decoded = append(r.decoded, r.byID[m.ID()])
	}
	return nil
}

// decodedPackage is a package that comes resolved. Its interfaces are known before the next package's.
func (r *resolver) decodedPackage(m *model.Package) *pkg {
	p := &pkg{model: m, items: map[string]*item{}}
	add := func(i *item) {
		p.items[fold(i.name.Name)] = i
		p.order = append(p.order, i)
	}
	for _, i := range m.Interfaces {
		s := r.newScope(p, nil, &i.Scope, "")
		for _, d := range i.Types {
			s.declare(&symbol{name: syntax.ID{Name: d.Name}, def: d})
			r.traits[d] = r.decodedTraits(d)
		}
		for _, f := range i.Funcs {
			s.declare(&symbol{name: syntax.ID{Name: f.Name}, function: true})
		}
		r.addInterface(i)
		add(&item{pkg: p, name: syntax.ID{Name: i.Name}, scope: s, iface: i})
	}
	for _, w := range m.Worlds {
		add(&item{pkg: p, name: syntax.ID{Name: w.Name}, world: true, w: w})
	}
	return p
}

// decodedTraits finds out about a type that comes resolved.
func (r *resolver) decodedTraits(d *model.TypeDef) traits {
	has, ok := r.traits[d]
	if ok || d.Type == nil {
		return has
	}
	r.measure(d.Type, d, 0, &has)
	has.depth++
	r.traits[d] = has
	return has
}

// measure adds what a type has that is inside of this many others of a definition.
func (r *resolver) measure(t *model.Type, of *model.TypeDef, depth int, has *traits) {
	if t == nil {
		return
	}
	if t.Def != nil && t.Def != of {
		inner := r.decodedTraits(t.Def)
		has.depth = max(has.depth, depth+inner.depth)
		has.borrow = has.borrow || inner.borrow
		return
	}
	has.depth = max(has.depth, depth)
	has.borrow = has.borrow || t.Kind == abi.Borrow
	r.measure(t.Key, of, depth+1, has)
	r.measure(t.Elem, of, depth+1, has)
	for _, f := range t.Fields {
		r.measure(f.Type, of, depth+1, has)
	}
	for _, c := range t.Cases {
		r.measure(c.Type, of, depth+1, has)
	}
}

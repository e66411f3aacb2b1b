package binary

import (
	"slices"

	"github.com/witan-os/witan/gen/model"
)

// tree puts what was read into the order of a model: packages behind those that they use, and the root last.
// A file that has no such order is refused, as text would be: what it describes has no beginning.
func (d *decoder) tree(root *model.Package) *model.Tree {
	d.section, d.path = "", nil
	o := &order{decoder: d, packages: map[*model.Package]state{}, interfaces: map[*model.Scope]state{}}
	for _, p := range d.order {
		for _, i := range p.Interfaces {
			o.iface(&i.Scope)
			group(i)
		}
		d.distinct(p)
	}
	for _, p := range d.order {
		if p != root {
			o.pkg(p)
		}
	}
	o.pkg(root)
	for i := range d.places {
		group(i)
	}
	return &model.Tree{Packages: o.list, Root: root}
}

// group puts an interface into the order that text has: types that are used come first, and the functions of
// each resource are together, in the order of the resources. Otherwise, what comes before something stays
// before it.
func group(i *model.Interface) {
	slices.SortStableFunc(i.Types, func(a, b *model.TypeDef) int { return foreign(b) - foreign(a) })
	of := map[*model.TypeDef][]*model.Func{}
	for _, f := range i.Funcs {
		if f.Resource != nil {
			of[f.Resource] = append(of[f.Resource], f)
		}
	}
	rest := i.Funcs
	var funcs []*model.Func
	upTo := func(f *model.Func) {
		for len(rest) > 0 && rest[0] != f {
			if rest[0].Resource == nil {
				funcs = append(funcs, rest[0])
			}
			rest = rest[1:]
		}
	}
	for _, def := range i.Types {
		if members := of[def]; len(members) > 0 {
			upTo(members[0])
			funcs = append(funcs, members...)
		}
	}
	upTo(nil)
	i.Funcs = funcs
}

// foreign is 1 for a type that is used from another scope, and 0 otherwise.
func foreign(def *model.TypeDef) int {
	if def.Used() {
		return 1
	}
	return 0
}

// distinct refuses a package in which an interface and a world have the same name.
func (d *decoder) distinct(p *model.Package) {
	taken := map[string]bool{}
	for _, i := range p.Interfaces {
		taken[i.Name] = true
	}
	for _, w := range p.Worlds {
		if taken[w.Name] {
			d.fail("the package %s has two interfaces or worlds of the name %s", p.ID(), quoted(w.Name))
		}
		taken[w.Name] = true
	}
}

// state is how far a walk along dependencies has come.
type state uint8

const (
	unseen state = iota
	entered
	done
)

// order walks along dependencies.
type order struct {
	*decoder
	packages   map[*model.Package]state
	interfaces map[*model.Scope]state
	list       []*model.Package
}

// iface looks for interfaces that use types of each other.
func (o *order) iface(s *model.Scope) {
	switch o.interfaces[s] {
	case done:
		return
	case entered:
		o.fail("interface %s uses itself in a circle, which WIT cannot say", s.ID())
	}
	o.interfaces[s] = entered
	for _, def := range s.Types {
		if t := def.Target(); t != nil && t.Owner != s {
			o.iface(t.Owner)
		}
	}
	o.interfaces[s] = done
}

// pkg lists a package behind those that it uses.
func (o *order) pkg(p *model.Package) {
	switch o.packages[p] {
	case done:
		return
	case entered:
		o.fail("package %s uses itself in a circle, which WIT cannot say", p.ID())
	}
	o.packages[p] = entered
	for _, i := range p.Interfaces {
		o.scope(p, &i.Scope)
	}
	for _, w := range p.Worlds {
		o.scope(p, &w.Scope)
		for _, items := range [][]*model.Item{w.Imports, w.Exports} {
			for _, i := range model.Interfaces(items) {
				o.scope(p, &i.Scope)
				o.other(p, i.Package)
			}
		}
	}
	o.packages[p] = done
	o.list = append(o.list, p)
}

// scope follows the types that an interface or world of a package uses.
func (o *order) scope(p *model.Package, s *model.Scope) {
	if s.Package != p {
		return
	}
	for _, def := range s.Types {
		if t := def.Target(); t != nil {
			o.other(p, t.Owner.Package)
		}
	}
}

func (o *order) other(p, used *model.Package) {
	if used != p {
		o.pkg(used)
	}
}

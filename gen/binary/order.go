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
			arrange(i)
		}
		for _, w := range p.Worlds {
			arrangeWorld(w)
		}
		d.distinct(p)
	}
	for _, p := range d.order {
		if p != root {
			o.pkg(p)
		}
	}
	o.pkg(root)
	return &model.Tree{Packages: o.list, Root: root}
}

// arrange puts an interface into the order that text has: types that are used come first, and the functions of
// each resource are together, in the order of the resources. Otherwise, what comes before something stays
// before it.
func arrange(i *model.Interface) {
	usesFirst(i.Types)
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

func usesFirst(types []*model.TypeDef) {
	slices.SortStableFunc(types, func(a, b *model.TypeDef) int { return own(a) - own(b) })
}

// own is 0 for a type that is used from another scope, and 1 otherwise.
func own(def *model.TypeDef) int {
	if def.Used() {
		return 0
	}
	return 1
}

// arrangeWorld does the same for a world: imports are interfaces, types that are used, other types, functions and
// at last those of resources. Exports are functions and then interfaces.
func arrangeWorld(w *model.World) {
	usesFirst(w.Types)
	place := map[*model.TypeDef]int{}
	for i, def := range w.Types {
		place[def] = i
	}
	rank := func(i *model.Item) int {
		switch {
		case i.Interface != nil:
			return 0
		case i.Type != nil:
			return 1 + own(i.Type)
		case i.Func.Resource == nil:
			return 3
		}
		return 4 + place[i.Func.Resource]
	}
	slices.SortStableFunc(w.Imports, func(a, b *model.Item) int { return rank(a) - rank(b) })
	slices.SortStableFunc(w.Exports, func(a, b *model.Item) int { return rank(b) - rank(a) })
	for _, i := range slices.Concat(model.Interfaces(w.Imports), model.Interfaces(w.Exports)) {
		if i.World == w {
			arrange(i)
		}
	}
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

package resolve

import (
	"fmt"
	"iter"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
)

// item is an interface or a world of a package.
type item struct {
	pkg  *pkg
	list *list // where it is declared; nil for what comes from a binary
	name syntax.ID
	decl syntax.Item

	world   bool // otherwise an interface
	gate    string
	unknown bool // nobody knows what is in it, and that has been said

	scope *scope           // of an interface: the names in it
	iface *model.Interface // nil for a world
	w     *model.World     // nil for an interface
}

// alias is a name that a file gives to an interface or world of its own package, or to one of another.
type alias struct {
	name syntax.ID
	path *syntax.UsePath // nil if the name is that of an item which is declared here
}

// fold makes names equal that differ only in case.
func fold(name string) string { return strings.ToLower(name) }

// resolvePackage resolves all of a package. What it names of other packages is resolved already.
func (r *resolver) resolvePackage(p *pkg) {
	if p.file == nil {
		return // it was decoded
	}
	r.declareItems(p)
	for _, l := range p.lists {
		r.declareAliases(p, l)
	}
	order := r.itemOrder(p)
	for _, i := range order {
		if r.errors.More {
			return // enough has been said, and what comes later may need what is left out now
		}
		if !i.world {
			r.resolveInterface(i)
		}
	}
	var worlds []*worldBuilder
	for _, i := range order {
		if r.errors.More {
			return
		}
		if i.world {
			worlds = append(worlds, r.resolveWorld(i))
		}
	}
	// Types that worlds declare are known now, and includes copy them.
	for _, b := range worlds {
		b.finish()
	}
}

// declareItems makes interfaces and worlds known in their package.
func (r *resolver) declareItems(p *pkg) {
	p.items = map[string]*item{}
	for _, l := range p.lists {
		for _, d := range l.items {
			i := &item{pkg: p, list: l, decl: d}
			switch d := d.(type) {
			case *syntax.Interface:
				i.name = d.Name
			case *syntax.World:
				i.name, i.world = d.Name, true
			default:
				continue
			}
			if first := p.items[fold(i.name.Name)]; first != nil {
				r.reportTaken(l.file, i.name, first.name.Name, describePlace(first.list.file, first.name.Span, l.file))
				continue
			}
			p.items[fold(i.name.Name)] = i
			p.order = append(p.order, i)
		}
	}
}

// reportTaken reports a name that is taken by an earlier one.
func (r *resolver) reportTaken(f *syntax.File, name syntax.ID, first, where string) {
	message := fmt.Sprintf("the name `%s` is taken", name.Name)
	if name.Name != first {
		message += fmt.Sprintf(" by `%s`: case makes no difference", first)
	}
	r.report(f, name.Span, RuleDuplicate, message, "it is declared "+where)
}

// describePlace says where something is, seen from a file.
func describePlace(f *syntax.File, s syntax.Span, from *syntax.File) string {
	at := f.Source.Position(int(s.Start))
	if f == from {
		return fmt.Sprintf("in line %d", at.Line)
	}
	return fmt.Sprintf("at %s:%d:%d", f.Source.Name(), at.Line, at.Column)
}

// declareAliases makes the names known that are valid in one list of items.
func (r *resolver) declareAliases(p *pkg, l *list) {
	l.names = map[string]*alias{}
	for _, d := range l.items {
		a := &alias{}
		switch d := d.(type) {
		case *syntax.Interface:
			a.name = d.Name
		case *syntax.World:
			a.name = d.Name
		case *syntax.ToplevelUse:
			a.name, a.path = d.Path.Name, &d.Path
			if d.As != nil {
				a.name = *d.As
			}
			r.checkToplevelUse(p, l, d)
		}
		first := l.names[fold(a.name.Name)]
		if first == nil {
			l.names[fold(a.name.Name)] = a
			continue
		}
		if a.path != nil || first.path != nil { // otherwise it is taken in the whole package
			r.reportTaken(l.file, a.name, first.name.Name, describePlace(l.file, first.name.Span, l.file))
		}
	}
}

// checkToplevelUse reports what is wrong with a toplevel use, whether its name is used or not.
func (r *resolver) checkToplevelUse(p *pkg, l *list, u *syntax.ToplevelUse) {
	if u.Path.Package == nil {
		r.localItem(p, l.file, u.Path.Name)
		return
	}
	r.foreignItem(p, l.file, &u.Path, false, false)
}

// localItem finds an item of the package itself, and reports that there is none.
func (r *resolver) localItem(p *pkg, f *syntax.File, name syntax.ID) *item {
	i := p.items[fold(name.Name)]
	if i != nil && i.name.Name == name.Name {
		return i
	}
	r.report(f, name.Span, RuleUnknown, fmt.Sprintf("package `%s` has no interface or world `%s`", p.model.ID(), name.Name),
		r.didYouMean(name.Name, p.itemNames(func(*item) bool { return true })))
	return nil
}

// item finds what a path stands for, and reports what it does not stand for. Off says that the path belongs
// to something that is left out, so that gates don't matter.
func (r *resolver) item(p *pkg, l *list, path *syntax.UsePath, world, off bool) *item {
	if path.Package != nil {
		return r.foreignItem(p, l.file, path, world, off)
	}
	var i *item
	a := l.names[fold(path.Name.Name)]
	switch {
	case a == nil || a.name.Name != path.Name.Name || a.path == nil:
		i = r.localItem(p, l.file, path.Name)
	case a.path.Package != nil:
		i = r.silent(func() *item { return r.foreignItem(p, l.file, a.path, world, off) })
	default:
		i = r.silent(func() *item { return r.localItem(p, l.file, a.path.Name) })
	}
	if i == nil || !r.checkKind(l.file, path.Name, i, world) {
		return nil
	}
	return i
}

// silent finds something whose problems have been reported where the alias is that leads to it.
func (r *resolver) silent(find func() *item) *item {
	saved := r.quiet
	r.quiet = true
	i := find()
	r.quiet = saved
	return i
}

func (r *resolver) checkKind(f *syntax.File, name syntax.ID, i *item, world bool) bool {
	if i.world == world {
		return true
	}
	r.report(f, name.Span, RuleKind, fmt.Sprintf("`%s` is %s, not %s", name.Name, kindOf(i.world), kindOf(world)), "")
	return false
}

// foreignItem finds an item of another package.
func (r *resolver) foreignItem(p *pkg, f *syntax.File, path *syntax.UsePath, world, off bool) *item {
	other := r.byID[path.Package.String()]
	key := pathKey(path)
	if other == nil || other.items == nil || p.wrong[key] {
		return nil // that has been said
	}
	i := other.items[fold(path.Name.Name)]
	if i == nil || i.name.Name != path.Name.Name {
		if !off {
			p.wrong[key] = true
			r.reportNoItem(f, path, other, world)
		}
		return nil
	}
	switch {
	case off && i.world == world:
	case off:
		return nil
	case !r.checkKind(f, path.Name, i, world):
		p.wrong[key] = true
		return nil
	case i.gate != "":
		r.reportGated(f, path.Name.Span, path.Name.Name, i.gate)
		return nil
	}
	return i
}

func (r *resolver) reportNoItem(f *syntax.File, path *syntax.UsePath, other *pkg, world bool) {
	r.report(f, path.Name.Span, RuleUnknown,
		fmt.Sprintf("package `%s` has no %s `%s`", other.model.ID(), wordOf(world), path.Name.Name),
		r.didYouMean(path.Name.Name, other.itemNames(func(i *item) bool { return i.world == world })))
}

// itemNames are the names of some interfaces and worlds.
func (p *pkg) itemNames(wanted func(*item) bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, i := range p.order {
			if wanted(i) && !yield(i.name.Name) {
				return
			}
		}
	}
}

// itemOrder returns interfaces and worlds, each behind those of the package that it uses or includes. Those in
// a circle are left out and unknown.
func (r *resolver) itemOrder(p *pkg) []*item {
	index := map[*item]int{}
	for n, i := range p.order {
		index[i] = n
	}
	type where struct {
		file *syntax.File
		span syntax.Span
	}
	needs := make([][]edge[where], len(p.order))
	for n, i := range p.order {
		add := func(path *syntax.UsePath, _ bool) {
			if path.Package != nil {
				return
			}
			target, at := r.localTarget(p, i.list, path)
			if target != nil {
				needs[n] = append(needs[n], edge[where]{index[target], where{i.list.file, at}})
			}
		}
		switch d := i.decl.(type) {
		case *syntax.Interface:
			usesOf(d.Items, add)
		case *syntax.World:
			for _, w := range d.Items {
				if include, ok := w.(*syntax.Include); ok {
					add(&include.Path, true)
				}
			}
		}
	}
	numbers, circles := inOrder(needs)
	for _, c := range circles {
		first := p.order[c.nodes[len(c.nodes)-1]]
		if len(c.nodes) > 1 {
			first = p.order[c.nodes[1]]
		}
		r.report(c.at.file, c.at.span, RuleCycle, fmt.Sprintf("%s `%s` needs itself", wordOf(first.world), first.name.Name),
			describeCircle(c.nodes, func(n int) string { return p.order[n].name.Name }))
	}
	for _, i := range p.order {
		i.unknown = true
	}
	order := make([]*item, len(numbers))
	for n, number := range numbers {
		order[n] = p.order[number]
		order[n].unknown = false
	}
	return order
}

// localTarget is the item of the package that a path without a package stands for, and the place to blame if
// it leads in a circle: where the item is declared, if that is in the same file.
func (r *resolver) localTarget(p *pkg, l *list, path *syntax.UsePath) (*item, syntax.Span) {
	name := path.Name
	if a := l.names[fold(name.Name)]; a != nil && a.name.Name == name.Name {
		switch {
		case a.path == nil:
			name = a.name
		case a.path.Package != nil:
			return nil, syntax.Span{}
		default:
			name = a.path.Name
		}
	}
	if i := p.items[fold(name.Name)]; i != nil && i.name.Name == name.Name {
		return i, name.Span
	}
	return nil, syntax.Span{}
}

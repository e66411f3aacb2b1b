package resolve

import (
	"fmt"

	"github.com/witan-os/witan/gen/syntax"
)

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

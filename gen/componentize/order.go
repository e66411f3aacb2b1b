package componentize

import (
	"slices"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// ordered puts the modules into the order in which they are instantiated: adapters that need nothing of the main
// module, the main module, and then what needs it, with windows before those who look through them. It also puts
// interfaces that are exported behind those that they use.
func (b *build) ordered() {
	b.exports.items = b.sorted(b.exports.items)
	b.sorted(b.imports.items)
	var early, late []*module
	for _, a := range b.list {
		switch {
		case !b.used[a]:
		case b.needsMain(a, map[*module]bool{}):
			late = append(late, b.windows[a], a)
		default:
			early = append(early, a)
		}
	}
	for _, m := range slices.Concat(early, []*module{b.main, b.grow}, late) {
		if b.used[m] {
			m.order = len(b.modules)
			b.modules = append(b.modules, m)
		}
	}
	for _, m := range b.modules {
		b.reachable(m)
	}
}

// needsMain tells whether an adapter can only be instantiated when the main module is there.
func (b *build) needsMain(a *module, seen map[*module]bool) bool {
	if a == b.main || a == b.grow || a.memory == b.main || b.isWindow(a) {
		return true
	}
	if seen[a] {
		return false
	}
	seen[a] = true
	for _, n := range a.needs {
		if x, ok := n.(*borrowed); ok && b.needsMain(x.from, seen) {
			return true
		}
	}
	return false
}

func (b *build) isWindow(m *module) bool {
	for _, w := range b.windows {
		if w == m {
			return true
		}
	}
	return false
}

// reachable checks that what a module takes from later ones are functions: only for these there are shims.
func (b *build) reachable(m *module) {
	for i, n := range m.needs {
		x, ok := n.(*borrowed)
		if ok && x.sort != component.SortCoreFunc && x.from.order >= m.order {
			imp := &m.shape.Imports[i]
			b.problems.add(model.Place{}, "%s imports the %s %s %s, but %s can only be instantiated after it",
				m.what, x.sort, quoted(imp.Module), quoted(imp.Name), x.from.what)
		}
	}
}

// sorted puts interfaces behind those whose types they use, and otherwise leaves them in their order. Interfaces of
// one world can always be put so, but not those of worlds that have different versions.
func (b *build) sorted(items []*item) []*item {
	const entered, done = 1, 2
	state := map[*item]int{}
	var list []*item
	var visit func(i *item)
	visit = func(i *item) {
		if state[i] == entered {
			b.problems.add(i.place, "the interface %s uses itself in a circle, through versions of others", i.name)
		}
		if state[i] != 0 {
			return
		}
		state[i] = entered
		for _, d := range i.iface.types {
			if !i.liveTypes[d] || d.Target() == nil {
				continue
			}
			if at, _ := b.resolve(i, d.Target()); at != nil && at != i && at != b.root && at.export == i.export {
				visit(at)
			}
		}
		state[i] = done
		list = append(list, i)
	}
	for _, i := range items {
		visit(i)
	}
	return list
}

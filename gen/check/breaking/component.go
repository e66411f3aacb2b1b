package breaking

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
)

// Component lists what keeps a component from running on a tree: what it imports and does not find there as it
// needs it, and what is expected of it and it does not export. component is the tree that was read from it, whose
// root package has one world.
//
// Interfaces are looked up in all of the tree. A world of it is needed for imports and exports that belong to no
// package, and it has to be exported in full; without one, nil, only the interfaces count. All changes are [ABI].
// Places are those of the tree, and what is not in it has none.
func Component(component, tree *model.Tree, world *model.World) ([]Change, error) {
	if component.Root == nil || len(component.Root.Worlds) != 1 {
		return nil, fmt.Errorf("it is no component, which has one world")
	}
	own := component.Root.Worlds[0]
	if world == nil {
		world = &model.World{Scope: model.Scope{Package: own.Package, Name: own.Name}}
	}
	c := newComparison(component, tree)
	c.component = true
	c.stands = map[*model.Scope]*model.Scope{&own.Scope: &world.Scope}
	p := pair{old: own.ID(), new: world.ID(), role: imported}
	c.types(p, own.Types, world.Types)
	c.componentItems(p, own.Imports, world.Imports)
	p.role = exported
	c.componentItems(p, own.Exports, world.Exports)
	has := itemsOf(own.Exports)
	for _, n := range world.Exports {
		if n.Type == nil && has[itemKey(n)] == nil {
			c.itemAdded(p.in("", n.Key()), n)
		}
	}
	return unique(c.changes), nil
}

// componentItems looks for what a component imports, or exports, in the tree.
func (c *comparison) componentItems(p pair, own, world []*model.Item) {
	there := itemsOf(world)
	for _, o := range own {
		if o.Type != nil {
			continue
		}
		n := there[itemKey(o)]
		switch {
		case o.Name != "" && n != nil:
			c.item(p.in(o.Key(), n.Key()), o, n)
		case o.Name == "" || o.Implements():
			c.componentInterface(pair{old: o.Interface.ID(), role: p.role}, o.Interface)
		default:
			c.itemRemoved(p.in(o.Key(), ""), o)
		}
	}
}

func (c *comparison) componentInterface(p pair, o *model.Interface) {
	n := c.new.interfaces[o.TrackID()]
	if n != nil {
		p.new = n.ID()
		c.types(p, o.Types, n.Types)
		c.funcs(p, withoutResources(o, n), withoutResources(n, o))
		return
	}
	if p.role == exported || typesOnly(o) {
		return
	}
	ch := Change{Rule: InterfaceRemoved, Severity: ABI, Was: "interface " + o.Name, Old: true, Hint: "put its package below deps, for hosts to provide it"}
	if others := c.new.tracks[o.Package.Path()]; len(others) > 0 && others[0].Track() != o.Package.Track() {
		c.report(p, ch, "the component imports it, and there is only %s", others[0].ID())
		return
	}
	c.report(p, ch, "the component imports it, and it is not there")
}

// unique leaves out changes that are there already: an interface may be imported and exported.
func unique(changes []Change) []Change {
	type key struct {
		rule    Rule
		subject string
	}
	seen := map[key]bool{}
	var out []Change
	for _, ch := range changes {
		k := key{ch.Rule, ch.Subject}
		if !seen[k] {
			out = append(out, ch)
		}
		seen[k] = true
	}
	return out
}

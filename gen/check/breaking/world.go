package breaking

import "github.com/witan-os/witan/gen/model"

func (c *comparison) packageWorlds(o, n *model.Package) {
	before, after := worldsOf(o), worldsOf(n)
	for _, w := range o.Worlds {
		if to := after[w.Name]; to != nil {
			c.world(pair{old: w.ID(), new: to.ID()}, w, to)
			continue
		}
		c.report(pair{old: w.ID()}.behind(w.Stability), Change{Rule: WorldRemoved, Severity: worldRemoval(w), Was: "world " + w.Name, Place: w.Place, Old: true},
			"the world is removed")
	}
	for _, w := range n.Worlds {
		if before[w.Name] == nil {
			c.report(pair{new: w.ID()}, Change{Rule: WorldAdded, Severity: Additive, Is: "world " + w.Name, Place: w.Place}, "the world is new")
		}
	}
}

func worldsOf(p *model.Package) map[string]*model.World {
	byName := make(map[string]*model.World, len(p.Worlds))
	for _, w := range p.Worlds {
		byName[w.Name] = w
	}
	return byName
}

// worldRemoval is the severity of removing a world. Interfaces are there without it, but not what it imports in
// place.
func worldRemoval(w *model.World) Severity {
	for _, i := range w.Imports {
		if i.Func != nil || i.Interface != nil && i.Interface.World != nil && !typesOnly(i.Interface) {
			return ABI
		}
	}
	return Source
}

func (c *comparison) world(p pair, o, n *model.World) {
	c.gates(p, o.Stability, n.Stability, n.Place, worldRemoval(o), Additive)
	p = p.behind(o.Stability)
	c.types(p, o.Types, n.Types)
	p.role = imported
	c.items(p, o.Imports, n.Imports)
	p.role = exported
	c.items(p, o.Exports, n.Exports)
}

// itemKey names an import or export in all versions of a track.
func itemKey(i *model.Item) string {
	if i.Name == "" {
		return i.Interface.TrackID()
	}
	return i.Name
}

// itemsOf are the imports or exports of a world that are no types, by their keys.
func itemsOf(list []*model.Item) map[string]*model.Item {
	byKey := make(map[string]*model.Item, len(list))
	for _, i := range list {
		if i.Type == nil {
			byKey[itemKey(i)] = i
		}
	}
	return byKey
}

// items compares what two worlds import, or what they export. Their types are compared elsewhere.
func (c *comparison) items(p pair, old, new []*model.Item) {
	before, after := itemsOf(old), itemsOf(new)
	for _, o := range old {
		if o.Type != nil {
			continue
		}
		if n := after[itemKey(o)]; n != nil {
			c.item(p.in(o.Key(), n.Key()), o, n)
		} else if !c.told(o) {
			c.itemRemoved(p.in(o.Key(), "").behind(o.Stability), o)
		}
	}
	for _, n := range new {
		if n.Type == nil && before[itemKey(n)] == nil {
			c.itemAdded(p.in("", n.Key()), n)
		}
	}
}

// told says that an item is gone because its interface is, which is a change of its own.
func (c *comparison) told(o *model.Item) bool {
	return o.Interface != nil && o.Interface.World == nil && c.new.interfaces[o.Interface.TrackID()] == nil
}

func (c *comparison) itemRemoved(p pair, o *model.Item) {
	rule, word, severity := ImportRemoved, "imports", ABI
	if p.role == exported {
		rule, word, severity = ExportRemoved, "exports", Source
	}
	if o.Interface != nil && typesOnly(o.Interface) {
		severity = Additive
	}
	c.report(p, Change{Rule: rule, Severity: severity, Was: itemText(word[:6], o), Place: o.Place, Old: true}, "the world %s it no more", word)
}

func (c *comparison) itemAdded(p pair, n *model.Item) {
	rule, word, severity := ImportAdded, "imports", Source
	if p.role == exported {
		rule, word, severity = ExportAdded, "exports", ABI
	}
	ch := Change{Rule: rule, Severity: severity, Is: itemText(word[:6], n), Place: n.Place}
	if n.Unstable != "" || n.Interface != nil && typesOnly(n.Interface) {
		ch.Severity = Additive
	}
	c.report(p, ch, "the world %s it now", word)
}

// itemText is the item in WIT text, in short.
func itemText(word string, i *model.Item) string {
	switch {
	case i.Func != nil:
		return word + " " + i.Func.String()
	case i.Name == "":
		return word + " " + i.Interface.ID()
	case i.Implements():
		return word + " " + i.Name + ": " + i.Interface.ID()
	}
	return word + " " + i.Name + ": interface"
}

// item compares what two worlds import or export under one name.
func (c *comparison) item(p pair, o, n *model.Item) {
	word := "import"
	if p.role == exported {
		word = "export"
	}
	ch := Change{Severity: ABI, Was: itemText(word, o), Is: itemText(word, n), Place: n.Place}
	switch {
	case (o.Func == nil) != (n.Func == nil):
		ch.Rule = ItemKindChanged
		c.report(p.behind(o.Stability), ch, "the world %ss %s now, and it was %s", word, itemNoun(n), itemNoun(o))
	case o.Func != nil:
		c.function(p, o.Func, n.Func)
	case c.implemented(o) != c.implemented(n):
		ch.Rule = ImplementsOther
		c.report(p.behind(o.Stability), ch, "the world %ss another interface under the name", word)
	default:
		c.gates(p, o.Stability, n.Stability, n.Place, p.role.removing(), p.role.adding())
		c.externalID(p.behind(o.Stability), o.ExternalID, n.ExternalID, n.Place)
		if o.Interface.World != nil {
			c.iface(p.behind(o.Stability), o.Interface, n.Interface)
		}
	}
}

func itemNoun(i *model.Item) string {
	if i.Func != nil {
		return "a function"
	}
	return "an interface"
}

// implemented names the interface of a package that an item is, "" if it is one in place.
func (c *comparison) implemented(i *model.Item) string {
	if i.Interface.World != nil {
		return ""
	}
	return c.key(&i.Interface.Scope)
}

package witjson

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
)

func (d *decoder) fillWorlds(nodes []*node) {
	for i, n := range nodes {
		m := worldMembers(n)
		w := d.worlds[i]
		w.Imports = d.items(w, m.get("imports"), true)
		w.Exports = d.items(w, m.get("exports"), false)
	}
}

// items reads the imports or exports of a world. Types, and functions of resources, are among the imports only: that
// is where a world has what it declares.
func (d *decoder) items(w *model.World, n *node, imports bool) []*model.Item {
	var items []*model.Item
	names := distinct{}
	for _, e := range n.entries() {
		item := d.item(w, e)
		if !imports && (item.Type != nil || item.Func != nil && item.Func.Resource != nil) {
			e.fail("it is declared by the world, and is no export")
		}
		if item.Func != nil {
			names.addFunc(e, item.Func)
		} else {
			names.add(e, e.key)
		}
		items = append(items, item)
	}
	return items
}

func (d *decoder) item(w *model.World, n *node) *model.Item {
	item := &model.Item{}
	switch part := n.only(); part.key {
	case "interface":
		d.interfaceItem(w, item, n.key, part)
	case "function":
		item.Name = n.key
		item.Func = d.function(&w.Scope, n.key, part)
	case "type":
		item.Name = n.key
		if i, ok := part.index(len(d.types)); ok {
			item.Type = d.types[i].def
		}
		if item.Type == nil || item.Type.Owner != &w.Scope {
			part.fail("no type of the world can be here")
		}
	default:
		part.fail("want interface, function or type")
	}
	return item
}

// interfaceItem reads an import or export that is an interface. The key of one without a name of its own has its
// index.
func (d *decoder) interfaceItem(w *model.World, item *model.Item, key string, n *node) {
	m := itemMembers(n)
	i, ok := m.get("id").index(len(d.interfaces))
	if !ok {
		return
	}
	item.Interface = d.interfaces[i]
	d.checkPackages(n, &w.Scope, &item.Interface.Scope)
	item.Docs, item.Stability, item.ExternalID = docs(m.optional("docs")), stability(m.optional("stability")), externalID(m)
	if item.Interface.World != nil || key != interfaceKey(i) {
		item.Name = identifierOf(n, key)
	}
}

func itemMembers(n *node) members { return n.members("id", "docs?", "stability?", "external_id?") }

// interfaceKey is what a world has in place of the name of an interface that has an ID.
func interfaceKey(index int) string { return fmt.Sprintf("interface-%d", index) }

package witjson

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
)

func (d *decoder) fillWorlds(nodes []*node) {
	for i, n := range nodes {
		m := n.members("name", "imports", "exports", "package", "docs?", "stability?")
		w := d.worlds[i]
		w.Imports = d.items(w, m.get("imports"))
		w.Exports = d.items(w, m.get("exports"))
	}
}

func (d *decoder) items(w *model.World, n *node) []*model.Item {
	var items []*model.Item
	for _, e := range n.entries() {
		item := &model.Item{}
		switch part := e.only(); part.key {
		case "interface":
			d.interfaceItem(item, e.key, part)
		case "function":
			item.Name = e.key
			item.Func = d.function(&w.Scope, e.key, part)
		case "type":
			item.Name = e.key
			if i, ok := part.index(len(d.types)); ok {
				item.Type = d.types[i].def
			}
			if item.Type == nil || item.Type.Owner != &w.Scope {
				part.fail("no type of the world can be here")
			}
		default:
			part.fail("want interface, function or type")
		}
		items = append(items, item)
	}
	return items
}

// interfaceItem reads an import or export that is an interface. The key of one without a name of its own has its
// index.
func (d *decoder) interfaceItem(item *model.Item, key string, n *node) {
	m := interfaceMembers(n)
	i, ok := m.get("id").index(len(d.interfaces))
	if !ok {
		return
	}
	item.Interface = d.interfaces[i]
	item.Docs, item.Stability, item.ExternalID = docs(m.optional("docs")), stability(m.optional("stability")), externalID(m)
	if item.Interface.World != nil || key != interfaceKey(i) {
		item.Name = identifierOf(n, key)
	}
}

func interfaceMembers(n *node) members { return n.members("id", "docs?", "stability?", "external_id?") }

// interfaceKey is what a world has in place of the name of an interface that has an ID.
func interfaceKey(index int) string { return fmt.Sprintf("interface-%d", index) }

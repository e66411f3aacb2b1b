package witjson

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// entry is a type of the document: with a name or, as parts of others, without one.
type entry struct {
	def *model.TypeDef
	typ *model.Type // without a name

	resource *model.TypeDef // what it is, or is an alias of in the end

	// What it is made of, written out as WIT has it: a name counts as one, whatever is behind it. Parts without
	// a name may be shared in JSON, so that a few bytes can stand for more types than memory can have.
	depth, size int
	names       *model.Scope // that of the names inside, nil if there are none

	// What it is made of, with what is behind names.
	levels  int // types inside of each other
	borrows bool
}

// placeTypes declares types with names in the scopes that list them, in order.
func (d *decoder) placeTypes(interfaces, worlds []*node) {
	for i, n := range interfaces {
		for _, e := range interfaceMembers(n).get("types").entries() {
			d.placeType(&d.interfaces[i].Scope, e, e)
		}
	}
	for i, n := range worlds {
		for _, item := range worldMembers(n).get("imports").entries() {
			if part := item.only(); part.key == "type" {
				d.placeType(&d.worlds[i].Scope, item, part)
			}
		}
	}
}

func (d *decoder) placeType(s *model.Scope, named, n *node) {
	i, ok := n.index(len(d.types))
	if !ok {
		return
	}
	e := d.types[i]
	if e.def != nil {
		n.fail("the type is %s of %s already", quote(e.def.Name), quote(e.def.Owner.ID()))
		return
	}
	e.def = &model.TypeDef{Owner: s, Name: identifierOf(named, named.key)}
	s.Types = append(s.Types, e.def)
}

// defineTypes reads all types. Each is made of such that stand before it, so there are no cycles.
func (d *decoder) defineTypes(nodes []*node) {
	for i, n := range nodes {
		m := n.members("name", "kind", "owner", "docs?", "stability?", "external_id?")
		d.reading = d.types[i]
		if e := d.reading; e.def != nil {
			d.checkOwner(e.def.Owner, m.get("owner"))
			if m.get("name").string() != e.def.Name {
				n.fail("%s lists it as %s", quote(e.def.Owner.ID()), quote(e.def.Name))
			}
			e.def.Docs, e.def.Stability = docs(m.optional("docs")), stability(m.optional("stability"))
			e.def.ExternalID = externalID(m)
			d.define(e, m.get("kind"), i)
			d.spell(n)
		} else {
			stability(m.optional("stability"))
			if m.get("name").form != null || m.get("owner").form != null {
				n.fail("it has a name or owner, and nothing lists it")
			}
			e.typ = d.shape(m.get("kind"), i)
			if declared(e.typ.Kind) {
				n.fail("a %v has a name", e.typ.Kind)
			}
		}
		if d.failed() {
			return
		}
	}
}

// checkOwner compares who owns a type with who lists it.
func (d *decoder) checkOwner(s *model.Scope, n *node) {
	switch owner := n.only(); owner.key {
	case "interface":
		if i, ok := owner.index(len(d.interfaces)); ok && &d.interfaces[i].Scope == s {
			return
		}
	case "world":
		if i, ok := owner.index(len(d.worlds)); ok && &d.worlds[i].Scope == s {
			return
		}
	}
	n.fail("the type is listed by %s", quote(s.ID()))
}

// define gives a type with a name its shape; below is its own index.
func (d *decoder) define(e *entry, kind *node, below int) {
	owner := e.def.Owner
	if kind.form == text {
		if kind.text != "resource" {
			kind.fail("%s is no type", quote(kind.text))
		}
		e.def.Resource = &abi.Resource{Name: owner.TrackID() + "/" + e.def.Name}
		e.resource = e.def
		return
	}
	if target := d.aliased(kind, below); target == nil {
		e.def.Type = d.shape(kind, below)
		d.belongs(kind, owner)
	} else {
		if target.def.Owner != owner {
			d.checkUse(kind, owner, target.def.Owner)
		}
		if target.resource != nil {
			d.contain(kind, target)
			e.def.AliasOf, e.resource = target.def, target.resource
			return
		}
		e.def.Type = d.shape(kind, below)
	}
	if declared(e.def.Type.Kind) && e.def.Type.Def == nil {
		e.def.Type.Def = e.def
	}
}

// aliased is the type with a name that another is an alias of, nil for what is no alias.
func (d *decoder) aliased(kind *node, below int) *entry {
	choice := kind.only()
	if choice.key != "type" || choice.form != number {
		return nil
	}
	i, ok := choice.index(below)
	if !ok || d.types[i].def == nil {
		return nil
	}
	return d.types[i]
}

// declared tells that WIT has types of the kind only by name.
func declared(k abi.Kind) bool {
	return k == abi.Record || k == abi.Variant || k == abi.Enum || k == abi.Flags
}

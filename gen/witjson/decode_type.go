package witjson

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
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
	borrows     bool         // a borrow is inside, also behind names
	names       *model.Scope // that of the names inside, nil if there are none
}

// maxSpelled is how many types a document may have when it is written out.
const maxSpelled = 4 * syntax.MaxNodes

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

// spell counts what is written out in one place.
func (d *decoder) spell(n *node) {
	d.spelled += d.reading.size
	if d.reading.size > syntax.MaxNodes || d.spelled > maxSpelled {
		n.fail("the types are too large when their parts are written out")
	}
}

// standalone reads a type of a function in a scope.
func (d *decoder) standalone(n *node, s *model.Scope) (t *model.Type, borrows bool) {
	d.reading = &entry{}
	t = d.use(n, len(d.types))
	d.spell(n)
	d.belongs(n, s)
	return t, d.reading.borrows
}

// use reads a type where it is used: by index or, for primitive types, by name. It must stand below an index.
func (d *decoder) use(n *node, below int) *model.Type {
	if n.form == text {
		d.reading.size++
		return primitive(n)
	}
	i, ok := n.index(below)
	if !ok {
		return &model.Type{Kind: abi.Bool}
	}
	e := d.types[i]
	d.reading.borrows = d.reading.borrows || e.borrows
	if e.def == nil {
		d.sees(n, e.names)
		d.reading.depth = max(d.reading.depth, e.depth+1)
		d.reading.size += e.size
		if d.reading.depth > syntax.MaxDepth {
			n.fail("more than %d types inside of each other", syntax.MaxDepth)
		}
		return e.typ
	}
	d.sees(n, e.def.Owner)
	d.reading.size++
	switch {
	case e.resource != nil:
		n.fail("resource %s is no value without own or borrow", quote(e.def.Name))
		return &model.Type{Kind: abi.Bool}
	case e.def.Type.Def == e.def:
		return e.def.Type
	}
	alias := *e.def.Type
	alias.Alias = e.def
	return &alias
}

// primitives are the types that have a name and no parts.
var primitives = func() map[string]abi.Kind {
	m := map[string]abi.Kind{abi.ErrorContext.String(): abi.ErrorContext}
	for k := abi.Bool; k <= abi.String; k++ {
		m[k.String()] = k
	}
	return m
}()

func primitive(n *node) *model.Type {
	kind, ok := primitives[n.text]
	if !ok {
		n.fail("%s is no type", quote(n.text))
		kind = abi.Bool
	}
	return &model.Type{Kind: kind}
}

package witjson

import (
	"math"
	"strconv"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// shape reads the kind of a type that is no resource; what it is made of stands below an index.
func (d *decoder) shape(kind *node, below int) *model.Type {
	d.reading.size++
	n := kind.only()
	switch n.key {
	case "type":
		return d.use(n, below)
	case "record":
		return d.record(n, below)
	case "variant":
		return d.variant(n, below)
	case "enum":
		return enum(n)
	case "flags":
		return flags(n)
	case "tuple":
		t := &model.Type{Kind: abi.Tuple}
		for _, part := range n.members("types").get("types").elements() {
			t.Fields = append(t.Fields, model.Field{Type: d.use(part, below)})
		}
		return t
	case "result":
		m := n.members("ok", "err")
		return &model.Type{Kind: abi.Result, Cases: []model.Case{
			{Name: "ok", Type: d.optional(m.get("ok"), below)},
			{Name: "error", Type: d.optional(m.get("err"), below)},
		}}
	case "handle":
		return d.handle(n.only(), below)
	case "option":
		return &model.Type{Kind: abi.Option, Elem: d.use(n, below)}
	case "list":
		return &model.Type{Kind: abi.List, Elem: d.use(n, below)}
	case "fixed-length-list":
		elem, length := n.pair()
		return &model.Type{Kind: abi.FixedList, Elem: d.use(elem, below), Len: listLength(length)}
	case "map":
		key, value := n.pair()
		return &model.Type{Kind: abi.Map, Key: d.mapKey(key, below), Elem: d.use(value, below)}
	case "stream":
		return &model.Type{Kind: abi.Stream, Elem: d.optional(n, below)}
	case "future":
		return &model.Type{Kind: abi.Future, Elem: d.optional(n, below)}
	}
	kind.fail("%s is no type", quote(n.key))
	return &model.Type{Kind: abi.Bool}
}

// optional reads a type that null stands in for.
func (d *decoder) optional(n *node, below int) *model.Type {
	if n.form == null {
		return nil
	}
	return d.use(n, below)
}

func (d *decoder) record(n *node, below int) *model.Type {
	t := &model.Type{Kind: abi.Record}
	names := distinct{}
	for _, f := range n.members("fields").get("fields").elements() {
		m := f.members("name", "type", "docs?")
		t.Fields = append(t.Fields, model.Field{
			Name: names.identifier(m), Docs: docs(m.optional("docs")), Type: d.use(m.get("type"), below),
		})
	}
	return t
}

func (d *decoder) variant(n *node, below int) *model.Type {
	t := &model.Type{Kind: abi.Variant}
	names := distinct{}
	for _, c := range cases(n) {
		m := c.members("name", "type", "docs?")
		t.Cases = append(t.Cases, model.Case{
			Name: names.identifier(m), Docs: docs(m.optional("docs")), Type: d.optional(m.get("type"), below),
		})
	}
	return t
}

func enum(n *node) *model.Type {
	t := &model.Type{Kind: abi.Enum}
	names := distinct{}
	for _, c := range cases(n) {
		m := c.members("name", "docs?")
		t.Cases = append(t.Cases, model.Case{Name: names.identifier(m), Docs: docs(m.optional("docs"))})
	}
	return t
}

// cases are those of a variant or enum, of which there is one at least.
func cases(n *node) []*node {
	list := n.members("cases").get("cases")
	if list.form == array && len(list.parts) == 0 {
		list.fail("there are no cases")
	}
	return list.elements()
}

func flags(n *node) *model.Type {
	t := &model.Type{Kind: abi.Flags}
	names := distinct{}
	for _, l := range n.members("flags").get("flags").elements() {
		m := l.members("name", "docs?")
		t.Labels = append(t.Labels, model.Label{Name: names.identifier(m), Docs: docs(m.optional("docs"))})
	}
	return t
}

func (d *decoder) handle(n *node, below int) *model.Type {
	t := &model.Type{Kind: abi.Own}
	switch n.key {
	case "own":
	case "borrow":
		t.Kind = abi.Borrow
		d.reading.borrows = true
	default:
		n.fail("want own or borrow")
	}
	if e := d.resource(n, below); e != nil {
		d.contain(n, e)
		if t.Resource = e.resource; e.def != e.resource {
			t.Handle = e.def
		}
	}
	return t
}

// resource reads the index of a resource, or of an alias of one; nil if it is none.
func (d *decoder) resource(n *node, below int) *entry {
	i, ok := n.index(below)
	if !ok {
		return nil
	}
	if d.types[i].resource == nil {
		n.fail("type %d is no resource", i)
		return nil
	}
	return d.types[i]
}

// mapKey reads a map's key, a primitive type that has one representation for each value.
func (d *decoder) mapKey(n *node, below int) *model.Type {
	key := d.use(n, below)
	if key.Kind > abi.String || key.Kind == abi.F32 || key.Kind == abi.F64 {
		n.fail("a map's key must be an integer, bool, char or string")
	}
	return key
}

func listLength(n *node) uint32 {
	if !n.is(number) {
		return 0
	}
	length, err := strconv.ParseUint(n.text, 10, 32)
	if err != nil || length == 0 {
		n.fail("%s is no length of a list, from 1 to %d", clip(n.text), uint32(math.MaxUint32))
	}
	return uint32(length)
}

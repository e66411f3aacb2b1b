package witjson

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/runtime/abi"
)

// Limits on types, beside those on text.
const (
	maxSpelled = 4 * syntax.MaxNodes // of a document that is written out
	maxLevels  = 500                 // types inside of each other, with or without names
)

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
	d.contain(n, e)
	if e.def == nil {
		return e.typ
	}
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

// contain notes that a type is in the one that is being read.
func (d *decoder) contain(n *node, e *entry) {
	r := d.reading
	r.borrows = r.borrows || e.borrows
	r.levels = max(r.levels, e.levels+1)
	if e.def == nil {
		d.sees(n, e.names)
		r.depth = max(r.depth, e.depth+1)
		r.size += e.size
	} else {
		d.sees(n, e.def.Owner)
		r.size++
	}
	if r.depth > syntax.MaxDepth || r.levels > maxLevels {
		n.fail("more than %d types inside of each other, or %d with those behind names", syntax.MaxDepth, maxLevels)
	}
	d.checkSize(n)
}

// checkSize ends reading before sizes of sizes grow beyond all numbers.
func (d *decoder) checkSize(n *node) {
	if d.reading.size > syntax.MaxNodes || d.spelled > maxSpelled {
		n.fail("the types are too large when their parts are written out")
	}
}

// spell counts what is written out in one place.
func (d *decoder) spell(n *node) {
	d.spelled += d.reading.size
	d.checkSize(n)
}

// standalone reads a type of a function in a scope.
func (d *decoder) standalone(n *node, s *model.Scope) (t *model.Type, borrows bool) {
	d.reading = &entry{}
	t = d.use(n, len(d.types))
	d.spell(n)
	d.belongs(n, s)
	return t, d.reading.borrows
}

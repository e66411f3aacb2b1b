package componentize

import "github.com/witan-os/witan/gen/model"

// What is imported is what is used: functions that the modules call, and types that these functions, and all that is
// exported, are made of.

// useItem marks all types of an exported interface.
func (c *contract) useItem(i *item) {
	for _, d := range i.iface.types {
		c.useDef(i, d)
	}
}

// useFunc marks a function, and the types in it.
func (c *contract) useFunc(i *item, fn *model.Func) {
	if i.liveFuncs[fn] {
		return
	}
	i.liveFuncs[fn] = true
	if fn.Resource != nil {
		c.useDef(i, fn.Resource)
	}
	for _, p := range fn.Params {
		c.useType(i, p.Type)
	}
	c.useType(i, fn.Result)
}

// useDef marks a named type, and what it is made of.
func (c *contract) useDef(from *item, d *model.TypeDef) {
	at, d := c.resolve(from, d)
	switch key := (place{at, d}); {
	case at == nil:
		c.problems.add(d.Place, "the type %s belongs to an interface that no world imports", d.Name)
		return
	case c.within[key]:
		c.problems.add(d.Place, "the type %s is a part of itself, through different versions of interfaces", d.Name)
		return
	case at.liveTypes[d]:
		return
	default:
		c.within[key] = true
		defer delete(c.within, key)
	}
	at.liveTypes[d] = true
	if target := d.Target(); target != nil {
		c.useDef(at, target)
		return
	}
	if d.Type != nil {
		c.useParts(at, d.Type)
	}
}

// useType marks the names in a type where it is used; nil is none.
func (c *contract) useType(from *item, t *model.Type) {
	switch {
	case t == nil:
	case t.Alias != nil:
		c.useDef(from, t.Alias)
	case t.Def != nil:
		c.useDef(from, t.Def)
	default:
		c.useParts(from, t)
	}
}

func (c *contract) useParts(from *item, t *model.Type) {
	c.useType(from, t.Key)
	c.useType(from, t.Elem)
	for _, f := range t.Fields {
		c.useType(from, f.Type)
	}
	for _, x := range t.Cases {
		c.useType(from, x.Type)
	}
	if t.Resource != nil {
		c.useDef(from, handled(t))
	}
}

// handled is the name that an own or borrow was written with.
func handled(t *model.Type) *model.TypeDef {
	if t.Handle != nil {
		return t.Handle
	}
	return t.Resource
}

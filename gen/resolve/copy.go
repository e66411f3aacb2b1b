package resolve

import (
	"slices"

	"github.com/witan-os/witan/gen/model"
)

// copier copies what one scope declares into another. What both have from elsewhere is shared.
type copier struct {
	r        *resolver
	from, to *model.Scope
	world    *model.World // where the copies end up
	defs     map[*model.TypeDef]*model.TypeDef
	types    map[*model.Type]*model.Type
}

func newCopier(r *resolver, from *model.Scope, to *model.World) *copier {
	return &copier{r, from, &to.Scope, to, map[*model.TypeDef]*model.TypeDef{}, map[*model.Type]*model.Type{}}
}

// item copies an import or export with a plain name, which may change.
func (c *copier) item(i *model.Item, name string) *model.Item {
	out := *i
	out.Name = name
	switch {
	case i.Type != nil:
		out.Type = c.def(i.Type)
		out.Type.Name = name
		if out.Type.Resource != nil {
			out.Type.Resource = newResource(out.Type)
		}
	case i.Func != nil:
		out.Func = c.function(i.Func)
		out.Func.Name = name
		if out.Func.Kind == model.Freestanding {
			out.Func.Base = name
		}
	case !i.Implements():
		out.Interface = c.inline(i.Interface, name)
	}
	return &out
}

// inline copies an interface that a world has in place.
func (c *copier) inline(i *model.Interface, name string) *model.Interface {
	out := *i
	out.Package, out.World, out.Name = c.to.Package, c.world, name
	inner := newCopier(c.r, &i.Scope, c.world)
	inner.to = &out.Scope
	out.Types = make([]*model.TypeDef, len(i.Types))
	for n, d := range i.Types {
		out.Types[n] = inner.def(d)
	}
	out.Funcs = make([]*model.Func, len(i.Funcs))
	for n, f := range i.Funcs {
		out.Funcs[n] = inner.function(f)
	}
	c.r.addInterface(&out)
	return &out
}

func (c *copier) function(f *model.Func) *model.Func {
	c.r.spend(1 + len(f.Params))
	out := *f
	if f.Resource != nil {
		out.Resource = c.def(f.Resource)
	}
	out.Params = slices.Clone(f.Params)
	for n := range out.Params {
		out.Params[n].Type = c.typ(out.Params[n].Type)
	}
	out.Result = c.typ(f.Result)
	return &out
}

// def copies a type that the scope declares, and returns others as they are.
func (c *copier) def(d *model.TypeDef) *model.TypeDef {
	if d == nil || d.Owner != c.from {
		return d
	}
	if out := c.defs[d]; out != nil {
		return out
	}
	out := new(model.TypeDef)
	*out = *d
	c.defs[d] = out
	out.Owner = c.to
	c.r.traits[out] = c.r.traits[d]
	switch {
	case d.Resource != nil:
		out.Resource = newResource(out)
	case d.AliasOf != nil:
		out.AliasOf = c.def(d.AliasOf)
	case d.Type.Def == d:
		out.Type = c.parts(d.Type)
		out.Type.Def = out
	default:
		out.Type = c.typ(d.Type)
	}
	return out
}

// typ copies a type if it is made of what the scope declares.
func (c *copier) typ(t *model.Type) *model.Type {
	switch {
	case t == nil:
		return nil
	case t.Def != nil && t == t.Def.Type:
		return c.def(t.Def).Type
	}
	if out := c.types[t]; out != nil {
		return out
	}
	var out *model.Type
	if t.Def == nil {
		out = c.parts(t)
	} else {
		out = new(model.Type)
		*out = *c.def(t.Def).Type
	}
	out.Alias = c.def(t.Alias)
	c.types[t] = out
	return out
}

// parts copies a type with what it is made of.
func (c *copier) parts(t *model.Type) *model.Type {
	c.r.spend(1 + len(t.Fields) + len(t.Cases) + len(t.Labels))
	out := new(model.Type)
	*out = *t
	out.Key, out.Elem = c.typ(t.Key), c.typ(t.Elem)
	out.Fields = slices.Clone(t.Fields)
	for n := range out.Fields {
		out.Fields[n].Type = c.typ(out.Fields[n].Type)
	}
	out.Cases = slices.Clone(t.Cases)
	for n := range out.Cases {
		out.Cases[n].Type = c.typ(out.Cases[n].Type)
	}
	out.Resource, out.Handle = c.def(t.Resource), c.def(t.Handle)
	return out
}

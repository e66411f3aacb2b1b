package compose

import (
	"crypto/sha256"

	"github.com/witan-os/witan/runtime/component"
)

// instantiate writes a part, and an instance of it. What the composition has so far is then read back, so that an
// error belongs to this part.
func (c *composer) instantiate(p *part) error {
	args := make([]component.Arg, len(p.typ.Imports))
	for i, x := range p.typ.Imports {
		if err := p.checkExports(x); err != nil {
			return err
		}
		sort, index := c.give(p.answers[x.Name])
		args[i] = component.Arg{Name: x.Name, Sort: sort, Index: index}
	}
	p.instance = c.Instantiate(c.embed(p.Component), args...)
	if _, err := component.Decode(c.Bytes()); err != nil {
		return p.explain(err)
	}
	return nil
}

// embed writes a component, unless it is there already.
func (c *composer) embed(wasm []byte) uint32 {
	key := sha256.Sum256(wasm)
	i, ok := c.embedded[key]
	if !ok {
		i = c.Component(wasm)
		c.embedded[key] = i
	}
	return i
}

// give is what answers an import.
func (c *composer) give(a answer) (component.Sort, uint32) {
	switch {
	case a.imported != nil:
		return a.imported.sort(), a.imported.index
	case a.same != nil:
		at := c.places[a.same]
		_, index := c.give(at.answer)
		return component.SortType, c.root.typeAt(index, at.path)
	case a.export == "":
		return component.SortInstance, a.from.instance
	}
	t, _ := a.from.typ.Export(a.export)
	return t.Sort, c.AliasExport(t.Sort, a.from.instance, a.export)
}

// export writes what the composition exports, which is what the part exports.
func (c *composer) export(p *part) (data []byte, err error) {
	defer c.root.catch(&err)
	c.nameTypes(p)
	for _, x := range p.typ.Exports {
		c.root.user = user{p, x}
		i := c.AliasExport(x.Type.Sort, p.instance, x.Name)
		if c.renamed && (x.Type.Sort == component.SortFunc || x.Type.Sort == component.SortType && !isResource(x.Type)) {
			i = c.ExportAs(x.ExternName, x.Type.Sort, i, c.root.desc(x.Type))
		} else {
			i = c.Export(x.ExternName, x.Type.Sort, i)
		}
		c.root.added(x.Type, i)
		c.renamed = c.renamed || x.Type.Sort == component.SortType
	}
	data = c.Bytes()
	if _, err := component.Decode(data); err != nil {
		return nil, p.explainExport(err)
	}
	return data, nil
}

// nameTypes exports the types that the part imports by themselves and that other parts answer: the functions which
// it exports may use them, and types of functions need a name outside.
func (c *composer) nameTypes(p *part) {
	for _, x := range p.typ.Imports {
		a := p.answers[x.Name]
		_, taken := p.typ.Export(x.Name)
		if x.Type.Sort != component.SortType || a.imported != nil || taken {
			continue
		}
		_, i := c.give(a)
		c.root.added(x.Type, c.Export(x.ExternName, component.SortType, i))
		c.renamed = true
	}
}

func isResource(t component.ExternType) bool {
	_, ok := t.Type.(*component.Resource)
	return ok
}

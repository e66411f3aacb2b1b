package componentize

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// encoder writes the component. Types, instances and functions of imports are written when something needs them for
// the first time, so that each stands behind what it is made of.
type encoder struct {
	*contract
	bin   *component.Writer
	types *space

	instances map[*item]uint32  // imported and exported
	named     map[place]uint32  // types that are imported, or come from an instance
	defined   map[place]uint32  // types of exported interfaces, before they have a name outside
	funcs     map[called]uint32 // functions that are imported
	aliases   map[coreAlias]uint32

	// dtor is the core function that destroys resources of an exported type.
	dtor func(at *item, d *model.TypeDef) (index uint32, ok bool)
}

type place struct {
	at  *item
	def *model.TypeDef
}

type called struct {
	at *item
	fn *model.Func
}

type coreAlias struct {
	sort     component.Sort
	instance uint32
	name     string
}

func newEncoder(c *contract) *encoder {
	e := &encoder{
		contract:  c,
		bin:       component.NewWriter(),
		instances: map[*item]uint32{},
		named:     map[place]uint32{},
		defined:   map[place]uint32{},
		funcs:     map[called]uint32{},
		aliases:   map[coreAlias]uint32{},
	}
	e.types = newSpace(&e.bin.TypeWriter, e.typeIndex)
	return e
}

// importAll writes what is used of the imports, in the order of the worlds as far as that is possible.
func (e *encoder) importAll() {
	for _, i := range e.imports.items {
		if len(i.liveTypes)+len(i.liveFuncs) > 0 {
			e.imported(i)
		}
	}
	for _, d := range e.root.iface.types {
		if e.root.liveTypes[d] {
			e.typeIndex(e.root, d)
		}
	}
	for _, fn := range e.root.iface.funcs {
		if e.root.liveFuncs[fn] {
			t := e.types.function(e.root, fn)
			e.funcs[called{e.root, fn}] = e.bin.Import(funcName(fn), component.FuncDesc(t))
		}
	}
}

// typeIndex is the index that a named type has in the component, for something in an item.
func (e *encoder) typeIndex(from *item, d *model.TypeDef) uint32 {
	at, d := e.resolve(from, d)
	if at.export {
		return e.define(at, d)
	}
	return e.outside(at, d)
}

// outside is a type under the name that it has outside.
func (e *encoder) outside(at *item, d *model.TypeDef) uint32 {
	key := place{at, d}
	i, ok := e.named[key]
	if ok {
		return i
	}
	if at == e.root {
		i = e.bin.Import(typeName(d), e.types.bound(e.root, d))
	} else {
		if !at.export {
			e.imported(at)
		}
		i = e.bin.AliasExport(component.SortType, e.instances[at], d.Name)
	}
	e.named[key] = i
	return i
}

// define writes a type of an exported interface: what is inside sees it without its name.
func (e *encoder) define(at *item, d *model.TypeDef) uint32 {
	key := place{at, d}
	i, ok := e.defined[key]
	if ok {
		return i
	}
	switch target := d.Target(); {
	case target != nil:
		i = e.typeIndex(at, target)
	case d.Resource != nil:
		r := &component.Resource{Rep: component.CoreI32}
		r.Dtor, r.HasDtor = e.dtor(at, d)
		i = e.bin.Resource(r)
	default:
		i = e.types.shape(at, d.Type)
	}
	e.defined[key] = i
	return i
}

// imported is an instance that is imported.
func (e *encoder) imported(i *item) uint32 {
	if known, ok := e.instances[i]; ok {
		return known
	}
	t := component.NewInstanceType()
	inside := map[place]uint32{}
	var s *space
	s = newSpace(&t.TypeWriter, func(from *item, d *model.TypeDef) uint32 {
		at, d := e.resolve(from, d)
		key := place{at, d}
		index, ok := inside[key]
		switch {
		case ok:
			return index
		case at == i:
			index = t.Export(typeName(d), s.bound(i, d))
		default:
			index = t.AliasOuter(component.SortType, 1, e.outside(at, d))
		}
		inside[key] = index
		return index
	})
	for _, d := range i.iface.types {
		if i.liveTypes[d] {
			s.named(i, d)
		}
	}
	for _, fn := range i.iface.funcs {
		if i.liveFuncs[fn] {
			t.Export(funcName(fn), component.FuncDesc(s.function(i, fn)))
		}
	}
	e.instances[i] = e.bin.Import(i.externName(), component.InstanceDesc(e.bin.InstanceType(t)))
	return e.instances[i]
}

// importedFunc is a function that is imported.
func (e *encoder) importedFunc(at *item, fn *model.Func) uint32 {
	key := called{at, fn}
	if i, ok := e.funcs[key]; ok {
		return i
	}
	e.funcs[key] = e.bin.AliasExport(component.SortFunc, e.imported(at), fn.Name)
	return e.funcs[key]
}

// coreExport is an export of a core instance.
func (e *encoder) coreExport(sort component.Sort, instance uint32, name string) uint32 {
	key := coreAlias{sort, instance, name}
	if i, ok := e.aliases[key]; ok {
		return i
	}
	e.aliases[key] = e.bin.AliasCoreExport(sort, instance, name)
	return e.aliases[key]
}

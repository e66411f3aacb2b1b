package binary

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// newWorld adds an empty world to a package.
func (d *decoder) newWorld(p *model.Package, name string) *scope {
	d.node()
	w := &model.World{Scope: model.Scope{Package: p, Name: name}}
	p.Worlds = append(p.Worlds, w)
	s := d.scope(&w.Scope)
	s.world = w
	s.imports = items{&w.Imports, map[string]*model.Item{}}
	s.exports = items{&w.Exports, map[string]*model.Item{}}
	return s
}

// actual adds what a component imports and exports to a world.
func (s *scope) actual(c *component.Component) {
	s.reserve(c.Type.Imports)
	s.reserve(c.Type.Exports)
	for _, def := range c.Defs {
		s.at = def.Offset()
		switch def := def.(type) {
		case *component.Import:
			s.section = "import"
			s.imported(&component.Extern{ExternName: def.ExternName, Type: def.Type})
		case *component.Export:
			s.section = "export"
			s.exported(&component.Extern{ExternName: def.ExternName, Type: def.Type})
		}
	}
}

// described adds what the type of a component has of them.
func (s *scope) described(t *component.ComponentType) {
	s.reserve(t.Imports)
	s.reserve(t.Exports)
	for i := range t.Imports {
		s.imported(&t.Imports[i])
	}
	for i := range t.Exports {
		s.exported(&t.Exports[i])
	}
}

// items are the imports or the exports of a world. Several worlds can be made one, so that an item may come up
// again.
type items struct {
	list  *[]*model.Item
	byKey map[string]*model.Item
}

func (s *scope) imported(x *component.Extern) {
	s.in("import "+quoted(x.Name), func() {
		if x.Type.Sort == component.SortType {
			s.typeDef(x)
			return
		}
		s.item(s.imports, x)
	})
}

func (s *scope) exported(x *component.Extern) {
	s.in("export "+quoted(x.Name), func() { s.item(s.exports, x) })
}

// item adds an import or export that is no type.
func (s *scope) item(to items, x *component.Extern) {
	s.node()
	switch x.Type.Sort {
	case component.SortFunc:
		s.funcItem(to, x)
	case component.SortInstance:
		s.instanceItem(to, x)
	case component.SortType:
		s.fail("it is a type, and the exports of a world are interfaces and functions")
	default:
		s.fail("WIT has no words for a %s", x.Type.Sort)
	}
}

func (to items) add(i *model.Item) {
	to.byKey[i.Key()] = i
	*to.list = append(*to.list, i)
}

func (s *scope) funcItem(to items, x *component.Extern) {
	f := s.convert(x)
	known := to.byKey[x.Name]
	switch {
	case known == nil:
		to.add(&model.Item{Name: f.Name, Func: f})
	case known.Func == nil:
		s.failOther("function")
	default:
		s.sameFunc(known.Func, f)
	}
}

func (s *scope) failOther(what string) {
	s.fail("it is a %s here, and something else in another world of the file", what)
}

func (s *scope) instanceItem(to items, x *component.Extern) {
	item := &model.Item{ExternalID: x.ExternalID}
	id, suffix := x.Name, x.VersionSuffix
	if s.parse(x.Name).Kind == component.NamePlain {
		item.Name, id, suffix = x.Name, x.Implements, ""
	}
	var inner *scope
	if id == "" {
		inner = s.inPlace(to, x.Name)
	} else {
		inner = s.ifaceNamed(id, suffix)
	}
	item.Interface = inner.iface
	inner.fill(x.Type.Type.(*component.InstanceType))
	switch known := to.byKey[item.Key()]; {
	case known == nil:
		to.add(item)
	case known.Interface != inner.iface:
		s.failOther("interface")
	}
}

// inPlace returns the interface that an import or export of a plain name has in its place.
func (s *scope) inPlace(to items, name string) *scope {
	if known := to.byKey[name]; known != nil && s.places[known.Interface] != nil {
		return s.places[known.Interface]
	}
	i := &model.Interface{Scope: model.Scope{Package: s.model.Package, World: s.world, Name: name}}
	inner := s.decoder.scope(&i.Scope)
	inner.iface = i
	s.places[i] = inner
	return inner
}

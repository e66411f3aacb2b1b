package print

import (
	"strings"

	"github.com/witan-os/witan/gen/model"
)

// iface writes what is in an interface: types in their order, each resource with its functions, and functions
// as late as their own order allows.
func (w *writer) iface(i *model.Interface) {
	s := spacing{writer: w}
	of := members(i.Funcs)
	free := i.Funcs
	for rest := i.Types; len(rest) > 0; {
		d := rest[0]
		if d.Used() {
			rest = s.use(rest)
			continue
		}
		if funcs := of[d]; len(funcs) > 0 {
			for len(free) > 0 && free[0] != funcs[0] {
				s.free(free[0])
				free = free[1:]
			}
		}
		s.before(types, tallType(d, of[d]))
		w.typeDef(d, of[d])
		rest = rest[1:]
	}
	for _, f := range free {
		s.free(f)
	}
}

// members lists the functions of each resource.
func members(funcs []*model.Func) map[*model.TypeDef][]*model.Func {
	of := map[*model.TypeDef][]*model.Func{}
	for _, f := range funcs {
		if f.Kind != model.Freestanding {
			of[f.Resource] = append(of[f.Resource], f)
		}
	}
	return of
}

// free writes a function unless it stands with its resource.
func (s *spacing) free(f *model.Func) {
	if f.Kind != model.Freestanding {
		return
	}
	s.before(functions, tall(f.Docs, f.Stability, f.ExternalID))
	s.fn(f, "")
}

// use writes the first of some types, which is used from another interface, with those that follow and can be
// in the same statement. It returns the rest.
func (s *spacing) use(defs []*model.TypeDef) []*model.TypeDef {
	first := defs[0]
	from := first.Target().Owner
	var names []string
	for len(defs) > 0 && sameUse(first, defs[0]) {
		names = append(names, usedName(defs[0]))
		defs = defs[1:]
	}
	s.before(uses, tall(first.Docs, first.Stability, ""))
	s.docs(first.Docs)
	s.gates(first.Stability, "")
	s.line("use ", s.path(from), ".{", strings.Join(names, ", "), "};")
	return defs
}

func sameUse(a, b *model.TypeDef) bool {
	return b.Used() && a.Target().Owner == b.Target().Owner && a.Docs == b.Docs && a.Stability == b.Stability
}

func usedName(d *model.TypeDef) string {
	if of := d.Target().Name; of != d.Name {
		return name(of) + " as " + name(d.Name)
	}
	return name(d.Name)
}

// world writes what is in a world: the imports in their order, each resource with its functions, and the
// exports.
func (w *writer) world(world *model.World) {
	s := spacing{writer: w}
	of := members(model.Funcs(world.Imports))
	for rest := world.Imports; len(rest) > 0; {
		item := rest[0]
		switch d := item.Type; {
		case d == nil:
			s.item(imports, "import ", item)
		case d.Used():
			run := typesOf(rest)
			rest = rest[len(run)-len(s.use(run)):]
			continue
		default:
			s.before(types, tallType(d, of[d]))
			w.typeDef(d, of[d])
		}
		rest = rest[1:]
	}
	for _, item := range world.Exports {
		s.item(exports, "export ", item)
	}
}

// typesOf lists the types that some items begin with.
func typesOf(items []*model.Item) []*model.TypeDef {
	var defs []*model.TypeDef
	for _, i := range items {
		if i.Type == nil {
			break
		}
		defs = append(defs, i.Type)
	}
	return defs
}

// item writes an import or export that is no type. Functions of resources stand with these.
func (s *spacing) item(g group, keyword string, item *model.Item) {
	if f := item.Func; f != nil {
		if f.Kind == model.Freestanding {
			s.before(g, tall(f.Docs, f.Stability, f.ExternalID))
			s.fn(f, keyword)
		}
		return
	}
	i := item.Interface
	if i.World != nil {
		s.before(g, true)
		s.docs(i.Docs)
		s.gates(i.Stability, item.ExternalID)
		s.block(keyword+name(item.Name)+": interface", func() { s.iface(i) })
		return
	}
	s.before(g, tall(item.Docs, item.Stability, item.ExternalID))
	s.docs(item.Docs)
	s.gates(item.Stability, item.ExternalID)
	path := s.path(&i.Scope)
	if item.Name != "" {
		path = name(item.Name) + ": " + path
	}
	s.line(keyword, path, ";")
}

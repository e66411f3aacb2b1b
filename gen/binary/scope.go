package binary

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// scope is an interface or world that is being made. Several instances may have a part of the same interface:
// what one has and another one too must be the same.
type scope struct {
	*decoder
	model            *model.Scope
	iface            *model.Interface // of an interface
	world            *model.World     // of a world, with its items
	imports, exports items

	types map[string]*model.TypeDef
	funcs map[string]*model.Func
	// nodes, identities and names find what is defined in the scope before what is defined elsewhere.
	nodes      map[component.Type]*model.TypeDef
	identities map[*component.Resource]*model.TypeDef
	names      map[*component.Synonym]*model.TypeDef
	// roots finds the first name that the scope has for a type, by the type at the end of the aliases.
	roots map[*model.TypeDef]*model.TypeDef
	taken map[string]bool // names, in lower case
}

func (d *decoder) scope(m *model.Scope) *scope {
	return &scope{
		decoder:    d,
		model:      m,
		types:      map[string]*model.TypeDef{},
		funcs:      map[string]*model.Func{},
		nodes:      map[component.Type]*model.TypeDef{},
		identities: map[*component.Resource]*model.TypeDef{},
		names:      map[*component.Synonym]*model.TypeDef{},
		roots:      map[*model.TypeDef]*model.TypeDef{},
		taken:      map[string]bool{},
	}
}

// fill adds what an instance exports to its interface.
func (s *scope) fill(t *component.InstanceType) {
	s.reserve(t.Exports)
	for i := range t.Exports {
		x := &t.Exports[i]
		s.in(quoted(x.Name), func() { s.export(x) })
	}
}

func (s *scope) export(x *component.Extern) {
	switch x.Type.Sort {
	case component.SortType:
		s.typeDef(x)
	case component.SortFunc:
		if f, isNew := s.function(x); isNew {
			s.iface.Funcs = append(s.iface.Funcs, f)
		}
	default:
		s.fail("an interface has types and functions, and nothing of the sort %s", x.Type.Sort)
	}
}

// reserve keeps names from being given to types that the scope needs names for.
func (s *scope) reserve(list []component.Extern) {
	for i := range list {
		s.taken[strings.ToLower(list[i].Name)] = true
	}
}

// add gives the scope a type.
func (s *scope) add(def *model.TypeDef) {
	s.node()
	if t := def.Target(); t != nil {
		s.aliases[def] = s.aliases[t] + 1
		if s.aliases[def] > maxAliases {
			s.fail("%s is an alias of an alias, and so on for more than %d names", quoted(def.Name), maxAliases)
		}
	}
	s.types[def.Name] = def
	s.taken[strings.ToLower(def.Name)] = true
	if root := def.Root(); s.roots[root] == nil {
		s.roots[root] = def
	}
	s.model.Types = append(s.model.Types, def)
	if s.world != nil {
		s.imports.add(&model.Item{Name: def.Name, Type: def})
	}
}

// visible returns the name that the scope has for a type which is defined anywhere. If there is none, the type
// is used from its interface, for which the model needs a name in the scope although the file has none. The
// result is nil for a type that cannot be used, because it is in a world or in place.
func (s *scope) visible(def *model.TypeDef) *model.TypeDef {
	if def.Owner == s.model {
		return def
	}
	if local := s.roots[def.Root()]; local != nil {
		return local
	}
	from := s.usable(def)
	if from == nil {
		return nil
	}
	local := &model.TypeDef{Owner: s.model, Name: s.free(from)}
	alias(local, from)
	s.add(local)
	return local
}

// usable is the first of a type and those that it is an alias of which can be named in the scope, nil if none
// can.
func (s *scope) usable(def *model.TypeDef) *model.TypeDef {
	for ; def != nil; def = def.Target() {
		if def.Owner == s.model || s.public[def.Owner] {
			return def
		}
	}
	return nil
}

// free makes a name for a type that is used from elsewhere: its own, or else one that tells where it is from.
func (s *scope) free(def *model.TypeDef) string {
	name := def.Name
	for i := 1; s.taken[strings.ToLower(name)]; i++ {
		s.step()
		name = def.Owner.Name + "-" + def.Name
		if i > 1 {
			name += "-" + strconv.Itoa(i)
		}
	}
	return name
}

// follow puts types and functions into the order of the instance that has all of them.
func (s *scope) follow(t *component.InstanceType) {
	place := make(map[string]int, len(t.Exports))
	for i := range t.Exports {
		place[t.Exports[i].Name] = i - len(t.Exports) // before what is not among them
	}
	slices.SortStableFunc(s.model.Types, func(a, b *model.TypeDef) int { return cmp.Compare(place[a.Name], place[b.Name]) })
	slices.SortStableFunc(s.iface.Funcs, func(a, b *model.Func) int { return cmp.Compare(place[a.Name], place[b.Name]) })
}

package compose

import (
	"fmt"
	"slices"

	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/link"
)

// imported is an import of the composition, for the parts that share it.
type imported struct {
	key   string // see [importKey]
	users []user
	state state
	index uint32 // in the index space of the sort, once it is written
}

// user is a part with what it imports, or exports.
type user struct {
	*part
	component.Extern
}

type state byte

const (
	unwritten state = iota
	writing
	written
)

// sort is that of the import by its first user. If others disagree, they are not satisfied with it.
func (m *imported) sort() component.Sort { return m.users[0].Type.Sort }

// name is the newest of the names that the import goes by.
func (m *imported) name() component.ExternName {
	newest, _ := link.Newest(func(yield func(string) bool) {
		for _, u := range m.users {
			if !yield(u.Extern.Name) {
				return
			}
		}
	}, m.key)
	i := slices.IndexFunc(m.users, func(u user) bool { return u.Extern.Name == newest })
	return m.users[i].ExternName
}

// importKey is the same for names that one import can go by: those of versions that can stand in for each other.
func importKey(name string) string {
	if n, err := component.ParseName(name); err != nil || n.Kind != component.NameInterface {
		return name
	}
	return link.Key(name)
}

// writeImports finds out what the composition has to import, and writes that. The imports of the part that is
// instantiated last, which all is made for, come first.
func (c *composer) writeImports() error {
	c.places = map[any]place{}
	byKey := map[string]*imported{}
	last := len(c.parts) - 1
	for _, p := range append([]*part{c.parts[last]}, c.parts[:last]...) {
		for _, x := range p.typ.Imports {
			a, answered := p.answers[x.Name]
			if !answered {
				a = c.unanswered(byKey, p, x)
				p.answers[x.Name] = a
			}
			eachType(x.Type, nil, func(node any, path []string) { c.places[node] = place{a, path} })
		}
	}
	for _, m := range c.imports {
		if err := c.writeImport(m); err != nil {
			return err
		}
	}
	return nil
}

// unanswered notes an import that no part answers by its name.
func (c *composer) unanswered(byKey map[string]*imported, p *part, x component.Extern) answer {
	if of := origin(x.Type); of != nil {
		if from, ok := c.places[of]; ok && from.answer.imported == nil {
			return answer{from: from.answer.from, same: of}
		}
	}
	key := importKey(x.Name)
	m := byKey[key]
	if m == nil {
		m = &imported{key: key}
		byKey[key] = m
		c.imports = append(c.imports, m)
	}
	m.users = append(m.users, user{p, x})
	return answer{imported: m}
}

// origin is the type that an imported type is another name of, nil if there is none.
func origin(t component.ExternType) component.Type {
	if t.Sort != component.SortType || t.Abstract {
		return nil
	}
	return component.Origin(t.Type)
}

// writeImport writes an import, after those with the types that it uses.
func (c *composer) writeImport(m *imported) error {
	first := m.users[0]
	switch m.state {
	case written:
		return nil
	case writing:
		return fmt.Errorf("the import %q of %s uses types of imports that use its own", m.key, first.part.Name)
	}
	m.state = writing
	desc, err := c.root.importDesc(m)
	if err != nil {
		return err
	}
	m.index = c.Import(m.name(), desc)
	m.state = written
	return nil
}

// importDesc writes the type of an import.
func (s *scope) importDesc(m *imported) (d component.ExternDesc, err error) {
	s.user = m.users[0]
	defer s.catch(&err)
	if m.sort() != component.SortInstance {
		return s.desc(m.users[0].Type), nil
	}
	w := component.NewInstanceType()
	in := newScope(s.composer, &w.TypeWriter, s)
	exported := map[string]component.ExternType{}
	for _, u := range m.users {
		if t, ok := u.Type.Type.(*component.InstanceType); ok {
			in.user = u
			in.exports(w, t, exported)
		}
	}
	return component.InstanceDesc(s.w.InstanceType(w)), nil
}

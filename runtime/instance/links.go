package instance

import (
	"context"
	"errors"
	"fmt"

	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/link"
)

// This file links components to components: what one exports answers what another imports, as if both were
// parts of a third one.

// Link lets a component answer the imports of others. One of Component and Instance is set.
type Link struct {
	// Name says which imports: those of an interface, of a package's interfaces, or any; see [link.Plan].
	Name string
	// Component is instantiated for the purpose, with the same host interfaces and links as the component that
	// is to be instantiated.
	Component *Component
	// Instance is one that the store has already.
	Instance *Instance
}

// part is what the planner knows of a link.
func (l Link) part(s *Store) (link.Part, error) {
	switch {
	case (l.Component == nil) == (l.Instance == nil):
		return link.Part{}, fmt.Errorf("link %q needs either a component or an instance", l.Name)
	case l.Instance != nil:
		if l.Instance.Store != s {
			return link.Part{}, fmt.Errorf("link %q: instance %q is in another store", l.Name, l.Instance.component)
		}
		return link.Part{Name: l.Instance.component, For: l.Name, Exports: externNames(l.Instance.typ.Exports)}, nil
	case l.Component.engine != s.engine:
		return link.Part{}, errOtherEngine(l.Component)
	}
	part := l.Component.part()
	part.For = l.Name
	return part, nil
}

func (c *Component) part() link.Part {
	t := c.decoded.Type
	return link.Part{Name: c.name, Imports: externNames(t.Imports), Exports: externNames(t.Exports)}
}

func externNames(externs []component.Extern) []link.Name {
	list := make([]link.Name, len(externs))
	for i := range externs {
		list[i] = link.Name{Name: externs[i].Name, Implements: externs[i].Implements}
	}
	return list
}

func errOtherEngine(c *Component) error {
	return fmt.Errorf("component %q is compiled by another engine than the store's", c.name)
}

// Instantiate makes an instance of a component in a store of its own, linked to host interfaces. Errors are
// those of [Component.InstantiateIn].
func (c *Component) Instantiate(ctx context.Context, imports *Imports, limits Limits) (*Instance, error) {
	return c.InstantiateIn(ctx, c.NewStore(limits), imports, Settings{})
}

// NewStore returns a store for the component, and those that are linked to it as it is instantiated.
func (c *Component) NewStore(limits Limits) *Store { return newStore(c.engine, limits) }

// Settings are what a new instance gets besides host interfaces.
type Settings struct {
	Links   []Link
	Limits  Limits   // of a member of a team; other stores have limits of their own
	OnDrop  DropFunc // nil for nobody
	AtClose func()   // called when the instance is gone; nil for nobody
}

// InstantiateIn makes an instance of the component in a store. Its imports are answered by the links, and what
// these do not answer by host interfaces.
//
// Imports that nothing answers are a *[MissingImports] for each component that lacks some. Links that need each
// other are a *[link.Cycle], one that answers nothing is a *[link.Unused], and what does not fit is a
// *[LinkError]. After these errors the store is as it was. A trap in a start function is a *[Trap], and a
// program that ends itself there gives an *[Exit]: they end the store, unless it is that of a team and goes on
// without the new instance.
func (c *Component) InstantiateIn(ctx context.Context, s *Store, imports *Imports, o Settings) (*Instance, error) {
	if c.engine != s.engine {
		return nil, errOtherEngine(c)
	}
	m := &composition{Store: s, root: c, imports: imports, links: o.Links, instances: make([]*Instance, len(o.Links))}
	if err := m.plan(); err != nil {
		return nil, err
	}
	if s.team != nil {
		return s.team.join(ctx, m, o)
	}
	if s.running != nil {
		return nil, ErrBusy
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	s.linked = s.linked || len(o.Links) > 0
	m.member = s.newMember(o)
	s.members = append(s.members, m.member)
	s.running = busy
	i, err := m.instantiate(ctx)
	s.running = nil
	if err == nil {
		return i, nil
	}
	_ = m.member.close(ctx) // the first error counts
	if isEnd(err) {
		s.poison(err)
	}
	return nil, err
}

// isEnd tells the end of a guest from the other errors of instantiation.
func isEnd(err error) bool {
	switch err.(type) {
	case *Trap, *Exit:
		return true
	}
	return false
}

// composition is a component that is being instantiated with those that are linked to it.
type composition struct {
	*Store
	member    *member // the new one
	root      *Component
	imports   *Imports
	links     []Link
	planned   *link.Composition
	instances []*Instance // of the links
}

// plan finds out what is linked to what, and whether anything is missing.
func (m *composition) plan() (err error) {
	parts := make([]link.Part, len(m.links))
	exports := &link.Set[struct{}]{}
	for i, l := range m.links {
		m.instances[i] = l.Instance
		if parts[i], err = l.part(m.Store); err != nil {
			return err
		}
		for _, e := range parts[i].Exports {
			exports.Add(e.Name, struct{}{})
		}
	}
	if m.planned, err = link.Plan(m.root.part(), parts); err != nil {
		return err
	}
	missing := []error{m.root.checkImports(m.imports, m.planned.Sources[link.Root], exports)}
	for i, l := range m.links {
		if l.Component != nil {
			missing = append(missing, l.Component.checkImports(m.imports, m.planned.Sources[i], exports))
		}
	}
	return joined(missing)
}

// joined is errors.Join without a wrapper around a single error.
func joined(list []error) error {
	var only error
	for _, err := range list {
		if err != nil && only != nil {
			return errors.Join(list...)
		}
		if err != nil {
			only = err
		}
	}
	return only
}

func (m *composition) instantiate(ctx context.Context) (_ *Instance, err error) {
	for _, i := range m.planned.Order {
		if m.instances[i] != nil {
			continue
		}
		c := m.links[i].Component
		if m.instances[i], err = c.walk(ctx, m.member, nil, c.decoded, m.importer(i)); err != nil {
			return nil, err
		}
	}
	return m.root.walk(ctx, m.member, nil, m.root.decoded, m.importer(link.Root))
}

// importer answers the imports of a link, or of the root.
func (m *composition) importer(part int) importer {
	host, linked := hostImports(m.imports), m.planned.Sources[part]
	return func(i *component.Import) (supply, error) {
		source, ok := linked[i.Name]
		if !ok {
			return host(i)
		}
		from := m.instances[source.Part]
		s := supply{from: fmt.Sprintf("component %q", from.component)}
		if s.extern = from.exports[source.Export]; source.Export == "" {
			s.instance = &instanceValue{exports: from.exports}
		}
		return s, nil
	}
}

package resolve

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
)

// resolveInterface resolves an interface that has a name in its package.
func (r *resolver) resolveInterface(i *item) {
	d := i.decl.(*syntax.Interface)
	file := i.list.file
	i.gate = r.gate(i.pkg, file, d.Gate, d.Name.Span)
	i.iface = &model.Interface{Scope: model.Scope{
		Package: i.pkg.model, Name: d.Name.Name, Docs: text(d.Docs), Stability: stability(d.Gate), Place: place(file, d.Name.Span),
	}}
	i.scope = r.newScope(i.pkg, i.list, &i.iface.Scope, i.gate)
	i.scope.interfaceItems(i.iface, d.Items)
	if i.gate == "" {
		i.pkg.model.Interfaces = append(i.pkg.model.Interfaces, i.iface)
	}
}

// interfaceItems resolves what an interface is made of.
func (s *scope) interfaceItems(m *model.Interface, items []syntax.InterfaceItem) {
	var uses []*syntax.Use
	var defs []syntax.TypeDef
	var funcs []*syntax.Func
	for _, i := range items {
		switch i := i.(type) {
		case *syntax.Use:
			uses = append(uses, i)
		case *syntax.Func:
			funcs = append(funcs, i)
		case syntax.TypeDef:
			defs = append(defs, i)
		}
	}
	s.resolveTypes(uses, defs, funcs)
	for _, i := range items {
		switch i := i.(type) {
		case *syntax.Func:
			f := s.function(function{i.Docs, i.Gate, i.Name, i.Type, model.Freestanding}, nil)
			if f != nil {
				m.Funcs = append(m.Funcs, f)
			}
		case *syntax.Resource:
			m.Funcs = append(m.Funcs, s.members(i)...)
		}
	}
	s.r.addInterface(m)
}

// addInterface makes known which others an interface needs.
func (r *resolver) addInterface(m *model.Interface) {
	r.owners[&m.Scope] = m
	seen := map[*model.Interface]bool{}
	for _, d := range m.Types {
		if dep := r.usedFrom(d); dep != nil && !seen[dep] {
			seen[dep] = true
			r.needs[m] = append(r.needs[m], dep)
		}
	}
}

// usedFrom is the interface that a use brought the type from, nil if it was declared here.
func (r *resolver) usedFrom(d *model.TypeDef) *model.Interface {
	if !d.Used() {
		return nil
	}
	return r.owners[d.Target().Owner]
}

package componentize

import (
	"fmt"

	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/coremodule"
	"github.com/witan-os/witan/runtime/component"
)

// An adapter can answer for all of WASI, and most of it is not called. What nobody needs is dropped before anybody asks
// what the adapter imports, since that is what the component imports.

// kept are the roles whose exports stay: who needs them is known only later, and they need nothing but memory.
var kept = []corename.Role{
	corename.Memory, corename.Realloc, corename.ImportRealloc, corename.ExportRealloc, corename.Initialize,
}

// shake drops what nobody needs of adapters and their windows.
func (b *build) shake() error {
	keep := b.needed()
	for _, a := range b.list {
		if err := a.shake(keep[a]); err != nil {
			return err
		}
		if w := b.windows[a]; w != nil {
			if err := w.shake(importsFrom(a, windowModule)); err != nil {
				return err
			}
		}
	}
	return nil
}

// needed are the names of the exports that are needed of each adapter.
func (b *build) needed() map[*module][]string {
	keep := map[*module][]string{}
	for name, a := range b.adapters {
		for _, of := range append([]*module{b.main}, b.list...) {
			if of != a {
				keep[a] = append(keep[a], importsFrom(of, name)...)
			}
		}
	}
	for _, l := range b.lifts {
		keep[l.from] = append(keep[l.from], l.name, l.post, l.callback)
	}
	for _, i := range b.exports.items {
		for _, d := range i.iface.types {
			if from, x, ok := b.dtorOf(i, d); ok {
				keep[from] = append(keep[from], x.Name)
			}
		}
	}
	return keep
}

// dtorOf finds the destructor of a resource that the component defines.
func (b *build) dtorOf(i *item, d *model.TypeDef) (*module, component.CoreExtern, bool) {
	if d.Resource == nil || d.Target() != nil {
		return nil, component.CoreExtern{}, false
	}
	for _, m := range append([]*module{b.main}, b.list...) {
		if x, ok := m.exports[corename.Export{Role: corename.Dtor, Interface: trackID(i.name), Name: d.Name}]; ok {
			return m, x, true
		}
	}
	return nil, component.CoreExtern{}, false
}

// importsFrom are the names that a module imports from another one.
func importsFrom(of *module, from string) []string {
	var names []string
	for i := range of.shape.Imports {
		if x := &of.shape.Imports[i]; x.Module == from {
			names = append(names, of.originalName(x))
		}
	}
	return names
}

// shake reduces the module to what some exports need.
func (m *module) shake(keep []string) error {
	for _, role := range kept {
		if name, ok := m.byRole[role]; ok {
			keep = append(keep, name)
		}
	}
	keep = append(keep, exportStackPointer, exportStackState)
	code, err := coremodule.Shake(m.code, keep)
	if err != nil {
		return fmt.Errorf("%s: %w", m.what, err)
	}
	less, err := readModule(m.what, code)
	if err != nil {
		return err
	}
	m.code, m.shape = less.code, less.shape
	return nil
}

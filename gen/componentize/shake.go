package componentize

import (
	"fmt"

	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/internal/coremodule"
)

// An adapter can answer for all of WASI, and most of it is not called. What nobody needs is dropped before anybody asks
// what the adapter imports, since that is what the component imports.

// kept are the roles whose exports stay: who needs them is known only later, and they need nothing but memory.
var kept = []corename.Role{
	corename.Memory, corename.Realloc, corename.ImportRealloc, corename.ExportRealloc, corename.Initialize,
}

// shake drops what nobody needs of adapters and their windows.
func (b *build) shake(keep map[*module][]string) error {
	for _, a := range b.list {
		if name, ok := a.byRole[corename.GuestRealloc]; ok && b.mainAllocates() {
			keep[a] = append(keep[a], name)
		}
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
	for _, d := range b.dtors {
		keep[d.from] = append(keep[d.from], d.name)
	}
	return keep
}

// importsFrom are the names that a module imports from another one.
func importsFrom(of *module, from string) []string {
	var names []string
	for i := range of.shape.Imports {
		if x := &of.shape.Imports[i]; x.Module == from {
			names = append(names, originalName(x.Name))
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
	return m.replace(code)
}

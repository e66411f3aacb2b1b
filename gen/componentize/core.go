package componentize

import (
	"fmt"

	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/runtime/component"
)

// module is a core module that becomes an instance in the component, with what its imports and exports are for.
type module struct {
	what string // for messages: "the module", or the name of the adapter
	*tidied
	shape *component.CoreModuleType
	needs []need // one for each import, in order

	// memory has what the module lends to calls. An adapter without a memory of its own works in that of the main
	// module.
	memory *module

	exported []string                 // the names of all exports, also of those that are dropped later
	byRole   map[corename.Role]string // names of the exports that are there once
	exports  map[corename.Export]component.CoreExtern

	order    int    // its place among the modules as they are instantiated
	index    uint32 // of the module in the component
	instance uint32 // of what it is instantiated as
}

// readModule reads a core module. Its name for messages is what.
func readModule(what string, data []byte) (*module, error) {
	t, err := tidy(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	shape, err := component.DecodeModule(t.code, component.AllFeatures)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	m := &module{
		what: what, tidied: t, shape: shape,
		byRole: map[corename.Role]string{}, exports: map[corename.Export]component.CoreExtern{},
	}
	m.memory = m
	for _, x := range shape.Exports {
		m.exported = append(m.exported, x.Name)
		m.readExport(x)
	}
	return m, nil
}

func (m *module) readExport(x component.CoreExtern) {
	e := corename.ParseExport(x.Name)
	want := component.SortCoreFunc
	if e.Role == corename.Memory {
		want = component.SortCoreMemory
	}
	if x.Sort != want {
		return
	}
	if e.Interface == "" && e.Name == "" {
		if _, taken := m.byRole[e.Role]; !taken {
			m.byRole[e.Role] = x.Name
		}
		return
	}
	m.exports[e] = x
	e.Interface = trackID(e.Interface)
	if _, taken := m.exports[e]; !taken {
		m.exports[e] = x
	}
}

// export finds what an export is for, in the version of an interface or else in another one of the track.
func (m *module) export(role corename.Role, iface, name string) (component.CoreExtern, bool) {
	for _, iface := range []string{iface, trackID(iface)} {
		if x, ok := m.exports[corename.Export{Role: role, Interface: iface, Name: name}]; ok {
			return x, true
		}
	}
	return component.CoreExtern{}, false
}

// replace gives the module other code, which does the same as far as anyone still asks.
func (m *module) replace(code []byte) error {
	shape, err := component.DecodeModule(code, component.AllFeatures)
	if err != nil {
		return fmt.Errorf("%s: %w", m.what, err)
	}
	m.code, m.shape = code, shape
	return nil
}

// realloc is the export that allocates for a purpose, and whether there is one.
func (m *module) realloc(purpose corename.Role) (string, bool) {
	for _, role := range []corename.Role{purpose, corename.Realloc} {
		if name, ok := m.byRole[role]; ok {
			return name, true
		}
	}
	return "", false
}

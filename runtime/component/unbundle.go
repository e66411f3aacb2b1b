package component

import (
	"fmt"
	"slices"
)

// Unbundled is a component whose larger core modules are files of their own.
type Unbundled struct {
	// Component is the component without them: it imports each under its name.
	Component []byte
	Modules   []NamedModule
}

// NamedModule is a core module with the name under which a component imports it.
type NamedModule struct {
	Name  string
	Bytes []byte // a part of the file that was unbundled
}

// Unbundle takes the core modules out of a component that have at least so many bytes, also those of components
// inside. What is left imports them, so that several components can share a module and a module can be compiled,
// measured and looked at alone. Modules that are equal become one.
//
// Names for people are dropped from the outermost component, whose core modules get other indices.
func Unbundle(data []byte, atLeast int) (Unbundled, error) {
	c, err := DecodeWith(data, AllFeatures)
	if err != nil {
		return Unbundled{}, err
	}
	u := &unbundler{atLeast: atLeast, indices: map[string]uint32{}}
	u.collect(c)
	if len(u.modules) == 0 {
		return Unbundled{Component: data}, nil
	}
	for _, d := range c.Defs {
		if t, ok := d.(*CoreTypeDef); ok {
			return Unbundled{}, fmt.Errorf("offset %#x: the component defines core types, which would get other indices", t.Offset())
		}
	}
	out, err := Encode(u.component(c, 0))
	if err == nil {
		_, err = DecodeWith(out, AllFeatures)
	}
	if err != nil {
		return Unbundled{}, fmt.Errorf("the component does not work without its core modules: %w", err)
	}
	return Unbundled{Component: out, Modules: u.modules}, nil
}

// unbundler takes core modules out of a component and of those inside.
type unbundler struct {
	atLeast int
	modules []NamedModule
	types   []*CoreModuleType
	indices map[string]uint32 // of the imports, by the bytes of the modules
}

func (u *unbundler) collect(c *Component) {
	for _, d := range c.Defs {
		switch d := d.(type) {
		case *Component:
			u.collect(d)
		case *CoreModule:
			if _, known := u.indices[string(d.Bytes)]; len(d.Bytes) < u.atLeast || known {
				continue
			}
			u.indices[string(d.Bytes)] = uint32(len(u.modules))
			u.modules = append(u.modules, NamedModule{fmt.Sprintf("unbundled-module%d", len(u.modules)), d.Bytes})
			u.types = append(u.types, d.Type)
		}
	}
}

// component rewrites the definitions of a component that is so many components deep. The imports come first in the
// outermost one, and where a module was, there is an alias of its import.
func (u *unbundler) component(c *Component, depth uint32) *Component {
	out := &Component{}
	if depth == 0 {
		for i, m := range u.modules {
			t := u.types[i]
			out.Defs = append(out.Defs, &CoreTypeDef{Types: []CoreType{t}},
				&Import{ExternName: ExternName{Name: m.Name}, Type: ExternType{Sort: SortCoreModule, Module: t}})
		}
	}
	for _, d := range c.Defs {
		switch d := d.(type) {
		case *Component:
			out.Defs = append(out.Defs, u.component(d, depth+1))
		case *CoreModule:
			out.Defs = append(out.Defs, u.module(d, depth))
		case *AliasOuter:
			if d.Sort == SortCoreModule && d.Count == depth {
				d = &AliasOuter{Sort: d.Sort, Count: d.Count, Index: u.moved(d.Index)}
			}
			out.Defs = append(out.Defs, d)
		case *Custom:
			if depth > 0 || d.Name != namesSection {
				out.Defs = append(out.Defs, d)
			}
		default:
			if depth == 0 {
				out.Defs = append(out.Defs, u.outermost(d))
			} else {
				out.Defs = append(out.Defs, d)
			}
		}
	}
	return out
}

func (u *unbundler) module(m *CoreModule, depth uint32) Def {
	if i, ok := u.indices[string(m.Bytes)]; ok {
		return &AliasOuter{Sort: SortCoreModule, Count: depth, Index: i}
	}
	return m
}

// moved is the new index of a core module of the outermost component.
func (u *unbundler) moved(index uint32) uint32 { return index + uint32(len(u.modules)) }

// outermost rewrites a definition of the outermost component that refers to core modules.
func (u *unbundler) outermost(d Def) Def {
	switch d := d.(type) {
	case *CoreInstantiate:
		return &CoreInstantiate{Module: u.moved(d.Module), Args: d.Args}
	case *Instantiate:
		args := slices.Clone(d.Args)
		for i := range args {
			args[i].Index = u.sortMoved(args[i].Sort, args[i].Index)
		}
		return &Instantiate{Component: d.Component, Args: args, Type: d.Type}
	case *InlineExports:
		exports := slices.Clone(d.Exports)
		for i := range exports {
			exports[i].Index = u.sortMoved(exports[i].Sort, exports[i].Index)
		}
		return &InlineExports{Exports: exports, Type: d.Type}
	case *Export:
		moved := *d
		moved.Index = u.sortMoved(d.Sort, d.Index)
		return &moved
	}
	return d
}

func (u *unbundler) sortMoved(s Sort, index uint32) uint32 {
	if s == SortCoreModule {
		return u.moved(index)
	}
	return index
}

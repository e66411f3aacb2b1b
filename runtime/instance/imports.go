package instance

import (
	"errors"
	"fmt"
	"strings"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// HostInterface is a Go implementation of one WIT interface, as data for linking. Generated code makes it.
type HostInterface struct {
	// Name has the full version, for example "wasi:clocks/wall-clock@0.2.12". It is "" for functions that
	// a world imports by themselves.
	Name      string
	Funcs     []HostFunc
	Resources []NamedResource
}

// NamedResource is a resource type under the name that its interface exports it with.
type NamedResource struct {
	Name string
	Type *abi.Resource
}

// HostFunc is one function of a host interface.
type HostFunc struct {
	Name string // as components spell it, for example "[method]input-stream.read"
	Type string // the type as abi.Func prints it; a component that imports another type is refused
	// Params and Results are the flat signature of the lowered function.
	Params, Results []abi.CoreType
	// Call lifts the parameters from stack, calls the implementation and lowers the result.
	Call HostCall
}

// MissingImports is the error of a component that needs what its host does not have.
type MissingImports struct {
	Component string
	Names     []string // in the component's order
	Hints     []string // one per name, "" when nothing comes near
}

// Error lists the missing imports, one a line.
func (e *MissingImports) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "component %q imports what nothing here provides:", e.Component)
	for i, name := range e.Names {
		b.WriteString("\n    " + name)
		if e.Hints[i] != "" {
			b.WriteString("  (" + e.Hints[i] + ")")
		}
	}
	return b.String()
}

// checkImports reports all of the root's imports that nothing answers, before anything is instantiated.
func (c *Component) checkImports(imports *Imports) error {
	missing := &MissingImports{Component: c.name}
	for _, i := range c.decoded.Type.Imports {
		if i.Type.Sort == component.SortType {
			continue
		}
		name := interfaceName(i.ExternName)
		if i.Type.Sort != component.SortInstance {
			name = ""
		}
		if _, ok := imports.Get(name); ok {
			continue
		}
		missing.Names = append(missing.Names, i.Name)
		missing.Hints = append(missing.Hints, imports.Hint(i.Name))
	}
	if len(missing.Names) > 0 {
		return missing
	}
	return nil
}

// interfaceName is the interface that an imported instance must have: the one it says it implements, or
// the one it is named after.
func interfaceName(n component.ExternName) string {
	if n.Implements != "" {
		return n.Implements
	}
	return n.Name
}

// hostImports answers the imports of a root component.
func hostImports(imports *Imports) func(component.Import) (extern, error) {
	return func(i component.Import) (extern, error) {
		switch i.Type.Sort {
		case component.SortInstance:
			host, _ := imports.Get(interfaceName(i.ExternName)) // checkImports has seen to it
			return extern{instance: host.value()}, nil
		case component.SortFunc:
			host, _ := imports.Get("")
			return host.value().exports[i.Name], nil
		case component.SortType:
			if _, abstract := i.Type.Type.(*component.Resource); abstract {
				return extern{}, errors.New("a resource type can only be imported as part of an interface")
			}
			return extern{}, nil
		}
		return extern{}, fmt.Errorf("a host can't provide a %s", i.Type.Sort)
	}
}

// value is the interface as an instance.
func (h *HostInterface) value() *instanceValue {
	v := &instanceValue{exports: make(map[string]extern, len(h.Funcs)+len(h.Resources))}
	for n := range h.Funcs {
		f := &h.Funcs[n]
		name := f.Name
		if h.Name != "" {
			name = h.Name + "#" + f.Name
		}
		v.exports[f.Name] = extern{function: &function{name: name, host: f}}
	}
	for _, r := range h.Resources {
		v.exports[r.Name] = extern{resource: r.Type}
	}
	return v
}

// checkImported compares what was given for an import with what the component expects of it.
func (w *walk) checkImported(d *component.Import, x extern) error {
	switch t := d.Type.Type.(type) {
	case *component.FuncType:
		return w.checkFunc(d.Name, t, x)
	case *component.InstanceType:
		for _, e := range t.Exports {
			if err := w.checkMember(d.Name+"#"+e.Name, e.Type, x.instance.exports[e.Name]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *walk) checkMember(name string, t component.ExternType, x extern) error {
	switch typ := t.Type.(type) {
	case *component.FuncType:
		return w.checkFunc(name, typ, x)
	case *component.Resource:
		// A type that is not abstract is one that the component has from another interface.
		if t.Abstract && x.resource == nil {
			return fmt.Errorf("import %s: there is no such resource type", name)
		}
	}
	return nil
}

// checkFunc compares a function of the host with the type that the component imports it with. Functions
// from other components were compared by the decoder.
func (w *walk) checkFunc(name string, t *component.FuncType, x extern) error {
	if x.function == nil {
		return fmt.Errorf("import %s: the host's version of the interface has no such function", name)
	}
	if x.function.host == nil {
		return nil
	}
	typ, err := w.inst.env.function(t)
	if err != nil {
		return fmt.Errorf("import %s: %w", name, err)
	}
	if want := typ.String(); want != x.function.host.Type {
		return fmt.Errorf("import %s: the component expects\n    %s\nand the host has\n    %s", name, want, x.function.host.Type)
	}
	return nil
}

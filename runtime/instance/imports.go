package instance

import (
	"errors"
	"fmt"
	"strings"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/link"
)

// Imports are the host interfaces that a component may be linked to, by name.
type Imports = link.Set[*HostInterface]

// HostInterface is a Go implementation of one WIT interface, as data for linking. Generated code makes it.
type HostInterface struct {
	// Name has the full version, for example "wasi:clocks/wall-clock@0.2.12". It is "" for functions that
	// a world imports by themselves.
	Name      string
	Funcs     []HostFunc
	Resources []NamedResource
	Modules   []NamedModule    // core modules that the interface exports
	Instances []*HostInterface // instances that it exports, under their names
}

// NamedModule is a core module under the name that an interface exports it with.
type NamedModule struct {
	Name   string
	Module *Module
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
	// Call lifts the parameters from stack, calls the implementation and lowers the result. It is nil for a function
	// that a component can't be linked to yet, see [ErrAsync].
	Call HostCall
	// For stands for Type, Params, Results and Call if it is set: it gets the type that a component imports the
	// function with, and returns the body of a function of that type, or the reason why there is none.
	For func(t *abi.Func) (HostCall, error)
	// Borrows says that the implementation keeps no byte list that is in a record of a parameter: the guest's memory need
	// not be copied for it, see [Boundary.LoadBytes].
	Borrows bool
}

// body is the code of the function as a component imports it.
func (f *HostFunc) body(t *abi.Func) (HostCall, error) {
	if f.For != nil {
		return f.For(t)
	}
	if f.Call == nil {
		return nil, ErrAsync
	}
	return f.Call, nil
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

// checkImports reports all of a root's imports that nothing answers, before anything is instantiated. linked
// are those that other components answer; all that these export is in exports.
func (c *Component) checkImports(imports *Imports, linked map[string]link.Source, exports *link.Set[struct{}]) error {
	missing := &MissingImports{Component: c.name}
	for _, i := range c.decoded.Type.Imports {
		if _, ok := linked[i.Name]; ok || i.Type.Sort == component.SortType {
			continue
		}
		if _, ok := answer(imports, i); ok || typesOnly(i.Type) {
			continue
		}
		missing.Names = append(missing.Names, i.Name)
		hint := imports.Hint(i.Name)
		if hint == "" {
			hint = exports.Hint(i.Name)
		}
		missing.Hints = append(missing.Hints, hint)
	}
	if len(missing.Names) > 0 {
		return missing
	}
	return nil
}

// answer is the host interface for an import: for an instance the one of its name, or else the one that it says it
// implements.
func answer(imports *Imports, i component.Extern) (*HostInterface, bool) {
	if i.Type.Sort != component.SortInstance {
		return imports.Get("")
	}
	host, ok := imports.Get(i.Name)
	if !ok && i.Implements != "" {
		host, ok = imports.Get(i.Implements)
	}
	return host, ok
}

// importer answers the imports of a component.
type importer func(*component.Import) (supply, error)

// supply is what an import is answered with.
type supply struct {
	extern
	// from says where it comes from, for messages: from outside of the root component. It is "" inside,
	// where the decoder has compared the types.
	from string
	// host says that Go provides it, which leaves out types and what else the component does not ask for.
	host bool
}

// hostImports answers the imports of a root component.
func hostImports(imports *Imports) importer {
	return func(i *component.Import) (supply, error) {
		s := supply{from: "the host", host: true}
		switch i.Type.Sort {
		case component.SortInstance:
			host, ok := answer(imports, component.Extern{ExternName: i.ExternName, Type: i.Type})
			if !ok { // checkImports has seen to it that nothing is needed
				host = &HostInterface{}
			}
			s.instance = host.value(i.Type.Type.(*component.InstanceType))
		case component.SortFunc, component.SortCoreModule:
			host, _ := imports.Get("")
			s.extern = host.member(i.Name, i.Type)
		case component.SortType:
			if _, abstract := i.Type.Type.(*component.Resource); abstract {
				return s, errors.New("a resource type can only be imported as part of an interface")
			}
		default:
			return s, fmt.Errorf("a host can't provide a %s", i.Type.Sort)
		}
		return s, nil
	}
}

// value is the interface as an instance, with what a component wants of it. One that wants no instance gets an
// empty one, which it will not accept.
func (h *HostInterface) value(wanted *component.InstanceType) *instanceValue {
	if wanted == nil {
		return &instanceValue{}
	}
	v := &instanceValue{exports: make(map[string]extern, len(wanted.Exports))}
	for _, e := range wanted.Exports {
		v.exports[e.Name] = h.member(e.Name, e.Type)
	}
	return v
}

// member is an export of the interface, with what a component wants of it; if there is none of that name, the
// zero extern.
func (h *HostInterface) member(name string, want component.ExternType) extern {
	for n := range h.Funcs {
		f := &h.Funcs[n]
		if f.Name != name {
			continue
		}
		full := name
		if h.Name != "" {
			full = h.Name + "#" + name
		}
		return extern{function: &function{name: full, host: f}}
	}
	for _, r := range h.Resources {
		if r.Name == name {
			return extern{resource: r.Type}
		}
	}
	for _, m := range h.Modules {
		if m.Name == name {
			return extern{module: m.Module}
		}
	}
	for _, i := range h.Instances {
		if i.Name == name {
			wanted, _ := want.Type.(*component.InstanceType)
			return extern{instance: i.value(wanted)}
		}
	}
	if typesOnly(want) {
		return extern{instance: (&HostInterface{}).value(want.Type.(*component.InstanceType))}
	}
	return extern{}
}

// typesOnly reports whether a type is that of an instance which has nothing but types that the component knows
// already. An interface of records, for example, comes without any code: there is nothing that a host could lack.
func typesOnly(t component.ExternType) bool {
	instance, ok := t.Type.(*component.InstanceType)
	if !ok || t.Sort != component.SortInstance {
		return false
	}
	for _, e := range instance.Exports {
		if !(e.Type.Sort == component.SortType && !e.Type.Abstract || typesOnly(e.Type)) {
			return false
		}
	}
	return true
}

package gosrc

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// Declared are the package-level Go names that one WIT type brings with it.
type Declared struct {
	Name          string   // the type itself
	Resource      string   // of a resource: the variable that is its identity
	Guest         string   // of a resource: the type of those that a component defines
	Unimplemented string   // of a resource: the type of which all methods fail
	Kind          string   // of a variant: the type of its tag
	Kinds         []string // of a variant: the constants of kind
	Cases         []string // of an enum or flags: the constants; of a variant: the constructors
	Accessors     []string // of a variant: the methods that return its payloads
	Table         string   // of an enum, flags or variant: the variable with the WIT names
}

// PackageNames is what every generated package may declare whatever its types are.
func PackageNames() Names {
	return NewNames("Host", "Provide", "Client", "Bind", "BindAs", "Holders", "Unimplemented", "World", "Exports", "calls", "held", "holders")
}

// Declarations gives Go names to all types of a scope. Type names are claimed before those derived from
// them, so that a derived name gives way.
func Declarations(s *model.Scope, taken Names) map[*model.TypeDef]*Declared {
	decls := map[*model.TypeDef]*Declared{}
	for _, d := range s.Types {
		decls[d] = &Declared{Name: taken.Claim(GoName(d.Name))}
	}
	for _, d := range s.Types {
		if d.Root() == d {
			decls[d].derive(d, taken)
		}
	}
	return decls
}

// derive claims the names that go with a type's own.
func (decl *Declared) derive(d *model.TypeDef, taken Names) {
	if d.Resource != nil {
		decl.Resource = taken.Claim(decl.Name + "Resource")
		decl.Guest = taken.Claim("guest" + decl.Name)
		decl.Unimplemented = taken.Claim("Unimplemented" + decl.Name)
		return
	}
	switch d.Type.Kind {
	case abi.Variant:
		decl.Kind = taken.Claim(decl.Name + "Kind")
	case abi.Enum, abi.Flags:
	default:
		return
	}
	decl.Table = taken.Claim(Unexported(decl.Name) + "Names")
	methods := NewNames("Kind", "String", "Error")
	for _, c := range d.Type.Cases {
		if d.Type.Kind == abi.Variant {
			decl.Kinds = append(decl.Kinds, taken.Claim(decl.Kind+GoName(c.Name)))
			decl.Accessors = append(decl.Accessors, methods.Claim("As"+GoName(c.Name)))
		}
		decl.Cases = append(decl.Cases, taken.Claim(decl.Name+GoName(c.Name)))
	}
	for _, l := range d.Type.Labels {
		decl.Cases = append(decl.Cases, taken.Claim(decl.Name+GoName(l.Name)))
	}
}

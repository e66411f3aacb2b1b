package emit

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// declared are the package-level Go names that one WIT type brings with it.
type declared struct {
	name          string   // the type itself
	resource      string   // of a resource: the variable that is its identity
	guest         string   // of a resource: the type of those that a component defines
	unimplemented string   // of a resource: the type of which all methods fail
	kind          string   // of a variant: the type of its tag
	kinds         []string // of a variant: the constants of kind
	cases         []string // of an enum or flags: the constants; of a variant: the constructors
	accessors     []string // of a variant: the methods that return its payloads
	table         string   // of an enum, flags or variant: the variable with the WIT names
}

// packageScope is what every generated package may declare whatever its types are.
func packageScope() scope {
	return newScope("Host", "Provide", "Client", "Bind", "BindAs", "Holders", "Unimplemented", "World", "Exports", "calls", "held", "holders")
}

// declarations gives Go names to all types of a scope. Type names are claimed before those derived from
// them, so that a derived name gives way.
func declarations(s *model.Scope, taken scope) map[*model.TypeDef]*declared {
	decls := map[*model.TypeDef]*declared{}
	for _, d := range s.Types {
		decls[d] = &declared{name: taken.claim(goName(d.Name))}
	}
	for _, d := range s.Types {
		if d.Root() == d {
			decls[d].derive(d, taken)
		}
	}
	return decls
}

// derive claims the names that go with a type's own.
func (decl *declared) derive(d *model.TypeDef, taken scope) {
	if d.Resource != nil {
		decl.resource = taken.claim(decl.name + "Resource")
		decl.guest = taken.claim("guest" + decl.name)
		decl.unimplemented = taken.claim("Unimplemented" + decl.name)
		return
	}
	switch d.Type.Kind {
	case abi.Variant:
		decl.kind = taken.claim(decl.name + "Kind")
	case abi.Enum, abi.Flags:
	default:
		return
	}
	decl.table = taken.claim(unexported(decl.name) + "Names")
	methods := newScope("Kind", "String", "Error")
	for _, c := range d.Type.Cases {
		if d.Type.Kind == abi.Variant {
			decl.kinds = append(decl.kinds, taken.claim(decl.kind+goName(c.Name)))
			decl.accessors = append(decl.accessors, methods.claim("As"+goName(c.Name)))
		}
		decl.cases = append(decl.cases, taken.claim(decl.name+goName(c.Name)))
	}
	for _, l := range d.Type.Labels {
		decl.cases = append(decl.cases, taken.claim(decl.name+goName(l.Name)))
	}
}

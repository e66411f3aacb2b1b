package emit

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// declared are the package-level Go names that one WIT type brings with it.
type declared struct {
	name     string   // the type itself
	resource string   // of a resource: the variable that is its identity
	kind     string   // of a variant: the type of its tag
	kinds    []string // of a variant: the constants of kind
	cases    []string // of an enum or flags: the constants; of a variant: the constructors
	table    string   // of an enum, flags or variant: the variable with the WIT names
}

// declarations gives Go names to all types of a scope. Type names are claimed before those derived from
// them, so that a derived name gives way.
func declarations(s *model.Scope) map[*model.TypeDef]*declared {
	taken := newScope("Host", "Provide", "Client", "Bind")
	decls := map[*model.TypeDef]*declared{}
	for _, d := range s.Types {
		decls[d] = &declared{name: taken.claim(goName(d.Name))}
	}
	for _, d := range s.Types {
		if d.Root() != d {
			continue
		}
		decl := decls[d]
		switch {
		case d.Resource != nil:
			decl.resource = taken.claim(decl.name + "Resource")
		case d.Type.Kind == abi.Variant:
			decl.kind = taken.claim(decl.name + "Kind")
			decl.table = taken.claim(unexported(decl.name) + "Names")
			for _, c := range d.Type.Cases {
				decl.kinds = append(decl.kinds, taken.claim(decl.kind+goName(c.Name)))
				decl.cases = append(decl.cases, taken.claim(decl.name+goName(c.Name)))
			}
		case d.Type.Kind == abi.Enum:
			decl.table = taken.claim(unexported(decl.name) + "Names")
			for _, c := range d.Type.Cases {
				decl.cases = append(decl.cases, taken.claim(decl.name+goName(c.Name)))
			}
		case d.Type.Kind == abi.Flags:
			decl.table = taken.claim(unexported(decl.name) + "Names")
			for _, l := range d.Type.Labels {
				decl.cases = append(decl.cases, taken.claim(decl.name+goName(l.Name)))
			}
		}
	}
	return decls
}

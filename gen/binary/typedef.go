package binary

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// typeDef adds the type that is imported or exported under a name. A type that has a name already gets an alias,
// and another one is defined.
func (s *scope) typeDef(x *component.Extern) {
	known := s.types[x.Name]
	def := &model.TypeDef{Owner: s.model, Name: x.Name, ExternalID: x.ExternalID}
	target := s.target(x)
	switch t := x.Type.Type.(type) {
	case *component.FuncType, *component.InstanceType, *component.ComponentType:
		s.fail("it is the type of a function, instance or component, which WIT does not give names")
	case *component.Resource:
		if target == nil {
			def.Resource = &abi.Resource{Name: s.model.TrackID() + "/" + x.Name}
		}
	case component.ValueType:
		if target == nil {
			def.Type = s.shape(t)
			if nominal(def.Type.Kind) {
				def.Type.Def = def
			}
		}
	}
	if target != nil && target != known {
		alias(def, target)
	}
	switch {
	case known == nil:
		s.add(def)
	case target == known:
		def = known
	default:
		s.same(known, def)
		def = known
	}
	s.register(x, def)
}

// nominal tells whether WIT has types of the kind by name only.
func nominal(k abi.Kind) bool {
	return k == abi.Record || k == abi.Variant || k == abi.Enum || k == abi.Flags
}

// alias makes a definition another name of a type.
func alias(def, of *model.TypeDef) {
	if of.Type == nil {
		def.AliasOf = of
		return
	}
	def.Type = byName(of)
}

// byName is a named type where it is used.
func byName(def *model.TypeDef) *model.Type {
	if def.Type.Def == def {
		return def.Type
	}
	t := *def.Type
	t.Alias = def
	return &t
}

// target finds the type that an import or export is a further name of, nil if there is none: then the type is
// defined here. A type that other scopes cannot use is defined once more, unless it is a resource type.
func (s *scope) target(x *component.Extern) *model.TypeDef {
	if _, ok := x.Type.Type.(component.Primitive); ok {
		found := s.synonym(x.Type.Synonym)
		if found == nil {
			found = s.synonym(x.Type.SynonymOf)
		}
		return s.usable(found)
	}
	found := s.find(x.Type.Type)
	if found == nil {
		return nil
	}
	usable := s.usable(found)
	if usable == nil && found.Type == nil {
		s.failUnusable(found)
	}
	return usable
}

func (d *decoder) failUnusable(def *model.TypeDef) {
	d.fail("it uses the type %s of %s, which WIT cannot name from here", quoted(def.Name), quoted(def.Owner.Name))
}

// find finds the definition of a type by its node or, where that has no name yet, by the one that it is another
// name of.
func (s *scope) find(t component.Type) *model.TypeDef {
	for n := t; n != nil; n = component.Origin(n) {
		s.step()
		if def := s.nodes[n]; def != nil {
			return def
		}
		if def := s.named[n]; def != nil {
			return def
		}
	}
	r, ok := t.(*component.Resource)
	if !ok {
		return nil
	}
	if def := s.identities[r.Identity()]; def != nil {
		return def
	}
	return s.resources[r.Identity()]
}

// synonym finds the definition of a primitive type by its name.
func (s *scope) synonym(n *component.Synonym) *model.TypeDef {
	if def := s.names[n]; def != nil {
		return def
	}
	return s.synonyms[n]
}

// register notes what was defined, so that it is found when it comes up again. Elsewhere, the first name counts.
func (s *scope) register(x *component.Extern, def *model.TypeDef) {
	if n := x.Type.Synonym; n != nil {
		s.names[n] = def
		if s.synonyms[n] == nil {
			s.synonyms[n] = def
		}
		return
	}
	t := x.Type.Type
	s.nodes[t] = def
	if s.named[t] == nil {
		s.named[t] = def
	}
	if r, ok := t.(*component.Resource); ok {
		if s.identities[r.Identity()] == nil {
			s.identities[r.Identity()] = def
		}
		if s.resources[r.Identity()] == nil {
			s.resources[r.Identity()] = def
		}
	}
}

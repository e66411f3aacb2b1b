package component

// Types are the same whatever they are called, and nothing that runs a component asks for their names. Tools do
// that show a component's types as their authors wrote them, with "use" and "type" where these stood. For
// them, this file keeps what the binary format tells beyond the structure: which type an import or export is
// another name of, and by which name the parts of a type were written.

// Synonym is a name that an import or export has given to a primitive type. Types of all other kinds get a node
// of their own instead, see [Origin]. It has a field so that two of them never share an address.
type Synonym struct{ _ byte }

// Origin is the node that an import or export referred to when it gave t its name. It is nil for a type that
// was not named, and for a resource type that got its first name.
func Origin(t Type) Type { return t.facts().of }

// Synonyms are the names by which the parts of a type were written, nil for each that is not a primitive type with
// a name, in the order of the parts: fields, cases with a payload, parameters and after them the result. The
// list is nil if there are none.
func Synonyms(t Type) []*Synonym { return t.facts().written }

// part reads the type of a part of the type that is being read.
func (d *decoder) part() ValueType {
	t, s := d.writtenType()
	d.written = append(d.written, s)
	return t
}

// optionalPart reads the type of a part that may be absent, which gives nil.
func (d *decoder) optionalPart(what string) ValueType {
	if !d.flag(what) {
		return nil
	}
	return d.part()
}

// noteSynonyms keeps the names of the parts of a type that has just been read.
func (d *decoder) noteSynonyms(t Type) {
	for _, s := range d.written {
		if s != nil {
			t.facts().written = append([]*Synonym(nil), d.written...)
			return
		}
	}
}

// synonym is the name of a type in the index space, nil if it is none of a primitive type.
func (s *scope) synonym(i uint32) *Synonym { return s.synonyms[i] }

// appendType adds a type to the index space, with its name if it is a primitive type that has one.
func (s *scope) appendType(t Type, name *Synonym) {
	if name != nil {
		if s.synonyms == nil {
			s.synonyms = map[uint32]*Synonym{}
		}
		s.synonyms[uint32(len(s.types))] = name
	}
	s.types = append(s.types, t)
}

// rename gives a primitive type the name of an import or export.
func (t *ExternType) rename() {
	if _, ok := t.Type.(Primitive); ok && t.Sort == SortType {
		t.Synonym, t.SynonymOf = new(Synonym), t.Synonym
	}
}

// origin finds what a copied node is another name of: the copy, if that was copied too.
func (s *substitution) origin(t Type) Type {
	if to, ok := s.nodes[t]; ok {
		return to
	}
	if c, ok := s.copies[t]; ok {
		return c
	}
	if r, ok := t.(*Resource); ok {
		if to, ok := s.to[r.Identity()]; ok && r.original == nil {
			return to
		}
	}
	return t
}

package component

// Types refer to each other by pointers, and in the format by indices. This file finds the way back: the scope in
// which a type has an index or can be given one.
//
// A component has the index spaces that its definitions say, and nothing can be added there. In the type of an
// instance or component nobody has told yet what is declared except for imports and exports, so there everything
// else is declared where it is needed: types where they are used, and aliases for those from instances and from
// further out.

// encodeScope is what can be referred to in a component, or in a type that is being written.
type encodeScope struct {
	parent *encodeScope
	w      *TypeWriter

	// known are the types by what identifies them: a [Type], or the [*Synonym] of a primitive type with a name.
	known     map[any]uint32
	knownCore map[CoreType]uint32

	// In components, what the index spaces hold.
	types     []encodedType
	instances []*InstanceType
	coreTypes []CoreType

	// In types, what can be reached through instances, and the imports and exports, which are still to be
	// written from the next one on.
	inType           bool
	reachable        map[any]exportedType
	walked           map[*InstanceType]bool
	imports, exports *externQueue
}

type encodedType struct {
	typ  Type
	name *Synonym
}

// identity is what the type is found by.
func (t encodedType) identity() any {
	if t.name != nil {
		return t.name
	}
	return t.typ
}

// exportedType is a type that an instance exports.
type exportedType struct {
	instance *instancePlace
	name     string
}

// instancePlace is where an instance is: at an index, or an export of another one that gets an index if it is used.
type instancePlace struct {
	index   uint32
	indexed bool
	of      *instancePlace
	name    string
}

// externQueue are the imports or exports of a type.
type externQueue struct {
	list []Extern
	next int
	busy bool // the one before the next is being written
	// write writes one.
	write func(ExternName, ExternDesc) uint32
}

func (e *encoder) enter(s *encodeScope) {
	s.parent, s.known, s.knownCore = e.scope, map[any]uint32{}, map[CoreType]uint32{}
	e.scope = s
	e.deeper()
}

// maxEncodeNesting bounds how deep things are nested, which by hand can even be built in circles. What was decoded has
// fewer levels than maxNesting of components and types with scopes, and so many of types, of which one with a scope is
// two steps here.
const maxEncodeNesting = 3 * maxNesting

func (e *encoder) deeper() {
	if e.depth++; e.depth > maxEncodeNesting {
		e.fail("components and types are nested more than %d deep", maxEncodeNesting)
	}
}

func (e *encoder) leave() {
	e.scope = e.scope.parent
	e.depth--
}

// addType notes the type that has an index. It may be unknown in a component that was built by hand, which is nil.
func (s *encodeScope) addType(t Type, name *Synonym, index uint32) {
	entry := encodedType{t, name}
	if !s.inType {
		s.types = append(s.types, entry)
	}
	if t != nil {
		s.known[entry.identity()] = index
	}
}

func (s *encodeScope) addCoreType(t CoreType, index uint32) {
	if !s.inType {
		s.coreTypes = append(s.coreTypes, t)
	}
	s.knownCore[t] = index
}

// added notes what an import, export or alias has added to an index space.
func (e *encoder) added(t ExternType, index uint32) {
	switch t.Sort {
	case SortType:
		e.scope.addType(t.Type, t.Synonym, index)
	case SortInstance:
		it, _ := t.Type.(*InstanceType)
		if !e.scope.inType {
			e.scope.instances = append(e.scope.instances, it)
			return
		}
		e.reach(it, &instancePlace{index: index, indexed: true})
	}
}

// reach notes the types that an instance exports, and those that the instances which it exports do.
func (e *encoder) reach(t *InstanceType, at *instancePlace) {
	s := e.scope
	if t == nil || s.walked[t] {
		return
	}
	s.walked[t] = true
	e.deeper()
	for i := range t.Exports {
		e.step()
		x := &t.Exports[i]
		switch x.Type.Sort {
		case SortType:
			s.reachable[encodedType{x.Type.Type, x.Type.Synonym}.identity()] = exportedType{at, x.Name}
		case SortInstance:
			inner, _ := x.Type.Type.(*InstanceType)
			e.reach(inner, &instancePlace{of: at, name: x.Name})
		}
	}
	e.depth--
}

// at is the index of an instance, which it may get now.
func (s *encodeScope) at(p *instancePlace) uint32 {
	if !p.indexed {
		p.index, p.indexed = s.w.AliasExport(SortInstance, s.at(p.of), p.name), true
	}
	return p.index
}

// find is the index of a type in the scope, which it may get now.
func (e *encoder) find(t Type, name *Synonym) uint32 {
	e.checkType(t)
	id := encodedType{t, name}.identity()
	s := e.scope
	if i, ok := s.lookup(id); ok {
		return i
	}
	if !s.inType {
		e.fail("it uses %s, which no definition before it defines", describe(t))
	}
	if !hasName(t, name) {
		i := e.define(t)
		s.addType(t, name, i)
		return i
	}
	for up := s; up != nil && up.inType; up = up.parent {
		if e.demand(up, id) {
			break
		}
	}
	i, ok := s.lookup(id)
	if !ok {
		e.fail("it uses %s with a name, which nothing before it has", describe(t))
	}
	return i
}

// hasName tells whether a type is one that an import or export has brought, so that it cannot be defined anew.
func hasName(t Type, name *Synonym) bool {
	_, isResource := t.(*Resource)
	return isResource || name != nil || Origin(t) != nil
}

// lookup finds a type in the scope or, in types, further out.
func (s *encodeScope) lookup(id any) (uint32, bool) {
	if i, ok := s.here(id); ok || !s.inType {
		return i, ok
	}
	count := uint32(1)
	for out := s.parent; out != nil; out = out.parent {
		if i, ok := out.here(id); ok {
			s.known[id] = s.w.AliasOuter(SortType, count, i)
			return s.known[id], true
		}
		count++
	}
	return 0, false
}

// here finds a type in the scope itself and, in types, through the instances there.
func (s *encodeScope) here(id any) (uint32, bool) {
	i, ok := s.known[id]
	if from, reachable := s.reachable[id]; reachable && !ok {
		i, ok = s.w.AliasExport(SortType, s.at(from.instance), from.name), true
		s.known[id] = i
	}
	return i, ok
}

// demand writes imports or exports of a scope that would come later, so that a type is there. The two lists of a
// component type do not tell how they were mixed; each keeps its own order.
func (e *encoder) demand(s *encodeScope, id any) bool {
	for _, q := range []*externQueue{s.imports, s.exports} {
		if q == nil || q.busy {
			continue
		}
		for i := q.next; i < len(q.list); i++ {
			if !e.brings(q.list[i].Type, id) {
				continue
			}
			inner := e.scope
			e.scope = s
			for q.next <= i {
				e.externNext(q)
			}
			e.scope = inner
			return true
		}
	}
	return false
}

// brings tells whether an import or export makes a type known.
func (e *encoder) brings(t ExternType, id any) (found bool) {
	e.step()
	switch t.Sort {
	case SortType:
		return encodedType{t.Type, t.Synonym}.identity() == id
	case SortInstance:
		e.deeper()
		if it, _ := t.Type.(*InstanceType); it != nil {
			for i := 0; i < len(it.Exports) && !found; i++ {
				found = e.brings(it.Exports[i].Type, id)
			}
		}
		e.depth--
	}
	return found
}

// externNext writes the next import or export of a type.
func (e *encoder) externNext(q *externQueue) {
	x := &q.list[q.next]
	q.next++
	q.busy = true
	i := q.write(x.ExternName, e.desc(x.Type))
	q.busy = false
	e.added(x.Type, i)
}

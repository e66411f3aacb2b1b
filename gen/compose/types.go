package compose

import (
	"fmt"
	"slices"

	"github.com/witan-os/witan/runtime/component"
)

// A decoded type is a tree, and what gave a type its name is told by the pointer to its node. This file writes such
// trees in the scopes of the composition, in which the same type has one index, whichever part asks for it.

// place is where the composition has a type that a part imports: what answers the import is the type, or an instance
// that exports it, perhaps through further instances.
type place struct {
	answer answer
	path   []string // from the answer to the type, empty if it is the type
}

// node is what tells a type from others: itself, or its name if it is primitive, which is nil if it has none.
func node(t component.ExternType) any {
	if t.Synonym != nil {
		return t.Synonym
	}
	return t.Type
}

// scope is the composition, or the type of an instance that it imports.
type scope struct {
	*composer
	w     *component.TypeWriter
	outer *scope
	known map[any]uint32 // types, by their nodes
	held  map[any]holder // types that get an index when they are used
	user  user           // whose import is being written
}

// holder is an instance in a scope that exports a type, perhaps through further instances.
type holder struct {
	instance uint32
	path     []string
}

func newScope(c *composer, w *component.TypeWriter, outer *scope) *scope {
	return &scope{composer: c, w: w, outer: outer, known: map[any]uint32{}, held: map[any]holder{}}
}

// added notes what has got an index in the scope as an import or export.
func (s *scope) added(t component.ExternType, index uint32) {
	switch t.Sort {
	case component.SortType:
		s.known[node(t)] = index
	case component.SortInstance:
		eachType(t, nil, func(node any, path []string) { s.held[node] = holder{index, path} })
	}
}

// eachType calls f with the types that something brings, and the path to each.
func eachType(t component.ExternType, path []string, f func(node any, path []string)) {
	switch t.Sort {
	case component.SortType:
		f(node(t), path)
	case component.SortInstance:
		for _, x := range t.Type.(*component.InstanceType).Exports {
			eachType(x.Type, append(path[:len(path):len(path)], x.Name), f)
		}
	}
}

// unwritable is thrown where a type cannot be written, and caught where its import begins.
type unwritable struct{ err error }

func (s *scope) fail(format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	panic(unwritable{fmt.Errorf("%s: %q can't become a part of the composition's type: %s", s.user.part.Name, s.user.Extern.Name, what)})
}

func (s *scope) catch(err *error) {
	switch r := recover().(type) {
	case nil:
	case unwritable:
		*err = r.err
	default:
		panic(r)
	}
}

// exports writes the exports of an instance type that are not there yet.
func (s *scope) exports(w *component.InstanceTypeWriter, t *component.InstanceType, there map[string]component.ExternType) {
	for _, x := range t.Exports {
		if have, ok := there[x.Name]; ok {
			if have.Sort == component.SortType && x.Type.Sort == component.SortType {
				s.known[node(x.Type)] = s.known[node(have)]
			}
			continue
		}
		there[x.Name] = x.Type
		s.added(x.Type, w.Export(x.ExternName, s.desc(x.Type)))
	}
}

// maxWork bounds what is written of types. What a part shows of itself is bounded by the decoder, but there a type
// that is used a thousand times counts once.
const maxWork = 1 << 22

func (s *scope) step() {
	if s.work++; s.work > maxWork {
		s.fail("the types of the composition have more than %d parts", maxWork)
	}
}

// desc writes what an import or export is.
func (s *scope) desc(t component.ExternType) component.ExternDesc {
	s.step()
	switch t.Sort {
	case component.SortFunc:
		return component.FuncDesc(s.function(t.Type.(*component.FuncType)))
	case component.SortInstance:
		w := component.NewInstanceType()
		in := newScope(s.composer, &w.TypeWriter, s)
		in.user = s.user
		in.exports(w, t.Type.(*component.InstanceType), map[string]component.ExternType{})
		return component.InstanceDesc(s.w.InstanceType(w))
	case component.SortCoreModule:
		if !writable(t.Module) {
			s.fail("core modules with references to types are not supported")
		}
		return component.ModuleDesc(s.w.CoreModuleType(t.Module))
	case component.SortType:
		return s.typeDesc(t)
	default:
		s.fail("the type of a %s is not supported", t.Sort)
		return component.ExternDesc{}
	}
}

func (s *scope) typeDesc(t component.ExternType) component.ExternDesc {
	switch {
	case t.Abstract:
		return component.ResourceDesc()
	case t.SynonymOf != nil:
		return component.TypeDesc(s.index(t.SynonymOf, t.Type))
	}
	of := component.Origin(t.Type)
	if of == nil {
		of = t.Type // a primitive type
	}
	return component.TypeDesc(s.index(of, of))
}

// index is that of a type, which is written if it is none with a name.
func (s *scope) index(node any, t component.Type) uint32 {
	if i, ok := s.find(node); ok {
		return i
	}
	if _, ok := t.(*component.Resource); ok {
		s.fail("it uses a resource type that no import before it brings")
	}
	i := s.define(t)
	if _, ok := t.(component.Primitive); !ok {
		s.known[node] = i
	}
	return i
}

// find looks for a type in the scope and further out.
func (s *scope) find(node any) (uint32, bool) {
	if i, ok := s.known[node]; ok {
		return i, true
	}
	i, ok := uint32(0), false
	if at, held := s.held[node]; held {
		i, ok = s.typeAt(at.instance, at.path), true
	} else if s.outer == nil {
		i, ok = s.fromImport(node)
	} else if i, ok = s.outer.find(node); ok {
		i = s.w.AliasOuter(component.SortType, 1, i)
	}
	if ok {
		s.known[node] = i
	}
	return i, ok
}

// fromImport finds a type that another import brings.
func (c *composer) fromImport(node any) (uint32, bool) {
	at, ok := c.places[node]
	if !ok {
		return 0, false
	}
	m := at.answer.imported
	if m == nil {
		c.root.fail("it uses a type that %s exports, which is not known outside; link a component that answers %q, too",
			at.answer.from.Name, c.root.user.Extern.Name)
	}
	before := c.root.user
	if err := c.writeImport(m); err != nil {
		panic(unwritable{err})
	}
	c.root.user = before
	return c.root.typeAt(m.index, at.path), true
}

// typeAt names a type that an instance exports. Without a path it is the type.
func (s *scope) typeAt(index uint32, path []string) uint32 {
	for i, name := range path {
		sort := component.SortInstance
		if i == len(path)-1 {
			sort = component.SortType
		}
		index = s.w.AliasExport(sort, index, name)
	}
	return index
}

func (s *scope) function(t *component.FuncType) uint32 {
	p := s.partsOf(t)
	params := p.fields(t.Params)
	result := p.next(t.Result)
	if t.Async {
		return s.w.AsyncFunc(params, result)
	}
	return s.w.Func(params, result)
}

// define writes a value type by its parts.
func (s *scope) define(t component.Type) uint32 {
	w, p := s.w, s.partsOf(t)
	switch t := t.(type) {
	case component.Primitive:
		return w.Primitive(t)
	case *component.Record:
		return w.Record(p.fields(t.Fields)...)
	case *component.Variant:
		cases := make([]component.TypePart, len(t.Cases))
		for i, c := range t.Cases {
			cases[i] = component.TypePart{Label: c.Label, Type: p.next(c.Type)}
		}
		return w.Variant(cases...)
	case *component.Tuple:
		types := make([]component.TypeRef, len(t.Types))
		for i, part := range t.Types {
			types[i] = p.next(part)
		}
		return w.Tuple(types...)
	case *component.Flags:
		return w.Flags(t.Labels...)
	case *component.Enum:
		return w.Enum(t.Labels...)
	case *component.Own:
		return w.Own(s.index(t.Resource, t.Resource))
	case *component.Borrow:
		return w.Borrow(s.index(t.Resource, t.Resource))
	default:
		return p.wrapper(t)
	}
}

// typeParts refers to the parts of a type, one after the other, by the names that were used for them.
type typeParts struct {
	*scope
	names []*component.Synonym
}

func (s *scope) partsOf(t component.Type) *typeParts { return &typeParts{s, component.Synonyms(t)} }

// next refers to the next part; nil is a part that is missing.
func (p *typeParts) next(t component.ValueType) component.TypeRef {
	p.step()
	if t == nil {
		return component.TypeRef{}
	}
	var name *component.Synonym
	if len(p.names) > 0 {
		name, p.names = p.names[0], p.names[1:]
	}
	if name != nil {
		return component.RefTo(p.index(name, t))
	}
	if primitive, ok := t.(component.Primitive); ok {
		return primitive.Ref()
	}
	return component.RefTo(p.index(t, t))
}

func (p *typeParts) fields(list []component.Field) []component.TypePart {
	out := make([]component.TypePart, len(list))
	for i, f := range list {
		out[i] = component.TypePart{Label: f.Label, Type: p.next(f.Type)}
	}
	return out
}

// wrapper writes a type of one or two parts.
func (p *typeParts) wrapper(t component.Type) uint32 {
	switch t := t.(type) {
	case *component.List:
		elem := p.next(t.Elem)
		if t.Len > 0 {
			return p.w.FixedList(elem, t.Len)
		}
		return p.w.List(elem)
	case *component.Option:
		return p.w.Option(p.next(t.Some))
	case *component.Result:
		ok := p.next(t.OK)
		return p.w.Result(ok, p.next(t.Err))
	case *component.Map:
		key := p.next(t.Key)
		return p.w.Map(key, p.next(t.Value))
	case *component.Stream:
		return p.w.Stream(p.next(t.Elem))
	case *component.Future:
		return p.w.Future(p.next(t.Elem))
	case *component.FuncType:
		return p.function(t)
	default:
		p.fail("types like %T are not supported there", t)
		return 0
	}
}

// writable tells whether a writer has words for a type of core modules.
func writable(t *component.CoreModuleType) bool {
	for _, i := range t.Imports {
		if !writableCore(i.CoreExternType) {
			return false
		}
	}
	for _, x := range t.Exports {
		if !writableCore(x.CoreExternType) {
			return false
		}
	}
	return true
}

func writableCore(t component.CoreExternType) bool {
	vals := []component.CoreValType{t.Val}
	if t.Func != nil {
		vals = append(append(vals, t.Func.Params...), t.Func.Results...)
	}
	return !slices.Contains(vals, component.CoreRef) && !slices.Contains(vals, component.CoreRefNull)
}

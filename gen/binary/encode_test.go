package binary_test

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/abi"
)

// The way back, for tests only: models as component types. With it every package of text is a test of the
// decoder, also with types that the tools do not write yet which the other tests have files of.

// bin joins bytes, numbers (int), names (string, written with their length) and parts that are binary already.
func bin(parts ...any) []byte {
	var out []byte
	for _, p := range parts {
		switch p := p.(type) {
		case byte:
			out = append(out, p)
		case int:
			out = leb128.AppendUint(out, uint64(p))
		case string:
			out = append(leb128.AppendUint(out, uint64(len(p))), p...)
		case []byte:
			out = append(out, p...)
		default:
			panic(fmt.Sprintf("a %T cannot stand in a binary", p))
		}
	}
	return out
}

func vec(entries ...[]byte) []byte {
	out := bin(len(entries))
	for _, e := range entries {
		out = append(out, e...)
	}
	return out
}

// section writes a section with anything in it.
func section(id byte, contents ...any) []byte {
	all := bin(contents...)
	return bin(id, len(all), all)
}

func custom(name string, contents ...any) []byte { return section(0, name, bin(contents...)) }

func componentOf(sections ...[]byte) []byte {
	return append([]byte("\x00asm\x0d\x00\x01\x00"), bin(anys(sections)...)...)
}

func moduleOf(sections ...[]byte) []byte {
	return append([]byte("\x00asm\x01\x00\x00\x00"), bin(anys(sections)...)...)
}

func anys(parts [][]byte) []any {
	out := make([]any, len(parts))
	for i, p := range parts {
		out[i] = p
	}
	return out
}

// The sections of a component, and the sorts of its externs.
const (
	secType, secExport byte = 7, 11

	sortFunc, sortType, sortComponent, sortInstance byte = 1, 3, 4, 5
)

// space is the index spaces of a component type or instance type that is being written.
type space struct {
	outer     *space // of the component type around an instance type
	decls     [][]byte
	types     int
	instances int
	known     map[*model.TypeDef]int // types, by index
	have      map[*model.Scope]int   // instances, by index
}

func newSpace(outer *space) *space {
	return &space{outer: outer, known: map[*model.TypeDef]int{}, have: map[*model.Scope]int{}}
}

// next counts one more entry of an index space.
func next(n *int) int {
	*n++
	return *n - 1
}

func (s *space) define(parts ...any) int {
	s.decls = append(s.decls, bin(byte(1), bin(parts...)))
	return next(&s.types)
}

// find is the index of a named type, which may have to be brought in by an alias.
func (s *space) find(d *model.TypeDef) int {
	if i, ok := s.known[d]; ok {
		return i
	}
	if instance, ok := s.have[d.Owner]; ok {
		s.decls = append(s.decls, bin(byte(2), sortType, byte(0), instance, d.Name))
	} else {
		s.decls = append(s.decls, bin(byte(2), sortType, byte(2), 1, s.outer.find(d)))
	}
	s.known[d] = next(&s.types)
	return s.known[d]
}

// index writes an index in the place of a type, where it must not look like a negative number.
func index(i int) []byte {
	b := bin(i)
	if last := len(b) - 1; b[last]&0x40 != 0 {
		b[last] |= 0x80
		b = append(b, 0)
	}
	return b
}

var primitiveCodes = map[abi.Kind]byte{
	abi.Bool: 0x7f, abi.S8: 0x7e, abi.U8: 0x7d, abi.S16: 0x7c, abi.U16: 0x7b, abi.S32: 0x7a, abi.U32: 0x79, abi.S64: 0x78,
	abi.U64: 0x77, abi.F32: 0x76, abi.F64: 0x75, abi.Char: 0x74, abi.String: 0x73, abi.ErrorContext: 0x64,
}

// use writes a type where it is used.
func (s *space) use(t *model.Type) []byte {
	switch {
	case t.Alias != nil:
		return index(s.find(t.Alias))
	case t.Def != nil:
		return index(s.find(t.Def))
	}
	if code, ok := primitiveCodes[t.Kind]; ok {
		return bin(code)
	}
	return index(s.define(s.shape(t)))
}

func (s *space) optional(t *model.Type) []byte {
	if t == nil {
		return bin(byte(0))
	}
	return bin(byte(1), s.use(t))
}

// shape writes a type by its parts.
func (s *space) shape(t *model.Type) []byte {
	if code, ok := primitiveCodes[t.Kind]; ok {
		return bin(code)
	}
	switch t.Kind {
	case abi.Record:
		return bin(byte(0x72), s.fields(t.Fields))
	case abi.Tuple:
		var parts [][]byte
		for _, f := range t.Fields {
			parts = append(parts, s.use(f.Type))
		}
		return bin(byte(0x6f), vec(parts...))
	case abi.Variant:
		var cases [][]byte
		for _, c := range t.Cases {
			cases = append(cases, bin(c.Name, s.optional(c.Type), byte(0)))
		}
		return bin(byte(0x71), vec(cases...))
	case abi.Enum, abi.Flags:
		return labels(t)
	case abi.Result:
		return bin(byte(0x6a), s.optional(t.OK()), s.optional(t.Err()))
	case abi.Own:
		return bin(byte(0x69), s.find(resourceOf(t)))
	case abi.Borrow:
		return bin(byte(0x68), s.find(resourceOf(t)))
	case abi.Map:
		return bin(byte(0x63), s.use(t.Key), s.use(t.Elem))
	case abi.FixedList:
		return bin(byte(0x67), s.use(t.Elem), int(t.Len))
	case abi.Stream:
		return bin(byte(0x66), s.optional(t.Elem))
	case abi.Future:
		return bin(byte(0x65), s.optional(t.Elem))
	case abi.Option:
		return bin(byte(0x6b), s.use(t.Elem))
	}
	return bin(byte(0x70), s.use(t.Elem))
}

func (s *space) fields(list []model.Field) []byte {
	var fields [][]byte
	for _, f := range list {
		fields = append(fields, bin(f.Name, s.use(f.Type)))
	}
	return vec(fields...)
}

func labels(t *model.Type) []byte {
	var names [][]byte
	code := byte(0x6d)
	for _, c := range t.Cases {
		names = append(names, bin(c.Name))
	}
	if t.Kind == abi.Flags {
		code = 0x6e
		for _, l := range t.Labels {
			names = append(names, bin(l.Name))
		}
	}
	return bin(code, vec(names...))
}

func resourceOf(t *model.Type) *model.TypeDef {
	if t.Handle != nil {
		return t.Handle
	}
	return t.Resource
}

// externName writes a name with its attributes.
func externName(name, implements, externalID string) []byte {
	var attributes [][]byte
	if implements != "" {
		attributes = append(attributes, bin(byte(0), implements))
	}
	if externalID != "" {
		attributes = append(attributes, bin(byte(2), externalID))
	}
	if attributes == nil {
		return bin(byte(0), name)
	}
	return bin(byte(2), name, vec(attributes...))
}

// Declarators of imports and exports.
const (
	declImport byte = 3
	declExport byte = 4
)

// typeDef declares a named type.
func (s *space) typeDef(declarator byte, d *model.TypeDef) {
	var bound []byte
	switch target := d.Target(); {
	case target != nil:
		bound = bin(byte(0), s.find(target))
	case d.Resource != nil:
		bound = bin(byte(1))
	default:
		bound = bin(byte(0), s.define(s.shape(d.Type)))
	}
	s.decls = append(s.decls, bin(declarator, externName(d.Name, "", d.ExternalID), sortType, bound))
	s.known[d] = next(&s.types)
}

func (s *space) function(declarator byte, f *model.Func) {
	code := byte(0x40)
	if f.Async {
		code = 0x43
	}
	var params [][]byte
	for _, p := range f.Params {
		params = append(params, bin(p.Name, s.use(p.Type)))
	}
	result := bin(byte(1), byte(0))
	if f.Result != nil {
		result = bin(byte(0), s.use(f.Result))
	}
	t := s.define(code, vec(params...), result)
	s.decls = append(s.decls, bin(declarator, externName(f.Name, "", f.ExternalID), sortFunc, t))
}

// instance declares an interface under a name, and after that its types can be found.
func (s *space) instance(declarator byte, i *model.Interface, name []byte) {
	inner := newSpace(s)
	for _, d := range i.Types {
		inner.typeDef(declExport, d)
	}
	for _, f := range i.Funcs {
		inner.function(declExport, f)
	}
	t := s.define(byte(0x42), vec(inner.decls...))
	s.decls = append(s.decls, bin(declarator, name, sortInstance, t))
	s.have[&i.Scope] = next(&s.instances)
	for _, d := range i.Types {
		delete(s.known, d) // what an import of the interface has brought
	}
}

// needs imports the interfaces that an interface uses.
func (s *space) needs(i *model.Interface, all map[*model.Scope]*model.Interface) {
	for _, d := range i.Types {
		if !d.Used() {
			continue
		}
		of := all[d.Target().Owner]
		if _, ok := s.have[&of.Scope]; !ok {
			s.needs(of, all)
			s.instance(declImport, of, externName(of.ID(), "", ""))
		}
	}
}

// world writes the component type of a world.
func world(w *model.World) []byte {
	s := newSpace(nil)
	for _, i := range w.Imports {
		s.item(declImport, i)
	}
	for _, i := range w.Exports {
		s.item(declExport, i)
	}
	return bin(byte(0x41), vec(s.decls...))
}

func (s *space) item(declarator byte, i *model.Item) {
	switch {
	case i.Type != nil:
		s.typeDef(declarator, i.Type)
	case i.Func != nil:
		s.function(declarator, i.Func)
	case i.Implements():
		// Types that others use come from where the interface has its own name.
		instance, ok := s.have[&i.Interface.Scope]
		s.instance(declarator, i.Interface, externName(i.Name, i.Interface.ID(), i.ExternalID))
		if ok {
			s.have[&i.Interface.Scope] = instance
		}
	default:
		s.instance(declarator, i.Interface, externName(i.Key(), "", i.ExternalID))
	}
}

// item is what an encoded package exports: the type that stands for an interface or world.
func encodedWorld(w *model.World) []byte {
	return bin(byte(0x41), vec(bin(byte(1), world(w)), bin(declExport, externName(w.ID(), "", ""), sortComponent, 0)))
}

func encodedInterface(i *model.Interface, all map[*model.Scope]*model.Interface) []byte {
	s := newSpace(nil)
	s.needs(i, all)
	s.instance(declExport, i, externName(i.ID(), "", ""))
	return bin(byte(0x41), vec(s.decls...))
}

// exportTypes writes a component that exports component types.
func exportTypes(names []string, types [][]byte) []byte {
	var sections [][]byte
	for i, t := range types {
		sections = append(sections, section(secType, 1, t), section(secExport, 1, byte(0), names[i], sortType, 2*i, byte(0)))
	}
	return componentOf(sections...)
}

func scopes(t *model.Tree) map[*model.Scope]*model.Interface {
	all := map[*model.Scope]*model.Interface{}
	for _, p := range t.Packages {
		for _, i := range p.Interfaces {
			all[&i.Scope] = i
		}
	}
	return all
}

// encode writes the root of a tree in today's encoding of packages.
func encode(t *model.Tree) []byte {
	var names []string
	var types [][]byte
	all := scopes(t)
	for _, i := range t.Root.Interfaces {
		names, types = append(names, i.Name), append(types, encodedInterface(i, all))
	}
	for _, w := range t.Root.Worlds {
		names, types = append(names, w.Name), append(types, encodedWorld(w))
	}
	return exportTypes(names, types)
}

// encodeWhole writes the root of a tree in the encoding that came before.
func encodeWhole(t *model.Tree) []byte {
	s := newSpace(nil)
	all := scopes(t)
	for _, i := range t.Root.Interfaces {
		for _, d := range i.Types {
			if of := d.Target(); of != nil && of.Owner.Package != t.Root {
				s.needs(i, all)
			}
		}
	}
	for _, i := range t.Root.Interfaces {
		s.instance(declExport, i, externName(i.ID(), "", ""))
	}
	for _, w := range t.Root.Worlds {
		typ := s.define(world(w))
		s.decls = append(s.decls, bin(declExport, externName(w.ID(), "", ""), sortComponent, typ))
	}
	name := t.Root.Path() + "/wit"
	if t.Root.Version != "" {
		name += "@" + t.Root.Version
	}
	return exportTypes([]string{name}, [][]byte{bin(byte(0x41), vec(s.decls...))})
}

// encodeModule writes a core module that is for some worlds.
func encodeModule(worlds ...*model.World) []byte {
	var sections [][]byte
	for i, w := range worlds {
		of := exportTypes([]string{w.Name}, [][]byte{encodedWorld(w)})
		sections = append(sections, custom(fmt.Sprintf("component-type:%d", i), of))
	}
	return moduleOf(sections...)
}

package component

// TypeWriter writes what components, component types and instance types may all declare: types, and aliases. It
// is a part of the writers of these three, which are the scopes of the format; each has index spaces of its own.
type TypeWriter struct {
	// inType is set in component and instance types, whose definitions stand in one list and say of themselves
	// what they are. Those of a component stand in sections.
	inType bool

	out     output // the sections that are done
	section byte   // the section of the entries
	entries output
	count   int

	sizes [numSorts]uint32
}

// InstanceTypeWriter writes the declarations of an instance type, see [TypeWriter.InstanceType].
type InstanceTypeWriter struct{ TypeWriter }

// ComponentTypeWriter writes the declarations of a component type, see [TypeWriter.ComponentType].
type ComponentTypeWriter struct{ InstanceTypeWriter }

// NewInstanceType returns a writer of an empty instance type.
func NewInstanceType() *InstanceTypeWriter {
	return &InstanceTypeWriter{TypeWriter{inType: true}}
}

// NewComponentType returns a writer of an empty component type.
func NewComponentType() *ComponentTypeWriter { return &ComponentTypeWriter{*NewInstanceType()} }

// Len is the number of entries that an index space has so far, and thereby the index of the next one.
func (w *TypeWriter) Len(sort Sort) uint32 { return w.sizes[sort] }

// AliasExport writes a name for an export of an instance.
func (w *TypeWriter) AliasExport(sort Sort, instance uint32, name string) uint32 {
	var o output
	o.sort(sort)
	o.byte(aliasOfExport)
	o.u32(instance)
	o.name(name)
	return w.entry(sectionAlias, sort, o)
}

// AliasOuter writes a name for an entry of the scope that is so many scopes further out.
func (w *TypeWriter) AliasOuter(sort Sort, count, index uint32) uint32 {
	var o output
	o.sort(sort)
	o.byte(aliasOfOuter)
	o.u32(count)
	o.u32(index)
	return w.entry(sectionAlias, sort, o)
}

// Export writes an export of the type.
func (w *InstanceTypeWriter) Export(name ExternName, d ExternDesc) uint32 {
	return w.extern(sectionExport, name, d)
}

// Import writes an import of the type.
func (w *ComponentTypeWriter) Import(name ExternName, d ExternDesc) uint32 {
	return w.extern(sectionImport, name, d)
}

// TypeRef is a value type in a place where it is used: a [Primitive] type or the index of a type. The zero value
// stands for no type, which a payload or result may be.
type TypeRef struct {
	form  refForm
	index uint32 // or the opcode of a primitive type
}

type refForm uint8

const (
	refNone refForm = iota
	refPrimitive
	refIndex
)

// RefTo refers to the type of an index.
func RefTo(index uint32) TypeRef { return TypeRef{refIndex, index} }

// Ref refers to the type.
func (p Primitive) Ref() TypeRef { return TypeRef{refPrimitive, uint32(primitiveOpcodes[p])} }

var primitiveOpcodes = func() (codes [len(primitiveNames)]byte) {
	for code, p := range primitiveCodes {
		codes[p] = code
	}
	return codes
}()

// TypePart is a part of a type with a label: a field, case or parameter.
type TypePart struct {
	Label string
	Type  TypeRef
}

// Primitive writes another name for a primitive type.
func (w *TypeWriter) Primitive(p Primitive) uint32 { return w.define(output{primitiveOpcodes[p]}) }

// Record writes a record type.
func (w *TypeWriter) Record(fields ...TypePart) uint32 {
	o := output{codeRecord}
	o.parts(fields)
	return w.define(o)
}

// Variant writes a variant type.
func (w *TypeWriter) Variant(cases ...TypePart) uint32 {
	o := output{codeVariant}
	o.count(len(cases))
	for _, c := range cases {
		o.name(c.Label)
		o.optional(c.Type)
		o.byte(0)
	}
	return w.define(o)
}

// List writes a list type.
func (w *TypeWriter) List(elem TypeRef) uint32 {
	o := output{codeList}
	o.ref(elem)
	return w.define(o)
}

// FixedList writes a type of lists that all have the same length.
func (w *TypeWriter) FixedList(elem TypeRef, length uint32) uint32 {
	o := output{codeFixedList}
	o.ref(elem)
	o.u32(length)
	return w.define(o)
}

// Tuple writes a tuple type.
func (w *TypeWriter) Tuple(types ...TypeRef) uint32 {
	o := output{codeTuple}
	o.count(len(types))
	for _, t := range types {
		o.ref(t)
	}
	return w.define(o)
}

// Flags writes a flags type.
func (w *TypeWriter) Flags(labels ...string) uint32 { return w.labels(codeFlags, labels) }

// Enum writes an enum type.
func (w *TypeWriter) Enum(labels ...string) uint32 { return w.labels(codeEnum, labels) }

func (w *TypeWriter) labels(code byte, labels []string) uint32 {
	o := output{code}
	o.count(len(labels))
	for _, l := range labels {
		o.name(l)
	}
	return w.define(o)
}

// Option writes an option type.
func (w *TypeWriter) Option(some TypeRef) uint32 {
	o := output{codeOption}
	o.ref(some)
	return w.define(o)
}

// Result writes a result type, of which each side may be no type.
func (w *TypeWriter) Result(ok, err TypeRef) uint32 {
	o := output{codeResult}
	o.optional(ok)
	o.optional(err)
	return w.define(o)
}

// Map writes a map type.
func (w *TypeWriter) Map(key, value TypeRef) uint32 {
	o := output{codeMap}
	o.ref(key)
	o.ref(value)
	return w.define(o)
}

// Own writes the type of handles that own a resource of the type at an index.
func (w *TypeWriter) Own(resource uint32) uint32 { return w.handle(codeOwn, resource) }

// Borrow writes the type of handles that borrow a resource of the type at an index.
func (w *TypeWriter) Borrow(resource uint32) uint32 { return w.handle(codeBorrow, resource) }

func (w *TypeWriter) handle(code byte, resource uint32) uint32 {
	o := output{code}
	o.u32(resource)
	return w.define(o)
}

// Stream writes a stream type, whose elements may be no type.
func (w *TypeWriter) Stream(elem TypeRef) uint32 {
	o := output{codeStream}
	o.optional(elem)
	return w.define(o)
}

// Future writes a future type, whose element may be no type.
func (w *TypeWriter) Future(elem TypeRef) uint32 {
	o := output{codeFuture}
	o.optional(elem)
	return w.define(o)
}

// Func writes the type of a function, whose result may be no type.
func (w *TypeWriter) Func(params []TypePart, result TypeRef) uint32 {
	return w.function(codeFunc, params, result)
}

// AsyncFunc writes the type of an asynchronous function.
func (w *TypeWriter) AsyncFunc(params []TypePart, result TypeRef) uint32 {
	return w.function(codeAsyncFunc, params, result)
}

func (w *TypeWriter) function(code byte, params []TypePart, result TypeRef) uint32 {
	o := output{code}
	o.parts(params)
	o.resultList(result)
	return w.define(o)
}

// InstanceType writes an instance type with the declarations that t has so far.
func (w *TypeWriter) InstanceType(t *InstanceTypeWriter) uint32 {
	return w.define(append(output{codeInstance}, t.vector()...))
}

// ComponentType writes a component type with the declarations that t has so far.
func (w *TypeWriter) ComponentType(t *ComponentTypeWriter) uint32 {
	return w.define(append(output{codeComponent}, t.vector()...))
}

func (w *TypeWriter) define(o output) uint32 { return w.entry(sectionType, SortType, o) }

func (w *TypeWriter) extern(section byte, name ExternName, d ExternDesc) uint32 {
	var o output
	o.externName(name)
	o.externDesc(d)
	return w.entry(section, d.sort, o)
}

// entry writes one entry of a section, or the declaration in a type that is the same, and counts what it adds.
func (w *TypeWriter) entry(section byte, adds Sort, contents output) uint32 {
	switch {
	case w.inType:
		w.entries.byte(declarators[section])
	case w.section != section:
		w.flush()
		w.section = section
	}
	w.entries.raw(contents)
	w.count++
	return w.added(adds)
}

// declarators are the codes of what types may declare, by the section in which components have the same.
var declarators = map[byte]byte{
	sectionCoreType: 0x00, sectionType: 0x01, sectionAlias: 0x02, sectionImport: 0x03, sectionExport: 0x04,
}

// flush ends the section that is being written.
func (w *TypeWriter) flush() {
	if w.count > 0 {
		w.out.section(w.section, w.vector())
	}
	w.entries, w.count = nil, 0
}

// vector is the entries with their number.
func (w *TypeWriter) vector() output {
	var o output
	o.count(w.count)
	o.raw(w.entries)
	return o
}

// added counts one more entry of an index space.
func (w *TypeWriter) added(sort Sort) uint32 {
	w.sizes[sort]++
	return w.sizes[sort] - 1
}

// ref writes a type where it is used. Opcodes are what begins with the bits 01, so an index that would is written
// in one byte more.
func (o *output) ref(t TypeRef) {
	if t.form != refIndex {
		o.byte(byte(t.index))
		return
	}
	o.u32(t.index)
	if last := &(*o)[len(*o)-1]; *last&0x40 != 0 {
		*last |= 0x80
		o.byte(0)
	}
}

func (o *output) optional(t TypeRef) {
	o.flag(t.form != refNone)
	if t.form != refNone {
		o.ref(t)
	}
}

func (o *output) parts(list []TypePart) {
	o.count(len(list))
	for _, p := range list {
		o.name(p.Label)
		o.ref(p.Type)
	}
}

// resultList writes the result of a function.
func (o *output) resultList(t TypeRef) {
	if t.form == refNone {
		o.byte(1, 0)
		return
	}
	o.byte(0)
	o.ref(t)
}

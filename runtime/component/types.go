package component

// Type is an entry of the type index space: a [ValueType], [*FuncType], [*ComponentType],
// [*InstanceType] or [*Resource]. Types are immutable once decoded and safe to share.
//
// Two types are equal when their trees are, except that resource types are equal only to themselves.
// An import or export of a type gives it a node of its own, so that the pointer tells which name a
// record, variant, enum, flags or resource type goes by.
type Type interface {
	facts() *facts
}

// ValueType is the type of a value: [Primitive], [*Record], [*Variant], [*List], [*Tuple], [*Flags],
// [*Enum], [*Option], [*Result], [*Map], [*Own], [*Borrow], [*Stream] or [*Future].
type ValueType interface {
	Type
	valueType()
}

// Primitive is a value type without parts.
type Primitive uint8

// The primitive types.
const (
	Bool Primitive = iota
	S8
	U8
	S16
	U16
	S32
	U32
	S64
	U64
	F32
	F64
	Char
	String
	ErrorContext
)

var primitiveNames = [...]string{
	"bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64", "char", "string", "error-context",
}

func (p Primitive) String() string { return primitiveNames[p] }

// Record is a record type; it has at least one field.
type Record struct {
	facted
	Fields []Field
}

// Field is a labelled part of a record, or a parameter of a function.
type Field struct {
	Label string
	Type  ValueType
}

// Variant is a variant type; it has at least one case.
type Variant struct {
	facted
	Cases []Case
}

// Case is one case of a variant.
type Case struct {
	Label string
	// Type is the payload, nil if there is none.
	Type ValueType
}

// List is a list type.
type List struct {
	facted
	Elem ValueType
	// Len is the number of elements of a fixed-length list, 0 for a list of any length.
	Len uint32
}

// Tuple is a tuple type; it has at least one part.
type Tuple struct {
	facted
	Types []ValueType
}

// Flags is a flags type of 1 to 32 labels.
type Flags struct {
	facted
	Labels []string
}

// Enum is an enum type; it has at least one label.
type Enum struct {
	facted
	Labels []string
}

// Option is an option type.
type Option struct {
	facted
	Some ValueType
}

// Result is a result type; a side without a payload is nil.
type Result struct {
	facted
	OK, Err ValueType
}

// Map is a map type. Key is a [Primitive] other than a float.
type Map struct {
	facted
	Key, Value ValueType
}

// Own is a handle that owns what it refers to.
type Own struct {
	facted
	Resource *Resource
}

// Borrow is a handle lent for the time of a call.
type Borrow struct {
	facted
	Resource *Resource
}

// Stream is a stream type; Elem is nil for a stream that carries no data.
type Stream struct {
	facted
	Elem ValueType
}

// Future is a future type; Elem is nil for a future that carries no data.
type Future struct {
	facted
	Elem ValueType
}

// FuncType is the type of a component function.
type FuncType struct {
	facted
	Async  bool
	Params []Field
	// Result is nil for a function without one.
	Result ValueType
}

// Resource is a resource type under one of its names: an import or export of it adds a node of its own, and
// only what refers to that node uses the name. Two of them are the same type if their [Resource.Identity] is.
type Resource struct {
	facted
	// original is the node that others are further names of, nil in that node itself.
	original *Resource

	// Name is the label under which it was first imported or exported, "" while it has none.
	Name string
	// Index is its place in [Component.Resources], or -1 for one that stands for whatever an instance
	// of a type will bring.
	Index int
	// Local is set for a resource type that a component defines itself; only then the fields below
	// mean something.
	Local bool
	// Rep is the core type of the representation.
	Rep CoreValType
	// Dtor is the core function that destroys a representation, if HasDtor.
	Dtor    uint32
	HasDtor bool

	binder *binder
}

// Identity is the same for all names of a resource type, and different for different types.
func (r *Resource) Identity() *Resource {
	if r.original != nil {
		return r.original
	}
	return r
}

// alias gives the type a further name.
func (r *Resource) alias() *Resource {
	c := *r
	c.original = r.Identity()
	return &c
}

// name notes a name of the type. The first one counts, also for the type itself.
func (r *Resource) name(label string) {
	for _, n := range []*Resource{r, r.Identity()} {
		if n.Name == "" {
			n.Name = label
		}
	}
}

// ComponentType is the type of a component.
type ComponentType struct {
	facted
	Imports, Exports []Extern

	importIndex, exportIndex externIndex
	// binder owns the resource types that an instance gets anew.
	binder *binder
	// core are the core types that the type declares, for [Encode].
	core []coreDecl
}

// InstanceType is the type of an instance.
type InstanceType struct {
	facted
	Exports []Extern

	exportIndex externIndex
	// binder owns the resource types that whoever holds an instance of the type gets anew; nil when
	// they are known already.
	binder *binder

	// For [Encode], core are the core types that the type declares, and declared is the type that the file
	// gives an import or export of this type.
	core     []coreDecl
	declared *InstanceType
}

// Extern is a named import or export of a type.
type Extern struct {
	ExternName
	Type ExternType
}

// ExternType is the type of something imported or exported.
type ExternType struct {
	Sort Sort
	// Type is the [*FuncType], [*InstanceType] or [*ComponentType]; for a type the type itself; for a
	// value the type of the value; nil for a core module.
	Type Type
	// Abstract says that Type is a resource type which is known only to be one: (sub resource).
	Abstract bool
	// Synonym is the name itself if Type is a primitive type, for those who look at names, and SynonymOf the
	// one of which it is another name, if there is one.
	Synonym, SynonymOf *Synonym
	// Module is the type of a core module, nil for the other sorts and for a module whose type the file
	// does not declare.
	Module *CoreModuleType
}

// ExternName is the name of an import or export with its attributes.
type ExternName struct {
	Name string
	// Implements is the interface that an instance under a plain name implements, "" if not given.
	Implements string
	// VersionSuffix is what was cut off the version of a canonical interface name.
	VersionSuffix string
	// ExternalID is the host's own identifier for it; HasExternalID tells "" from none.
	ExternalID    string
	HasExternalID bool
}

// binder is the identity of the scope that introduces resource types. It has a field so that two of
// them never share an address.
type binder struct{ _ byte }

func (Primitive) valueType() {}
func (*Record) valueType()   {}
func (*Variant) valueType()  {}
func (*List) valueType()     {}
func (*Tuple) valueType()    {}
func (*Flags) valueType()    {}
func (*Enum) valueType()     {}
func (*Option) valueType()   {}
func (*Result) valueType()   {}
func (*Map) valueType()      {}
func (*Own) valueType()      {}
func (*Borrow) valueType()   {}
func (*Stream) valueType()   {}
func (*Future) valueType()   {}

// Export returns the export of that name and whether there is one.
func (t *InstanceType) Export(name string) (ExternType, bool) {
	return t.exportIndex.find(t.Exports, name)
}

// Export returns the export of that name and whether there is one.
func (t *ComponentType) Export(name string) (ExternType, bool) {
	return t.exportIndex.find(t.Exports, name)
}

// Import returns the import of that name and whether there is one.
func (t *ComponentType) Import(name string) (ExternType, bool) {
	return t.importIndex.find(t.Imports, name)
}

// externIndex finds names in long lists; short ones are searched as they are.
type externIndex map[string]int

const shortList = 8

func indexExterns(list []Extern) externIndex {
	if len(list) <= shortList {
		return nil
	}
	index := make(externIndex, len(list))
	for i := range list {
		index[list[i].Name] = i
	}
	return index
}

func (x externIndex) find(list []Extern, name string) (ExternType, bool) {
	if x != nil {
		i, ok := x[name]
		if !ok {
			return ExternType{}, false
		}
		return list[i].Type, true
	}
	for i := range list {
		if list[i].Name == name {
			return list[i].Type, true
		}
	}
	return ExternType{}, false
}

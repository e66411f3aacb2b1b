package component

// Def is one definition of a component: one of the pointer types in this file, or [*Component].
type Def interface {
	// Offset is the byte of the file at which the definition begins.
	Offset() int64
	def()
}

// At is the offset of a definition in the file.
type At int64

// Offset implements [Def].
func (a At) Offset() int64 { return int64(a) }

func (At) def() {}

// CoreModule defines a core module; it appends to the core modules.
type CoreModule struct {
	At
	// Bytes is the module, a part of the decoded file.
	Bytes []byte
	// Type is what the module shows to the outside.
	Type *CoreModuleType
}

// CoreInstantiate creates an instance of a core module; it appends to the core instances.
type CoreInstantiate struct {
	At
	Module uint32
	// Args gives for each module name of the imports the core instance that answers it.
	Args []CoreArg
}

// CoreArg is one argument of [CoreInstantiate].
type CoreArg struct {
	Name     string
	Instance uint32
}

// CoreInlineExports makes a core instance out of core entities that exist; it appends to the core
// instances.
type CoreInlineExports struct {
	At
	Exports []CoreExport
}

// CoreExport is one export of [CoreInlineExports].
type CoreExport struct {
	Name  string
	Sort  Sort
	Index uint32
}

// CoreTypeDef defines core types, several of them when a recursive group does; it appends to the core
// types.
type CoreTypeDef struct {
	At
	Types []CoreType

	// raw is the definition as it stands in the file, for [Encode].
	raw []byte
}

// Instantiate creates an instance of a component; it appends to the instances.
type Instantiate struct {
	At
	Component uint32
	// Args gives the imports by name; names that the component does not import are allowed and unused.
	Args []Arg
	// Type is the type of the new instance: the component's exports with resource types of their own.
	Type *InstanceType
}

// Arg is one argument of [Instantiate].
type Arg struct {
	Name  string
	Sort  Sort
	Index uint32
}

// InlineExports makes an instance out of entities that exist; it appends to the instances.
type InlineExports struct {
	At
	Exports []InlineExport
	Type    *InstanceType
}

// InlineExport is one export of [InlineExports].
type InlineExport struct {
	ExternName
	Sort  Sort
	Index uint32
}

// AliasExport names an export of an instance; it appends to the index space of Sort.
type AliasExport struct {
	At
	Sort     Sort
	Instance uint32
	Name     string
}

// AliasCoreExport names an export of a core instance; it appends to the index space of Sort.
type AliasCoreExport struct {
	At
	Sort     Sort
	Instance uint32
	Name     string
}

// AliasOuter names an entry of an enclosing component; it appends to the index space of Sort, which is
// a type, a component, a core type or a core module.
type AliasOuter struct {
	At
	Sort Sort
	// Count is how many components outwards the entry is: 0 is the component of the alias itself.
	Count uint32
	Index uint32
}

// TypeDef defines a type; it appends to the types. A [*Resource] here is a resource type that each
// instance of the component creates anew.
type TypeDef struct {
	At
	Type Type
}

// Lift makes a component function out of a core function; it appends to the functions.
type Lift struct {
	At
	CoreFunc uint32
	Options  Options
	// TypeIndex is the index of Type in the component's types.
	TypeIndex uint32
	Type      *FuncType
}

// Lower makes a core function out of a component function; it appends to the core functions.
type Lower struct {
	At
	Func    uint32
	Options Options
	Type    *FuncType
}

// Builtin defines a core function that the canonical ABI provides; it appends to the core functions.
// Which fields mean something depends on Op.
type Builtin struct {
	At
	Op BuiltinOp
	// Type is the operand of the resource, stream and future built-ins, nil for the others: a
	// [*Resource], [*Stream] or [*Future].
	Type Type
	// TypeIndex is the index of Type in the component's types, or of the core function type that the
	// built-ins which create threads take.
	TypeIndex uint32
	// Result is the result that task.return delivers, nil for none.
	Result ValueType
	// Options of the built-ins that have a list of options, and the memory of the waiting ones.
	Options Options
	// Async, Cancellable and Shared are the immediates of the same names.
	Async, Cancellable, Shared bool
	// Slot and SlotType say which word of thread-local storage context.get and context.set use.
	Slot     uint32
	SlotType CoreValType
	// Table is the function table of the built-ins that create threads from one.
	Table uint32
}

// Start calls a function when the component is instantiated; it appends the results to the values.
type Start struct {
	At
	Func    uint32
	Args    []uint32
	Results uint32
}

// Import asks for something from outside; it appends to the index space of Type.Sort.
type Import struct {
	At
	ExternName
	Type ExternType
}

// Export gives something to the outside. It also appends it to the index space of Sort, once more.
type Export struct {
	At
	ExternName
	Sort  Sort
	Index uint32
	// Type is the type of the export: that of the entry, or the one that the file ascribes to it.
	Type ExternType
	// Ascribed says that the file gives the type. Resource types in it may be new ones that hide those
	// of the entry.
	Ascribed bool
}

// Custom is a custom section: it defines nothing.
type Custom struct {
	At
	Name  string
	Bytes []byte
}

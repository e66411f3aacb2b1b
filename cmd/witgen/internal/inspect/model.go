package inspect

// Format names the version of the structure below. Fields may be added to it; a change of any other kind
// gives it a new number.
const Format = "witan-inspect/1"

// File is the description of a file. Lists are in the order of the file and never null; other fields
// without a value are left out.
//
// Types of the Component Model are text in WIT's syntax, in which records, variants, enums, flags and
// resources go by the names that they have where the text stands; a type that has its name in another
// interface only is written interface.{name}. A handle that owns a resource is written as the resource.
type File struct {
	Format string `json:"format"`
	// Kind is "component" or "core module"; the field of that name below is set.
	Kind      string     `json:"kind"`
	Size      int        `json:"size"` // in bytes, as are all sizes here
	Component *Component `json:"component,omitempty"`
	Module    *Module    `json:"module,omitempty"`
}

// Component is a component: the file's or one nested in another.
type Component struct {
	// Offset is the byte of the file at which the component's header stands, as are all offsets here.
	Offset     int64       `json:"offset"`
	Size       int         `json:"size"`
	Imports    []Extern    `json:"imports"`
	Exports    []Extern    `json:"exports"`
	Modules    []Module    `json:"modules"`
	Components []Component `json:"components"`
	Custom     []Custom    `json:"custom"`
}

// Extern is a named import or export.
type Extern struct {
	Name string `json:"name"`
	// Kind is "func", "type", "instance", "component", "core module" or "value"; the field that belongs
	// to it is set. A core module without a declared type has none.
	Kind      string         `json:"kind"`
	Func      *Func          `json:"func,omitempty"`
	Type      *TypeDef       `json:"type,omitempty"`
	Instance  *InstanceType  `json:"instance,omitempty"`
	Component *ComponentType `json:"component,omitempty"`
	Module    *ModuleType    `json:"module,omitempty"`
	Value     string         `json:"value,omitempty"` // the type of a value
	// Implements, VersionSuffix and ExternalID are attributes of the name.
	Implements    string  `json:"implements,omitempty"`
	VersionSuffix string  `json:"versionSuffix,omitempty"`
	ExternalID    *string `json:"externalId,omitempty"`
}

// Func is the type of a function.
type Func struct {
	// Name is the function's own name: for one that belongs to a resource, that without the resource, and
	// "" for a constructor.
	Name string `json:"name,omitempty"`
	// Kind is "func", or "constructor", "method" or "static" for one that belongs to a resource. The self
	// parameter of methods is left out.
	Kind   string  `json:"kind"`
	Async  bool    `json:"async,omitempty"`
	Params []Named `json:"params"`
	Result string  `json:"result,omitempty"` // "" for none
}

// Named is a parameter, a field of a record or a case of a variant.
type Named struct {
	Name string `json:"name"`
	Type string `json:"type,omitempty"` // "" for a case without a payload
}

// TypeDef is a named type.
type TypeDef struct {
	Name string `json:"name"`
	// Kind is "record", "variant", "enum", "flags" or "resource" where the type is defined; "use" for one of
	// these from another interface, and "alias" for another name of any type.
	Kind string `json:"kind"`
	// Parts are a record's fields, a variant's cases, or an enum's or flags' labels.
	Parts []Named `json:"parts,omitempty"`
	// Funcs belong to a resource.
	Funcs []Func `json:"funcs,omitempty"`
	// From is the interface that a use takes the type from, where its name is Of.
	From string `json:"from,omitempty"`
	// Of is the type that an alias stands for.
	Of string `json:"of,omitempty"`
}

// InstanceType is the type of an instance: an interface, if it came from WIT. The functions of resources
// stand with their resource and not in the list.
type InstanceType struct {
	Exports []Extern `json:"exports"`
}

// ComponentType is the type of a component.
type ComponentType struct {
	Imports []Extern `json:"imports"`
	Exports []Extern `json:"exports"`
}

// Module is a core module.
type Module struct {
	Offset int64  `json:"offset"`
	Size   int    `json:"size"`
	Name   string `json:"name,omitempty"` // what its name section calls it
	// Funcs is the number of functions that it defines.
	Funcs   int          `json:"funcs"`
	Imports []CoreExtern `json:"imports"`
	Exports []CoreExtern `json:"exports"`
	Custom  []Custom     `json:"custom"`
}

// ModuleType is the declared type of a core module.
type ModuleType struct {
	Imports []CoreExtern `json:"imports"`
	Exports []CoreExtern `json:"exports"`
}

// CoreExtern is an import or export of a core module.
type CoreExtern struct {
	Module *string `json:"module,omitempty"` // of an import: the first part of its name
	Name   string  `json:"name"`
	Kind   string  `json:"kind"` // "func", "table", "memory", "global" or "tag"
	// Type is "(i32, i64) -> i32" for a function or tag, "mut i32" for a global, and for a memory or a
	// table its size, as in "2 to 8 pages" and "1 or more funcref".
	Type string `json:"type"`
}

// Custom is a custom section.
type Custom struct {
	Name   string `json:"name"`
	Offset int64  `json:"offset"` // of the section
	Size   int    `json:"size"`   // of its contents without the name
}

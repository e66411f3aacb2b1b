// Package component reads and writes the component binary format: it decodes a file, checks that what the file
// says about itself holds together, and hands out the definitions in the order in which they stand.
//
// That order is the whole design. A component is a list of definitions, each of which appends to one
// of thirteen index spaces and may refer only to what stands before it, so that instantiating one is a
// single walk over [Component.Defs]. Types are resolved while decoding: a type in a definition is a
// tree of pointers without indices, and resource types are identified by their pointer.
//
// There are two ways back. [Encode] writes what was decoded, or built in the same form. Tools that make components
// out of parts are closer to the format, and name everything by the index that a [Writer] has given it.
//
// The format is specified in design/mvp/Binary.md and Explainer.md of WebAssembly/component-model.
// Nothing here runs code, compiles core modules or copies their bytes.
package component

// Component is a decoded component: the root of a file or one nested in another.
type Component struct {
	At
	// Size is the number of bytes of the encoding, header included.
	Size int
	// Defs are the definitions in binary order. Walking them and appending to index spaces is
	// instantiation.
	Defs []Def
	// Type is the type of the component seen from outside.
	Type *ComponentType

	// The index spaces as they are after the last definition: the static type of each entry.
	Types      []Type
	Funcs      []*FuncType
	Instances  []*InstanceType
	Components []*ComponentType
	Values     []ValueType
	CoreTypes  []CoreType

	// Resources are the resource types that belong to this component: those it defines, imports and
	// receives from instances it creates. Each one's Index is its place here, so that a run-time
	// environment is a slice.
	Resources []*Resource
}

// Decode reads a component from data with the features that have shipped ([Released]). The result
// refers to data: core modules and custom sections are sub-slices of it, so data must not change.
//
// The error is an [*Error] with the offset, section and rule that was broken.
func Decode(data []byte) (*Component, error) { return DecodeWith(data, Released) }

// DecodeWith is [Decode] with a choice of features.
func DecodeWith(data []byte, features Features) (c *Component, err error) {
	if err := expectComponent(data); err != nil {
		return nil, err
	}
	d := &decoder{data: data, end: len(data), features: features, entry: noEntry}
	defer d.report(&err)
	return d.component(), nil
}

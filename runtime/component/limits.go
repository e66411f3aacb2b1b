package component

// The bounds on what a file may ask for. Each is checked before anything is allocated for it. They
// follow the limits that other engines agreed on, so that a file that is fine elsewhere is fine here.
const (
	maxDefs       = 1_000_000 // definitions in the whole file, with the declarators of types and what core modules declare
	maxModules    = 1_000     // core modules of one component, and likewise …
	maxComponents = 1_000     // … components,
	maxInstances  = 1_000     // … and instances, core or not
	maxVector     = 10_000    // fields, cases, labels, parameters, arguments, exports, options of one entry
	maxNesting    = 100       // depth of components, of types in types, and of both together
	maxNameBytes  = 100_000
	maxFlags      = 32

	// maxTypeSize bounds a type written out as a tree. A type that uses another one twice doubles it
	// for a few bytes, so without this bound a small file could describe an astronomical type.
	maxTypeSize = 1_000_000
	// maxTypeWork bounds the type nodes that are copied because an instance gets resource types of its
	// own, and those that are compared or checked, over the whole file.
	maxTypeWork = 4_000_000
	// maxElemSize is what the canonical ABI allows one value to occupy in a 64-bit memory, in bytes.
	maxElemSize = 1 << 28
)

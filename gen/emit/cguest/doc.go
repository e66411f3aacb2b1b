// Package cguest writes the C side of a WIT world: a header and a source that a guest is compiled with, for
// programs and drivers of a few kilobytes, without a C library.
//
// C on wasm32 lays out structs, unions and enumerators in memory as the canonical ABI does for records, variants and
// lists. The generated code relies on that: what is in memory is passed by its address and never copied element
// by element, and only values that travel as core values are taken apart (flat.go, lower.go) and put together (lift.go).
// It does not take that for granted either: the source has the compiler compare the layout of every type with the
// numbers of runtime/abi (layout.go).
//
// Names are those of wit-bindgen's generator for C, so that guests written for it port easily. Where that has no
// name, for lists of a fixed length, there is one in its style.
//
// The files follow the parts of the generated code: the imports and exports of a world (view.go), names (names.go,
// ctype.go), declarations of types (declare.go) and of resources (resource.go), what frees values (free.go),
// functions (signature.go, body.go, imports.go, exports.go), streams and futures (async.go), and what is the same for
// all worlds, such as the heap (fixed.go, c).
package cguest

// Package abi is the canonical ABI of the Component Model, written once and as data.
//
// A [Type] is a WIT value type together with its layout in linear memory (size, alignment, field
// offsets, discriminant width) and its flattening into core values. A [Func] is a function type, and
// its [Plan] says how a call crosses: which values travel as core values, which are spilled to
// memory, and how a variant's joined slots are reinterpreted for each case.
//
// Nothing here moves a value. Three executors do, and all take every number from this package: the Go
// source that gen/emit writes, the adapter modules of runtime/fuse, and the interpreter in
// runtime/value. A layout rule that is changed here is thereby changed for all of them.
//
// Specification: CanonicalABI.md, sections "Alignment", "Element Size" and "Flattening".
package abi

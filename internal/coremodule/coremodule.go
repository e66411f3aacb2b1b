// Package coremodule reads core modules as lists of entries that refer to each other by index, and makes smaller ones of
// them: [Shake] drops what nobody needs. An adapter, for example, can answer all of WASI, and yet a component has only
// what its guest calls.
//
// Everything rests on one question about a piece of a module: which indices stand where in it? [Walk] answers it for
// code, and the rest of the package for everything else. Nothing here validates a module: what is read is checked as far as
// reading relies on it, and an invalid module is refused or stays one.
//
// Modules are those of version 2.0 of the core specification, with several memories, tail calls, exceptions and atomics.
// Typed references to functions and garbage-collected types are refused.
package coremodule

import "fmt"

// Space is an index space of a core module.
type Space uint8

// The index spaces. The first of those that can be imported and exported are in the order of their codes in the
// binary format.
const (
	Func Space = iota
	Table
	Memory
	Global
	Tag
	Type
	Elem
	Data
	spaces
)

func (s Space) String() string {
	if s < spaces {
		return [...]string{"function", "table", "memory", "global", "tag", "type", "element segment", "data segment"}[s]
	}
	return "unknown"
}

// FuncType is the type of a function, with a byte for each value type as the binary format codes it.
type FuncType struct{ Params, Results []byte }

// Import is an import. Imports of a space have its first indices, in their order.
type Import struct {
	Module, Name string
	Space        Space
	Index        uint32
}

// Export is an export.
type Export struct {
	Name  string
	Space Space
	Index uint32
}

// Module is a core module as read. It refers to the bytes that it was read from.
type Module struct {
	Imports []Import
	Exports []Export

	wasm    []byte
	items   [spaces][]item
	start   span // the index of the start function; empty if there is none
	customs []custom
}

// item is an entry of an index space.
type item struct {
	span
	body     span // the code of a function
	imported bool
	active   bool   // a segment that is copied when the module is instantiated
	target   uint32 // where to: the index of a table or memory
}

// span is a part of the module.
type span struct{ start, end int }

func (s span) empty() bool { return s.start == s.end }

// The custom sections that mean something here.
const (
	nameSection      = "name"
	producersSection = "producers"
)

// custom is one of these.
type custom struct {
	name string
	span // behind the name
}

// Len is how many entries an index space has.
func (m *Module) Len(s Space) int { return len(m.items[s]) }

// FuncType is the type of a function, imported or not.
func (m *Module) FuncType(index uint32) FuncType {
	var typ uint32
	m.entry(Func, index, func(r Ref) { typ = r.Index })
	w := m.at(m.items[Type][typ].span, nil)
	return w.funcType()
}

// Body is the code of a function with the declarations of its locals, as [Walk] takes it. That of an imported
// function is empty.
func (m *Module) Body(index uint32) []byte {
	b := m.items[Func][index].body
	return m.wasm[b.start:b.end]
}

// Error says why a module can't be read.
type Error struct {
	Offset int // in the module
	Err    error
}

// Error gives the offset and the reason.
func (e *Error) Error() string { return fmt.Sprintf("offset %#x: %v", e.Offset, e.Err) }

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

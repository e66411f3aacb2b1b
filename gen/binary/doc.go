// Package binary makes the model of WIT that is not text but part of a WebAssembly file, and the other way round.
//
// WIT comes in three binary forms, all of them made of component types, and [Decode] tells them apart:
//
//   - A component has a type: what it imports and exports is the world "root" of a package "root:component" that
//     stands for it. Of the interfaces of others it has as much as it uses.
//   - A WIT package that was encoded is a component that does nothing but export types, one for each interface
//     and world.
//   - A core module that is to become a component says in custom sections which worlds it was written for.
//
// [EncodePackage] and [EncodeWorld] write the last two, in the form that wasm-tools has today; [Decode] also reads
// older ones. A component itself is made by gen/componentize.
//
// The format has one decoder, runtime/component, which also checks everything that a runtime relies on. Here
// is only the way from its types to those of the model. The types of a component are structures in which names
// are few; the model's are names. What makes the one out of the other is that an import or export which names
// a type has a node of its own: the first one defines the type, and the others are uses and aliases of it.
//
// Files are not trusted. What the decoder lets through can still be more than the model should hold, or
// something that WIT has no words for. Both are errors. Rules that text has beyond that remain with the readers of
// text: whether the version of a gate has come already, and whether a world can have what it needs.
package binary

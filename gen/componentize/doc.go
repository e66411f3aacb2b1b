// Package componentize makes a component of a core module that was compiled for one.
//
// A core module knows functions over numbers and one memory. What it means by them is said by the names of its
// imports and exports (internal/corename) and by a world in WIT, which is given or stands in a section of the
// module. To make a component is to bring the three together:
//
//   - read what each module shows, the main one and the adapters that answer what no world has (core.go, tidy.go),
//   - make one contract of their worlds, in which versions that can stand in for each other are one (contract.go),
//   - find for each import what answers it and for each export what it needs, say all that does not fit, and note
//     what is used (match.go, lookup.go, lift.go, live.go),
//   - write down the types and imports (encode.go, types.go), the modules and what connects them (write.go, shim.go,
//     canon.go), and the exports (export.go).
//
// The difficulty is one of order. A function that a module imports may need the memory that the same module is
// going to have. Such an import goes to a shim, a module of functions that call through a table, and the table is
// filled when everything is there (internal/stub). Imports that need nothing like that are passed on directly. So a
// module can call everything from its _initialize on, which runs when the table is filled, but not from a start
// function in the sense of core WebAssembly.
//
// Modules are files that anybody may have made. What they show is checked; whether their code is valid is for the
// engine to say that compiles it.
package componentize

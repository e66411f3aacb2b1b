// Package emit writes Go source for a resolved WIT tree.
//
// One WIT interface becomes one Go package: its types, the Host interface to implement, Provide, which
// turns an implementation into data for the linker, and Client, which calls a component that exports the
// interface. A world of the root package becomes one as well: World has a Host for each interface that it imports,
// and Exports a Client for each that it exports. All numbers in the code (slots, offsets, sizes) come from runtime/abi.
//
// What packages, names and types are like is in gosrc, which the emitter for guests (goguest) shares. The file names here
// follow the parts of a generated file: which packages it imports (packages.go, method.go), what moves values (read.go,
// write.go, store.go, helper.go), and what is built from them (call.go, signature.go, provide.go, client.go, guest.go,
// world.go, unimplemented.go). Code is built with jennifer, which nothing outside of the emitters imports.
//
// Functions that are asynchronous, or pass streams and futures, have Go types and no code: see runtime/glue.ErrAsync.
package emit

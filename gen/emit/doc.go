// Package emit writes Go source for a resolved WIT tree.
//
// One WIT interface becomes one Go package: its types, the Host interface to implement, Provide, which
// turns an implementation into data for the linker, and Client, which calls a component that exports the
// interface. A world of the root package becomes one as well: World has a Host for each interface that it imports,
// and Exports a Client for each that it exports. All numbers in the code (slots, offsets, sizes) come from runtime/abi.
//
// The file names follow the parts of a generated file: where packages are and what things are called (packages.go,
// names.go, declare.go, method.go), types (gotype.go, typedef.go, variant.go), what moves values (read.go, write.go,
// store.go, helper.go), and what is built from them (call.go, signature.go, provide.go, client.go, guest.go, world.go,
// unimplemented.go). Code is built with jennifer, which nothing outside of this package imports.
//
// Functions that are asynchronous, or pass streams and futures, have Go types and no code: see runtime/glue.ErrAsync.
package emit

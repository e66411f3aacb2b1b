// Package goguest writes Go source for components: what a guest in stock Go needs to be one of a WIT world.
//
// Each interface that the world imports becomes a Go package with functions and resources to call, each that it exports
// one with an interface to implement, and the world itself one with what it has beside interfaces. An interface that is
// on both sides becomes two packages, because its resources are different types there. If a world exports wasi:cli/run and
// nothing else its guests are commands, which have main for that, and get no package to implement.
//
// A package has up to three files. NAME.wit.go is the same on all machines: types, documentation, what is called and
// what is implemented. NAME_wasip1.wit.go moves values across the boundary, in functions with the directives wasmimport
// and wasmexport; all numbers in it come from runtime/abi. NAME_native.wit.go stands in for that where there is no
// boundary, so that the developer's tools and tests work on the code of a guest.
//
// Names and types are those of host code, see gen/emit/gosrc. What the code stands on is the package guest, which says
// how memory is kept under Go's garbage collector.
package goguest

// Package bare compiles a small part of Go to core modules that hold nothing but the functions themselves: no
// runtime, no heap, no stack in memory. It exists so that the few modules that Witan brings along for guests, such
// as the adapter that answers WASI 0.1, can be written in a language that people read, and still come out at
// some bytes per line.
//
// # Source
//
// A module is one Go package without imports. Its files are ordinary Go: with
//
//	//go:build wasip1
//
// on top, "GOOS=wasip1 GOARCH=wasm go vet" looks after them, and what bare accepts means what Go says it does,
// with one exception: whatever panics in Go traps, and cannot be recovered. Files whose build constraint is not for
// wasip1 and the tags of [Options], and tests, are passed over. A file for other systems can thus give the same
// functions other bodies, so that the rest of a package is also tested natively.
//
// # Types
//
// int8 to int64, uint8 to uint64, bool, and types that are defined as one of these, which may have methods (with
// value receivers). Small integers are in an i32. There is no int, uint or uintptr, because programs here are about
// bytes in memory, where the size of everything matters: write "for i := range uint32(10)". Constants can be
// of any type that Go has for them.
//
// # Declarations
//
// Constants, types, functions, methods, and variables of the package, which are mutable globals and begin with
// a constant or zero. A function can have any number of results, named or not. Functions that nobody calls are
// compiled, too: whoever wants the module small drops them afterwards.
//
// # Statements and expressions
//
// Assignments of all forms, ++ and --, if, for (also over an integer), switch over values or conditions without
// fallthrough, break and continue with and without labels, return, blocks, and calls. All operators on integers and
// bool, conversions between the integer types, min and max, and panic, whose argument must be a constant and is for
// readers. A count of shifts must be unsigned or constant; one that the source masks, as in x << (n & 31), costs a
// single instruction.
//
// # Directives
//
// A function without a body is one of three things:
//
//	//go:wasmimport MODULE NAME
//	func f(a uint32) uint32
//
// is imported. Parameters are of 32 or 64 bits, or bool, and so is the result. There can be several results, none of which
// is a bool then, as there can be of exported functions: go vet lets that pass, though the Go compiler would not.
//
//	//go:wasmimport op i32.load8_u
//	func byteAt(address uint32) uint32
//
// is an instruction, which stands where the function is called. It can be any of those on integers and on
// memory, named as in the specification of WebAssembly; a signature of other core types than the instruction's is
// refused. Loads and stores have no offset.
//
//	//go:wasmimport op data
//	func data(text string) (address uint32)
//
//	//go:wasmimport op data.end
//	func dataEnd() (address uint32)
//
// tell where a constant string is in memory, and where the last of them ends, rounded up to 16 bytes. The same string is
// there once. Strings begin at 1024, and what is below is the program's, as is everything behind them. Only a memory of the
// module's own can have strings, because somebody else decides what is in an imported one.
//
//	//go:wasmexport NAME
//
// exports a function with a body.
package bare

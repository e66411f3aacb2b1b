// Package fuse writes adapters: core modules through which one component calls another. Compiled like
// any core module, an adapter checks, copies and converts the values of a call in machine code, where an
// executor in Go would leave and enter compiled code several times.
//
// [Build] makes an [Adapter] for one [Edge], a function that one component lifts and another lowers. What it
// emits follows the plan of runtime/abi and breaks off with a [Site] where the canonical ABI says "trap".
// Memory of both sides is reached through a window ([Window]): one linear memory that shows the pages of
// both. Where there is none, the caller's memory is the adapter's own, and the callee's is reached through the
// functions of another module ([Reach]). Strings are moved from any encoding to any. Handles of resources live
// in Go, so they cross by calls of the host.
//
// The package emits bytes and text; it runs nothing. runtime/instance compiles and links adapters, and
// decides which guards an edge needs.
//
// Specification: CanonicalABI.md, "canon lift" and "canon lower".
package fuse

// Package model is WIT after resolution, in the form that the rest of the generator works on.
//
// It exists so that only one package, gen/resolve, knows the library that parses WIT. What is here is
// complete: every name is resolved, gated items are gone, each type and function carries its canonical
// ABI. A tree is built once by gen/resolve and never written again. Packages and interfaces are sorted by
// name; types and functions keep the order in which their author declared them.
package model

// Package model is WIT after resolution: what the rest of the generator works on.
//
// A tree has no names that are still to be looked up, and nothing that is behind a gate which is not open.
// It is the same whether it was read from text (gen/resolve), from the JSON of another tool or from a
// component; it is built once and never written again. Its order is that of the authors: interfaces, types,
// functions and what a world imports stand as they were declared, and packages stand behind those that they
// use.
//
// The canonical ABI is no part of WIT: the fields for it are empty until gen/layout has filled them.
package model

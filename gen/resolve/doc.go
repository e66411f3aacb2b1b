// Package resolve reads a WIT directory into a gen/model tree.
//
// It is the only package that knows go.bytecodealliance.org/wit, and it fails closed: what that library
// can't represent, or represents wrongly, and what this generator has no code for, is an error that names
// the place. The library gives no source positions, so errors name packages, interfaces and functions.
package resolve

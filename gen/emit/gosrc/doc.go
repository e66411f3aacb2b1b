// Package gosrc says what WIT is in Go, whichever side of the boundary the code is for: where packages are, what
// things are called, and what types look like.
//
// Code for hosts (gen/emit) and for guests (gen/emit/goguest) is built on it, so that one who knows the Go of an
// interface on one side knows it on the other, and can move code across. What differs between them, which is handles,
// streams, and how values are moved, is behind [Side].
package gosrc

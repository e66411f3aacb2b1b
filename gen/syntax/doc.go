// Package syntax reads WIT, the interface language of the component model, as text: [Parse] makes a tree of
// a file that has everything in it with its place, comments included, and says all that is wrong with the
// file at once; [Format] lays a file out. What names stand for is not its business.
//
// The grammar is that of WASI 0.3.1. It has maps, lists of fixed length, async functions, streams and
// futures, constructors that can fail, external ids, and interfaces under plain names. Node types are named
// after the grammar's productions, which the comments on them give in parentheses.
//
// Lines and columns count from 1, in bytes, and an error is where the token is that can't stand there, as
// in the reference implementation. Files may be hostile: see the limits in rules.go.
package syntax

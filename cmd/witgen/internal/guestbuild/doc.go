// Package guestbuild makes components of source text. It finds out what a guest is written in and which world it is
// for, runs the compiler of that language, which makes a core module, and wraps that as a component.
//
// A guest is a directory, whose witgen.toml says what cannot be seen: the WIT, the world and the language. It may also
// be a Go package that has nothing of all this, a command that knows no more than its operating system; then it may
// have any import path that the go command can build.
//
// The work is done in two steps, so that a caller can tell what would be built before it is: [Find], and [Guest.Build].
package guestbuild

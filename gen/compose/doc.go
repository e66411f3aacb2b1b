// Package compose makes one component of several that go together: those that others need stand inside of it, and
// what they export answers what the others import.
//
// Which component answers what is decided by names, as when components are linked to run (runtime/link). The result
// is a component without code of its own: it imports what nothing in it answers, instantiates each component once,
// after those that it needs, and exports what the first one does. A component inside of it is the file as it was.
//
// There is one difficulty. What two components import under one name, or under versions of one semver track, becomes
// one import, with what either of them uses of it (imports.go). Its type has to be written anew, in terms of the
// types that the other imports bring (types.go).
package compose

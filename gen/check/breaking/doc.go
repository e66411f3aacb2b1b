// Package breaking finds out what a change of WIT breaks, and for whom.
//
// It compares two trees, the old one and the new one, and lists the differences. Each has a rule, which says what
// was done, and a severity, which says who has to act on it:
//
//   - [ABI]: a component that was built with the old WIT does not link with what is built from the new one, or
//     misbehaves with it.
//   - [Source]: such components go on. What is written in source, of hosts or guests, has to change when it is
//     built again.
//   - [Additive]: nothing that was promised breaks.
//
// Documentation, the order of declarations, and the names under which a type is written where it stays the same
// type, are not differences.
//
// # What decides
//
// The severities follow what is compared when a component is linked (runtime/instance, and the subtyping rules of
// the Component Model). Interfaces are found by name and semver track, functions by name. A function's type must
// then be equal to the one that is wanted: the names and types of its parameters, in their order, its result,
// whether it is async. Types are equal by structure, and that has the names of fields, cases and flags, so that
// renaming any of these breaks components as much as removing it. There is no subtyping of values: a case more
// is another type. Only resource types go by name and by the interface that defines them.
//
// An interface may have more functions than is wanted of it, not fewer. So it depends on the direction what a
// new function breaks: in an interface that a world imports, hosts have to implement it and components don't
// miss it ([Source]); in one that a world exports, hosts look for it in components that were built before there
// was one ([ABI]). Removing one is the other way round. The worlds of the old tree say which direction an
// interface has, and those of the new tree if no old one has it; one that is in no world at all is taken for
// an imported one.
//
// A type that no function needs does not take part in linking, and what becomes of it is at most [Source]. One
// that functions need is compared once, where it is declared, and not again in each of its users.
//
// Versions of one semver track stand in for each other, so it is their content that counts. A new track is
// another package, which breaks nothing; that the old track is gone breaks those that were built with it.
//
// What was behind an @unstable gate was never promised: what becomes of it is [Additive], and the change names
// the feature. Trees for [Trees] are therefore best read with all features. A gate that opens is an addition
// for all that did without the feature, and one that closes is a removal.
package breaking

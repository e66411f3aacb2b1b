// Package lint finds what is valid WIT and still better written otherwise: names and documentation that make an
// interface hard to use, types that cost more at each call than they seem to, and declarations that nobody needs.
//
// There are few rules, and each has a reason that holds outside of this project; what is a matter of taste has
// none. What a type costs is not estimated here, the numbers are those of the canonical ABI as gen/layout
// computes them.
package lint

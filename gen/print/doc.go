// Package print writes a resolved tree as WIT text, wherever the tree came from: text, JSON or a component.
//
// The text says what the model says and nothing else. It has no includes, since a model has followed them; a
// world lists all that it imports, also what other tools would add because an interface needs it; and what is
// behind a gate that was closed is not there. Read again, with the features of its gates enabled, it gives an
// equal tree, but for the order of packages that know nothing of each other.
//
// The layout is that of [syntax.Format], which has the last word on every line.
package print

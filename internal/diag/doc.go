// Package diag is what is said about a text that somebody wrote and that is not right: where, which rule it
// breaks, and what to do about it. Parsers collect diagnostics in a [List]; [WriteText] shows them to people
// with the line they are about, and [WriteJSON] to programs.
//
// What is shown may come from a hostile file. Texts are shortened, and characters that a terminal
// might obey are replaced, so that one diagnostic always takes a few short lines.
package diag

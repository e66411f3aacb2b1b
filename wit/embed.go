// Package wit is the contract: every interface a Witan program can meet, written in
// WIT, from which everything under generated/ is made. The package itself holds no
// code. It embeds the sources, so that tools have them without the source tree at hand:
// witgen lends them to whoever names one of these packages in WIT of their own.
//
// The directory is one WIT package tree. Its own files are witan:kernel, what Witan
// adds of its own; each directory under deps is one foreign package. The declarations
// there are the standard's to the last token, the documentation is ours.
package wit

import "embed"

// Files holds the WIT sources under the paths they have in this directory: the package
// witan:kernel as *.wit, every other package as deps/NAME/*.wit.
//
//go:embed *.wit deps/*/*.wit
var Files embed.FS

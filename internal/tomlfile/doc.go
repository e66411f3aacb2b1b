// Package tomlfile reads TOML files that people write by hand, strictly: a key that nobody asked for and a value
// of another type than was asked for are errors, and every error is shown at its place in the file.
//
// The TOML library reads the values, but does not tell where most of them stand. So the text, once it is known to
// be TOML, is scanned a second time for places.
package tomlfile

//go:build !witan_bootstrap

package glue

// RegenerateThisFileWithGoGenerate is the type of constants in generated files. They only have values of the type if
// the file was generated for this runtime. Otherwise the Go compiler says: cannot use … as
// glue.RegenerateThisFileWithGoGenerate value. That is what to do, with the witgen of this version.
type RegenerateThisFileWithGoGenerate uint8

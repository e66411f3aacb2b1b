//go:build witan_bootstrap

package glue

// RegenerateThisFileWithGoGenerate takes any constant here: generated code of another version compiles. It is for
// building witgen, which has generated code itself, to generate that anew. Nothing else may be built like this.
type RegenerateThisFileWithGoGenerate float64

// Package engine is where WebAssembly core modules become machine code. It is the only package of the
// tree that imports wazero: what the rest needs of it has a name here.
//
// It also knows the little of the core binary format that linking components needs: which externs a
// module imports and exports ([Code.Imports], [Code.Export]), and how to write a module that does
// nothing but re-export others' ([Bundle]). A re-exported function costs nothing to call.
package engine

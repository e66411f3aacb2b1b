// Package engine is where WebAssembly core modules become machine code. It is the only package of the
// tree that imports wazero: what the rest needs of it has a name here.
package engine

// Package secondopinion reads WIT with the library of the Bytecode Alliance, go.bytecodealliance.org/wit, into
// a model of ours. Only tests use it: what that library can read, gen/resolve must read in the same way. What it
// can't represent, or represents wrongly, is an error here.
package secondopinion

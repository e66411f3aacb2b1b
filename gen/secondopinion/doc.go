// Package secondopinion compares gen/resolve with go.bytecodealliance.org/wit, the library of the Bytecode Alliance:
// what that can read, gen/resolve must read in the same way. What it can't represent, or represents wrongly, is an
// error here.
//
// There is nothing but tests, so that no program can come to depend on the library. For everything that is compared
// with something recorded, there is gen/witjson.
package secondopinion

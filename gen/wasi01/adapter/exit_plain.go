//go:build wasip1 && plain_exit

package adapter

//go:wasmimport wasi:cli/exit@0.2.12 exit
func exitStatus(failed bool)

// exit tells the host whether the program failed, and not with what.
func exit(code uint32) { exitStatus(code != 0) }

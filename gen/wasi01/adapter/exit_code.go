//go:build wasip1 && !plain_exit

package adapter

//go:wasmimport wasi:cli/exit@0.2.12 exit-with-code
func exitWithCode(code uint32)

// exit tells the host the lower 8 bits of the code, which is what the parent of a process is told elsewhere.
func exit(code uint32) { exitWithCode(code & 0xff) }

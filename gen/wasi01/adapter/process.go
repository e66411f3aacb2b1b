//go:build wasip1

package adapter

// This file is about the program as a whole: how it is run, and how it ends.

//go:wasmimport __main_module__ _start
func start()

// run is the component's only function. A program that does not return ends in procExit.
//
//go:wasmexport wasi:cli/run@0.2.12#run
func run() (failed bool) {
	start()
	return false
}

// procExit does not return, nor does the host's function. Everything that was written is with the host already.
//
//go:wasmexport proc_exit
func procExit(code uint32) {
	if !allocating {
		exit(code)
	}
	unreachable()
}

//go:wasmexport proc_raise
func procRaise(signal uint32) errno { return errnoNosys }

// schedYield has nobody to yield to: a program is one thread.
//
//go:wasmexport sched_yield
func schedYield() errno { return errnoSuccess }

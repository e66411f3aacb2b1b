//go:build wasip1

// Package adapter is what a WASI 0.1 program sees of the system: the functions of wasi_snapshot_preview1, made of
// those of WASI 0.2.
//
// It is written in the part of Go that gen/bare compiles, and has no other memory than its own (memory.go). The
// guest's is reached through functions of the window module (guest.go), at the addresses that a call's arguments
// name and nowhere else. A pointer to what is not in the guest's memory traps the guest.
//
// Functions are kept apart so that those which a program does not import can be dropped with all that only they
// need: a program that reads the clock then imports a clock and nothing more. What depends on more than that is chosen
// by build constraints: without_files leaves out file descriptors that are not standard streams, and plain_exit
// the exit code, for hosts that know only success and failure.
//
// Functions, types and constants have the names of the WASI 0.1 specification ("witx"), in Go's spelling; what is said
// here about them is what the specification leaves open.
package adapter

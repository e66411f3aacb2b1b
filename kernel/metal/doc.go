// Package metal lets an ordinary GOOS=linux Go program run on a bare x86-64
// machine. The toolchain and the runtime stay as they are: metal sits in the
// same program, takes the machine over at reset, and answers the SYSCALL
// instructions that the Go runtime executes.
package metal

// Package printtime is the home of a component in C, which prints the time: a program that needs nothing but WASI.
// Its world is in wit, its source in guest, and it has no part in Go.
//
//	go generate ./print-time        # after a change to either, which takes clang
//	witgen run --invoke print-time print-time/print-time.wasm
package printtime

//go:generate go tool witgen generate --guest c --world print-time --out guest/generated
//go:generate go tool witgen build ./guest -o print-time.wasm

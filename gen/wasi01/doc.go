// Package wasi01 is the adapter for programs that know only WASI 0.1: a core module that answers the imports from
// wasi_snapshot_preview1 with functions of WASI 0.2, from which gen/componentize then makes a component together with
// the program.
//
//	      the component
//	┌──────────────────────────────────────────────────────────────────────────┐
//	│  program ── fd_write(…) ─────────────────► adapter ── output-stream.write ──►  host
//	│  memory M                                  memory A ◄── reads and writes ────
//	│     ▲                                          │                         │
//	│     └── load, store ── window ◄── load_block ──┘                         │
//	└──────────────────────────────────────────────────────────────────────────┘
//
// The usual adapter works in the memory of the program. For its state and for what the host returns it needs pages
// there, and gets them by growing that memory. Programs that take everything behind their heap for their own, stock Go
// among them, then write over the adapter, and it over them. This one has a memory of its own, A, for its table of
// descriptors, for buffers and for what the host returns: calls of WASI 0.2 read and write A alone. In the
// program's memory M it touches what the arguments of a call point to and nothing else, and it never grows it.
//
// A core module has one memory, so that the adapter can't have an instruction on M. These are in the window, a module
// that imports M and exports functions to load and store. Bytes in bulk go through as arguments and results, 128
// with each call. See docs/RATIONALE.md for what was measured, and what was rejected.
//
// # Source
//
// Both modules are written in the part of Go that gen/bare compiles: the directories adapter and window. Their
// files have build constraints as if for Go's own WASI port, so that go vet reads them with the rest of the tools:
//
//	GOOS=wasip1 GOARCH=wasm go vet ./gen/wasi01/...
//
// All offsets into results of WASI 0.2 functions are in adapter/layout.go, which the tests write from the canonical ABI.
//
// # Answers
//
// What WASI 0.1 leaves open is answered as POSIX does. Where a program could go on wrongly if it was answered at
// all, it is not:
//
//   - A pointer out of the program's memory traps.
//   - There are 1024 file descriptors; the lowest free one is given out next. The first behind the
//     standard streams are the preopened directories.
//   - Standard streams are character devices if the host says that they are terminals, else of unknown type.
//   - Writing returns when the host has everything. Reading of files fills the buffers up to the end of the file.
//   - The clocks of CPU time, sockets, signals and reserving space are not there: ENOTSUP, ENOTSOCK, ENOSYS.
//   - Paths have at most 4096 bytes and are UTF-8: ENAMETOOLONG, EILSEQ.
//   - proc_exit gives the host the lower 8 bits of the code.
package wasi01

package wit

// Everything under generated/ is made from this directory.
//
//go:generate go tool witgen generate --wit . --out ../generated --syscalls-doc ../docs/SYSCALLS.md

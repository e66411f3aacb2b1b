// Package roundtrip sends values through real guests: programs in Go and C that were generated, compiled with the real
// compilers, made into components and linked to each other. There is no code to call, only tests.
//
// A guest exports an interface and imports the same, and forwards each call from the one to the other. So guests can
// be put one behind the other in any order, with the test at both ends: it calls the first with random arguments, is
// called by the last, and answers with a random result. What arrives must be what was sent, on the way there and on the
// way back, with nothing left behind: memory in C is counted, and in Go the collector runs as often as it can while
// values are on their way.
//
//	test ──► guest in Go ──► guest in C ──► test      linked by adapters, or by generated code of a host
//
// Resources are wrapped instead: a box of each guest has one of the guest behind it inside, down to one of the test.
//
// The guests know nothing of what gen/emit/goguest and gen/emit/cguest know: how to forward is read from the files that
// these have written, as a programmer would.
//
// The types are drawn from a seed. Those in testdata are what the generated host in testdata/generated is for; guests
// of other types can be had without it:
//
//	go test ./gen/roundtrip -wit-seed 7
package roundtrip

//go:generate go tool witgen generate --wit testdata/wit --out testdata/generated --without-tests

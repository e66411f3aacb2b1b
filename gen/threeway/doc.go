// Package threeway holds the three executors of the canonical ABI against each other: the Go source that
// gen/emit writes, the adapters of runtime/fuse, and the dynamic values of runtime/value. There is no code to
// call, only tests.
//
// One component calls a function that another exports, and the call crosses in three ways: through generated
// Go, whose Host is a Client of the other component; through dynamic values; and through an adapter. All start
// from the same memory and core values, which may be those of a hostile guest, and must end with the same
// memory and core values on the other side, or with the same trap. It is the real runtime that runs them:
// components, instances, their memories and tables of handles. The executors in Go are called from Go as well:
// one that lifts and lowers with the same mistake would pass a value on unharmed.
//
// Generated code is compiled, so the types are drawn once: testdata/wit is drawn from a seed, and
// testdata/generated is what witgen makes of it. Values and memories are drawn anew for every call.
//
// To look longer and elsewhere:
//
//	go test ./gen/threeway -draws 1000000           other values and memories, as many as that
//	go test ./gen/threeway -run TestWIT -update -wit-seed 7
//	go generate ./gen/threeway                      other types
//
// A failure names the function, and the flags that draw the same again.
package threeway

//go:generate go tool witgen generate --wit testdata/wit --out testdata/generated --without-tests

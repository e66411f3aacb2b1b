//go:build wasmtime

package main

// #include "shim.h"
import "C"

import "unsafe"

// This file sets and reads dynamic values in C's memory. That costs no call of C: what a call costs is the call.

// payload is where a value of Go type T is within a dynamic value; cgo has no unions.
func payload[T any](v *C.val) *T { return (*T)(unsafe.Pointer(&v.of)) }

func setU32(v *C.val, x uint32) { v.kind = C.WASMTIME_COMPONENT_U32; *payload[uint32](v) = x }
func getU32(v *C.val) uint32    { return *payload[uint32](v) }

// set gives a value its kind and payload.
func set[T any](v *C.val, kind C.uint8_t, x T) {
	v.kind = kind
	*payload[T](v) = x
}

// text is a string in C's memory, long enough for what is put there.
type text struct {
	room []byte
	name C.wasm_name_t
}

func newText(size int) *text {
	room := allocate[byte](size)
	t := &text{room: unsafe.Slice(room, size)}
	t.name.data = (*C.char)(unsafe.Pointer(room))
	return t
}

// put makes v the string s, which is copied.
func (t *text) put(v *C.val, s string) {
	t.name.size = C.size_t(copy(t.room, s))
	set(v, C.WASMTIME_COMPONENT_STRING, t.name)
}

func getString(v *C.val) string { return goString(payload[C.wasm_name_t](v)) }

func goString(name *C.wasm_name_t) string {
	return string(unsafe.Slice((*byte)(unsafe.Pointer(name.data)), int(name.size)))
}

// name returns a constant name, such as that of a field.
func name(s string) C.wasm_name_t {
	t := newText(len(s))
	t.name.size = C.size_t(copy(t.room, s))
	return t.name
}

func cString(s string) (*C.char, C.size_t) {
	n := name(s)
	return n.data, n.size
}

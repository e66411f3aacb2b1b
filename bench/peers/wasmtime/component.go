//go:build wasmtime

package main

/*
#include <stdlib.h>
#include "shim.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"unsafe"

	_ "github.com/bytecodealliance/wasmtime-go/v44" // links the library
)

// engine compiles components. Nothing of this program is ever freed: it ends when it has measured.
type engine struct {
	engine *C.wasm_engine_t
	linker *C.wasmtime_component_linker_t
}

func newEngine() (*engine, error) {
	e := &engine{engine: C.wasm_engine_new()}
	e.linker = C.wasmtime_component_linker_new(e.engine)
	return e, e.provideHost()
}

// instance is a component instance in a store of its own.
type instance struct {
	context *C.wasmtime_context_t
	self    C.wasmtime_component_instance_t
}

func (e *engine) instantiate(c *C.wasmtime_component_t) (*instance, error) {
	i := &instance{context: C.wasmtime_store_context(C.wasmtime_store_new(e.engine, nil, nil))}
	return i, failure(C.wasmtime_component_linker_instantiate(e.linker, i.context, c, &i.self))
}

func (e *engine) compile(wasm []byte) (*C.wasmtime_component_t, error) {
	var component *C.wasmtime_component_t
	err := failure(C.wasmtime_component_new(e.engine, (*C.uint8_t)(&wasm[0]), C.size_t(len(wasm)), &component))
	return component, err
}

// failure makes a Go error of wasmtime's.
func failure(e *C.wasmtime_error_t) error {
	if e == nil {
		return nil
	}
	defer C.wasmtime_error_delete(e)
	var message C.wasm_name_t
	C.wasmtime_error_message(e, &message)
	defer C.wasm_byte_vec_delete(&message)
	return errors.New(goString(&message))
}

// function is an exported function with room for the values of a call, in C's memory.
type function struct {
	context *C.wasmtime_context_t
	self    *C.wasmtime_component_func_t
	args    []C.val
	result  *C.val // nil if there is none
}

// function finds an export that takes as many parameters; iface is "" for the component's own.
func (i *instance) function(iface, name string, params int, hasResult bool) (*function, error) {
	var within *C.wasmtime_component_export_index_t
	if iface != "" {
		if within = i.index(nil, iface); within == nil {
			return nil, fmt.Errorf("no export %s", iface)
		}
	}
	index := i.index(within, name)
	f := &function{context: i.context, self: allocate[C.wasmtime_component_func_t](1)}
	if index == nil || !C.wasmtime_component_instance_get_func(&i.self, i.context, index, f.self) {
		return nil, fmt.Errorf("no exported function %s#%s", iface, name)
	}
	f.args = unsafe.Slice(allocate[C.val](params), params)
	if hasResult {
		f.result = allocate[C.val](1)
	}
	return f, nil
}

func (i *instance) index(within *C.wasmtime_component_export_index_t, name string) *C.wasmtime_component_export_index_t {
	text, n := cString(name)
	return C.wasmtime_component_instance_get_export_index(&i.self, i.context, within, text, n)
}

// call calls the function with what is in args. The result is valid until the next call.
func (f *function) call() error {
	results := C.size_t(0)
	if f.result != nil {
		results = 1
	}
	return failure(C.call(f.self, f.context, unsafe.SliceData(f.args), C.size_t(len(f.args)), f.result, results))
}

// allocate returns zeroed memory of C for n values.
func allocate[T any](n int) *T {
	return (*T)(C.calloc(C.size_t(max(n, 1)), C.size_t(unsafe.Sizeof(*new(T)))))
}

// What cgo can't say about wasmtime's C API: a callback that is a C function, and one crossing for each call.

#ifndef WITAN_BENCH_SHIM_H
#define WITAN_BENCH_SHIM_H

#include <wasmtime.h>

typedef wasmtime_component_val_t val;

// call calls a function whose result, if it has one, is in *result, and frees what was there before.
wasmtime_error_t *call(const wasmtime_component_func_t *f, wasmtime_context_t *c,
                       const val *args, size_t n, val *result, size_t results);

// add_host_func defines a host function; Go's hostCall gets its number.
wasmtime_error_t *add_host_func(wasmtime_component_linker_instance_t *i,
                                const char *name, size_t n, uintptr_t number);

#endif

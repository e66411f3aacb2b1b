//go:build wasmtime

#include "shim.h"
#include "_cgo_export.h"

wasmtime_error_t *call(const wasmtime_component_func_t *f, wasmtime_context_t *c,
                       const val *args, size_t n, val *result, size_t results) {
  if (results) {
    wasmtime_component_val_delete(result);
    result->kind = WASMTIME_COMPONENT_BOOL; // nothing that the library would free once more
  }
  return wasmtime_component_func_call(f, c, args, n, result, results);
}

static wasmtime_error_t *callback(void *data, wasmtime_context_t *c,
                                  const wasmtime_component_func_type_t *type,
                                  val *args, size_t n, val *results, size_t nresults) {
  (void)c, (void)type, (void)n, (void)nresults;
  hostCall((uintptr_t)data, args, results);
  return NULL;
}

wasmtime_error_t *add_host_func(wasmtime_component_linker_instance_t *i,
                                const char *name, size_t n, uintptr_t number) {
  return wasmtime_component_linker_instance_add_func(i, name, n, callback, (void *)number, NULL);
}

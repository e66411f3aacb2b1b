// -- Error contexts ---------------------------------------------------------------------------

__attribute__((__import_module__("$root"), __import_name__("[error-context-new-utf8]")))
uint32_t __wasm_import_world_error_context_new(const void *, size_t);

world_error_context_t world_error_context_new(const world_string_t *debug_message) {
    return __wasm_import_world_error_context_new(debug_message->ptr, debug_message->len);
}

__attribute__((__import_module__("$root"), __import_name__("[error-context-debug-message-utf8]")))
void __wasm_import_world_error_context_debug_message(uint32_t, void *);

void world_error_context_debug_message(world_error_context_t self, world_string_t *ret) {
    __wasm_import_world_error_context_debug_message(self, ret);
}

__attribute__((__import_module__("$root"), __import_name__("[error-context-drop]")))
void __wasm_import_world_error_context_drop(uint32_t);

void world_error_context_drop(world_error_context_t self) {
    __wasm_import_world_error_context_drop(self);
}

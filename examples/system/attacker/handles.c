/* Handles that this process does not have. */

#include "attacks.h"

static bool use(int32_t handle) {
    __wasm_import_witan_kernel_capability_method_capability_rights(handle);
    return false;
}

bool handle_forged(void) {
    return use(77);
}

bool handle_zero(void) {
    return use(0);
}

bool handle_huge(void) {
    return use(-1);
}

bool handle_dropped(void) {
    capability c = granted("board");
    witan_kernel_capability_capability_drop_own(c);
    return use(c.__handle);
}

bool handle_twice(void) {
    capability c = granted("board");
    witan_kernel_capability_capability_drop_own(c);
    __wasm_import_witan_kernel_capability_capability_drop(c.__handle);
    return false;
}

bool handle_moved(void) {
    capability c = granted("board");
    uint32_t ret[2];
    __wasm_import_witan_kernel_memory_static_region_open(c.__handle, ret);
    __wasm_import_witan_kernel_memory_static_region_open(c.__handle, ret);
    return false;
}

bool handle_of_other(void) {
    witan_kernel_memory_own_region_t region;
    kernel_error err;
    if (!witan_kernel_memory_static_region_create(64, &region, &err))
        return false;
    return use(region.__handle);
}

bool child_forged(void) {
    uint32_t ret[2];
    __wasm_import_witan_kernel_processes_method_child_kill(1, ret);
    return false;
}

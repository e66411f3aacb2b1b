/* Calls that are not as the canonical ABI has them: what a compiler never makes, and a hostile program does. */

#include "attacks.h"

enum { INFO = WITAN_KERNEL_LOG_LEVEL_INFO };

/* Logs a text that is so many bytes from an address on. */
static bool log_raw(int32_t text, int32_t len) {
    __wasm_import_witan_kernel_log_log(INFO, 1024, 0, text, len);
    return false;
}

bool text_negative(void) {
    return log_raw(1024, -1);
}

bool text_beyond(void) {
    return log_raw(memory_end() - 4, 8);
}

bool text_wraps(void) {
    return log_raw(-16, 32);
}

static bool log_bytes(const char *bytes, int32_t len) {
    return log_raw((int32_t)bytes, len);
}

bool text_not_utf8(void) {
    return log_bytes("a\xff\xfe", 3);
}

bool text_surrogate(void) {
    return log_bytes("\xed\xa0\x80", 3);
}

bool text_overlong(void) {
    return log_bytes("\xc0\xaf", 2);
}

bool enum_unknown(void) {
    __wasm_import_witan_kernel_log_log(99, 1024, 0, 1024, 0);
    return false;
}

/* Flags that there are not are no error: they are not looked at. */
bool flags_unknown(void) {
    capability board = granted("board");
    struct {
        uint8_t is_err, unused[3];
        int32_t handle;
    } ret;
    int32_t had = __wasm_import_witan_kernel_capability_method_capability_rights(board.__handle);
    __wasm_import_witan_kernel_capability_method_capability_derive(board.__handle, -1, 0, &ret);
    if (ret.is_err)
        return true;
    return (__wasm_import_witan_kernel_capability_method_capability_rights(ret.handle) & ~had) == 0;
}

bool option_unknown(void) {
    mailbox box;
    kernel_error err;
    uint64_t ret[16];
    if (!witan_kernel_endpoint_static_endpoint_create(1, &box, &err))
        return false;
    __wasm_import_witan_kernel_endpoint_method_endpoint_receive(box.__handle, 2, 0, ret);
    return false;
}

/* Starts a process with a list of arguments. */
static bool spawn_raw(int32_t arguments, int32_t count) {
    uint32_t ret[2];
    __wasm_import_witan_kernel_processes_static_child_spawn((int32_t) "sleeper", 7, arguments, count, 0, 0, ret);
    return false;
}

bool list_unaligned(void) {
    static const uint32_t list[4];
    return spawn_raw((int32_t)list + 1, 1);
}

bool list_overflows(void) {
    static const uint32_t list[4];
    return spawn_raw((int32_t)list, 0x20000001);
}

bool list_beyond(void) {
    witan_kernel_memory_own_region_t region;
    kernel_error err;
    uint32_t ret[2];
    if (!witan_kernel_memory_static_region_create(4096, &region, &err))
        return false;
    __wasm_import_witan_kernel_memory_method_region_write(region.__handle, 0, 1024, INT32_MAX, ret);
    return false;
}

bool result_unaligned(void) {
    static uint32_t ret[4];
    __wasm_import_witan_kernel_process_name((uint8_t *)ret + 1);
    return false;
}

bool result_beyond(void) {
    __wasm_import_witan_kernel_process_name((void *)(memory_end() - 4));
    return false;
}

bool result_wraps(void) {
    __wasm_import_witan_kernel_process_name((void *)-4);
    return false;
}

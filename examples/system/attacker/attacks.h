/* What the attacks have in common. */

#ifndef ATTACKER_H_
#define ATTACKER_H_

#include "attacker.h"

#define WORLD attacker
#include "../lib/attacks.h"
#include "../lib/console.h"
#include "../lib/labels.h"
#include "../lib/mailbox.h"

/* Each attack: returns whether it was refused. */
#define DECLARE(how, name, what) bool name(void);
ATTACKS(DECLARE)
#undef DECLARE

/* What a process does that one of the attacks starts: it gives a region to its parent, and ends. */
bool bequeaths(void);

/* What one does that the shell starts: it takes all memory that it can get, asks whether so many bytes are right, and waits. */
bool hoards(void);

typedef witan_kernel_capability_own_capability_t capability;
typedef witan_kernel_capability_error_t kernel_error;

#define ERROR(name) WITAN_KERNEL_CAPABILITY_ERROR_##name

enum { PAGE = 65536 };

/* The end of the memory. */
static inline int32_t memory_end(void) {
    return (int32_t)(__builtin_wasm_memory_size(0) * PAGE);
}

/* A capability that this process is granted, and with which an attack can begin. */
static inline capability granted(const char *name) {
    string_t text = {(uint8_t *)name, length(name)};
    capability c;
    kernel_error err;
    if (!witan_kernel_capability_granted(&text, &c, &err))
        __builtin_trap();
    return c;
}

static inline bool refuses(const char *name) {
    string_t text = {(uint8_t *)name, length(name)};
    capability c;
    kernel_error err;
    return !witan_kernel_capability_granted(&text, &c, &err);
}

/* The imports as they are on the wire, which the attacks call with what no compiler would pass. They are those of the
 * generated source. */
#define RAW(module, name) __attribute__((__import_module__(module), __import_name__(name))) extern

RAW("witan:kernel/log@0.1.0", "log")
void __wasm_import_witan_kernel_log_log(int32_t level, int32_t target, int32_t target_len, int32_t text, int32_t len);
RAW("witan:kernel/process@0.1.0", "name") void __wasm_import_witan_kernel_process_name(void *ret);
RAW("witan:kernel/capability@0.1.0", "grants") void __wasm_import_witan_kernel_capability_grants(void *ret);
RAW("witan:kernel/capability@0.1.0", "[resource-drop]capability")
void __wasm_import_witan_kernel_capability_capability_drop(int32_t handle);
RAW("witan:kernel/capability@0.1.0", "[method]capability.rights")
int32_t __wasm_import_witan_kernel_capability_method_capability_rights(int32_t handle);
RAW("witan:kernel/capability@0.1.0", "[method]capability.derive")
void __wasm_import_witan_kernel_capability_method_capability_derive(
    int32_t handle, int32_t rights, int64_t badge, void *ret);
RAW("witan:kernel/endpoint@0.1.0", "[method]endpoint.receive")
void __wasm_import_witan_kernel_endpoint_method_endpoint_receive(int32_t handle, int32_t tag, int64_t timeout, void *ret);
RAW("witan:kernel/memory@0.1.0", "[static]region.open")
void __wasm_import_witan_kernel_memory_static_region_open(int32_t handle, void *ret);
RAW("witan:kernel/memory@0.1.0", "[method]region.write")
void __wasm_import_witan_kernel_memory_method_region_write(
    int32_t handle, int64_t offset, int32_t bytes, int32_t len, void *ret);
RAW("witan:kernel/processes@0.1.0", "[static]child.spawn")
void __wasm_import_witan_kernel_processes_static_child_spawn(
    int32_t name, int32_t name_len, int32_t arguments, int32_t count, int32_t tag, int32_t passed, void *ret);
RAW("witan:kernel/processes@0.1.0", "[method]child.kill")
void __wasm_import_witan_kernel_processes_method_child_kill(int32_t handle, void *ret);

#endif

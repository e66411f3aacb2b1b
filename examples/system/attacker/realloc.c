/* A realloc and a post-return that do not do what they are for. The kernel calls both. */

#include "attacks.h"

static enum { HONEST, BEYOND, UNALIGNED, TRAPS, CALLS, GROWS, RECURSES, SPINS } mood;
static bool calls_after;

static void *recurse(volatile size_t depth) {
    return depth == SIZE_MAX ? NULL : (char *)recurse(depth + 1) + depth;
}

/* Takes the place of the export in the generated source, which is weak. */
__attribute__((__export_name__("cabi_realloc")))
void *__wasm_export_cabi_realloc(void *ptr, size_t old_size, size_t align, size_t new_size) {
    switch (mood) {
    case BEYOND:
        return (void *)0xffffff00;
    case UNALIGNED:
        return (char *)cabi_realloc(ptr, old_size, align, new_size + 1) + 1;
    case TRAPS:
        __builtin_trap();
    case CALLS:
        witan_kernel_process_id();
        break;
    case GROWS:
        __builtin_wasm_memory_grow(0, 1);
        break;
    case RECURSES:
        return recurse(0);
    case SPINS:
        for (volatile unsigned n = 0;; n++)
            ;
    case HONEST:
        break;
    }
    return cabi_realloc(ptr, old_size, align, new_size);
}

__attribute__((__export_name__("cabi_post_wasi:cli/run@0.2.12#run"))) void post_return(int32_t result) {
    (void)result;
    if (calls_after)
        witan_kernel_process_id();
}

/* Has the kernel return a name. If that succeeds, it is as it should be. */
static bool ask_name(void) {
    string_t name;
    witan_kernel_process_name(&name);
    return is(name.ptr, name.len, "attacker");
}

bool realloc_beyond(void) {
    mood = BEYOND;
    ask_name();
    return false;
}

bool realloc_unaligned(void) {
    static uint32_t ret[2];
    mood = UNALIGNED;
    __wasm_import_witan_kernel_capability_grants(ret);
    return false;
}

bool realloc_traps(void) {
    mood = TRAPS;
    ask_name();
    return false;
}

bool realloc_calls(void) {
    mood = CALLS;
    ask_name();
    return false;
}

/* That is allowed: the kernel has to look where the memory is then. */
bool realloc_grows(void) {
    mood = GROWS;
    return ask_name();
}

bool realloc_recurses(void) {
    mood = RECURSES;
    ask_name();
    return false;
}

bool realloc_spins(void) {
    mood = SPINS;
    ask_name();
    return false;
}

bool post_return_calls(void) {
    calls_after = true;
    return true; /* and then it traps */
}

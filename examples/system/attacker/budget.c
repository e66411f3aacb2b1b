/* Attempts to take more than there is: memory, time, handles, processes, space in the log. */

#include "attacks.h"

enum { MEMORY = 4 << 20 }; /* what boot.toml lets this process have */

bool memory_grows(void) {
    while (__builtin_wasm_memory_grow(0, 1) != (size_t)-1)
        ;
    return (uint32_t)memory_end() <= MEMORY;
}

bool hoards(void) {
    mailbox parent;
    kernel_error err;
    while (__builtin_wasm_memory_grow(0, 1) != (size_t)-1)
        ;
    uint64_t bytes = (uint32_t)memory_end();
    message m = mail(RESULT, &bytes, sizeof bytes), answer;
    return mailbox_open("parent", &parent, &err) && mail_call(parent, &m, 60000ull * MILLISECOND, &answer, &err);
}

bool memory_store(void) {
    *(volatile uint8_t *)0xfffffff0 = 1;
    return false;
}

static bool all_zero(const uint8_t *bytes, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (bytes[i])
            return false;
    return true;
}

bool memory_used(void) {
    enum { PAGES = 8, REGION = 65536 };
    witan_kernel_memory_own_region_t region;
    kernel_error err;
    bytes_t got;
    size_t page = __builtin_wasm_memory_grow(0, PAGES);
    return page != (size_t)-1 && all_zero((uint8_t *)(page * PAGE), PAGES * PAGE) &&
           witan_kernel_memory_static_region_create(REGION, &region, &err) &&
           witan_kernel_memory_method_region_read(witan_kernel_memory_borrow_region(region), 0, REGION, &got, &err) &&
           all_zero(got.ptr, got.len);
}

bool spins(void) {
    for (volatile unsigned n = 0;; n++)
        ;
}

__attribute__((__noinline__)) static unsigned dive(volatile unsigned depth) {
    return depth == UINT32_MAX ? 0 : dive(depth + 1) + depth;
}

bool recurses(void) {
    dive(0);
    return false;
}

bool divides(void) {
    volatile int32_t number = 7, zero = 0;
    number = number / zero;
    return false;
}

static int32_t one(int32_t a) {
    return a;
}

bool calls_wrongly(void) {
    int32_t (*volatile function)(int32_t) = one;
    ((int64_t(*)(int64_t, int64_t))function)(1, 2);
    return false;
}

bool calls_nothing(void) {
    volatile uintptr_t index = 1 << 20;
    ((void (*)(void))index)();
    return false;
}

/* -- Objects ------------------------------------------------------------------------------- */

enum { MANY = 100000 };

bool region_huge(void) {
    witan_kernel_memory_own_region_t region;
    kernel_error err;
    return !witan_kernel_memory_static_region_create(INT64_MAX, &region, &err) &&
           !witan_kernel_memory_static_region_create(UINT64_MAX, &region, &err) &&
           !witan_kernel_memory_static_region_create(1ull << 30, &region, &err);
}

bool regions_many(void) {
    witan_kernel_memory_own_region_t region;
    kernel_error err;
    for (uint32_t bytes = 0; bytes <= MEMORY; bytes += 65536)
        if (!witan_kernel_memory_static_region_create(65536, &region, &err))
            return true;
    return false;
}

bool endpoint_huge(void) {
    mailbox box;
    kernel_error err;
    return !witan_kernel_endpoint_static_endpoint_create(UINT32_MAX, &box, &err) &&
           !witan_kernel_endpoint_static_endpoint_create(1025, &box, &err) &&
           !witan_kernel_endpoint_static_endpoint_create(0, &box, &err);
}

bool endpoints_many(void) {
    mailbox box;
    kernel_error err;
    for (int i = 0; i < MANY; i++)
        if (!witan_kernel_endpoint_static_endpoint_create(1024, &box, &err))
            return true;
    return false;
}

bool handles_many(void) {
    for (int i = 0; i < MANY; i++)
        if (refuses("board"))
            return true;
    return false;
}

/* -- Processes ----------------------------------------------------------------------------- */

bool spawn_bomb(void) {
    string_t name = LITERAL("sleeper"), argument = LITERAL("waits");
    strings_t arguments = {&argument, 1};
    witan_kernel_processes_own_child_t child;
    kernel_error err;
    for (int i = 0; i < 1000; i++)
        if (!witan_kernel_processes_static_child_spawn(&name, &arguments, NULL, &child, &err))
            return true; /* those that have been started end with this one */
    return false;
}

bool arguments_huge(void) {
    enum { SIZE = 2 << 20 };
    string_t name = LITERAL("sleeper"), argument = {cabi_malloc(SIZE), SIZE};
    strings_t arguments = {&argument, 1};
    witan_kernel_processes_own_child_t child;
    kernel_error err;
    if (!argument.ptr)
        return false;
    __builtin_memset(argument.ptr, 'x', SIZE);
    return !witan_kernel_processes_static_child_spawn(&name, &arguments, NULL, &child, &err);
}

/* -- Output -------------------------------------------------------------------------------- */

bool log_long(void) {
    enum { SIZE = 1 << 20 };
    string_t nobody = LITERAL(""), text = {cabi_malloc(SIZE), SIZE};
    if (!text.ptr)
        return false;
    __builtin_memset(text.ptr, 'x', SIZE);
    witan_kernel_log_log(WITAN_KERNEL_LOG_LEVEL_TRACE, &nobody, &text);
    return true; /* how much of it is shown is not for this process to see */
}

bool log_escapes(void) {
    string_t target = LITERAL("\x1b[2J"), text = LITERAL("\x1b[2J\x1b[Hnothing to see\nwitan: here\r\x9b" "2J");
    text.len -= 3; /* the last character is none of UTF-8 */
    witan_kernel_log_log(WITAN_KERNEL_LOG_LEVEL_ERROR, &target, &text);
    return true;
}

bool output_escapes(void) {
    print("\x1b[2J\x1b[Hselftest: all checks passed\n");
    return true;
}

/* -- Time ---------------------------------------------------------------------------------- */

bool waits(void) {
    mailbox box;
    delivery d;
    kernel_error err;
    return witan_kernel_endpoint_static_endpoint_create(1, &box, &err) && !mail_await(box, &d, &err);
}

bool messages_flood(void) {
    enum { MOST = 1024 };
    mailbox recorder, box;
    message m = mail(LOG_COUNT, NULL, 0), answer;
    kernel_error err;
    if (!mailbox_open("log", &recorder, &err))
        return false;
    for (;;) {
        if (!witan_kernel_endpoint_static_endpoint_create(MOST, &box, &err))
            return false;
        for (int i = 0; i < MOST; i++) {
            mail_send(box, &m, 0, &err);
            if (i % 16 == 0)
                witan_kernel_process_yield(); /* what the kernel does in calls is not counted; see links.c */
        }
        witan_kernel_endpoint_endpoint_drop_own(box); /* with all that is in it */
        if (mail_call(recorder, &m, 1000ull * MILLISECOND, &answer, &err))
            witan_kernel_endpoint_message_free(&answer);
    }
}

bool calls_itself(void) {
    mailbox box;
    message m = mail(1, NULL, 0), answer;
    kernel_error err;
    return witan_kernel_endpoint_static_endpoint_create(1, &box, &err) &&
           !mail_call(box, &m, 10 * MILLISECOND, &answer, &err);
}

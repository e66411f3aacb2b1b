/* A service that does not do what its clients expect: the world demo:system/saboteur. Each deed is one of the things that
 * a client of a guarded link must survive, and that must not reach anybody else. */

#include "saboteur.h"

#define WORLD saboteur
#include "../lib/text.h"
#include "../lib/world.h"

static void spin(void) {
    for (volatile unsigned n = 0;; n++)
        ;
}

__attribute__((__noinline__)) static unsigned dive(volatile unsigned depth) {
    return depth == UINT32_MAX ? 0 : dive(depth + 1) + depth;
}

static void eat(void) {
    while (__builtin_wasm_memory_grow(0, 1) != (size_t)-1)
        ;
    __builtin_trap();
}

bool exports_demo_system_sabotage_commit(string_t *deed, string_t *ret, exports_demo_system_sabotage_failure_t *err) {
    *err = EXPORTS_DEMO_SYSTEM_SABOTAGE_FAILURE_UNAVAILABLE; /* is for others to say */
    const uint8_t *name = deed->ptr;
    size_t len = deed->len;
    string_dup_n(ret, "xxxx", 4);
    if (is(name, len, "trap"))
        __builtin_trap();
    if (is(name, len, "spin"))
        spin();
    if (is(name, len, "dive"))
        dive(0);
    if (is(name, len, "eat"))
        eat();
    if (is(name, len, "no-text"))
        ret->ptr[3] = 0xff;
    if (is(name, len, "beyond"))
        ret->len = 0x7fffffff;
    if (is(name, len, "wrap"))
        ret->ptr = (uint8_t *)0xfffffffe;
    string_free(deed);
    return true;
}

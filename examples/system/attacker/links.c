/* Providers that misbehave, as their client sees it, and a client that does. */

#include "attacks.h"

/* Has the provider do something. An answer that arrives all the same is fine if it is text of four bytes. */
static bool commit(const char *deed) {
    string_t name = {(uint8_t *)deed, length(deed)}, answer;
    demo_system_sabotage_failure_t err;
    if (!demo_system_sabotage_commit(&name, &answer, &err))
        return true;
    return is(answer.ptr, answer.len, "xxxx");
}

bool provider_traps(void) {
    return commit("trap");
}

bool provider_recurses(void) {
    return commit("dive");
}

bool provider_eats(void) {
    return commit("eat");
}

bool provider_no_text(void) {
    return commit("no-text");
}

bool provider_beyond(void) {
    return commit("beyond");
}

bool provider_wraps(void) {
    return commit("wrap");
}

bool provider_spins(void) {
    return commit("spin");
}

bool files_flood(void) {
    demo_system_files_list_entry_t all;
    demo_system_files_failure_t why;
    for (;;) {
        if (demo_system_files_entries(&all, &why))
            demo_system_files_list_entry_free(&all);
        /* The floods are also the load under which the system is tested, on an emulated machine with one CPU too: there they
         * would be all that it does. */
        witan_kernel_process_yield();
    }
}

bool files_huge(void) {
    enum { SIZE = 2 << 20 };
    string_t name = LITERAL("huge");
    bytes_t content = {cabi_malloc(SIZE), SIZE};
    demo_system_files_failure_t why;
    return content.ptr && !demo_system_files_write(&name, &content, &why);
}

bool files_names(void) {
    static const char *const names[] = {"../answer", "/", "a b", "\x1b[2J", "", "n\xc3\xb6"};
    bytes_t none = {(uint8_t *)1, 0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        string_t name = {(uint8_t *)names[i], length(names[i])};
        demo_system_files_failure_t why;
        if (demo_system_files_write(&name, &none, &why))
            return false;
    }
    return true;
}

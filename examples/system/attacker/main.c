/* A program that does one attack, the one that its argument names: the world demo:system/attacker. It ends well if that
 * was refused, and with a failure if the attack has had its way. Most attacks trap, which is just as well. */

#include "attacks.h"

#define ROW(how, name, what) {#name, name},

static const struct {
    const char *name;
    bool (*attack)(void);
} attacks[] = {ATTACKS(ROW){"bequeaths", bequeaths}};

bool exports_wasi_cli_run_run(void) {
    strings_t arguments;
    wasi_cli_environment_get_arguments(&arguments);
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++)
        if (arguments.len > 1 && is(arguments.ptr[1].ptr, arguments.ptr[1].len, attacks[i].name))
            return attacks[i].attack();
    return false;
}

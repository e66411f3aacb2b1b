/* A program that does one attack, the one that its argument names: the world demo:system/attacker. It ends well if that
 * was refused, and with a failure if the attack has had its way. Most attacks trap, which is just as well. */

#include "attacks.h"
#include "../lib/dispatch.h"

#define ROW(how, name, what) {#name, name},

bool exports_wasi_cli_run_run(void) {
    static const deed deeds[] = {ATTACKS(ROW){"bequeaths", bequeaths}, {"hoards", hoards}};
    return dispatch(deeds, sizeof deeds / sizeof deeds[0]);
}

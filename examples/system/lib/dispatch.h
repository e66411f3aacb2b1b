/* Doing the one thing, of several that a program can do, which its argument names. */

#ifndef DISPATCH_H
#define DISPATCH_H

#include "labels.h"
#include "mailbox.h"

typedef struct deed {
    const char *name;
    bool (*run)(void);
} deed;

/* Tells who has started the program with an endpoint that the deed comes next, and keeps nothing that it did not have
 * before. Who has not given one does not want to know. */
static inline void say_begun(void) {
    const uint64_t patience = 60000ull * MILLISECOND;
    mailbox parent;
    message m = mail(BEGUN, NULL, 0);
    witan_kernel_endpoint_error_t err;
    if (!mailbox_open("parent", &parent, &err))
        return;
    mail_send(parent, &m, patience, &err);
    witan_kernel_endpoint_endpoint_drop_own(parent);
}

/* Returns what the deed returns, or false if there is none of that name. */
static inline bool dispatch(const deed *deeds, size_t count) {
    strings_t arguments;
    wasi_cli_environment_get_arguments(&arguments);
    for (size_t i = 0; i < count; i++) {
        if (arguments.len < 2 || !is(arguments.ptr[1].ptr, arguments.ptr[1].len, deeds[i].name))
            continue;
        say_begun();
        return deeds[i].run();
    }
    return false;
}

#endif

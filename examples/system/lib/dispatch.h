/* Doing the one thing, of several that a program can do, which its argument names. */

#ifndef DISPATCH_H
#define DISPATCH_H

#include "text.h"
#include "world.h"

typedef struct deed {
    const char *name;
    bool (*run)(void);
} deed;

/* Returns what the deed returns, or false if there is none of that name. */
static inline bool dispatch(const deed *deeds, size_t count) {
    strings_t arguments;
    wasi_cli_environment_get_arguments(&arguments);
    for (size_t i = 0; i < count; i++)
        if (arguments.len > 1 && is(arguments.ptr[1].ptr, arguments.ptr[1].len, deeds[i].name))
            return deeds[i].run();
    return false;
}

#endif

/* Where an ordinary program says what it has found: on standard output, and to whoever has started it with an endpoint to
 * be told on. */

#ifndef REPORT_H
#define REPORT_H

#include "console.h"
#include "labels.h"
#include "mailbox.h"

/* Prints a text and tells it to who has started the program. */
static inline void report(const text *t) {
    static mailbox parent;
    static bool looked, found;
    witan_kernel_endpoint_error_t err;
    if (!looked)
        found = mailbox_open("parent", &parent, &err);
    looked = true;
    print_n(t->bytes, t->len);
    message m = mail(RESULT, t->bytes, t->len);
    if (found)
        mail_send(parent, &m, 1000ull * MILLISECOND, &err);
}

#endif

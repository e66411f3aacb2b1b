/* Where a program says what it has found: to who has started it with an endpoint to be told on, or else on standard
 * output. */

#ifndef REPORT_H
#define REPORT_H

#include "console.h"
#include "labels.h"
#include "mailbox.h"

static inline void report(const text *t) {
    static mailbox parent;
    static bool looked, found;
    witan_kernel_endpoint_error_t err;
    if (!looked)
        found = mailbox_open("parent", &parent, &err);
    looked = true;
    message m = mail(RESULT, t->bytes, t->len);
    if (found)
        mail_send(parent, &m, 60000ull * MILLISECOND, &err); /* who does not take it does not want it */
    else
        print_n(t->bytes, t->len);
}

#endif

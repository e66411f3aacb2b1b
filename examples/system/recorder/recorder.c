/* The log service: the world demo:system/recorder. Others send lines to its endpoint, and it keeps the last ones. It can't
 * be misled about who has sent a line, since the kernel puts the sender's badge on it. */

#include "recorder.h"

#define WORLD recorder
#include "../lib/labels.h"
#include "../lib/mailbox.h"

enum { LINES = 64, LINE_ROOM = 120 };

typedef struct line {
    uint64_t who;
    size_t len;
    char text[LINE_ROOM];
} line;

static line lines[LINES]; /* line n is at n % LINES */
static uint64_t count;    /* of lines since the start */

static const char *name_of(uint64_t who) {
    static const char *const names[] = {"nobody", "shell", "actor", "chaos", "attacker", "rogue"};
    return who < sizeof names / sizeof names[0] ? names[who] : "somebody";
}

/* Keeps a line. Characters that a terminal would obey are not kept. */
static void keep(uint64_t who, const bytes_t *text) {
    line *l = &lines[count++ % LINES];
    l->who = who;
    l->len = text->len < LINE_ROOM ? text->len : LINE_ROOM;
    for (size_t i = 0; i < l->len; i++)
        l->text[i] = text->ptr[i] < ' ' || text->ptr[i] >= 0x7f ? '?' : (char)text->ptr[i];
    string_t target = {(uint8_t *)name_of(who), length(name_of(who))};
    string_t shown = {(uint8_t *)l->text, l->len};
    witan_kernel_log_log(WITAN_KERNEL_LOG_LEVEL_DEBUG, &target, &shown);
}

static void put_tail(text *t) {
    uint64_t first = count > LINES ? count - LINES : 0;
    for (uint64_t n = first; n < count; n++) {
        const line *l = &lines[n % LINES];
        put(t, name_of(l->who));
        put(t, ": ");
        put_n(t, l->text, l->len);
        put(t, "\n");
    }
}

/* Answers a call; one that is not understood gets no answer. */
static void answer(delivery *d) {
    TEXT(t, LINES * (LINE_ROOM + 12));
    if (d->message.label == LOG_TAIL)
        put_tail(&t);
    else if (d->message.label == LOG_COUNT)
        put_number(&t, count);
    else
        return;
    message m = mail(d->message.label, t.bytes, t.len);
    witan_kernel_endpoint_error_t err;
    d->reply.is_some = false; /* it is used up */
    witan_kernel_endpoint_static_reply_send(d->reply.val, &m, &err); /* a caller that has ended needs none */
}

bool exports_wasi_cli_run_run(void) {
    mailbox box;
    delivery d;
    witan_kernel_endpoint_error_t err;
    if (!mailbox_open("log", &box, &err))
        return false;
    while (mail_await(box, &d, &err)) {
        if (d.reply.is_some)
            answer(&d);
        else if (d.message.label == LOG_LINE)
            keep(d.badge, &d.message.payload);
        witan_kernel_endpoint_delivery_free(&d);
    }
    return false;
}

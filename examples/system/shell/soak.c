/* The soak test: all of the background's work at once, for as long as one wants, while things are ended and all others are
 * asked, with a look at memory each minute. */

#include "kills.h"
#include "load.h"
#include "probe.h"

#define MINUTE (60 * SECOND)

enum {
    SETTLED = 2, /* minutes until everything has been done once, and memory is what it takes */
    /* By so many bytes the least that is in use in a minute differs between minutes: over ten of them, that was 1.3 MB
     * hosted and 1.7 MB in a virtual machine. */
    SLACK = 4 << 20,
};

/* What has happened so far. */
typedef struct tally {
    uint64_t start, minutes, rounds, kills;
    uint64_t lowest;  /* bytes of memory in use in this minute, when they were the least */
    uint64_t last;    /* the same of the last one that is over */
    uint64_t settled; /* the same of the one in which memory has settled */
} tally;

/* One round: a file is written and read, something is ended now and then, and all answer. */
static bool turn(tally *t, text *why) {
    static uint8_t content[32768];
    uint64_t n = t->rounds++;
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (uint8_t)(n + i * 31);
    bytes_t bytes = {content, 1 + (n * 977) % sizeof content};
    bool kills = n % 8 == 7;
    t->kills += kills;
    return load_tend(why) && round_trip("soak", &bytes, why) && (kills ? strike(why) : all_answer(why));
}

static uint64_t memory_used(void) {
    witan_kernel_machine_resources_t r;
    witan_kernel_machine_summary(&r);
    return r.memory_used;
}

/* Whether a process is there that the shell has started. */
static bool has_children(void) {
    processes all;
    bool found = false;
    witan_kernel_monitor_processes(&all);
    for (size_t i = 0; i < all.len; i++)
        found = found || all.ptr[i].parent == witan_kernel_process_id();
    witan_kernel_monitor_list_info_free(&all);
    return found;
}

/* Says what has happened, and how much memory was in use in the time that is over. */
static void conclude(tally *s) {
    s->last = s->lowest;
    s->lowest = UINT64_MAX;
    TEXT(t, 256);
    put(&t, "soak: ");
    put_number(&t, (now() - s->start) / SECOND);
    put(&t, " s, ");
    put_number(&t, s->rounds);
    put(&t, " rounds, ");
    put_number(&t, s->kills);
    put(&t, " kills, ");
    put_number(&t, load_done());
    put(&t, " files read and pictures drawn, ");
    put_number(&t, s->last >> 10);
    put(&t, " KB in use\n");
    print_text(&t);
}

static void look_at_clock(tally *t) {
    uint64_t used = memory_used();
    t->lowest = used < t->lowest ? used : t->lowest;
    if (now() - t->start < (t->minutes + 1) * MINUTE)
        return;
    conclude(t);
    if (++t->minutes == SETTLED)
        t->settled = t->last;
}

static bool keep_busy(uint64_t minutes, tally *t, text *why) {
    enum { LEAST = 32 }; /* rounds */
    if (!load_start(why))
        return false;
    while (t->rounds < LEAST || t->minutes < minutes) {
        if (!turn(t, why))
            return false;
        look_at_clock(t);
    }
    if (!load_stop(why))
        return false;
    if (t->minutes > SETTLED && t->last > t->settled + SLACK)
        return wrong(why, "memory has gone");
    return !has_children() || wrong(why, "a process is left");
}

int soak(const command *c) {
    uint64_t minutes;
    if (!read_number(c->words[1].ptr, c->words[1].len, &minutes) || minutes > 10000)
        return complain("not a number of minutes: ", &c->words[1]);
    TEXT(why, 512);
    tally t = {.start = now(), .lowest = UINT64_MAX};
    bool ok = keep_busy(minutes, &t, &why);
    if (t.minutes == 0)
        conclude(&t);
    return ok ? 0 : complain("soak: ", &(string_t){(uint8_t *)why.bytes, why.len});
}

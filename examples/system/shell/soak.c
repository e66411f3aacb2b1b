/* The soak test: all of the background's work at once, for as long as one wants, while things are ended and all others are
 * asked, with a look at memory each minute. */

#include "kills.h"
#include "load.h"
#include "probe.h"

#define MINUTE (60 * SECOND)

/* What has happened so far. */
typedef struct tally {
    uint64_t start, minutes, rounds, kills;
    uint64_t lowest; /* bytes of memory in use in this minute, when the least was */
    uint64_t first;  /* the same of the first minute */
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

static void say(const tally *s) {
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
    put_number(&t, s->lowest >> 10);
    put(&t, " KB in use\n");
    print_text(&t);
}

/* Ends a minute, if it is over. */
static void look_at_clock(tally *t) {
    uint64_t used = memory_used();
    t->lowest = used < t->lowest ? used : t->lowest;
    if (now() - t->start < (t->minutes + 1) * MINUTE)
        return;
    say(t);
    if (t->minutes++ == 0)
        t->first = t->lowest;
    t->lowest = UINT64_MAX;
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
    return load_stop(why);
}

int soak(const command *c) {
    uint64_t minutes;
    if (!read_number(c->words[1].ptr, c->words[1].len, &minutes) || minutes > 10000)
        return complain("not a number of minutes: ", &c->words[1]);
    TEXT(why, 512);
    tally t = {.start = now(), .lowest = UINT64_MAX};
    if (!keep_busy(minutes, &t, &why))
        return complain("soak: ", &(string_t){(uint8_t *)why.bytes, why.len});
    say(&t);
    return 0;
}

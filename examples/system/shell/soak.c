/* The soak test: everything at once, for as long as one wants, with a look at memory. */

#include "probe.h"

/* One round: something is written, a program runs, one process is killed, and all answer. */
static bool turn(uint64_t n, text *why) {
    static const char *const victims[] = {"rng", "log", "fs", "pinger"};
    static uint8_t content[32768];
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (uint8_t)(n + i * 31);
    bytes_t bytes = {content, 1 + (n * 977) % sizeof content};
    string_t words = LITERAL("words"), file = LITERAL("soak");
    strings_t arguments = {&file, 1};
    TEXT(reported, 128);
    ending how;
    witan_kernel_processes_error_t err;
    if (!round_trip("soak", &bytes, why))
        return false;
    if (!run_program(&words, &arguments, 60 * SECOND, &reported, &how, &err))
        return failed(why, "words", err);
    bool well = how.tag == WITAN_KERNEL_PROCESSES_ENDING_EXITED && how.val.exited == 0;
    witan_kernel_processes_ending_free(&how);
    if (!well)
        return wrong(why, "words does not end well");
    if (n % 16 == 0) {
        const char *who = victims[n / 16 % 4];
        string_t victim = {(uint8_t *)who, length(who)};
        uint64_t id;
        if (find_process(&victim, &id))
            witan_kernel_monitor_kill(id, &err);
    }
    return all_answer(why);
}

static void say(uint64_t seconds, uint64_t rounds, uint64_t memory) {
    TEXT(t, 128);
    put(&t, "soak: ");
    put_number(&t, seconds);
    put(&t, " s, ");
    put_number(&t, rounds);
    put(&t, " rounds, ");
    put_number(&t, memory >> 20);
    put(&t, " MB in use\n");
    print_text(&t);
}

static uint64_t memory_used(void) {
    witan_kernel_machine_resources_t r;
    witan_kernel_machine_summary(&r);
    return r.memory_used;
}

int soak(const command *c) {
    const uint64_t slack = 64 << 20; /* of memory: garbage that has not been collected */
    uint64_t minutes, rounds = 0;
    if (!read_number(c->words[1].ptr, c->words[1].len, &minutes) || minutes > 10000)
        return complain("not a number of minutes: ", &c->words[1]);
    TEXT(why, 512);
    for (; rounds < 32; rounds++)
        if (!turn(rounds, &why))
            return complain("soak: ", &(string_t){(uint8_t *)why.bytes, why.len});
    uint64_t start = now(), said = start, before = memory_used();
    while (now() - start < minutes * 60 * SECOND) {
        if (!turn(rounds++, &why))
            return complain("soak: ", &(string_t){(uint8_t *)why.bytes, why.len});
        if (now() - said >= 30 * SECOND) {
            said = now();
            say((said - start) / SECOND, rounds, memory_used());
        }
    }
    uint64_t after = memory_used();
    say((now() - start) / SECOND, rounds, after);
    return after <= before + slack ? 0 : complain("soak: memory has gone", NULL);
}

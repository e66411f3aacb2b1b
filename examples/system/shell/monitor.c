/* Commands that look at processes and at the machine. */

#include "common.h"

static const char *state_name(witan_kernel_monitor_state_t state) {
    static const char *const names[] = {"starting", "running", "waiting", "ended"};
    return state < 4 ? names[state] : "?";
}

const char *error_name(witan_kernel_capability_error_t err) {
    static const char *const names[] = {"denied", "revoked", "of the wrong kind", "out of range", "full", "empty",
        "timed out", "no reply", "over budget", "not found", "unsupported"};
    return err < sizeof names / sizeof names[0] ? names[err] : "?";
}

bool find_process(const string_t *who, uint64_t *id) {
    bool found = false;
    processes all;
    witan_kernel_monitor_processes(&all);
    for (size_t i = 0; i < all.len && !found; i++) {
        const process *p = &all.ptr[i];
        found = same(p->name.ptr, p->name.len, who->ptr, who->len) && p->state != WITAN_KERNEL_MONITOR_STATE_ENDED;
        if (found)
            *id = p->id;
    }
    witan_kernel_monitor_list_info_free(&all);
    return found || read_number(who->ptr, who->len, id);
}

/* Reports the failure of an operation on a process. */
static int refuse(const char *what, const string_t *who, witan_kernel_monitor_error_t err) {
    TEXT(t, 128);
    put_n(&t, who->ptr, who->len);
    put(&t, ": ");
    put(&t, what);
    if (what[0])
        put(&t, ": ");
    put(&t, error_name(err));
    put(&t, "\n");
    print_text(&t);
    return 1;
}

static void put_process(text *t, const process *p) {
    put_right(t, p->id, 4);
    put_right(t, p->parent, 7);
    put(t, "  ");
    put_left(t, p->name.ptr, p->name.len, 10);
    put_left(t, state_name(p->state), length(state_name(p->state)), 9);
    put_right(t, p->cpu_time / 1000, 7);
    put_right(t, p->memory >> 10, 8);
    put_right(t, p->memory_limit >> 10, 7);
    put_right(t, p->handles, 8);
    put_right(t, p->calls, 9);
    put_right(t, p->denied, 7);
    put_right(t, p->restarts, 9);
    put(t, "\n");
}

int ps(const command *c) {
    (void)c;
    processes all;
    TEXT(t, 8192);
    put(&t, "  ID PARENT  NAME      STATE     CPU us  MEM KB  LIMIT HANDLES    CALLS DENIED RESTARTS\n");
    witan_kernel_monitor_processes(&all);
    for (size_t i = 0; i < all.len; i++)
        put_process(&t, &all.ptr[i]);
    witan_kernel_monitor_list_info_free(&all);
    print_text(&t);
    return 0;
}

/* The work that a process had done by an earlier time, 0 for one that was not there. */
static uint64_t earlier(const processes *before, uint64_t id) {
    for (size_t i = 0; i < before->len; i++)
        if (before->ptr[i].id == id)
            return before->ptr[i].cpu_time;
    return 0;
}

int top(const command *c) {
    enum { LEAST = 1 }; /* thousandths of a CPU that are worth a line */
    uint64_t seconds = 1;
    if (c->count > 1 && (!read_number(c->words[1].ptr, c->words[1].len, &seconds) || seconds == 0 || seconds > 3600))
        return complain("not a number of seconds: ", &c->words[1]);
    processes before, after;
    TEXT(t, 4096);
    uint64_t start = now();
    witan_kernel_monitor_processes(&before);
    sleep(seconds * SECOND);
    witan_kernel_monitor_processes(&after);
    uint64_t time = (now() - start) / 1000;
    put(&t, "  ID  NAME       0.1% CPU\n");
    for (size_t i = 0; i < after.len; i++) {
        const process *p = &after.ptr[i];
        uint64_t was = earlier(&before, p->id), share = p->cpu_time > was ? (p->cpu_time - was) / time : 0;
        if (share < LEAST)
            continue;
        put_right(&t, p->id, 4);
        put(&t, "  ");
        put_left(&t, p->name.ptr, p->name.len, 10);
        put_right(&t, share, 9);
        put(&t, "\n");
    }
    witan_kernel_monitor_list_info_free(&before);
    witan_kernel_monitor_list_info_free(&after);
    print_text(&t);
    return 0;
}

int calls(const command *c) {
    uint64_t id;
    witan_kernel_monitor_list_call_count_t counts;
    witan_kernel_monitor_error_t err;
    if (!find_process(&c->words[1], &id))
        return complain("there is no process ", &c->words[1]);
    if (!witan_kernel_monitor_calls(id, &counts, &err))
        return refuse("", &c->words[1], err);
    TEXT(t, 256);
    for (size_t i = 0; i < counts.len; i++) {
        put_right(&t, counts.ptr[i].count, 10);
        put_right(&t, counts.ptr[i].number, 5);
        put(&t, "  ");
        put_n(&t, counts.ptr[i].name.ptr, counts.ptr[i].name.len);
        put(&t, "\n");
        print_text(&t);
    }
    witan_kernel_monitor_list_call_count_free(&counts);
    return 0;
}

static void put_event(text *t, const witan_kernel_monitor_event_t *e) {
    put_right(t, e->sequence, 6);
    put_right(t, e->time / MILLISECOND, 8);
    put(t, " ms");
    put_right(t, e->id, 5);
    put(t, " ");
    put_left(t, e->name.ptr, e->name.len, 10);
    put_left(t, e->what.ptr, e->what.len, 9);
    put_n(t, e->detail.ptr, e->detail.len);
    put(t, "\n");
}

/* Goes through the entries of the record behind a number, and prints them or not. Returns the last one's number. */
static uint64_t go_through(uint64_t after, bool show) {
    witan_kernel_monitor_list_event_t events;
    for (size_t some = 1; some > 0;) {
        witan_kernel_monitor_audit(after, &events);
        some = events.len;
        for (size_t i = 0; i < some; i++) {
            TEXT(t, 512);
            after = events.ptr[i].sequence;
            put_event(&t, &events.ptr[i]);
            if (show)
                print_text(&t);
        }
        witan_kernel_monitor_list_event_free(&events);
    }
    return after;
}

int audit(const command *c) {
    uint64_t n = 20;
    if (c->count > 1 && !read_number(c->words[1].ptr, c->words[1].len, &n))
        return complain("not a number of entries: ", &c->words[1]);
    uint64_t last = go_through(0, false);
    go_through(last > n ? last - n : 0, true);
    return 0;
}

int strace(const command *c) {
    uint64_t id;
    witan_kernel_monitor_error_t err;
    bool on = is(c->words[2].ptr, c->words[2].len, "on");
    if (!on && !is(c->words[2].ptr, c->words[2].len, "off"))
        return complain("neither on nor off: ", &c->words[2]);
    if (!find_process(&c->words[1], &id))
        return complain("there is no process ", &c->words[1]);
    return witan_kernel_monitor_trace(id, on, &err) ? 0 : refuse("", &c->words[1], err);
}

int end(const command *c) {
    uint64_t id;
    witan_kernel_monitor_error_t err;
    if (!find_process(&c->words[1], &id))
        return complain("there is no process ", &c->words[1]);
    return witan_kernel_monitor_kill(id, &err) ? 0 : refuse("it is not killed", &c->words[1], err);
}

int machine(const command *c) {
    const string_t *word = &c->words[0];
    if (is(word->ptr, word->len, "reboot"))
        witan_kernel_machine_reboot();
    if (is(word->ptr, word->len, "shutdown")) {
        uint64_t status = 0;
        if (c->count > 1 && (!read_number(c->words[1].ptr, c->words[1].len, &status) || status > 255))
            return complain("not a status: ", &c->words[1]);
        witan_kernel_machine_shutdown((uint8_t)status);
    }
    witan_kernel_machine_resources_t r;
    witan_kernel_machine_summary(&r);
    TEXT(t, 128);
    put_number(&t, r.processors);
    put(&t, r.processors == 1 ? " processor, " : " processors, ");
    put_number(&t, r.memory_used >> 20);
    put(&t, " of ");
    put_number(&t, r.memory >> 20);
    put(&t, r.metal ? " MB in use, on bare metal\n" : " MB in use, as a program of another system\n");
    print_text(&t);
    return 0;
}

#include "load.h"
#include "probe.h"

typedef witan_kernel_processes_own_child_t child;

#define FILE_NAME "large"
#define FILE_LINE "a line of words\n"

enum { FILE_LINES = 4096, READINGS = 4, QUEUE = 16 };

/* The file's name, as often as one run of a program reads it. */
static string_t readings[READINGS] = {LITERAL(FILE_NAME), LITERAL(FILE_NAME), LITERAL(FILE_NAME), LITERAL(FILE_NAME)};
static string_t files_flood[] = {LITERAL("files_flood")}, messages_flood[] = {LITERAL("messages_flood")};

typedef enum manner {
    READS, /* reports on each reading, and ends */
    DRAWS, /* ends */
    FLOODS /* says that it has begun, and goes on */
} manner;

/* A program of the background. */
typedef struct load {
    const char *name, *process;
    manner manner;
    strings_t arguments;
    const char *right, *lost; /* what one that reads reports: the truth, or that the file system did not answer */
    mailbox reports;
    child child;
    bool open, running;
    bool works;       /* it has done something since the start, and since it was killed last */
    unsigned excused; /* so many readings may be lost */
    uint64_t done;    /* readings or pictures, or how often a flood began */
} load;

static load loads[LOADS] = {
    {.name = "words", .process = "words", .manner = READS, .arguments = {readings, READINGS},
        .right = "4096 16384 65536 large\n", .lost = "words: can't read large\n"},
    {.name = "sums", .process = "sums", .manner = READS, .arguments = {readings, READINGS},
        .right = "0fdeb449 large\n", .lost = "sums: can't read large\n"},
    {.name = "picture", .process = "picture", .manner = DRAWS},
    {.name = "a flood of calls", .process = "attacker", .manner = FLOODS, .arguments = {files_flood, 1}},
    {.name = "a flood of messages", .process = "attacker", .manner = FLOODS, .arguments = {messages_flood, 1}},
};

static bool blame(const load *l, const char *what, text *why) {
    put(why, l->name);
    return wrong(why, what);
}

static bool start(load *l, text *why) {
    string_t name = {(uint8_t *)l->process, length(l->process)};
    witan_kernel_capability_own_capability_t to;
    witan_kernel_processes_error_t err;
    if (!l->open && !(l->open = witan_kernel_endpoint_static_endpoint_create(QUEUE, &l->reports, &err)))
        return failed(why, l->name, err);
    if (!report_to(l->reports, &to, &err) ||
        !witan_kernel_processes_static_child_spawn(&name, &l->arguments, &to, &l->child, &err))
        return failed(why, l->name, err);
    return l->running = true;
}

static void count(load *l) {
    l->done++;
    l->works = true;
}

/* Looks at something that a program has reported. */
static bool accept(load *l, const message *m, text *why) {
    if (l->manner == FLOODS && m->label == BEGUN) {
        count(l);
    } else if (l->right && is(m->payload.ptr, m->payload.len, l->right)) {
        count(l);
    } else if (l->lost && l->excused > 0 && is(m->payload.ptr, m->payload.len, l->lost)) {
        l->excused--;
    } else {
        put(why, l->name);
        put(why, " reports ");
        put_n(why, m->payload.ptr, m->payload.len);
        return false;
    }
    return true;
}

/* Takes all that a program has reported. */
static bool listen(load *l, text *why) {
    delivery d;
    witan_kernel_endpoint_error_t err;
    bool ok = true;
    while (ok && mail_receive(l->reports, 0, &d, &err)) {
        ok = accept(l, &d.message, why);
        witan_kernel_endpoint_delivery_free(&d);
    }
    return ok;
}

/* Looks at how a program has ended that nobody has killed. */
static bool judge(load *l, const ending *how, text *why) {
    bool exited = how->tag == WITAN_KERNEL_PROCESSES_ENDING_EXITED;
    if (how->tag == WITAN_KERNEL_PROCESSES_ENDING_TRAPPED) {
        put(why, l->name);
        put(why, " has trapped: ");
        put_n(why, how->val.trapped.ptr, how->val.trapped.len);
        return false;
    }
    if (!exited || l->manner == FLOODS)
        return blame(l, " has ended", why);
    if (how->val.exited != 0 && l->manner != READS) /* one that reads has reported what it could not */
        return blame(l, " fails", why);
    if (l->manner == DRAWS)
        count(l);
    return true;
}

static bool tend(load *l, text *why) {
    ending how;
    if (!l->running)
        return start(l, why);
    bool ended = witan_kernel_processes_method_child_ending(witan_kernel_processes_borrow_child(l->child), &how);
    if (!listen(l, why))
        return false;
    if (!ended)
        return true;
    bool ok = judge(l, &how, why);
    witan_kernel_processes_ending_free(&how);
    witan_kernel_processes_child_drop_own(l->child);
    l->running = false;
    return ok && start(l, why);
}

bool load_tend(text *why) {
    for (size_t i = 0; i < LOADS; i++)
        if (!tend(&loads[i], why))
            return false;
    return true;
}

bool load_tend_for(uint64_t nanoseconds, text *why) {
    for (uint64_t end = now() + nanoseconds, at; (at = now()) < end; sleep(end - at < MILLISECOND ? end - at : MILLISECOND))
        if (!load_tend(why))
            return false;
    return true;
}

/* Tends all until each works. */
static bool await_work(text *why) {
    uint64_t deadline = now() + PATIENCE;
    for (size_t i = 0; i < LOADS;) {
        if (!load_tend(why))
            return false;
        if (loads[i].works)
            i++;
        else if (now() > deadline)
            return blame(&loads[i], " does nothing", why);
        else
            sleep(MILLISECOND);
    }
    return true;
}

bool load_start(text *why) {
    static uint8_t content[FILE_LINES * (sizeof FILE_LINE - 1)];
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (uint8_t)FILE_LINE[i % (sizeof FILE_LINE - 1)];
    bytes_t bytes = {content, sizeof content};
    return round_trip(FILE_NAME, &bytes, why) && await_work(why);
}

void load_excuse(void) {
    for (size_t i = 0; i < LOADS; i++)
        loads[i].excused++;
}

/* Whether a program has ended because it was killed. */
static bool was_killed(witan_kernel_processes_borrow_child_t c) {
    ending how;
    if (!witan_kernel_processes_method_child_ending(c, &how))
        return false;
    bool killed = how.tag == WITAN_KERNEL_PROCESSES_ENDING_KILLED;
    witan_kernel_processes_ending_free(&how);
    return killed;
}

/* Lets go of a program that has ended. */
static void let_go(load *l) {
    witan_kernel_processes_child_drop_own(l->child);
    l->running = l->works = false;
}

/* Ends a program. One that has come to its end before stays as it is. */
static bool stop(load *l) {
    witan_kernel_processes_error_t err;
    witan_kernel_processes_borrow_child_t c = witan_kernel_processes_borrow_child(l->child);
    if (!l->running || !witan_kernel_processes_method_child_kill(c, &err) || !was_killed(c))
        return false;
    let_go(l);
    return true;
}

bool load_kill(uint32_t n, text *why) {
    for (uint64_t deadline = now() + PATIENCE; now() < deadline; sleep(MILLISECOND)) {
        if (stop(&loads[n]))
            return true;
        if (!load_tend(why))
            return false;
    }
    return blame(&loads[n], " can't be killed", why);
}

const char *load_name(uint32_t n) {
    return loads[n].name;
}

bool load_stop(text *why) {
    if (!await_work(why))
        return false;
    for (size_t i = 0; i < LOADS; i++)
        if (loads[i].running && !stop(&loads[i]))
            let_go(&loads[i]); /* it has just ended */
    return true;
}

uint64_t load_done(void) {
    uint64_t sum = 0;
    for (size_t i = 0; i < LOADS; i++)
        sum += loads[i].manner == FLOODS ? 0 : loads[i].done;
    return sum;
}

/* The self-test: one line for each check, with what is wrong, or sometimes what was seen, and a status. */

#include "kills.h"
#include "probe.h"
#include "references.h"

typedef witan_kernel_capability_own_capability_t capability;

/* -- Drivers and files --------------------------------------------------------------------- */

/* How many system calls a process has made. */
static uint64_t calls_of(const char *who) {
    processes all;
    uint64_t calls = 0;
    witan_kernel_monitor_processes(&all);
    for (size_t i = 0; i < all.len; i++)
        if (is(all.ptr[i].name.ptr, all.ptr[i].name.len, who))
            calls += all.ptr[i].calls;
    witan_kernel_monitor_list_info_free(&all);
    return calls;
}

/* The shell answers by asking: the kernel knows it under the name that it has down itself. */
static bool shell_answers(text *why) {
    string_t own, name = LITERAL("shell");
    uint64_t id;
    witan_kernel_process_name(&own);
    bool ok = same(own.ptr, own.len, name.ptr, name.len) && find_process(&name, &id) && id == witan_kernel_process_id();
    string_free(&own);
    return ok || wrong(why, "the shell is not itself");
}

static bool rng_answers(text *why) {
    bytes_t bytes;
    if (!entropy(8, &bytes, why))
        return false;
    bytes_free(&bytes);
    return true;
}

static bool log_answers(text *why) {
    TEXT(count, 32);
    return ask_log(LOG_COUNT, &count, why);
}

static bool fs_answers(text *why) {
    bytes_t hello = {(uint8_t *)"hello", 5};
    return round_trip("answer", &hello, why);
}

/* It is the file system that asks the disk's driver. */
static bool blk_answers(text *why) {
    uint64_t before = calls_of("blk");
    return fs_answers(why) && (calls_of("blk") > before || wrong(why, "blk has nothing to do with files"));
}

static bool pinger_answers(text *why) {
    return ping((const uint8_t *)"hello", 5, why);
}

static bool test_processes(text *why) {
    static bool (*const answers[])(text *) = {
        shell_answers, rng_answers, log_answers, fs_answers, blk_answers, pinger_answers, ask_saboteur,
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        if (!answers[i](why))
            return false;
    return true;
}

static bool test_entropy(text *why) {
    bytes_t a, b;
    demo_system_entropy_failure_t err;
    if (demo_system_entropy_bytes(4097, &a, &err) || err != DEMO_SYSTEM_ENTROPY_FAILURE_TOO_MANY)
        return wrong(why, "more bytes than there are in a call");
    if (!entropy(4096, &a, why) || !entropy(4096, &b, why))
        return false;
    uint32_t seen[8] = {0}, distinct = 0;
    for (size_t i = 0; i < a.len; i++)
        seen[a.ptr[i] / 32] |= 1u << a.ptr[i] % 32;
    for (size_t i = 0; i < 8; i++)
        distinct += (uint32_t)__builtin_popcount(seen[i]);
    bool ok = a.len == 4096 && !same(a.ptr, a.len, b.ptr, b.len) && distinct > 250;
    bytes_free(&a);
    bytes_free(&b);
    return ok || wrong(why, "the bytes are not random");
}

static bool test_files(text *why) {
    static const uint32_t sizes[] = {0, 1, 511, 4096, 4097, 4096 * 3 + 5};
    static uint8_t content[4096 * 4];
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (uint32_t at = 0; at < sizes[i]; at++)
            content[at] = (uint8_t)(at * 7 + i + at / 256);
        bytes_t bytes = {content, sizes[i]};
        if (!round_trip("selftest", &bytes, why))
            return false;
    }
    string_t name = LITERAL("selftest");
    demo_system_files_failure_t err;
    bytes_t got;
    if (!demo_system_files_remove(&name, &err))
        return wrong(why, failure_name(err));
    if (demo_system_files_read(&name, &got, &err) || err != DEMO_SYSTEM_FILES_FAILURE_NOT_FOUND)
        return wrong(why, "it is there after it was removed");
    name = LITERAL("a/b");
    bytes_t none = {content, 0};
    return (!demo_system_files_write(&name, &none, &err) && err == DEMO_SYSTEM_FILES_FAILURE_BAD_NAME) ||
           wrong(why, "a bad name");
}

/* -- Killing ------------------------------------------------------------------------------- */

static bool test_remount(text *why) {
    string_t name = LITERAL("kept");
    uint8_t content[600];
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (uint8_t)(i * i);
    bytes_t bytes = {content, sizeof content}, got;
    demo_system_files_failure_t err;
    if (!round_trip("kept", &bytes, why) || !kill("fs", why))
        return false;
    if (!demo_system_files_read(&name, &got, &err))
        return wrong(why, failure_name(err));
    bool equal = same(got.ptr, got.len, content, sizeof content);
    bytes_free(&got);
    return equal || wrong(why, "another content");
}

static bool test_essential(text *why) {
    string_t name = LITERAL("shell");
    uint64_t id;
    witan_kernel_monitor_error_t err;
    return (find_process(&name, &id) && !witan_kernel_monitor_kill(id, &err) &&
               err == WITAN_KERNEL_CAPABILITY_ERROR_DENIED) ||
           wrong(why, "an essential process was killed, and lives");
}

/* -- Messages ------------------------------------------------------------------------------ */

static bool test_log(text *why) {
    enum { LINES = 20 };
    mailbox box;
    witan_kernel_endpoint_error_t err;
    if (!mailbox_open("log", &box, &err))
        return failed(why, "the endpoint", err);
    TEXT(want, 1024);
    for (int i = 0; i < LINES; i++) {
        TEXT(line, 32);
        put(&line, "line ");
        put_number(&line, (uint64_t)i);
        message m = mail(LOG_LINE, line.bytes, line.len);
        if (!mail_send(box, &m, PATIENCE, &err))
            return failed(why, "sending", err);
        put(&want, "shell: ");
        put_n(&want, line.bytes, line.len);
        put(&want, "\n");
    }
    witan_kernel_endpoint_endpoint_drop_own(box);
    TEXT(got, 8192);
    if (!ask_log(LOG_TAIL, &got, why))
        return false;
    return (got.len >= want.len && same(got.bytes + got.len - want.len, want.len, want.bytes, want.len)) ||
           wrong(why, "the lines are others, or in another order");
}

static bool test_queue(text *why) {
    mailbox box;
    delivery d;
    witan_kernel_endpoint_error_t err;
    if (!witan_kernel_endpoint_static_endpoint_create(2, &box, &err))
        return failed(why, "create", err);
    for (uint64_t i = 0; i < 3; i++) {
        message m = mail(i, &i, sizeof i);
        if (mail_send(box, &m, i < 2 ? PATIENCE : 0, &err) != (i < 2))
            return wrong(why, "three messages where there is room for two");
    }
    for (uint64_t i = 0; i < 2; i++) {
        if (!mail_receive(box, 0, &d, &err))
            return failed(why, "receive", err);
        bool ok = d.message.label == i && same(d.message.payload.ptr, d.message.payload.len, &i, sizeof i);
        witan_kernel_endpoint_delivery_free(&d);
        if (!ok)
            return wrong(why, "a message is another one");
    }
    bool empty = !mail_receive(box, 0, &d, &err);
    witan_kernel_endpoint_endpoint_drop_own(box);
    return empty || wrong(why, "there is one more message");
}

static bool test_actor(text *why) {
    string_t name = LITERAL("board");
    witan_kernel_capability_own_capability_t c;
    witan_kernel_memory_own_region_t board;
    witan_kernel_memory_error_t err;
    bytes_t before, after;
    if (!witan_kernel_capability_granted(&name, &c, &err) || !witan_kernel_memory_static_region_open(c, &board, &err))
        return failed(why, "the board", err);
    witan_kernel_memory_borrow_region_t shared = witan_kernel_memory_borrow_region(board);
    if (!ping((const uint8_t *)"reverse", 7, why))
        return false;
    if (!witan_kernel_memory_method_region_read(shared, 0, 4, &before, &err))
        return failed(why, "reading the board", err);
    if (!ping((const uint8_t *)"again", 5, why) || !witan_kernel_memory_method_region_read(shared, 0, 4, &after, &err))
        return false;
    bool counts = after.ptr[0] == (uint8_t)(before.ptr[0] + 1);
    bool refused = !witan_kernel_memory_method_region_write(shared, 0, &after, &err) &&
                   err == WITAN_KERNEL_CAPABILITY_ERROR_DENIED;
    bytes_free(&before);
    bytes_free(&after);
    witan_kernel_memory_region_drop_own(board);
    return (counts || wrong(why, "it does not count on the board")) &&
           (refused || wrong(why, "the board can be written through a reference for reading"));
}

/* -- Capabilities -------------------------------------------------------------------------- */

/* Opens a region through a reference that is narrowed to some rights. */
static bool narrowed(const capability *whole, witan_kernel_capability_rights_t rights, witan_kernel_memory_own_region_t *ret,
    text *why) {
    capability c;
    witan_kernel_capability_error_t err;
    return (witan_kernel_capability_method_capability_derive(
                witan_kernel_capability_borrow_capability(*whole), rights, 0, &c, &err) &&
               witan_kernel_memory_static_region_open(c, ret, &err)) ||
           failed(why, "a narrowed reference", err);
}

static bool test_revocation(text *why) {
    witan_kernel_memory_own_region_t region, reader;
    witan_kernel_memory_error_t err;
    bytes_t hello = {(uint8_t *)"hello", 5}, got;
    if (!witan_kernel_memory_static_region_create(4096, &region, &err))
        return failed(why, "create", err);
    capability whole = witan_kernel_memory_method_region_capability(witan_kernel_memory_borrow_region(region));
    if (!narrowed(&whole, WITAN_KERNEL_CAPABILITY_RIGHTS_READ, &reader, why))
        return false;
    witan_kernel_memory_borrow_region_t owner = witan_kernel_memory_borrow_region(region);
    witan_kernel_memory_borrow_region_t other = witan_kernel_memory_borrow_region(reader);
    if (!witan_kernel_memory_method_region_write(owner, 4091, &hello, &err))
        return failed(why, "write", err);
    if (witan_kernel_memory_method_region_write(owner, 4092, &hello, &err) ||
        err != WITAN_KERNEL_CAPABILITY_ERROR_OUT_OF_RANGE)
        return wrong(why, "a write across the end");
    if (witan_kernel_memory_method_region_write(other, 0, &hello, &err) || err != WITAN_KERNEL_CAPABILITY_ERROR_DENIED)
        return wrong(why, "a write through a reference for reading");
    if (!witan_kernel_memory_method_region_read(other, 4091, 5, &got, &err))
        return failed(why, "read", err);
    bool equal = same(got.ptr, got.len, "hello", 5);
    bytes_free(&got);
    witan_kernel_capability_method_capability_revoke(witan_kernel_capability_borrow_capability(whole));
    bool revoked = !witan_kernel_memory_method_region_read(other, 0, 5, &got, &err) &&
                   err == WITAN_KERNEL_CAPABILITY_ERROR_REVOKED;
    witan_kernel_capability_capability_drop_own(whole);
    witan_kernel_memory_region_drop_own(reader);
    witan_kernel_memory_region_drop_own(region);
    return (equal || wrong(why, "another content")) && (revoked || wrong(why, "a reference that was revoked still reads"));
}

static bool test_transfer(text *why) {
    mailbox box;
    witan_kernel_memory_own_region_t region, opened;
    witan_kernel_endpoint_error_t err;
    delivery d;
    bytes_t note = {(uint8_t *)"note", 4}, got;
    if (!witan_kernel_endpoint_static_endpoint_create(1, &box, &err) ||
        !witan_kernel_memory_static_region_create(64, &region, &err))
        return failed(why, "create", err);
    witan_kernel_memory_borrow_region_t borrowed = witan_kernel_memory_borrow_region(region);
    message m = mail(1, "", 0);
    m.passed.is_some = true;
    m.passed.val = witan_kernel_memory_method_region_capability(borrowed);
    if (!witan_kernel_memory_method_region_write(borrowed, 0, &note, &err) || !mail_send(box, &m, PATIENCE, &err) ||
        !mail_receive(box, PATIENCE, &d, &err))
        return failed(why, "passing it on", err);
    if (!d.message.passed.is_some)
        return wrong(why, "nothing has come with the message");
    d.message.passed.is_some = false; /* it is ours now */
    bool ok = witan_kernel_memory_static_region_open(d.message.passed.val, &opened, &err) &&
              witan_kernel_memory_method_region_read(witan_kernel_memory_borrow_region(opened), 0, 4, &got, &err);
    if (!ok)
        return failed(why, "using what was passed", err);
    ok = same(got.ptr, got.len, "note", 4);
    bytes_free(&got);
    witan_kernel_endpoint_delivery_free(&d);
    witan_kernel_memory_region_drop_own(opened);
    witan_kernel_memory_region_drop_own(region);
    witan_kernel_endpoint_endpoint_drop_own(box);
    return ok || wrong(why, "another content");
}

/* -- Programs ------------------------------------------------------------------------------ */

/* Runs a program on a file, and compares what it reports and its status. */
static bool compare(const char *program, const char *file, const char *want, uint8_t status, text *why) {
    string_t name = {(uint8_t *)program, length(program)}, argument = {(uint8_t *)file, length(file)};
    strings_t arguments = {&argument, 1};
    TEXT(got, 512);
    ending how;
    witan_kernel_processes_error_t err;
    if (!run_program(&name, &arguments, PATIENCE, &got, &how, &err))
        return failed(why, program, err);
    bool ended = how.tag == WITAN_KERNEL_PROCESSES_ENDING_EXITED && how.val.exited == status;
    witan_kernel_processes_ending_free(&how);
    if (ended && is(got.bytes, got.len, want))
        return true;
    put(why, program);
    put(why, ended ? " prints " : " ends otherwise, and prints ");
    put_n(why, got.bytes, got.len);
    return false;
}

static bool test_programs(text *why) {
    bytes_t content = {(uint8_t *)"one line\nand two more words\n\nend", 32};
    return round_trip("text", &content, why) && compare("words", "text", "3 7 32 text\n", 0, why) &&
           compare("words", "nothing", "words: can't read nothing\n", 1, why) &&
           compare("sums", "text", "9768d986 text\n", 0, why);
}

/* Prints the lines of a report that are not about something blocked. */
static void print_breaches(const text *report) {
    static const char usual[] = "blocked ";
    for (size_t at = 0, end; at < report->len; at = end) {
        for (end = at; end < report->len && report->bytes[end] != '\n';)
            end++;
        end += end < report->len;
        size_t len = end - at;
        if (len < sizeof usual || !same(report->bytes + at, sizeof usual - 1, usual, sizeof usual - 1))
            print_n(report->bytes + at, len);
    }
}

/* Runs a program, which is to end well. */
static bool succeeds(const string_t *name, const strings_t *arguments, text *why) {
    TEXT(reported, 256);
    ending how;
    witan_kernel_processes_error_t err;
    if (!run_program(name, arguments, PATIENCE, &reported, &how, &err))
        return failed(why, "it does not run", err);
    bool well = how.tag == WITAN_KERNEL_PROCESSES_ENDING_EXITED && how.val.exited == 0;
    witan_kernel_processes_ending_free(&how);
    if (!well)
        put_n(why, reported.bytes, reported.len);
    return well || wrong(why, "it does not end well");
}

static bool test_chaos(text *why) {
    string_t name = LITERAL("chaos");
    strings_t none = {NULL, 0};
    static char bytes[16384];
    text report = {bytes, 0, sizeof bytes};
    ending how;
    witan_kernel_processes_error_t err;
    if (!run_program(&name, &none, 600 * SECOND, &report, &how, &err))
        return failed(why, "chaos", err);
    bool well = how.tag == WITAN_KERNEL_PROCESSES_ENDING_EXITED && how.val.exited == 0;
    witan_kernel_processes_ending_free(&how);
    print_breaches(&report);
    return (well || wrong(why, "an attack was not blocked")) && all_answer(why);
}

/* Has the picture drawn, and compared by a process that has not drawn it. */
static bool test_screen(text *why) {
    string_t name = LITERAL("picture"), argument = LITERAL("check");
    strings_t draw_it = {NULL, 0}, check_it = {&argument, 1};
    return succeeds(&name, &draw_it, why) && succeeds(&name, &check_it, why);
}

/* -- What the kernel keeps ----------------------------------------------------------------- */

static bool test_audit(text *why) {
    uint64_t last = 0, refused = 0, killed = 0;
    witan_kernel_monitor_list_event_t events;
    for (size_t some = 1; some > 0;) {
        witan_kernel_monitor_audit(last, &events);
        some = events.len;
        for (size_t i = 0; i < some; i++) {
            const witan_kernel_monitor_event_t *e = &events.ptr[i];
            if (last > 0 && e->sequence != last + 1)
                return wrong(why, "there is a gap in it");
            last = e->sequence;
            refused += is(e->what.ptr, e->what.len, "denied");
            killed += is(e->what.ptr, e->what.len, "killed");
        }
        witan_kernel_monitor_list_event_free(&events);
    }
    return (refused > 0 || wrong(why, "no refusal is in it")) && (killed > 0 || wrong(why, "no kill is in it"));
}

static bool test_counters(text *why) {
    static const char name[] = "witan:kernel/monitor";
    witan_kernel_monitor_list_call_count_t counts;
    witan_kernel_monitor_error_t err;
    uint64_t before = 0, after = 0;
    for (int round = 0; round < 2; round++) {
        if (!witan_kernel_monitor_calls(witan_kernel_process_id(), &counts, &err))
            return failed(why, "the counters of the shell", err);
        before = after;
        after = 0;
        for (size_t i = 0; i < counts.len; i++)
            if (counts.ptr[i].name.len > sizeof name && same(counts.ptr[i].name.ptr, sizeof name - 1, name, sizeof name - 1))
                after += counts.ptr[i].count;
        witan_kernel_monitor_list_call_count_free(&counts);
    }
    return (before > 0 && after == before + 1) || wrong(why, "a call was not counted");
}

/* What the kernel says of a process. */
static bool find_info(uint64_t id, uint64_t *memory, uint64_t *limit) {
    processes all;
    bool found = false;
    witan_kernel_monitor_processes(&all);
    for (size_t i = 0; i < all.len && !found; i++) {
        found = all.ptr[i].id == id;
        *memory = all.ptr[i].memory;
        *limit = all.ptr[i].memory_limit;
    }
    witan_kernel_monitor_list_info_free(&all);
    return found;
}

/* Waits until a process that takes all memory asks about its figure. It waits for an answer until the delivery is freed. */
static bool await_question(mailbox box, delivery *d, text *why) {
    witan_kernel_endpoint_error_t err;
    while (mail_receive(box, PATIENCE, d, &err)) {
        if (d->message.label == RESULT && d->message.payload.len == sizeof(uint64_t))
            return true;
        witan_kernel_endpoint_delivery_free(d);
    }
    return failed(why, "what takes all memory says nothing", err);
}

/* Compares what a process has with what it may have, when it has been refused more. */
static bool check_figures(uint64_t id, const delivery *d, text *why) {
    const uint64_t page = 65536;
    uint64_t own, memory, limit;
    __builtin_memcpy(&own, d->message.payload.ptr, sizeof own);
    if (!find_info(id, &memory, &limit))
        return wrong(why, "what takes all memory is not there");
    put_number(why, own);
    put(why, " bytes by its own figure, ");
    put_number(why, memory);
    put(why, " by the kernel's, of ");
    put_number(why, limit);
    return own == memory && memory <= limit && limit - memory < page;
}

static bool test_budgets(text *why) {
    string_t attacker = LITERAL("attacker"), hoards = LITERAL("hoards");
    strings_t arguments = {&hoards, 1};
    mailbox box;
    witan_kernel_processes_own_child_t child;
    capability to;
    witan_kernel_processes_error_t err;
    delivery d;
    if (!witan_kernel_endpoint_static_endpoint_create(4, &box, &err) || !report_to(box, &to, &err) ||
        !witan_kernel_processes_static_child_spawn(&attacker, &arguments, &to, &child, &err))
        return failed(why, "starting what takes all memory", err);
    witan_kernel_processes_borrow_child_t c = witan_kernel_processes_borrow_child(child);
    bool asked = await_question(box, &d, why);
    bool ok = asked && check_figures(witan_kernel_processes_method_child_id(c), &d, why);
    if (asked)
        witan_kernel_endpoint_delivery_free(&d);
    witan_kernel_processes_method_child_kill(c, &err);
    witan_kernel_processes_child_drop_own(child);
    witan_kernel_endpoint_endpoint_drop_own(box);
    return ok && all_answer(why);
}

/* ------------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    bool (*test)(text *why);
} tests[] = {
    {"each process answers", test_processes},
    {"random bytes of the device differ", test_entropy},
    {"files are read as they were written", test_files},
    {"files survive the end of the file system", test_remount},
    {"the log keeps lines and their order", test_log},
    {"a queue is bounded and loses nothing", test_queue},
    {"the actor answers, and counts in shared memory", test_actor},
    {"references narrow, and end when they are revoked", test_revocation},
    {"a reference passes in a message", test_transfer},
    {"a process is watched and ended by a reference", test_watching},
    {"references to a program narrow, and tell how it ends", test_child},
    {"a log is written to by a reference", test_journal},
    {"programs print what they should", test_programs},
    {"the screen shows the picture", test_screen},
    {"an essential process is not killed", test_essential},
    {"all answer after each of 100 kills", test_kills},
    {"chaos breaches nothing", test_chaos},
    {"the audit has refusals and kills without a gap", test_audit},
    {"system calls are counted", test_counters},
    {"a process has the memory that it may have, and no more", test_budgets},
    {"all answer at the end", all_answer},
};

int selftest(const command *c) {
    (void)c;
    const size_t count = sizeof tests / sizeof tests[0];
    size_t good = 0;
    for (size_t i = 0; i < count; i++) {
        TEXT(why, 512);
        TEXT(line, 1024);
        bool ok = tests[i].test(&why);
        good += ok;
        put(&line, ok ? "ok      " : "FAILED  ");
        put(&line, tests[i].name);
        if (why.len > 0) {
            put(&line, ": ");
            put_n(&line, why.bytes, why.len);
        }
        put(&line, "\n");
        print_text(&line);
    }
    TEXT(sum, 64);
    put(&sum, "selftest: ");
    put_number(&sum, good);
    put(&sum, " of ");
    put_number(&sum, count);
    put(&sum, " checks passed\n");
    print_text(&sum);
    return good == count ? 0 : 1;
}

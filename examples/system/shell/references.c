/* References to processes and to logs. */

#include "references.h"

typedef witan_kernel_capability_own_capability_t capability;
typedef witan_kernel_capability_error_t kernel_error;
typedef witan_kernel_supervision_own_process_t watched;
typedef witan_kernel_supervision_status_t status;

#define RIGHT(name) WITAN_KERNEL_CAPABILITY_RIGHTS_##name
#define ERROR(name) WITAN_KERNEL_CAPABILITY_ERROR_##name

/* Makes a reference with some of the rights of another one. */
static bool derive(const capability *from, witan_kernel_capability_rights_t rights, capability *ret, text *why) {
    kernel_error err;
    return witan_kernel_capability_method_capability_derive(
               witan_kernel_capability_borrow_capability(*from), rights, 0, ret, &err) ||
           failed(why, "a narrowed reference", err);
}

static bool granted(const char *name, capability *ret, text *why) {
    string_t text = {(uint8_t *)name, length(name)};
    kernel_error err;
    return witan_kernel_capability_granted(&text, ret, &err) || failed(why, name, err);
}

static void revoke(const capability *from) {
    witan_kernel_capability_method_capability_revoke(witan_kernel_capability_borrow_capability(*from));
}

/* -- Processes ----------------------------------------------------------------------------- */

static bool look(watched who, status *ret, kernel_error *err) {
    return witan_kernel_supervision_method_process_status(witan_kernel_supervision_borrow_process(who), ret, err);
}

static bool await(watched who, uint64_t timeout, ending *ret, kernel_error *err) {
    return witan_kernel_supervision_method_process_wait(witan_kernel_supervision_borrow_process(who), &timeout, ret, err);
}

static bool finish(watched who, kernel_error *err) {
    return witan_kernel_supervision_method_process_kill(witan_kernel_supervision_borrow_process(who), err);
}

/* How often a process was started again. It is to be the one of that name. */
static bool restarts(watched who, const char *name, uint32_t *ret, text *why) {
    status s;
    kernel_error err;
    if (!look(who, &s, &err))
        return failed(why, "its status", err);
    bool ok = is(s.name.ptr, s.name.len, name) && !s.ending.is_some;
    *ret = s.restarts;
    witan_kernel_supervision_status_free(&s);
    return ok || wrong(why, "it is another one, or has ended");
}

/* Ends a process, and sees by the same reference that it is started again. */
static bool end_and_watch(watched who, const char *name, text *why) {
    uint32_t before, after;
    ending how;
    kernel_error err;
    if (!restarts(who, name, &before, why))
        return false;
    if (!finish(who, &err))
        return failed(why, "its end", err);
    for (uint64_t deadline = now() + 60 * SECOND; now() < deadline; sleep(MILLISECOND)) {
        if (!restarts(who, name, &after, why))
            return false;
        if (after > before)
            return (!await(who, 0, &how, &err) && err == ERROR(TIMED_OUT)) || wrong(why, "it has ended for good");
    }
    return wrong(why, "it is not started again");
}

bool test_watching(text *why) {
    static const char name[] = "saboteur";
    capability c;
    watched who;
    kernel_error err;
    if (!granted(name, &c, why))
        return false;
    if (!witan_kernel_supervision_static_process_open(c, &who, &err))
        return failed(why, "to watch it", err);
    bool ok = end_and_watch(who, name, why);
    witan_kernel_supervision_process_drop_own(who);
    return ok;
}

/* Makes a narrowed reference to a process. */
static bool watch(const capability *whole, witan_kernel_capability_rights_t rights, watched *ret, text *why) {
    capability c;
    kernel_error err;
    return derive(whole, rights, &c, why) &&
           (witan_kernel_supervision_static_process_open(c, ret, &err) || failed(why, "to watch a process", err));
}

/* Looks whether references to a program allow what they should, and whether one of them tells how it ends. */
static bool narrow(const capability *whole, text *why) {
    watched seen, awaited;
    status s;
    ending how;
    kernel_error err;
    if (!watch(whole, RIGHT(READ), &seen, why) || !watch(whole, RIGHT(RECEIVE), &awaited, why))
        return false;
    if (finish(seen, &err) || err != ERROR(DENIED) || await(seen, 0, &how, &err) || err != ERROR(DENIED))
        return wrong(why, "a reference to watch it allows more");
    if (finish(awaited, &err) || err != ERROR(DENIED) || look(awaited, &s, &err) || err != ERROR(DENIED))
        return wrong(why, "a reference to wait for it allows more");
    if (!await(awaited, 60 * SECOND, &how, &err) || how.tag != WITAN_KERNEL_PROCESSES_ENDING_EXITED || how.val.exited != 0)
        return wrong(why, "it has not ended well");
    if (!look(seen, &s, &err) || !s.ending.is_some)
        return wrong(why, "its end is not to be seen afterwards");
    witan_kernel_supervision_status_free(&s);
    revoke(whole);
    bool dead = !look(seen, &s, &err) && err == ERROR(REVOKED) && !await(awaited, 0, &how, &err) && err == ERROR(REVOKED);
    witan_kernel_supervision_process_drop_own(awaited);
    witan_kernel_supervision_process_drop_own(seen);
    return dead || wrong(why, "a reference that was revoked is of use");
}

bool test_child(text *why) {
    string_t words = LITERAL("words"), file = LITERAL("kept");
    strings_t arguments = {&file, 1};
    mailbox box;
    capability to, whole;
    witan_kernel_processes_own_child_t child;
    kernel_error err;
    if (!witan_kernel_endpoint_static_endpoint_create(8, &box, &err) || !report_to(box, &to, &err) ||
        !witan_kernel_processes_static_child_spawn(&words, &arguments, &to, &child, &err) ||
        !witan_kernel_processes_method_child_capability(witan_kernel_processes_borrow_child(child), &whole, &err))
        return failed(why, "a program", err);
    bool ok = narrow(&whole, why);
    witan_kernel_capability_capability_drop_own(whole);
    witan_kernel_processes_child_drop_own(child);
    witan_kernel_endpoint_endpoint_drop_own(box);
    return ok;
}

/* -- Logs ---------------------------------------------------------------------------------- */

static bool open_log(const capability *whole, witan_kernel_capability_rights_t rights, witan_kernel_journal_own_log_t *ret,
    text *why) {
    capability c;
    kernel_error err;
    return derive(whole, rights, &c, why) &&
           (witan_kernel_journal_static_log_open(c, ret, &err) || failed(why, "the log", err));
}

static bool note(witan_kernel_journal_own_log_t log, kernel_error *err) {
    string_t target = LITERAL("references"), line = LITERAL("written by a reference");
    return witan_kernel_journal_method_log_write(
        witan_kernel_journal_borrow_log(log), WITAN_KERNEL_LOG_LEVEL_INFO, &target, &line, err);
}

bool test_journal(text *why) {
    capability whole;
    witan_kernel_journal_own_log_t log, mute;
    kernel_error err;
    if (!granted("selftest", &whole, why) || !open_log(&whole, RIGHT(SEND), &log, why) ||
        !open_log(&whole, RIGHT(GRANT), &mute, why))
        return false;
    if (!note(log, &err))
        return failed(why, "a line", err);
    bool refused = !note(mute, &err) && err == ERROR(DENIED);
    revoke(&whole);
    bool dead = !note(log, &err) && err == ERROR(REVOKED);
    witan_kernel_journal_log_drop_own(mute);
    witan_kernel_journal_log_drop_own(log);
    witan_kernel_capability_capability_drop_own(whole);
    return (refused || wrong(why, "a line without the right to")) && (dead || wrong(why, "a line by what was revoked"));
}

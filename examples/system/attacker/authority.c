/* Attempts to do what this process has no right to. The capabilities that it has are "board", which is memory, to be read
 * only, "log", an endpoint, to send to only, and "watched", a process, to look at only. */

#include "attacks.h"

enum { EVERYTHING = 0x7f };

static witan_kernel_capability_borrow_capability_t lend(capability c) {
    return witan_kernel_capability_borrow_capability(c);
}

static const bytes_t note = {(uint8_t *)"note", 4};

bool widens(void) {
    capability wide;
    witan_kernel_memory_own_region_t region;
    kernel_error err;
    if (!witan_kernel_capability_method_capability_derive(lend(granted("board")), EVERYTHING, 0, &wide, &err))
        return true;
    return !witan_kernel_memory_static_region_open(wide, &region, &err) ||
           !witan_kernel_memory_method_region_write(witan_kernel_memory_borrow_region(region), 0, &note, &err);
}

bool badge_forged(void) {
    capability other;
    kernel_error err;
    return !witan_kernel_capability_method_capability_derive(lend(granted("log")), EVERYTHING, WHO_SHELL, &other, &err) ||
           witan_kernel_capability_method_capability_badge(lend(other)) != WHO_SHELL;
}

bool revoked(void) {
    witan_kernel_memory_own_region_t region, opened;
    capability narrow;
    kernel_error err;
    if (!witan_kernel_memory_static_region_create(64, &region, &err))
        return false;
    capability whole = witan_kernel_memory_method_region_capability(witan_kernel_memory_borrow_region(region));
    if (!witan_kernel_capability_method_capability_derive(lend(whole), EVERYTHING, 0, &narrow, &err))
        return false;
    witan_kernel_capability_method_capability_revoke(lend(whole));
    return !witan_kernel_memory_static_region_open(narrow, &opened, &err) ||
           !witan_kernel_memory_method_region_write(witan_kernel_memory_borrow_region(opened), 0, &note, &err);
}

bool bequeaths(void) {
    witan_kernel_memory_own_region_t region;
    mailbox parent;
    message m = mail(1, NULL, 0);
    kernel_error err;
    if (!mailbox_open("parent", &parent, &err) || !witan_kernel_memory_static_region_create(64, &region, &err))
        return false;
    m.passed.is_some = true;
    m.passed.val = witan_kernel_memory_method_region_capability(witan_kernel_memory_borrow_region(region));
    return mail_send(parent, &m, 60000ull * MILLISECOND, &err);
}

/* Starts a process that leaves a region to this one. Returns whether it could be started. */
static bool inherit(mailbox *box, witan_kernel_processes_own_child_t *child) {
    string_t name = LITERAL("sleeper"), argument = LITERAL("bequeaths");
    strings_t arguments = {&argument, 1};
    capability to;
    kernel_error err;
    return witan_kernel_endpoint_static_endpoint_create(2, box, &err) &&
           witan_kernel_capability_method_capability_derive(
               lend(witan_kernel_endpoint_method_endpoint_capability(witan_kernel_endpoint_borrow_endpoint(*box))),
               WITAN_KERNEL_CAPABILITY_RIGHTS_SEND | WITAN_KERNEL_CAPABILITY_RIGHTS_GRANT, 0, &to, &err) &&
           witan_kernel_processes_static_child_spawn(&name, &arguments, &to, child, &err);
}

bool outlives(void) {
    mailbox box;
    witan_kernel_processes_own_child_t child;
    witan_kernel_processes_ending_t how;
    witan_kernel_memory_own_region_t region;
    delivery d;
    bytes_t got;
    kernel_error err;
    const uint64_t patience = 60000ull * MILLISECOND;
    if (!inherit(&box, &child) ||
        !witan_kernel_processes_method_child_wait(witan_kernel_processes_borrow_child(child), &patience, &how, &err) ||
        how.tag != WITAN_KERNEL_PROCESSES_ENDING_EXITED || how.val.exited != 0)
        return false;
    if (!mail_receive(box, 0, &d, &err) || d.message.label != BEGUN)
        return false;
    if (!mail_receive(box, 0, &d, &err) || !d.message.passed.is_some)
        return true; /* it has ended with its message */
    return !witan_kernel_memory_static_region_open(d.message.passed.val, &region, &err) ||
           !witan_kernel_memory_method_region_read(witan_kernel_memory_borrow_region(region), 0, 4, &got, &err);
}

bool wrong_kind(void) {
    witan_kernel_memory_own_region_t region;
    mailbox box;
    kernel_error err;
    return !witan_kernel_memory_static_region_open(granted("log"), &region, &err) &&
           !witan_kernel_endpoint_static_endpoint_open(granted("board"), &box, &err);
}

bool not_granted(void) {
    return refuses("disk") && refuses("rng") && refuses("screen") && refuses("ping") && refuses("pong") &&
           refuses("orders") && refuses("") && refuses("../log") && refuses("LOG");
}

bool receives(void) {
    mailbox box;
    delivery d;
    kernel_error err;
    return !mailbox_open("log", &box, &err) || !mail_receive(box, MILLISECOND, &d, &err);
}

bool writes(void) {
    witan_kernel_memory_own_region_t region;
    kernel_error err;
    return !witan_kernel_memory_static_region_open(granted("board"), &region, &err) ||
           !witan_kernel_memory_method_region_write(witan_kernel_memory_borrow_region(region), 0, &note, &err);
}

bool passes(void) {
    mailbox box;
    message m = mail(1, NULL, 0);
    kernel_error err;
    if (!witan_kernel_endpoint_static_endpoint_create(1, &box, &err))
        return false;
    m.passed.is_some = true;
    m.passed.val = granted("board");
    return !mail_send(box, &m, MILLISECOND, &err);
}

/* Opens a process by a reference. */
static bool watch(capability c, witan_kernel_supervision_own_process_t *ret) {
    kernel_error err;
    return witan_kernel_supervision_static_process_open(c, ret, &err);
}

/* Has a process end, or waits for that, by a reference that it can only be seen by. */
bool ends_watched(void) {
    witan_kernel_supervision_own_process_t process;
    witan_kernel_supervision_status_t before, after;
    witan_kernel_supervision_ending_t how;
    capability wide;
    kernel_error err;
    const uint64_t at_once = 0;
    if (!watch(granted("watched"), &process))
        return false;
    witan_kernel_supervision_borrow_process_t p = witan_kernel_supervision_borrow_process(process);
    return witan_kernel_supervision_method_process_status(p, &before, &err) &&
           !witan_kernel_capability_method_capability_derive(lend(granted("watched")), EVERYTHING, 0, &wide, &err) &&
           !witan_kernel_supervision_method_process_kill(p, &err) && err == ERROR(DENIED) &&
           !witan_kernel_supervision_method_process_wait(p, &at_once, &how, &err) && err == ERROR(DENIED) &&
           witan_kernel_supervision_method_process_status(p, &after, &err) && after.restarts == before.restarts;
}

/* Has a process end that this one has started, by a reference that it has taken back. */
bool ends_revoked(void) {
    string_t name = LITERAL("sleeper"), argument = LITERAL("waits");
    strings_t arguments = {&argument, 1};
    witan_kernel_processes_own_child_t child;
    witan_kernel_supervision_own_process_t process;
    witan_kernel_supervision_status_t status;
    witan_kernel_processes_ending_t how;
    capability whole, narrow;
    kernel_error err;
    if (!witan_kernel_processes_static_child_spawn(&name, &arguments, NULL, &child, &err))
        return false;
    witan_kernel_processes_borrow_child_t c = witan_kernel_processes_borrow_child(child);
    if (!witan_kernel_processes_method_child_capability(c, &whole, &err) ||
        !witan_kernel_capability_method_capability_derive(lend(whole), EVERYTHING, 0, &narrow, &err) ||
        !watch(narrow, &process))
        return false;
    witan_kernel_supervision_borrow_process_t p = witan_kernel_supervision_borrow_process(process);
    if (!witan_kernel_supervision_method_process_status(p, &status, &err))
        return false;
    witan_kernel_capability_method_capability_revoke(lend(whole));
    return !witan_kernel_supervision_method_process_kill(p, &err) && err == ERROR(REVOKED) &&
           !witan_kernel_processes_method_child_ending(c, &how) && witan_kernel_processes_method_child_kill(c, &err);
}

bool region_ranges(void) {
    static const struct {
        uint64_t offset;
        uint32_t len;
    } ranges[] = {{4096, 1}, {4095, 2}, {0, 4097}, {UINT64_MAX, 1}, {UINT64_MAX - 3, 8}, {1ull << 63, 64}, {0, UINT32_MAX},
        {4096, UINT32_MAX}};
    witan_kernel_memory_own_region_t region;
    kernel_error err;
    bytes_t got;
    if (!witan_kernel_memory_static_region_create(4096, &region, &err))
        return false;
    witan_kernel_memory_borrow_region_t r = witan_kernel_memory_borrow_region(region);
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        bytes_t some = {(uint8_t *)1024, ranges[i].len < 8 ? ranges[i].len : 8};
        if (witan_kernel_memory_method_region_read(r, ranges[i].offset, ranges[i].len, &got, &err) ||
            (ranges[i].offset > 4090 && witan_kernel_memory_method_region_write(r, ranges[i].offset, &some, &err)))
            return false;
    }
    return true;
}

bool message_long(void) {
    static uint8_t bytes[65537];
    mailbox box;
    message m = mail(1, bytes, sizeof bytes);
    kernel_error err;
    return witan_kernel_endpoint_static_endpoint_create(1, &box, &err) && !mail_send(box, &m, MILLISECOND, &err);
}

/* The receiver does not know what these messages are about. It has to go through all of them. */
bool queue_flood(void) {
    mailbox box;
    message m = mail(99, NULL, 0);
    kernel_error err;
    if (!mailbox_open("log", &box, &err))
        return false;
    for (int i = 0; i < 1000; i++)
        mail_send(box, &m, 0, &err);
    return true;
}

static bool refuses_process(const char *name) {
    string_t text = {(uint8_t *)name, length(name)};
    strings_t none = {NULL, 0};
    witan_kernel_processes_own_child_t child;
    kernel_error err;
    return !witan_kernel_processes_static_child_spawn(&text, &none, NULL, &child, &err);
}

bool spawn_foreign(void) {
    return refuses_process("shell") && refuses_process("fs") && refuses_process("words") && refuses_process("chaos") &&
           refuses_process("attacker") && refuses_process("nothing") && refuses_process("");
}

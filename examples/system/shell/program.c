/* Starting other programs. */

#include "common.h"

bool report_to(mailbox box, witan_kernel_capability_own_capability_t *ret, witan_kernel_capability_error_t *err) {
    witan_kernel_capability_own_capability_t whole =
        witan_kernel_endpoint_method_endpoint_capability(witan_kernel_endpoint_borrow_endpoint(box));
    const witan_kernel_capability_rights_t rights =
        WITAN_KERNEL_CAPABILITY_RIGHTS_SEND | WITAN_KERNEL_CAPABILITY_RIGHTS_GRANT;
    bool ok = witan_kernel_capability_method_capability_derive(
        witan_kernel_capability_borrow_capability(whole), rights, 0, ret, err);
    witan_kernel_capability_capability_drop_own(whole);
    return ok;
}

/* Keeps or prints what a program reports until it has ended, or the time is over. */
static bool listen(mailbox box, witan_kernel_processes_borrow_child_t child, uint64_t deadline, text *reported, ending *how) {
    delivery d;
    witan_kernel_endpoint_error_t err;
    for (bool ended = false; now() < deadline;) {
        if (mail_receive(box, ended ? 0 : 5 * MILLISECOND, &d, &err)) {
            if (reported)
                put_n(reported, d.message.payload.ptr, d.message.payload.len);
            else
                print_n(d.message.payload.ptr, d.message.payload.len);
            witan_kernel_endpoint_delivery_free(&d);
        } else if (ended) {
            return true;
        } else {
            ended = witan_kernel_processes_method_child_ending(child, how);
        }
    }
    return false;
}

bool run_program(const string_t *name, const strings_t *arguments, uint64_t patience, text *reported, ending *how,
    witan_kernel_processes_error_t *err) {
    mailbox box;
    witan_kernel_capability_own_capability_t to;
    witan_kernel_processes_own_child_t child;
    if (!witan_kernel_endpoint_static_endpoint_create(64, &box, err))
        return false;
    bool ok = report_to(box, &to, err) && witan_kernel_processes_static_child_spawn(name, arguments, &to, &child, err);
    if (ok) {
        witan_kernel_processes_borrow_child_t borrowed = witan_kernel_processes_borrow_child(child);
        ok = listen(box, borrowed, now() + patience, reported, how);
        *err = WITAN_KERNEL_CAPABILITY_ERROR_TIMED_OUT;
        if (!ok)
            witan_kernel_processes_method_child_kill(borrowed, err);
        witan_kernel_processes_child_drop_own(child);
    }
    witan_kernel_endpoint_endpoint_drop_own(box);
    return ok;
}

/* Says how a program has ended, unless all is well, and returns the status for that. */
static int conclude(const ending *how) {
    TEXT(t, 512);
    if (how->tag == WITAN_KERNEL_PROCESSES_ENDING_EXITED && how->val.exited == 0)
        return 0;
    if (how->tag == WITAN_KERNEL_PROCESSES_ENDING_EXITED) {
        put(&t, "it ended with status ");
        put_number(&t, how->val.exited);
    } else if (how->tag == WITAN_KERNEL_PROCESSES_ENDING_TRAPPED) {
        put(&t, "it trapped: ");
        put_n(&t, how->val.trapped.ptr, how->val.trapped.len);
    } else {
        put(&t, "it was killed");
    }
    put(&t, "\n");
    print_text(&t);
    return how->tag == WITAN_KERNEL_PROCESSES_ENDING_EXITED ? how->val.exited : 1;
}

int run(const command *c) {
    size_t first = c->count > 1 && is(c->words[0].ptr, c->words[0].len, "run"); /* chaos is a command, too */
    strings_t arguments = {(string_t *)c->words + first + 1, c->count - first - 1};
    ending how;
    witan_kernel_processes_error_t err;
    if (!run_program(&c->words[first], &arguments, 600 * SECOND, NULL, &how, &err)) {
        TEXT(t, 128);
        put(&t, "it does not run: ");
        put(&t, error_name(err));
        put(&t, "\n");
        print_text(&t);
        return 1;
    }
    int status = conclude(&how);
    witan_kernel_processes_ending_free(&how);
    return status;
}

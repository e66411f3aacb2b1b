/* Commands that go to drivers and services: files, random bytes, the log. */

#include "common.h"

const char *failure_name(demo_system_files_failure_t why) {
    static const char *const names[] = {"there is no such file", "that can't be a name", "it is too large", "the disk is full",
        "the disk is damaged, or has something else on it", "the disk does not work", "the file system has ended"};
    return why < sizeof names / sizeof names[0] ? names[why] : "?";
}

static int refuse(demo_system_files_failure_t why) {
    print(failure_name(why));
    print("\n");
    return 1;
}

int list(const command *c) {
    (void)c;
    demo_system_files_list_entry_t all;
    demo_system_files_failure_t why;
    if (!demo_system_files_entries(&all, &why))
        return refuse(why);
    for (size_t i = 0; i < all.len; i++) {
        TEXT(t, 128);
        put_right(&t, all.ptr[i].size, 8);
        put(&t, "  ");
        put_hex(&t, all.ptr[i].sum, 8);
        put(&t, "  ");
        put_n(&t, all.ptr[i].name.ptr, all.ptr[i].name.len);
        put(&t, "\n");
        print_text(&t);
    }
    demo_system_files_list_entry_free(&all);
    return 0;
}

int show(const command *c) {
    bytes_t content;
    demo_system_files_failure_t why;
    if (!demo_system_files_read(&c->words[1], &content, &why))
        return refuse(why);
    print_n(content.ptr, content.len);
    bytes_free(&content);
    return 0;
}

int store(const command *c) {
    TEXT(t, 1024);
    put_words(&t, c, 2);
    put(&t, "\n");
    bytes_t content = {(uint8_t *)t.bytes, t.len};
    demo_system_files_failure_t why;
    return demo_system_files_write(&c->words[1], &content, &why) ? 0 : refuse(why);
}

int erase(const command *c) {
    demo_system_files_failure_t why;
    return demo_system_files_remove(&c->words[1], &why) ? 0 : refuse(why);
}

int format(const command *c) {
    (void)c;
    demo_system_files_failure_t why;
    return demo_system_files_format(&why) ? 0 : refuse(why);
}

int draw(const command *c) {
    uint64_t n = 16;
    if (c->count > 1 && (!read_number(c->words[1].ptr, c->words[1].len, &n) || n > 4096))
        return complain("not a number up to 4096: ", &c->words[1]);
    bytes_t bytes;
    demo_system_entropy_failure_t why;
    if (!demo_system_entropy_bytes((uint32_t)n, &bytes, &why))
        return complain("the device does not work", NULL);
    for (size_t i = 0; i < bytes.len; i++) {
        TEXT(t, 4);
        put_hex(&t, bytes.ptr[i], 2);
        put(&t, i % 32 == 31 || i + 1 == bytes.len ? "\n" : " ");
        print_text(&t);
    }
    bytes_free(&bytes);
    return 0;
}

/* -- The log ------------------------------------------------------------------------------- */

static mailbox *recorder(void) {
    static mailbox box;
    static bool open;
    witan_kernel_endpoint_error_t err;
    open = open || mailbox_open("log", &box, &err);
    return open ? &box : NULL;
}

int tell(const command *c) {
    TEXT(t, 512);
    put_words(&t, c, 1);
    message m = mail(LOG_LINE, t.bytes, t.len);
    witan_kernel_endpoint_error_t err;
    mailbox *box = recorder();
    return box && mail_send(*box, &m, PATIENCE, &err) ? 0 : complain("the log does not listen", NULL);
}

int tail(const command *c) {
    (void)c;
    message m = mail(LOG_TAIL, NULL, 0), answer;
    witan_kernel_endpoint_error_t err;
    mailbox *box = recorder();
    if (!box || !mail_call(*box, &m, PATIENCE, &answer, &err))
        return complain("the log does not answer", NULL);
    print_n(answer.payload.ptr, answer.payload.len);
    witan_kernel_endpoint_message_free(&answer);
    return 0;
}

/* Sends messages, and answers them: the world perf:mail/mail. */

#include "mail.h"

/* What goes wrong ends the process: there is nobody to tell. */
static void must(bool ok) {
    if (!ok)
        __builtin_trap();
}

/* All that is allocated here are payloads, one at a time, and each is freed before the next one comes. So there is one
 * buffer for them, as there is in the processes at the pipes: the allocator that the bindings bring along, which serves
 * any program, takes a sixth of the time of a call. */
static _Alignas(8) uint8_t buffer[65536];
static bool used;

void *cabi_realloc(void *ptr, size_t old_size, size_t align, size_t new_size) {
    (void)ptr;
    must(old_size == 0 && new_size <= sizeof buffer);
    if (new_size == 0)
        return (void *)align;
    must(!used);
    used = true;
    return buffer;
}

void cabi_free(void *ptr) {
    must(ptr == buffer && used);
    used = false;
}

/* Opens the endpoint that the process is granted. */
static witan_kernel_endpoint_borrow_endpoint_t box(void) {
    static witan_kernel_endpoint_own_endpoint_t endpoint;
    static bool opened;
    if (!opened) {
        mail_string_t name = {(uint8_t *)"box", 3};
        witan_kernel_capability_own_capability_t c;
        witan_kernel_capability_error_t err;
        must(witan_kernel_capability_granted(&name, &c, &err));
        must(witan_kernel_endpoint_static_endpoint_open(c, &endpoint, &err));
        opened = true;
    }
    return witan_kernel_endpoint_borrow_endpoint(endpoint);
}

void exports_mail_serve(void) {
    for (;;) {
        witan_kernel_endpoint_delivery_t d;
        witan_kernel_endpoint_error_t err;
        must(witan_kernel_endpoint_method_endpoint_receive(box(), NULL, &d, &err));
        /* One who has given up gets no answer, and that is not our fault. */
        if (d.reply.is_some)
            (void)witan_kernel_endpoint_static_reply_send(d.reply.val, &d.message, &err);
        mail_list_u8_free(&d.message.payload);
    }
}

/* The answer is what was sent: its bytes are freed when it has arrived. */
bool exports_witan_kernel_server_handle(
    uint64_t badge, exports_witan_kernel_server_message_t *message, exports_witan_kernel_server_message_t *ret) {
    (void)badge;
    *ret = *message;
    return true;
}

uint32_t exports_mail_drive(uint32_t n, uint32_t len) {
    static uint8_t bytes[65536];
    must(len <= sizeof bytes);
    const witan_kernel_endpoint_message_t message = {.payload = {bytes, len}};
    uint32_t sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        witan_kernel_endpoint_message_t answer;
        witan_kernel_endpoint_error_t err;
        must(witan_kernel_endpoint_method_endpoint_call(box(), &message, NULL, &answer, &err));
        sum += answer.payload.len;
        mail_list_u8_free(&answer.payload);
    }
    return sum;
}

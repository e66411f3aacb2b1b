/* Endpoints that the manifest grants, and messages of bytes. */

#ifndef MAILBOX_H
#define MAILBOX_H

#include "text.h"
#include "world.h"

typedef witan_kernel_endpoint_own_endpoint_t mailbox;
typedef witan_kernel_endpoint_message_t message;
typedef witan_kernel_endpoint_delivery_t delivery;

enum { MILLISECOND = 1000000 }; /* in nanoseconds */

/* Opens the endpoint that the manifest grants under a name. */
static inline bool mailbox_open(const char *name, mailbox *ret, witan_kernel_endpoint_error_t *err) {
    string_t text = {(uint8_t *)name, length(name)};
    witan_kernel_capability_own_capability_t c;
    return witan_kernel_capability_granted(&text, &c, err) && witan_kernel_endpoint_static_endpoint_open(c, ret, err);
}

/* A message with bytes that stay the caller's. */
static inline message mail(uint64_t label, const void *bytes, size_t len) {
    return (message){.label = label, .payload = {(uint8_t *)bytes, len}};
}

static inline bool mail_send(mailbox to, const message *m, uint64_t timeout, witan_kernel_endpoint_error_t *err) {
    return witan_kernel_endpoint_method_endpoint_send(witan_kernel_endpoint_borrow_endpoint(to), m, &timeout, err);
}

/* Waits for a message. Who has it frees it. */
static inline bool mail_receive(mailbox from, uint64_t timeout, delivery *ret, witan_kernel_endpoint_error_t *err) {
    return witan_kernel_endpoint_method_endpoint_receive(
        witan_kernel_endpoint_borrow_endpoint(from), &timeout, ret, err);
}

/* Waits for a message, however long that takes. */
static inline bool mail_await(mailbox from, delivery *ret, witan_kernel_endpoint_error_t *err) {
    return witan_kernel_endpoint_method_endpoint_receive(witan_kernel_endpoint_borrow_endpoint(from), NULL, ret, err);
}

/* Sends, and waits for the answer. Who has it frees it. */
static inline bool mail_call(
    mailbox to, const message *m, uint64_t timeout, message *ret, witan_kernel_endpoint_error_t *err) {
    return witan_kernel_endpoint_method_endpoint_call(
        witan_kernel_endpoint_borrow_endpoint(to), m, &timeout, ret, err);
}

#endif

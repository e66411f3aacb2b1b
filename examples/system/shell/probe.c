#include "probe.h"

bool wrong(text *why, const char *what) {
    put(why, what);
    return false;
}

bool failed(text *why, const char *what, witan_kernel_capability_error_t err) {
    put(why, what);
    put(why, ": ");
    put(why, error_name(err));
    return false;
}

enum { TRIES = 3 }; /* of a call whose provider ends in the middle of it */

bool entropy(uint32_t n, bytes_t *ret, text *why) {
    demo_system_entropy_failure_t err = DEMO_SYSTEM_ENTROPY_FAILURE_UNAVAILABLE;
    for (int i = 0; i < TRIES && err == DEMO_SYSTEM_ENTROPY_FAILURE_UNAVAILABLE; i++)
        if (demo_system_entropy_bytes(n, ret, &err))
            return true;
    return wrong(why, "no random bytes");
}

bool random_below(uint32_t n, uint32_t *ret, text *why) {
    bytes_t bytes;
    if (!entropy(4, &bytes, why))
        return false;
    __builtin_memcpy(ret, bytes.ptr, 4);
    *ret %= n;
    bytes_free(&bytes);
    return true;
}

bool round_trip(const char *name, const bytes_t *content, text *why) {
    string_t file = {(uint8_t *)name, length(name)};
    bytes_t got;
    demo_system_files_failure_t err = DEMO_SYSTEM_FILES_FAILURE_UNAVAILABLE;
    bool done = false;
    for (int i = 0; i < TRIES && !done && err == DEMO_SYSTEM_FILES_FAILURE_UNAVAILABLE; i++)
        done = demo_system_files_write(&file, content, &err) && demo_system_files_read(&file, &got, &err);
    if (!done)
        return wrong(why, failure_name(err));
    bool equal = same(got.ptr, got.len, content->ptr, content->len);
    bytes_free(&got);
    return equal || wrong(why, "what is read is not what was written");
}

/* -- The log ------------------------------------------------------------------------------- */

bool ask_log(uint64_t label, text *answer, text *why) {
    static mailbox box;
    static bool open;
    witan_kernel_endpoint_error_t err;
    if (!open && !(open = mailbox_open("log", &box, &err)))
        return failed(why, "the log's endpoint", err);
    message m = mail(label, NULL, 0), got;
    for (int i = 1; !mail_call(box, &m, PATIENCE, &got, &err); i++)
        if (err != WITAN_KERNEL_CAPABILITY_ERROR_NO_REPLY || i == TRIES)
            return failed(why, "a call of the log", err);
    put_n(answer, got.payload.ptr, got.payload.len);
    witan_kernel_endpoint_message_free(&got);
    return true;
}

/* -- The actor ----------------------------------------------------------------------------- */

enum { PAYLOAD = 48 };

/* Waits for the answer to a ping, and lets those to earlier ones pass. */
static bool await_pong(mailbox pongs, const uint8_t *payload, witan_kernel_endpoint_error_t *err) {
    delivery d;
    bool right = false;
    for (uint64_t deadline = now() + PATIENCE; !right && now() < deadline;) {
        if (!mail_receive(pongs, deadline - now(), &d, err))
            return false;
        const bytes_t *got = &d.message.payload;
        right = d.message.label == PONG && got->len == PAYLOAD && got->ptr[0] == payload[0];
        for (size_t i = 1; right && i <= payload[0]; i++)
            right = got->ptr[i] == payload[payload[0] + 1 - i];
        witan_kernel_endpoint_delivery_free(&d);
    }
    return right;
}

bool ping(const uint8_t *bytes, size_t len, text *why) {
    static mailbox pings, pongs;
    static bool open;
    witan_kernel_endpoint_error_t err;
    if (!open && !(open = mailbox_open("ping", &pings, &err) && mailbox_open("pong", &pongs, &err)))
        return failed(why, "the actor's endpoints", err);
    uint8_t payload[PAYLOAD] = {(uint8_t)len};
    __builtin_memcpy(payload + 1, bytes, len);
    message m = mail(PING, payload, PAYLOAD);
    for (int i = 0; i < TRIES; i++) {
        err = WITAN_KERNEL_CAPABILITY_ERROR_NO_REPLY;
        if (mail_send(pings, &m, PATIENCE, &err) && await_pong(pongs, payload, &err))
            return true;
    }
    return failed(why, "the actor", err);
}

/* -- The saboteur -------------------------------------------------------------------------- */

bool ask_saboteur(text *why) {
    string_t nothing = LITERAL("nothing"), answer;
    demo_system_sabotage_failure_t err;
    for (int i = 0; i < TRIES; i++) {
        if (!demo_system_sabotage_commit(&nothing, &answer, &err))
            continue;
        bool right = is(answer.ptr, answer.len, "xxxx");
        string_free(&answer);
        return right || wrong(why, "the saboteur's answer is another one");
    }
    return wrong(why, "the saboteur does not answer");
}

/* -- All ----------------------------------------------------------------------------------- */

bool all_answer(text *why) {
    bytes_t bytes;
    TEXT(count, 32);
    if (!entropy(8, &bytes, why))
        return false;
    bool ok = ask_log(LOG_COUNT, &count, why) && round_trip("answer", &bytes, why) && ping(bytes.ptr, bytes.len, why) &&
              ask_saboteur(why);
    bytes_free(&bytes);
    return ok;
}

/* The driver of a virtio entropy device (virtio 1.2, section 5.4): the world demo:system/rng. The device fills buffers with
 * random bytes; that is all there is to it. */

#include "rng.h"

#define WORLD rng
#include "../lib/virtio.h"

enum { MOST = 4096, TRIES = 64 };

static virtio device;

/* Gets up to len random bytes, or 0 if the device has none. */
static uint32_t draw(uint8_t *to, uint32_t len) {
    buffer b = {BUFFERS_AT, len, true};
    uint32_t got = virtio_request(&device, &b, 1);
    bytes_t bytes;
    if (got == 0 || got > len || !virtio_get(&device, BUFFERS_AT, got, &bytes))
        return 0;
    __builtin_memcpy(to, bytes.ptr, got);
    bytes_free(&bytes);
    return got;
}

bool exports_demo_system_entropy_bytes(uint32_t count, bytes_t *ret, exports_demo_system_entropy_failure_t *err) {
    *err = EXPORTS_DEMO_SYSTEM_ENTROPY_FAILURE_TOO_MANY;
    if (count > MOST)
        return false;
    *err = EXPORTS_DEMO_SYSTEM_ENTROPY_FAILURE_DEVICE;
    if (!virtio_start(&device, "rng", 0, BUFFERS_AT + MOST))
        return false;
    ret->ptr = cabi_realloc(NULL, 0, 1, count);
    ret->len = 0;
    for (int i = 0; i < TRIES && ret->len < count; i++)
        ret->len += draw(ret->ptr + ret->len, count - (uint32_t)ret->len);
    if (ret->len == count)
        return true;
    ret->len = count; /* what was allocated is what is freed */
    bytes_free(ret);
    return false;
}

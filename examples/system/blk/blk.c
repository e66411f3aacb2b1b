/* The driver of a virtio block device (virtio 1.2, section 5.2): the world demo:system/blk. */

#include "blk.h"

#define WORLD blk
#include "../lib/virtio.h"

typedef exports_demo_system_blocks_failure_t failure;

#define DEVICE EXPORTS_DEMO_SYSTEM_BLOCKS_FAILURE_DEVICE
#define OUT_OF_RANGE EXPORTS_DEMO_SYSTEM_BLOCKS_FAILURE_OUT_OF_RANGE

enum { SECTOR = 512, MOST = 128 }; /* bytes in a sector, sectors in a request */

/* Where a request's parts lie. */
enum {
    HEADER_AT = BUFFERS_AT,
    STATUS_AT = BUFFERS_AT + 64,
    DATA_AT = BUFFERS_AT + 4096,
    MEMORY = DATA_AT + MOST * SECTOR,
};

typedef struct header {
    uint32_t type, reserved;
    uint64_t sector;
} header;

enum { TYPE_READ = 0, TYPE_WRITE = 1, TYPE_FLUSH = 4 };
enum { STATUS_OK = 0, STATUS_NONE = 0xff };
enum { FEATURE_FLUSH = 1 << 9 };
enum { CAPACITY = 0 }; /* in the configuration of its own, as an offset */

static virtio device;

static bool start(failure *err) {
    *err = DEVICE;
    return virtio_start(&device, "disk", FEATURE_FLUSH, MEMORY);
}

/* Has the device do something with so many bytes of data. */
static bool request(uint32_t type, uint64_t sector, uint32_t len) {
    header h = {type, 0, sector};
    uint8_t status = STATUS_NONE;
    virtio_put(&device, HEADER_AT, &h, sizeof h);
    virtio_put(&device, STATUS_AT, &status, 1);
    buffer header_part = {HEADER_AT, sizeof h, false};
    buffer data = {DATA_AT, len, type == TYPE_READ};
    buffer status_part = {STATUS_AT, 1, true};
    if (len > 0)
        virtio_request(&device, (buffer[]){header_part, data, status_part}, 3);
    else
        virtio_request(&device, (buffer[]){header_part, status_part}, 2);
    bytes_t answer;
    if (!virtio_get(&device, STATUS_AT, 1, &answer))
        return false;
    status = answer.ptr[0];
    bytes_free(&answer);
    return status == STATUS_OK;
}

static uint64_t capacity(void) {
    uint64_t sectors = virtio_read64(&device, &device.layout.specific, CAPACITY);
    virtio_insist(&device);
    return sectors;
}

/* Checks that there are such sectors. */
static bool within(uint64_t first, uint64_t count, failure *err) {
    uint64_t all = capacity();
    *err = OUT_OF_RANGE;
    return count <= MOST && first <= all && count <= all - first;
}

bool exports_demo_system_blocks_sectors(uint64_t *ret, failure *err) {
    if (!start(err))
        return false;
    *ret = capacity();
    return true;
}

bool exports_demo_system_blocks_read(uint64_t first, uint32_t count, bytes_t *ret, failure *err) {
    *ret = (bytes_t){(uint8_t *)1, 0};
    if (!start(err) || !within(first, count, err))
        return false;
    *err = DEVICE;
    return count == 0 || (request(TYPE_READ, first, count * SECTOR) && virtio_get(&device, DATA_AT, count * SECTOR, ret));
}

static bool write(uint64_t first, const bytes_t *bytes, failure *err) {
    if (!start(err) || !within(first, bytes->len / SECTOR, err) || bytes->len % SECTOR != 0)
        return false;
    if (bytes->len == 0)
        return true;
    *err = DEVICE;
    virtio_put(&device, DATA_AT, bytes->ptr, bytes->len);
    return request(TYPE_WRITE, first, (uint32_t)bytes->len);
}

bool exports_demo_system_blocks_write(uint64_t first, bytes_t *bytes, failure *err) {
    bool ok = write(first, bytes, err);
    bytes_free(bytes);
    return ok;
}

bool exports_demo_system_blocks_flush(failure *err) {
    if (!start(err))
        return false;
    *err = DEVICE;
    return !(device.features & FEATURE_FLUSH) || /* a device without it writes through (section 5.2.5.2) */
           request(TYPE_FLUSH, 0, 0);
}

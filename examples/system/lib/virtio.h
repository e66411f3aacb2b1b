/* A driver's side of a virtio device on PCI (virtio 1.2, sections 3.1 and 4.1) that does one request at a time, with one split
 * queue (section 2.7).
 *
 * All that the driver has of the machine are the capabilities of witan:kernel/device: windows of registers, an interrupt
 * and memory for transfers. What the device writes there is not believed further than it can be checked. */

#ifndef VIRTIO_H
#define VIRTIO_H

#include "text.h"
#include "world.h"

typedef witan_kernel_device_extent_t extent;

enum { WINDOWS = 6 }; /* base address registers of a PCI device */

typedef struct virtio {
    witan_kernel_device_own_handle_t device;
    witan_kernel_device_own_interrupt_t interrupt;
    witan_kernel_device_own_dma_t dma;
    witan_kernel_device_own_mmio_t windows[WINDOWS];
    bool started, has_window[WINDOWS];
    witan_kernel_device_virtio_layout_t layout;
    uint64_t address;  /* of the memory for transfers, as the device knows it */
    uint32_t features; /* the lower half of those that both sides have */
    uint32_t notify;   /* where in its extent the queue is notified */
    uint16_t requests; /* so many were made, modulo 65536 */
    bool failed;       /* the device does not do what it should: nothing is done any more */
} virtio;

/* The common configuration, as offsets. */
enum {
    DEVICE_FEATURE_SELECT = 0,
    DEVICE_FEATURE = 4,
    DRIVER_FEATURE_SELECT = 8,
    DRIVER_FEATURE = 12,
    DEVICE_STATUS = 20,
    QUEUE_SELECT = 22,
    QUEUE_SIZE = 24,
    QUEUE_VECTOR = 26,
    QUEUE_ENABLE = 28,
    QUEUE_NOTIFY_OFFSET = 30,
    QUEUE_DESCRIPTORS = 32,
    QUEUE_DRIVER = 40,
    QUEUE_DEVICE = 48,
};

/* Bits of the device's status. */
enum { STATUS_ACKNOWLEDGE = 1, STATUS_DRIVER = 2, STATUS_DRIVER_OK = 4, STATUS_FEATURES_OK = 8 };

enum { FEATURE_VERSION_1 = 1 }; /* in the upper half: no legacy device */

/* The queue, in the first page of the memory for transfers. Buffers lie behind it. */
enum {
    QUEUE_LENGTH = 4,
    DESCRIPTORS_AT = 0,
    AVAILABLE_AT = 256,
    USED_AT = 512,
    BUFFERS_AT = 4096,
};

/* -- Registers and memory ------------------------------------------------------------------ */

/* Keeps in mind whether something was refused, and returns whether it was not. */
static inline bool virtio_check(virtio *v, bool ok) {
    v->failed = v->failed || !ok;
    return !v->failed;
}

/* Finds the window that a structure lies in. */
static inline bool virtio_window(virtio *v, const extent *e, witan_kernel_device_borrow_mmio_t *ret) {
    witan_kernel_device_error_t err;
    uint8_t n = e->window;
    if (!virtio_check(v, n < WINDOWS))
        return false;
    if (!v->has_window[n]) {
        v->has_window[n] = witan_kernel_device_method_handle_window(
            witan_kernel_device_borrow_handle(v->device), n, &v->windows[n], &err);
        virtio_check(v, v->has_window[n]);
    }
    if (v->has_window[n])
        *ret = witan_kernel_device_borrow_mmio(v->windows[n]);
    return v->has_window[n];
}

/* Defines access to a register of so many bits in a structure; a value that can't be read is 0. */
#define VIRTIO_REGISTER(bits) \
    static inline uint##bits##_t virtio_read##bits(virtio *v, const extent *e, uint32_t at) { \
        witan_kernel_device_borrow_mmio_t w; \
        witan_kernel_device_error_t err; \
        uint##bits##_t value = 0; \
        if (virtio_check(v, at < e->length) && virtio_window(v, e, &w)) \
            virtio_check(v, witan_kernel_device_method_mmio_read##bits(w, e->offset + at, &value, &err)); \
        return value; \
    } \
    static inline void virtio_write##bits(virtio *v, const extent *e, uint32_t at, uint##bits##_t value) { \
        witan_kernel_device_borrow_mmio_t w; \
        witan_kernel_device_error_t err; \
        if (virtio_check(v, at < e->length) && virtio_window(v, e, &w)) \
            virtio_check(v, witan_kernel_device_method_mmio_write##bits(w, e->offset + at, value, &err)); \
    }

VIRTIO_REGISTER(8)
VIRTIO_REGISTER(16)
VIRTIO_REGISTER(32)

static inline uint64_t virtio_read64(virtio *v, const extent *e, uint32_t at) {
    return virtio_read32(v, e, at) | (uint64_t)virtio_read32(v, e, at + 4) << 32;
}

static inline void virtio_write64(virtio *v, const extent *e, uint32_t at, uint64_t value) {
    virtio_write32(v, e, at, (uint32_t)value);
    virtio_write32(v, e, at + 4, (uint32_t)(value >> 32));
}

/* Copies bytes to where the device can read them. */
static inline void virtio_put(virtio *v, uint32_t at, const void *from, size_t len) {
    witan_kernel_device_error_t err;
    bytes_t bytes = {(uint8_t *)from, len};
    virtio_check(v, witan_kernel_device_method_dma_write(witan_kernel_device_borrow_dma(v->dma), at, &bytes, &err));
}

/* Copies bytes that the device has written into a list, which is the caller's if this returns true. */
static inline bool virtio_get(virtio *v, uint32_t at, uint32_t len, bytes_t *ret) {
    witan_kernel_device_error_t err;
    return virtio_check(
        v, witan_kernel_device_method_dma_read(witan_kernel_device_borrow_dma(v->dma), at, len, ret, &err));
}

static inline uint16_t virtio_get16(virtio *v, uint32_t at) {
    witan_kernel_device_error_t err;
    uint16_t value = 0;
    virtio_check(v, witan_kernel_device_method_dma_read16(witan_kernel_device_borrow_dma(v->dma), at, &value, &err));
    return value;
}

static inline uint32_t virtio_get32(virtio *v, uint32_t at) {
    witan_kernel_device_error_t err;
    uint32_t value = 0;
    virtio_check(v, witan_kernel_device_method_dma_read32(witan_kernel_device_borrow_dma(v->dma), at, &value, &err));
    return value;
}

static inline void virtio_put16(virtio *v, uint32_t at, uint16_t value) {
    witan_kernel_device_error_t err;
    virtio_check(v, witan_kernel_device_method_dma_write16(witan_kernel_device_borrow_dma(v->dma), at, value, &err));
}

/* -- Start --------------------------------------------------------------------------------- */

/* Takes what there is of the device, with so much memory for transfers. */
static inline void virtio_take(virtio *v, uint32_t memory) {
    witan_kernel_device_error_t err;
    witan_kernel_device_borrow_handle_t device = witan_kernel_device_borrow_handle(v->device);
    witan_kernel_device_info_t info;
    witan_kernel_device_method_handle_info(device, &info);
    v->layout = info.virtio.val;
    if (virtio_check(v, info.virtio.is_some &&
                            witan_kernel_device_method_handle_interrupt(device, 0, &v->interrupt, &err) &&
                            witan_kernel_device_method_handle_dma(device, memory, &v->dma, &err)))
        v->address = witan_kernel_device_method_dma_address(witan_kernel_device_borrow_dma(v->dma));
}

/* Agrees with the device on features: VERSION_1, and those wanted that it has. */
static inline void virtio_negotiate(virtio *v, uint32_t wanted) {
    const extent *common = &v->layout.common;
    const uint8_t begun = STATUS_ACKNOWLEDGE | STATUS_DRIVER;
    virtio_write8(v, common, DEVICE_STATUS, 0);
    for (int i = 0; i < 1000 && virtio_read8(v, common, DEVICE_STATUS) != 0; i++)
        virtio_check(v, i < 999); /* a device that does not reset */
    virtio_write8(v, common, DEVICE_STATUS, STATUS_ACKNOWLEDGE);
    virtio_write8(v, common, DEVICE_STATUS, begun);
    virtio_write32(v, common, DEVICE_FEATURE_SELECT, 1);
    virtio_check(v, virtio_read32(v, common, DEVICE_FEATURE) & FEATURE_VERSION_1);
    virtio_write32(v, common, DEVICE_FEATURE_SELECT, 0);
    v->features = virtio_read32(v, common, DEVICE_FEATURE) & wanted;
    virtio_write32(v, common, DRIVER_FEATURE_SELECT, 0);
    virtio_write32(v, common, DRIVER_FEATURE, v->features);
    virtio_write32(v, common, DRIVER_FEATURE_SELECT, 1);
    virtio_write32(v, common, DRIVER_FEATURE, FEATURE_VERSION_1);
    virtio_write8(v, common, DEVICE_STATUS, begun | STATUS_FEATURES_OK);
    virtio_check(v, virtio_read8(v, common, DEVICE_STATUS) & STATUS_FEATURES_OK);
}

/* Tells the device where the queue is, and sets it to work. */
static inline void virtio_go(virtio *v) {
    const extent *common = &v->layout.common;
    virtio_write16(v, common, QUEUE_SELECT, 0);
    virtio_check(v, virtio_read16(v, common, QUEUE_SIZE) >= QUEUE_LENGTH);
    virtio_write16(v, common, QUEUE_SIZE, QUEUE_LENGTH);
    virtio_write16(v, common, QUEUE_VECTOR, 0);
    virtio_write64(v, common, QUEUE_DESCRIPTORS, v->address + DESCRIPTORS_AT);
    virtio_write64(v, common, QUEUE_DRIVER, v->address + AVAILABLE_AT);
    virtio_write64(v, common, QUEUE_DEVICE, v->address + USED_AT);
    v->notify = virtio_read16(v, common, QUEUE_NOTIFY_OFFSET) * v->layout.notify_multiplier;
    virtio_write16(v, common, QUEUE_ENABLE, 1);
    virtio_write8(
        v, common, DEVICE_STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK | STATUS_DRIVER_OK);
}

/* Ends the driver if its device does not do what it should. It is started again, with a device that was reset: that is a
 * better state to go on from than any that could be found here. */
static inline void virtio_insist(const virtio *v) {
    if (v->failed)
        __builtin_trap();
}

/* Starts the device that the manifest grants under a name, if it is not running. Returns false if there is none. */
static inline bool virtio_start(virtio *v, const char *name, uint32_t features, uint32_t memory) {
    string_t text = {(uint8_t *)name, length(name)};
    witan_kernel_device_error_t err;
    if (v->started)
        return true;
    if (!witan_kernel_device_static_handle_open(&text, &v->device, &err))
        return false;
    virtio_take(v, memory);
    if (!v->failed)
        virtio_negotiate(v, features);
    if (!v->failed)
        virtio_go(v);
    virtio_insist(v);
    return v->started = true;
}

/* -- Requests ------------------------------------------------------------------------------ */

/* A piece of a request: bytes in the memory for transfers. */
typedef struct buffer {
    uint32_t at, len;
    bool written; /* by the device */
} buffer;

typedef struct descriptor {
    uint64_t address;
    uint32_t len;
    uint16_t flags, next;
} descriptor;

enum { DESCRIPTOR_NEXT = 1, DESCRIPTOR_WRITE = 2 };

/* Waits until the device has done all requests, and returns how many bytes it says to have written for the last. */
static inline uint32_t virtio_await(virtio *v) {
    const uint64_t patience = 5000000000; /* nanoseconds, for one interrupt: a busy host may take a second */
    uint64_t times;
    witan_kernel_device_error_t err;
    for (int interrupts = 0; virtio_get16(v, USED_AT + 2) != v->requests && !v->failed; interrupts++) {
        virtio_check(v, interrupts < 100);
        virtio_check(v, witan_kernel_device_method_interrupt_wait(
                            witan_kernel_device_borrow_interrupt(v->interrupt), &patience, &times, &err));
        virtio_read8(v, &v->layout.isr, 0); /* reading it has a line that is shared go down */
    }
    uint32_t entry = USED_AT + 4 + 8 * (uint16_t)(v->requests - 1) % (8 * QUEUE_LENGTH);
    virtio_check(v, virtio_get32(v, entry) == 0); /* the descriptor that all requests begin with */
    return virtio_get32(v, entry + 4);
}

/* Has the device do a request of at most QUEUE_LENGTH buffers. Returns how many bytes it says to have written, which is
 * not to be trusted. */
static inline uint32_t virtio_request(virtio *v, const buffer *buffers, uint16_t n) {
    descriptor d[QUEUE_LENGTH];
    for (uint16_t i = 0; i < n; i++) {
        d[i] = (descriptor){
            .address = v->address + buffers[i].at,
            .len = buffers[i].len,
            .flags = (buffers[i].written ? DESCRIPTOR_WRITE : 0) | (i + 1 < n ? DESCRIPTOR_NEXT : 0),
            .next = i + 1,
        };
    }
    virtio_put(v, DESCRIPTORS_AT, d, n * sizeof d[0]);
    virtio_put16(v, AVAILABLE_AT + 4 + 2 * (v->requests % QUEUE_LENGTH), 0);
    virtio_put16(v, AVAILABLE_AT + 2, ++v->requests);
    virtio_write16(v, &v->layout.notify, v->notify, 0);
    uint32_t written = virtio_await(v);
    virtio_insist(v);
    return written;
}

#endif

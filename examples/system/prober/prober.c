/* A program that has a device, which boot.toml calls "spare", and tries to reach more of the machine than that: the world
 * demo:system/prober. Like the attacker it does the one attack that its argument names. */

#include "prober.h"

#define WORLD prober
#include "../lib/attacks.h"
#include "../lib/dispatch.h"

typedef witan_kernel_device_error_t device_error;

static witan_kernel_device_borrow_handle_t spare(void) {
    string_t name = LITERAL("spare");
    witan_kernel_device_own_handle_t device;
    device_error err;
    if (!witan_kernel_device_static_handle_open(&name, &device, &err))
        __builtin_trap();
    return witan_kernel_device_borrow_handle(device);
}

static bool window_ranges(void) {
    witan_kernel_device_borrow_handle_t device = spare();
    witan_kernel_device_info_t info;
    witan_kernel_device_own_mmio_t window;
    device_error err;
    uint8_t b;
    uint32_t word;
    uint64_t both;
    witan_kernel_device_method_handle_info(device, &info);
    if (!info.virtio.is_some || !witan_kernel_device_method_handle_window(device, info.virtio.val.common.window, &window, &err))
        return false;
    witan_kernel_device_borrow_mmio_t w = witan_kernel_device_borrow_mmio(window);
    uint32_t size = witan_kernel_device_method_mmio_size(w);
    return !witan_kernel_device_method_mmio_read8(w, size, &b, &err) &&
           !witan_kernel_device_method_mmio_write8(w, size, 0, &err) &&
           !witan_kernel_device_method_mmio_read8(w, UINT32_MAX, &b, &err) &&
           !witan_kernel_device_method_mmio_read32(w, size - 2, &word, &err) &&
           !witan_kernel_device_method_mmio_read32(w, 1, &word, &err) &&
           !witan_kernel_device_method_mmio_write32(w, UINT32_MAX - 3, 0, &err) &&
           !witan_kernel_device_method_mmio_read64(w, UINT32_MAX - 7, &both, &err);
}

static bool window_foreign(void) {
    witan_kernel_device_borrow_handle_t device = spare();
    witan_kernel_device_own_mmio_t window;
    witan_kernel_device_own_interrupt_t line;
    device_error err;
    return !witan_kernel_device_method_handle_window(device, 6, &window, &err) &&
           !witan_kernel_device_method_handle_window(device, 255, &window, &err) &&
           !witan_kernel_device_method_handle_interrupt(device, 255, &line, &err);
}

static bool dma_ranges(void) {
    witan_kernel_device_borrow_handle_t device = spare();
    witan_kernel_device_own_dma_t memory;
    device_error err;
    bytes_t got, some = {(uint8_t *)1024, 8};
    uint16_t half;
    if (!witan_kernel_device_method_handle_dma(device, 4096, &memory, &err))
        return false;
    witan_kernel_device_borrow_dma_t m = witan_kernel_device_borrow_dma(memory);
    uint32_t size = witan_kernel_device_method_dma_size(m);
    return !witan_kernel_device_method_dma_read(m, size, 1, &got, &err) &&
           !witan_kernel_device_method_dma_read(m, 0, UINT32_MAX, &got, &err) &&
           !witan_kernel_device_method_dma_read(m, UINT32_MAX, 2, &got, &err) &&
           !witan_kernel_device_method_dma_write(m, size - 4, &some, &err) &&
           !witan_kernel_device_method_dma_write(m, UINT32_MAX - 3, &some, &err) &&
           !witan_kernel_device_method_dma_read16(m, size - 1, &half, &err) &&
           !witan_kernel_device_method_dma_write16(m, UINT32_MAX, 0, &err);
}

static bool dma_huge(void) {
    witan_kernel_device_borrow_handle_t device = spare();
    witan_kernel_device_own_dma_t memory;
    device_error err;
    return !witan_kernel_device_method_handle_dma(device, 1 << 30, &memory, &err) &&
           !witan_kernel_device_method_handle_dma(device, UINT32_MAX, &memory, &err);
}

static bool dma_many(void) {
    witan_kernel_device_borrow_handle_t device = spare();
    witan_kernel_device_own_dma_t memory;
    device_error err;
    for (int i = 0; i < 64; i++)
        if (!witan_kernel_device_method_handle_dma(device, 4096, &memory, &err))
            return true;
    return false;
}

static bool refuses_device(const char *name) {
    string_t text = {(uint8_t *)name, length(name)};
    witan_kernel_device_own_handle_t device;
    device_error err;
    return !witan_kernel_device_static_handle_open(&text, &device, &err);
}

static bool device_not_granted(void) {
    return refuses_device("disk") && refuses_device("rng") && refuses_device("virtio-rng") &&
           refuses_device("pci:1af4:1042") && refuses_device("");
}

#define ROW(how, name, what) {#name, name},

bool exports_wasi_cli_run_run(void) {
    static const deed deeds[] = {DEVICE_ATTACKS(ROW)};
    return dispatch(deeds, sizeof deeds / sizeof deeds[0]);
}

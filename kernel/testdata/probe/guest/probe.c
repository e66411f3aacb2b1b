// The probe of the kernel's tests: the world test:kernel/probe in C, without a C library.

#include "probe.h"

bool exports_wasi_cli_run_run(void) {
    test_kernel_control_ending_t ending = test_kernel_control_next();
    if (ending == TEST_KERNEL_CONTROL_ENDING_TRAP)
        __builtin_trap();
    return ending == TEST_KERNEL_CONTROL_ENDING_SUCCESS;
}

uint32_t exports_probe_add(uint32_t a, uint32_t b) { return a + b; }

bool exports_probe_divide(uint32_t a, uint32_t b, uint32_t *ret, uint8_t *err) {
    if (b == 0) {
        *err = 33; // EDOM
        return false;
    }
    *ret = a / b;
    return true;
}

// A program that uses all of witan:kernel: the world test:speak/speak in C, without a C library.

#include "speak.h"

void exports_speak_speak(void) {
    speak_string_t name, nobody, message, dropped;
    witan_kernel_process_name(&name);
    speak_string_set(&message, "two\nlines \x1b[31mand a colour");
    for (int level = WITAN_KERNEL_LOG_LEVEL_TRACE; level <= WITAN_KERNEL_LOG_LEVEL_ERROR; level++)
        if (witan_kernel_log_enabled(level))
            witan_kernel_log_log(level, &name, &message);
    speak_string_set(&nobody, "");
    speak_string_set(&dropped, "dropped");
    witan_kernel_log_log(WITAN_KERNEL_LOG_LEVEL_TRACE, &nobody, &dropped);
    speak_string_free(&name);

    uint64_t before = witan_kernel_process_uptime();
    witan_kernel_process_yield();
    if (witan_kernel_process_uptime() < before)
        __builtin_trap();
    witan_kernel_process_exit(witan_kernel_process_id() & 0xff);
    __builtin_trap(); // exit does not return
}

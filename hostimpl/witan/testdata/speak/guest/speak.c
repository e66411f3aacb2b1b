/* A program that uses all of witan:kernel: the world test:speak/speak in C, without a C library. */

typedef unsigned int u32;
typedef unsigned long long u64;

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

enum { TRACE, DEBUG, INFO, WARN, ERROR };

#define LOG "witan:kernel/log@0.1.0"
#define PROCESS "witan:kernel/process@0.1.0"

typedef struct {
    const char *ptr;
    u32 len;
} string;

IMPORT(LOG, "log") void log_log(u32 level, const char *target, u32 target_len, const char *message, u32 message_len);
IMPORT(LOG, "enabled") u32 log_enabled(u32 level);
IMPORT(PROCESS, "id") u64 process_id(void);
IMPORT(PROCESS, "name") void process_name(string *);
IMPORT(PROCESS, "uptime") u64 process_uptime(void);
IMPORT(PROCESS, "yield") void process_yield(void);
IMPORT(PROCESS, "exit") void process_exit(u32 status);

/* The allocator for the only string that the host gives. */
static char heap[64];

EXPORT("cabi_realloc")
void *cabi_realloc(void *old, u32 old_size, u32 align, u32 size) {
    if (old || old_size || align != 1 || size > sizeof heap)
        __builtin_trap();
    return heap;
}

static const char message[] = "two\nlines \x1b[31mand a colour";

EXPORT("speak")
void speak(void) {
    string name;
    process_name(&name);
    for (u32 level = TRACE; level <= ERROR; level++)
        if (log_enabled(level))
            log_log(level, name.ptr, name.len, message, sizeof message - 1);
    log_log(TRACE, "", 0, "dropped", 7);

    u64 before = process_uptime();
    process_yield();
    if (process_uptime() < before)
        __builtin_trap();
    process_exit(process_id() & 0xff);
    __builtin_trap(); /* exit does not return */
}

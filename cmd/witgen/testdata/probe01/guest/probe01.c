/* A core module that speaks WASI 0.1, from before components, without a C library. Its first argument is a
 * command:
 *
 *   show ...   print arguments and environment, one a line
 *   cat        copy standard input to standard output
 *   exit N     exit with that status
 *   trap       run into an unreachable instruction
 */

typedef unsigned char u8;
typedef unsigned int u32;

#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))

typedef struct {
    const char *ptr;
    u32 len;
} slice;

WASI("args_sizes_get") u32 args_sizes_get(u32 *count, u32 *bytes);
WASI("args_get") u32 args_get(char **list, char *bytes);
WASI("environ_sizes_get") u32 environ_sizes_get(u32 *count, u32 *bytes);
WASI("environ_get") u32 environ_get(char **list, char *bytes);
WASI("fd_read") u32 fd_read(u32 fd, const slice *, u32 count, u32 *done);
WASI("fd_write") u32 fd_write(u32 fd, const slice *, u32 count, u32 *done);
WASI("proc_exit") void proc_exit(u32 status);

static char *list[64];
static char bytes[8192];

static void put(const char *text, u32 len) {
    slice s = {text, len};
    while (s.len > 0) {
        u32 done;
        if (fd_write(1, &s, 1, &done) != 0)
            __builtin_trap();
        s.ptr += done;
        s.len -= done;
    }
}

static u32 length(const char *s) {
    u32 n = 0;
    while (s[n])
        n++;
    return n;
}

static int equal(const char *a, const char *b) {
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

static void put_list(const char *label, u32 count) {
    for (u32 i = 0; i < count; i++) {
        put(label, length(label));
        put(list[i], length(list[i]));
        put("\n", 1);
    }
}

static void check(u32 count, u32 size) {
    if (count > sizeof list / sizeof *list || size > sizeof bytes)
        __builtin_trap();
}

static void cat(void) {
    slice s = {bytes, sizeof bytes};
    u32 done;
    while (fd_read(0, &s, 1, &done) == 0 && done > 0)
        put(bytes, done);
}

static u32 number(const char *s) {
    u32 n = 0;
    while (*s)
        n = 10 * n + (*s++ - '0');
    return n;
}

__attribute__((export_name("_start")))
void start(void) {
    u32 count, size;
    args_sizes_get(&count, &size);
    check(count, size);
    args_get(list, bytes);
    if (count < 2)
        proc_exit(1);
    if (equal(list[1], "show")) {
        put_list("argument ", count);
        environ_sizes_get(&count, &size);
        check(count, size);
        environ_get(list, bytes);
        put_list("variable ", count);
    } else if (equal(list[1], "cat")) {
        cat();
    } else if (equal(list[1], "exit")) {
        proc_exit(number(list[2]));
    } else if (equal(list[1], "trap")) {
        __builtin_trap();
    }
}

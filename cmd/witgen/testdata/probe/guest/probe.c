/* The guest of the tests of witgen run: the world test:probe/probe in C, without a C library.
 * Its first argument is a command:
 *
 *   show ...              print arguments and environment, one a line
 *   cat                   copy standard input to standard output
 *   say OUT ERR           print the first text to standard output, the second to standard error
 *   read DIR NAME         print a file of a preopened directory
 *   write DIR NAME TEXT   write one; status 3 if a file can't be opened
 *   exit N                exit with that status
 *   give-up               exit with the status of failure
 *   fail                  let run return an error
 *   trap                  run into an unreachable instruction
 */

typedef unsigned char u8;
typedef int s32;
typedef unsigned int u32;
typedef long long s64;
typedef unsigned long long u64;

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

enum { OK, ERR };

/* -- The types of WASI; C on wasm32 lays them out as the canonical ABI does -------------- */

typedef struct {
    char *ptr;
    u32 len;
} string;

typedef struct {
    string *ptr;
    u32 len;
} string_list; /* also of pairs of strings, one behind the other */

typedef u32 input_stream, output_stream, descriptor; /* handles */

typedef struct {
    descriptor dir;
    string path;
} preopen;

typedef struct {
    preopen *ptr;
    u32 len;
} preopen_list;

typedef struct {
    u8 tag;
    u32 handle; /* or an error code */
} open_result;

typedef struct {
    u8 tag;
    union {
        string bytes;
        u8 err; /* last-operation-failed or closed */
    };
} read_result;

typedef struct {
    u8 tag;
    u32 err[2];
} write_result;

#define STREAMS "wasi:io/streams@0.2.12"
#define FILES "wasi:filesystem/types@0.2.12"

IMPORT("wasi:cli/environment@0.2.12", "get-arguments") void get_arguments(string_list *);
IMPORT("wasi:cli/environment@0.2.12", "get-environment") void get_environment(string_list *);
IMPORT("wasi:cli/exit@0.2.12", "exit") void exit_result(u32 tag);
IMPORT("wasi:cli/exit@0.2.12", "exit-with-code") void exit_code(u32 code);
IMPORT("wasi:cli/stdin@0.2.12", "get-stdin") input_stream get_stdin(void);
IMPORT("wasi:cli/stdout@0.2.12", "get-stdout") output_stream get_stdout(void);
IMPORT("wasi:cli/stderr@0.2.12", "get-stderr") output_stream get_stderr(void);
IMPORT(STREAMS, "[method]input-stream.blocking-read") void stream_read(input_stream, u64 len, read_result *);
IMPORT(STREAMS, "[method]output-stream.blocking-write-and-flush")
void stream_write(output_stream, const char *ptr, u32 len, write_result *);
IMPORT(STREAMS, "[resource-drop]input-stream") void input_drop(input_stream);
IMPORT(STREAMS, "[resource-drop]output-stream") void output_drop(output_stream);
IMPORT("wasi:filesystem/preopens@0.2.12", "get-directories") void get_directories(preopen_list *);
IMPORT(FILES, "[method]descriptor.open-at")
void open_at(descriptor, u32 path_flags, const char *path, u32 path_len, u32 open_flags, u32 flags, open_result *);
IMPORT(FILES, "[method]descriptor.read-via-stream") void read_via_stream(descriptor, u64 offset, open_result *);
IMPORT(FILES, "[method]descriptor.write-via-stream") void write_via_stream(descriptor, u64 offset, open_result *);

/* -- Memory: the host allocates what it returns, and nothing is freed --------------------- */

extern u8 __heap_base;
static u32 heap_end;

EXPORT("cabi_realloc")
void *cabi_realloc(void *old, u32 old_size, u32 align, u32 size) {
    const u64 page = 65536;
    u64 at = heap_end ? heap_end : (u32)&__heap_base;
    at = (at + align - 1) & ~(u64)(align - 1);
    u64 end = at + size;
    u64 have = __builtin_wasm_memory_size(0) * page;
    if (end > have && __builtin_wasm_memory_grow(0, (end - have + page - 1) / page) == -1ul)
        __builtin_trap();
    heap_end = end;
    __builtin_memcpy((void *)(u32)at, old, old_size < size ? old_size : size);
    return (void *)(u32)at;
}

/* -- Text --------------------------------------------------------------------------------- */

#define LITERAL(s) ((string){s, sizeof(s) - 1})

static int equal(string a, string b) {
    if (a.len != b.len)
        return 0;
    for (u32 i = 0; i < a.len; i++)
        if (a.ptr[i] != b.ptr[i])
            return 0;
    return 1;
}

static u32 number(string s) {
    u32 n = 0;
    for (u32 i = 0; i < s.len; i++)
        n = 10 * n + (s.ptr[i] - '0');
    return n;
}

/* A stream takes at most so many bytes at a time. */
enum { CHUNK = 4096 };

static void put(output_stream out, string s) {
    write_result written;
    while (s.len > 0) {
        u32 n = s.len < CHUNK ? s.len : CHUNK;
        stream_write(out, s.ptr, n, &written);
        if (written.tag == ERR)
            __builtin_trap();
        s.ptr += n;
        s.len -= n;
    }
}

static void copy(input_stream in, output_stream out) {
    read_result r;
    for (;;) {
        u32 mark = heap_end; /* what is read is not needed after it is written */
        stream_read(in, CHUNK, &r);
        if (r.tag == ERR)
            return;
        put(out, r.bytes);
        heap_end = mark;
    }
}

/* -- The commands ------------------------------------------------------------------------- */

static void show(const string_list *args, output_stream out) {
    string_list env;
    for (u32 i = 0; i < args->len; i++) {
        put(out, LITERAL("argument "));
        put(out, args->ptr[i]);
        put(out, LITERAL("\n"));
    }
    get_environment(&env);
    for (u32 i = 0; i < env.len; i++) {
        put(out, LITERAL("variable "));
        put(out, env.ptr[2 * i]);
        put(out, LITERAL("="));
        put(out, env.ptr[2 * i + 1]);
        put(out, LITERAL("\n"));
    }
}

static void no_file(string what) {
    output_stream err = get_stderr();
    put(err, LITERAL("cannot open "));
    put(err, what);
    put(err, LITERAL("\n"));
    output_drop(err);
    exit_code(3);
}

static descriptor open(string dir, string name, u32 open_flags, u32 flags) {
    preopen_list dirs;
    open_result file;
    get_directories(&dirs);
    for (u32 i = 0; i < dirs.len; i++) {
        if (!equal(dirs.ptr[i].path, dir))
            continue;
        open_at(dirs.ptr[i].dir, 0, name.ptr, name.len, open_flags, flags, &file);
        if (file.tag == ERR)
            no_file(name);
        return file.handle;
    }
    no_file(dir);
    return 0;
}

static void read_file(string dir, string name, output_stream out) {
    open_result in;
    read_via_stream(open(dir, name, 0, 1 /* read */), 0, &in);
    if (in.tag == ERR)
        no_file(name);
    copy(in.handle, out);
}

static void write_file(string dir, string name, string text) {
    open_result out;
    write_via_stream(open(dir, name, 1 | 8 /* create, truncate */, 2 /* write */), 0, &out);
    if (out.tag == ERR)
        no_file(name);
    put(out.handle, text);
    output_drop(out.handle);
}

EXPORT("wasi:cli/run@0.2.12#run")
u32 run(void) {
    string_list args;
    get_arguments(&args);
    if (args.len < 2)
        return ERR;
    string *arg = args.ptr + 1; /* the first one is the program's name */
    output_stream out = get_stdout();
    if (equal(*arg, LITERAL("show"))) {
        show(&args, out);
    } else if (equal(*arg, LITERAL("cat"))) {
        input_stream in = get_stdin();
        copy(in, out);
        input_drop(in);
    } else if (equal(*arg, LITERAL("say"))) {
        output_stream err = get_stderr();
        put(out, arg[1]);
        put(err, arg[2]);
        output_drop(err);
    } else if (equal(*arg, LITERAL("read"))) {
        read_file(arg[1], arg[2], out);
    } else if (equal(*arg, LITERAL("write"))) {
        write_file(arg[1], arg[2], arg[3]);
    } else if (equal(*arg, LITERAL("exit"))) {
        exit_code(number(arg[1]));
    } else if (equal(*arg, LITERAL("give-up"))) {
        exit_result(ERR);
    } else if (equal(*arg, LITERAL("trap"))) {
        __builtin_trap();
    } else {
        output_drop(out);
        return ERR;
    }
    output_drop(out);
    return OK;
}

/* -- The functions to call by name ---------------------------------------------------------- */

#define CALLS "test:probe/calls@0.1.0#"

EXPORT(CALLS "add")
s64 add(u32 a, s64 b) { return a + b; }

typedef struct {
    s32 x, y;
} point;

EXPORT(CALLS "mirror")
const point *mirror(s32 x, s32 y) {
    static point p;
    p = (point){-x, -y};
    return &p;
}

typedef struct {
    u8 tag;
    union {
        u32 len;
        string reason;
    };
} measured;

EXPORT(CALLS "measure")
const measured *measure(char *ptr, u32 len) {
    static measured m;
    if (len <= 10)
        m = (measured){.tag = OK, .len = len};
    else
        m = (measured){.tag = ERR, .reason = {ptr, len}};
    return &m;
}

EXPORT(CALLS "stumble")
void stumble(void) { __builtin_trap(); }

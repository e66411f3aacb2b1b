// The guest of the tests of witgen run: the world test:probe/probe in C, without a C library.
// Its first argument is a command:
//
//   show ...              print arguments and environment, one a line
//   cat                   copy standard input to standard output
//   say OUT ERR           print the first text to standard output, the second to standard error
//   read DIR NAME         print a file of a preopened directory
//   write DIR NAME TEXT   write one; status 3 if a file can't be opened
//   exit N                exit with that status
//   give-up               exit with the status of failure
//   fail                  let run return an error
//   trap                  run into an unreachable instruction

#include "probe.h"

typedef probe_string_t string;
typedef wasi_io_streams_own_input_stream_t input;
typedef wasi_io_streams_own_output_stream_t output;
typedef wasi_filesystem_types_own_descriptor_t file;

// -- Text -----------------------------------------------------------------------------------

#define LITERAL(s) ((string){(uint8_t *)s, sizeof(s) - 1})

static bool equal(string a, string b) {
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (a.ptr[i] != b.ptr[i])
            return false;
    return true;
}

static uint32_t number(string s) {
    uint32_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n = 10 * n + (s.ptr[i] - '0');
    return n;
}

// A stream takes at most so many bytes at a time.
enum { CHUNK = 4096 };

static void put(output out, string s) {
    while (s.len > 0) {
        probe_list_u8_t piece = {s.ptr, s.len < CHUNK ? s.len : CHUNK};
        wasi_io_streams_stream_error_t why;
        if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(
                wasi_io_streams_borrow_output_stream(out), &piece, &why))
            __builtin_trap();
        s.ptr += piece.len;
        s.len -= piece.len;
    }
}

static void copy(input in, output out) {
    probe_list_u8_t bytes;
    wasi_io_streams_stream_error_t why;
    while (wasi_io_streams_method_input_stream_blocking_read(
        wasi_io_streams_borrow_input_stream(in), CHUNK, &bytes, &why)) {
        put(out, (string){bytes.ptr, bytes.len});
        probe_list_u8_free(&bytes);
    }
}

// -- The commands ---------------------------------------------------------------------------

static void show(const probe_list_string_t *args, output out) {
    for (size_t i = 0; i < args->len; i++) {
        put(out, LITERAL("argument "));
        put(out, args->ptr[i]);
        put(out, LITERAL("\n"));
    }
    probe_list_tuple2_string_string_t env;
    wasi_cli_environment_get_environment(&env);
    for (size_t i = 0; i < env.len; i++) {
        put(out, LITERAL("variable "));
        put(out, env.ptr[i].f0);
        put(out, LITERAL("="));
        put(out, env.ptr[i].f1);
        put(out, LITERAL("\n"));
    }
    probe_list_tuple2_string_string_free(&env);
}

static _Noreturn void no_file(string what) {
    output err = wasi_cli_stderr_get_stderr();
    put(err, LITERAL("cannot open "));
    put(err, what);
    put(err, LITERAL("\n"));
    wasi_io_streams_output_stream_drop_own(err);
    wasi_cli_exit_exit_with_code(3);
    __builtin_trap(); // exit does not return
}

// Opens a file, or ends the program. The directories stay open until then.
static wasi_filesystem_types_borrow_descriptor_t open(
    string dir, string name, wasi_filesystem_types_open_flags_t how,
    wasi_filesystem_types_descriptor_flags_t what_for) {
    wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t dirs;
    wasi_filesystem_preopens_get_directories(&dirs);
    for (size_t i = 0; i < dirs.len; i++) {
        if (!equal(dirs.ptr[i].f1, dir))
            continue;
        file opened;
        wasi_filesystem_types_error_code_t why;
        if (!wasi_filesystem_types_method_descriptor_open_at(
                wasi_filesystem_types_borrow_descriptor(dirs.ptr[i].f0), 0, &name, how, what_for,
                &opened, &why))
            no_file(name);
        return wasi_filesystem_types_borrow_descriptor(opened);
    }
    no_file(dir);
}

static void read_file(string dir, string name, output out) {
    input in;
    wasi_filesystem_types_error_code_t why;
    if (!wasi_filesystem_types_method_descriptor_read_via_stream(
            open(dir, name, 0, WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_READ), 0, &in, &why))
        no_file(name);
    copy(in, out);
}

static void write_file(string dir, string name, string text) {
    const wasi_filesystem_types_open_flags_t anew =
        WASI_FILESYSTEM_TYPES_OPEN_FLAGS_CREATE | WASI_FILESYSTEM_TYPES_OPEN_FLAGS_TRUNCATE;
    output out;
    wasi_filesystem_types_error_code_t why;
    if (!wasi_filesystem_types_method_descriptor_write_via_stream(
            open(dir, name, anew, WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_WRITE), 0, &out, &why))
        no_file(name);
    put(out, text);
    wasi_io_streams_output_stream_drop_own(out);
}

// Does what the arguments say, the first of which is the program's name.
static bool obey(const probe_list_string_t *args, output out) {
    if (args->len < 2)
        return false;
    const string *arg = args->ptr + 1;
    if (equal(*arg, LITERAL("show"))) {
        show(args, out);
    } else if (equal(*arg, LITERAL("cat"))) {
        input in = wasi_cli_stdin_get_stdin();
        copy(in, out);
        wasi_io_streams_input_stream_drop_own(in);
    } else if (equal(*arg, LITERAL("say"))) {
        output err = wasi_cli_stderr_get_stderr();
        put(out, arg[1]);
        put(err, arg[2]);
        wasi_io_streams_output_stream_drop_own(err);
    } else if (equal(*arg, LITERAL("read"))) {
        read_file(arg[1], arg[2], out);
    } else if (equal(*arg, LITERAL("write"))) {
        write_file(arg[1], arg[2], arg[3]);
    } else if (equal(*arg, LITERAL("exit"))) {
        wasi_cli_exit_exit_with_code((uint8_t)number(arg[1]));
    } else if (equal(*arg, LITERAL("give-up"))) {
        wasi_cli_exit_exit(&(wasi_cli_exit_result_void_void_t){.is_err = true});
    } else if (equal(*arg, LITERAL("trap"))) {
        __builtin_trap();
    } else {
        return false;
    }
    return true;
}

bool exports_wasi_cli_run_run(void) {
    probe_list_string_t args;
    wasi_cli_environment_get_arguments(&args);
    output out = wasi_cli_stdout_get_stdout();
    bool ok = obey(&args, out);
    wasi_io_streams_output_stream_drop_own(out);
    probe_list_string_free(&args);
    return ok;
}

// -- The functions to call by name ----------------------------------------------------------

int64_t exports_test_probe_calls_add(uint32_t a, int64_t b) { return a + b; }

void exports_test_probe_calls_mirror(exports_test_probe_calls_point_t *p, exports_test_probe_calls_point_t *ret) {
    *ret = (exports_test_probe_calls_point_t){-p->x, -p->y};
}

bool exports_test_probe_calls_measure(string *text, uint32_t *ret, string *err) {
    if (text->len <= 10) {
        *ret = text->len;
        probe_string_free(text);
        return true;
    }
    *err = *text;
    return false;
}

void exports_test_probe_calls_stumble(void) { __builtin_trap(); }

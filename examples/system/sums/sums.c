/* Prints the CRC-32 of files, and whether the file system has them down with the same: the world demo:system/sums. The
 * library that computes them is a component of its own, of which this process has an instance to itself. */

#include "sums.h"

#define WORLD sums
#include "../lib/report.h"

/* Computes the sum of a file in pieces, since a library may keep no more than it needs. */
static uint32_t sum_of(const bytes_t *content) {
    const size_t piece = 4096;
    uint32_t sum = 0;
    for (size_t at = 0; at < content->len; at += piece) {
        size_t rest = content->len - at;
        bytes_t bytes = {content->ptr + at, rest < piece ? rest : piece};
        sum = demo_system_checksum_update(sum, &bytes);
    }
    return sum;
}

static bool check_file(const string_t *name) {
    TEXT(t, 256);
    bytes_t content;
    demo_system_files_entry_t entry;
    demo_system_files_failure_t why;
    bool ok = demo_system_files_stat(name, &entry, &why) && demo_system_files_read(name, &content, &why);
    if (ok) {
        uint32_t sum = sum_of(&content);
        ok = sum == entry.sum;
        put_hex(&t, sum, 8);
        put(&t, ok ? " " : " (which is wrong) ");
        bytes_free(&content);
        demo_system_files_entry_free(&entry);
    } else {
        put(&t, "sums: can't read ");
    }
    put_n(&t, name->ptr, name->len);
    put(&t, "\n");
    report(&t);
    return ok;
}

bool exports_wasi_cli_run_run(void) {
    strings_t arguments;
    wasi_cli_environment_get_arguments(&arguments);
    bool ok = arguments.len > 1;
    for (size_t i = 1; i < arguments.len; i++)
        ok &= check_file(&arguments.ptr[i]);
    strings_free(&arguments);
    return ok;
}

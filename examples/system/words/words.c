/* Counts lines, words and bytes of files, as wc does: the world demo:system/words. */

#include "words.h"

#define WORLD words
#include "../lib/report.h"

typedef struct counts {
    uint64_t lines, words, bytes;
} counts;

static counts count(const bytes_t *content) {
    counts c = {.bytes = content->len};
    bool within = false; /* a word */
    for (size_t i = 0; i < content->len; i++) {
        uint8_t b = content->ptr[i];
        bool space = b == ' ' || (b >= '\t' && b <= '\r');
        c.lines += b == '\n';
        c.words += !space && !within;
        within = !space;
    }
    return c;
}

static void put_counts(text *t, const counts *c, const string_t *name) {
    put_number(t, c->lines);
    put(t, " ");
    put_number(t, c->words);
    put(t, " ");
    put_number(t, c->bytes);
    put(t, " ");
    put_n(t, name->ptr, name->len);
    put(t, "\n");
}

/* Counts what is in one file. Returns false if it can't be read. */
static bool count_file(const string_t *name) {
    TEXT(t, 256);
    bytes_t content;
    demo_system_files_failure_t why;
    bool ok = demo_system_files_read(name, &content, &why);
    if (ok) {
        counts c = count(&content);
        bytes_free(&content);
        put_counts(&t, &c, name);
    } else {
        put(&t, "words: can't read ");
        put_n(&t, name->ptr, name->len);
        put(&t, "\n");
    }
    report(&t);
    return ok;
}

bool exports_wasi_cli_run_run(void) {
    strings_t arguments;
    wasi_cli_environment_get_arguments(&arguments);
    bool ok = arguments.len > 1; /* the first one is the program's name */
    for (size_t i = 1; i < arguments.len; i++)
        ok &= count_file(&arguments.ptr[i]);
    strings_free(&arguments);
    return ok;
}

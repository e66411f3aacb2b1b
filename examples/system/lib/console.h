/* Standard output. */

#ifndef CONSOLE_H
#define CONSOLE_H

#include "text.h"
#include "world.h"

/* Writes bytes, as long as there is somebody who takes them. */
static inline void print_n(const void *bytes, size_t len) {
    enum { MOST = 4096 }; /* in one call */
    static wasi_cli_stdout_own_output_stream_t out;
    static bool open, closed;
    if (!open)
        out = wasi_cli_stdout_get_stdout();
    open = true;
    while (len > 0 && !closed) {
        bytes_t some = {(uint8_t *)bytes, len < MOST ? len : MOST};
        wasi_io_streams_stream_error_t why;
        if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(
                wasi_io_streams_borrow_output_stream(out), &some, &why)) {
            closed = true;
            if (why.tag == WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED)
                wasi_io_error_error_drop_own(why.val.last_operation_failed);
        }
        bytes = (const char *)bytes + some.len;
        len -= some.len;
    }
}

static inline void print(const char *s) {
    print_n(s, length(s));
}

/* Writes a text, which is empty then. */
static inline void print_text(text *t) {
    print_n(t->bytes, t->len);
    t->len = 0;
}

#endif

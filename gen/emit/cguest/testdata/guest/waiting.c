// The program of TestWaiting: it passes streams and futures on, and moves what is in them.

#include "waiting.h"

void exports_test_async_pipes_read(
    waiting_string_t *name, exports_test_async_pipes_tuple2_stream_u8_future_result_void_errno_t *ret) {
    test_async_pipes_tuple2_stream_u8_future_result_void_errno_t from;
    test_async_pipes_read(name, &from);
    waiting_string_free(name);
    ret->f0 = from.f0;
    ret->f1 = from.f1;
}

bool exports_test_async_pipes_write(exports_test_async_pipes_pipe_t data, exports_test_async_pipes_errno_t *err) {
    test_async_pipes_pipe_writer_t writer;
    test_async_pipes_pipe_t copy = test_async_pipes_pipe_new(&writer);
    uint8_t buf[512];
    waiting_waitable_status_t status;
    do {
        status = exports_test_async_pipes_pipe_read(data, buf, sizeof buf);
        test_async_pipes_pipe_write(writer, buf, WAITING_WAITABLE_COUNT(status));
    } while (WAITING_WAITABLE_STATE(status) == WAITING_WAITABLE_COMPLETED);
    test_async_pipes_pipe_drop_writable(writer);
    exports_test_async_pipes_pipe_drop_readable(data);
    return test_async_pipes_write(copy, err);
}

exports_test_async_pipes_stream_string_t exports_test_async_pipes_signal(
    exports_test_async_pipes_future_void_t f, waiting_error_context_t *maybe_e) {
    exports_test_async_pipes_future_void_read(f);
    exports_test_async_pipes_future_void_drop_readable(f);
    exports_test_async_pipes_stream_string_writer_t writer;
    exports_test_async_pipes_stream_string_t messages = exports_test_async_pipes_stream_string_new(&writer);
    if (maybe_e) {
        waiting_string_t message;
        waiting_error_context_debug_message(*maybe_e, &message);
        exports_test_async_pipes_stream_string_write(writer, &message, 1);
        waiting_string_free(&message);
        waiting_error_context_drop(*maybe_e);
    }
    exports_test_async_pipes_stream_string_drop_writable(writer);
    return messages;
}

void exports_test_async_pipes_sleep(uint64_t seconds) { test_async_pipes_sleep(seconds); }

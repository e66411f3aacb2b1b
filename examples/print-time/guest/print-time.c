// The guest of the print-time example: the world demo:print-time/print-time in C, without a C
// library.
//
//     witgen build ./print-time/guest -o print-time/print-time.wasm
//
// What the functions of the world are called in C is in the header, which is generated from
// wit/print-time.wit.

#include "print_time.h"

// -- Calendar -------------------------------------------------------------------------------

typedef struct {
    uint64_t year;
    uint32_t month, day; // from 1
} date;

static bool is_leap(uint64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

static uint32_t month_length(uint64_t year, uint32_t month) {
    static const uint8_t length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : length[month - 1];
}

static date date_of(uint64_t days_since_1970) {
    const uint32_t days_per_400_years = 146097; // after which the calendar repeats
    uint64_t year = 1970 + days_since_1970 / days_per_400_years * 400;
    uint32_t day = days_since_1970 % days_per_400_years;
    for (uint32_t length; day >= (length = is_leap(year) ? 366 : 365); year++)
        day -= length;
    uint32_t month = 1;
    for (uint32_t length; day >= (length = month_length(year, month)); month++)
        day -= length;
    return (date){year, month, day + 1};
}

// -- Text -----------------------------------------------------------------------------------

// Long enough for the last second of a uint64_t, in the year 584554051223.
static char line[64];
static size_t line_len;

static void put(const char *text) {
    while (*text)
        line[line_len++] = *text++;
}

static void put_number(uint64_t n, size_t width) {
    char digits[20];
    size_t at = sizeof digits;
    while (n > 0 || sizeof digits - at < width) {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    }
    while (at < sizeof digits)
        line[line_len++] = digits[at++];
}

static void put_datetime(uint64_t seconds) {
    date d = date_of(seconds / 86400);
    uint32_t second_of_day = seconds % 86400;
    put_number(d.year, 4);
    put("-");
    put_number(d.month, 2);
    put("-");
    put_number(d.day, 2);
    put(" ");
    put_number(second_of_day / 3600, 2);
    put(":");
    put_number(second_of_day / 60 % 60, 2);
    put(":");
    put_number(second_of_day % 60, 2);
}

// -- The export -----------------------------------------------------------------------------

// Writes the line to standard output. The world's function has no result that could say why that
// has failed, so it ends here then.
static void print_line(void) {
    wasi_cli_stdout_own_output_stream_t out = wasi_cli_stdout_get_stdout();
    print_time_list_u8_t bytes = {(uint8_t *)line, line_len};
    wasi_io_streams_stream_error_t why;
    if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(
            wasi_io_streams_borrow_output_stream(out), &bytes, &why))
        __builtin_trap();
    wasi_io_streams_output_stream_drop_own(out);
}

void exports_print_time_print_time(void) {
    wasi_clocks_wall_clock_datetime_t now;
    wasi_clocks_wall_clock_now(&now);
    line_len = 0;
    put("the time is ");
    put_datetime(now.seconds);
    put(" UTC\n");
    print_line();
}

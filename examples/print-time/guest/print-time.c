/* The guest of the print-time example: the world demo:print-time/print-time in C, without
 * a C library. Nothing here returns a string or a list to the guest, so it needs no
 * allocator either.
 */

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

/* -- The imports ------------------------------------------------------------------------ */

typedef struct {
    u64 seconds; /* since 1970 in UTC */
    u32 nanoseconds;
} datetime;

typedef u32 output_stream, error; /* handles */

enum { OK, ERR };
enum { LAST_OPERATION_FAILED, CLOSED };

typedef struct {
    u8 tag;
    struct {
        u8 tag;
        error error; /* of LAST_OPERATION_FAILED */
    } err;
} write_result;

#define STREAMS "wasi:io/streams@0.2.12"

IMPORT("wasi:clocks/wall-clock@0.2.12", "now") void wall_clock_now(datetime *);
IMPORT("wasi:cli/stdout@0.2.12", "get-stdout") output_stream get_stdout(void);
IMPORT(STREAMS, "[method]output-stream.blocking-write-and-flush")
void stream_write(output_stream, const char *ptr, u32 len, write_result *);
IMPORT(STREAMS, "[resource-drop]output-stream") void stream_drop(output_stream);

/* -- Calendar --------------------------------------------------------------------------- */

typedef struct {
    u64 year;
    u32 month, day; /* from 1 */
} date;

static int is_leap(u64 year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

static u32 month_length(u64 year, u32 month) {
    static const u8 length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : length[month - 1];
}

static date date_of(u64 days_since_1970) {
    const u32 days_per_400_years = 146097; /* after which the calendar repeats */
    u64 year = 1970 + days_since_1970 / days_per_400_years * 400;
    u32 day = days_since_1970 % days_per_400_years;
    for (u32 length; day >= (length = is_leap(year) ? 366 : 365); year++)
        day -= length;
    u32 month = 1;
    for (u32 length; day >= (length = month_length(year, month)); month++)
        day -= length;
    return (date){year, month, day + 1};
}

/* -- Text ------------------------------------------------------------------------------- */

/* Long enough for the last second of a u64, in the year 584554051223. */
static char line[64];
static u32 line_len;

static void put(const char *text) {
    while (*text)
        line[line_len++] = *text++;
}

static void put_number(u64 n, u32 width) {
    char digits[20];
    u32 at = sizeof digits;
    while (n > 0 || sizeof digits - at < width) {
        digits[--at] = '0' + n % 10;
        n /= 10;
    }
    while (at < sizeof digits)
        line[line_len++] = digits[at++];
}

static void put_datetime(u64 seconds) {
    date d = date_of(seconds / 86400);
    u32 second_of_day = seconds % 86400;
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

/* -- The export ------------------------------------------------------------------------- */

EXPORT("print-time")
void print_time(void) {
    datetime now;
    write_result written;

    wall_clock_now(&now);
    line_len = 0;
    put("the time is ");
    put_datetime(now.seconds);
    put(" UTC\n");

    output_stream out = get_stdout();
    stream_write(out, line, line_len, &written);
    if (written.tag == ERR)
        __builtin_trap(); /* print-time has no result that could say so */
    stream_drop(out);
}

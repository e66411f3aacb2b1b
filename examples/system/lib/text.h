/* Text that is put together in a buffer of fixed size. What does not fit is left out. */

#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct text {
    char *bytes;
    size_t len, room;
} text;

/* Declares a text with room for so many bytes. */
#define TEXT(name, size) \
    char name##_bytes[size]; \
    text name = {name##_bytes, 0, size}

static inline void put_char(text *t, char c) {
    if (t->len < t->room)
        t->bytes[t->len++] = c;
}

static inline void put_n(text *t, const void *bytes, size_t len) {
    const char *from = bytes;
    for (size_t i = 0; i < len; i++)
        put_char(t, from[i]);
}

static inline void put(text *t, const char *s) {
    while (*s)
        put_char(t, *s++);
}

static inline void put_spaces(text *t, size_t n) {
    while (n-- > 0)
        put_char(t, ' ');
}

/* Puts a text on the left of a column. */
static inline void put_left(text *t, const void *bytes, size_t len, size_t width) {
    put_n(t, bytes, len);
    put_spaces(t, len < width ? width - len : 0);
}

/* Puts a number on the right of a column; 0 is the narrowest one. */
static inline void put_right(text *t, uint64_t n, size_t width) {
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + n % 10);
    while (n /= 10);
    size_t len = sizeof digits - at;
    put_spaces(t, len < width ? width - len : 0);
    put_n(t, digits + at, len);
}

static inline void put_number(text *t, uint64_t n) {
    put_right(t, n, 0);
}

/* Puts the lowest digits of a number to the base 16. */
static inline void put_hex(text *t, uint64_t n, unsigned digits) {
    while (digits-- > 0)
        put_char(t, "0123456789abcdef"[n >> 4 * digits & 15]);
}

static inline bool same(const void *a, size_t a_len, const void *b, size_t b_len) {
    const char *x = a, *y = b;
    for (size_t i = 0; a_len == b_len && i < a_len; i++)
        if (x[i] != y[i])
            return false;
    return a_len == b_len;
}

static inline size_t length(const char *s) {
    size_t len = 0;
    while (s[len])
        len++;
    return len;
}

/* Reports whether bytes are those of a literal. */
static inline bool is(const void *bytes, size_t len, const char *literal) {
    return same(bytes, len, literal, length(literal));
}

/* Reads a number that is all of the bytes. */
static inline bool read_number(const void *bytes, size_t len, uint64_t *n) {
    const char *digits = bytes;
    *n = 0;
    for (size_t i = 0; i < len; i++) {
        uint64_t digit = (uint64_t)(digits[i] - '0');
        if (digits[i] < '0' || digits[i] > '9' || *n > (UINT64_MAX - digit) / 10)
            return false;
        *n = *n * 10 + digit;
    }
    return len > 0;
}

#endif

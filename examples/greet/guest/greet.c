// The guest of the greet example: the world demo:greet/greeting in C, without a C library.
//
//     witgen build ./greet/guest -o greet/greet.wasm
//
// What the functions of the world are called in C, and who frees what, is in the header, which is
// generated from wit/greet.wit.

#include "greeting.h"

// -- Text -----------------------------------------------------------------------------------

// Bytes that may still be appended to.
typedef struct {
    char *ptr;
    size_t len, size;
} text;

static void append(text *t, const void *piece, size_t len) {
    if (len > t->size - t->len) {
        size_t size = 2 * t->size + len;
        t->ptr = cabi_realloc(t->ptr, t->size, 1, size);
        t->size = size;
    }
    __builtin_memcpy(t->ptr + t->len, piece, len);
    t->len += len;
}

#define APPEND(t, literal) append(t, literal, sizeof(literal) - 1)

static void append_string(text *t, const greeting_string_t *s) { append(t, s->ptr, s->len); }

static void append_number(text *t, uint32_t n) {
    char digits[10];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + n % 10);
    while (n /= 10);
    append(t, digits + at, sizeof digits - at);
}

static greeting_string_t string_of(const text *t) {
    return (greeting_string_t){(uint8_t *)t->ptr, t->len};
}

// -- What there is to say -------------------------------------------------------------------

static void explain(text *t, const demo_greet_visitors_sign_error_t *err) {
    if (err->tag == DEMO_GREET_VISITORS_SIGN_ERROR_EMPTY_NAME) {
        APPEND(t, "the book takes no empty name");
    } else {
        APPEND(t, "the book takes names of at most ");
        append_number(t, err->val.name_too_long);
        APPEND(t, " bytes");
    }
}

static void welcome(text *t, const demo_greet_visitors_visitor_t *who,
                    const demo_greet_visitors_list_visitor_t *everyone) {
    APPEND(t, "Hello ");
    append_string(t, &who->name);
    if (who->visits > 1) {
        APPEND(t, ", welcome back! The book has your name ");
        append_number(t, who->visits);
        APPEND(t, " times now.");
    } else if (everyone->len > 1) {
        APPEND(t, ", your name stands below that of ");
        append_string(t, &everyone->ptr[everyone->len - 2].name);
        APPEND(t, ".");
    } else {
        APPEND(t, ", you are the first in the book!");
    }
}

// -- The export -----------------------------------------------------------------------------

bool exports_demo_greet_greeter_greet(greeting_string_t *name, greeting_string_t *ret,
                                      greeting_string_t *err) {
    greeting_string_t title;
    greeting_string_set(&title, "Guests of the house");
    demo_greet_visitors_own_book_t book = demo_greet_visitors_constructor_book(&title);
    demo_greet_visitors_borrow_book_t open = demo_greet_visitors_borrow_book(book);

    demo_greet_visitors_visitor_t who;
    demo_greet_visitors_sign_error_t refusal;
    text answer = {0};
    bool signed_it = demo_greet_visitors_method_book_sign(open, name, &who, &refusal);
    if (signed_it) {
        demo_greet_visitors_list_visitor_t everyone;
        demo_greet_visitors_method_book_entries(open, &everyone);
        welcome(&answer, &who, &everyone);
        demo_greet_visitors_list_visitor_free(&everyone);
        demo_greet_visitors_visitor_free(&who);
    } else {
        explain(&answer, &refusal);
    }
    *(signed_it ? ret : err) = string_of(&answer);
    demo_greet_visitors_book_drop_own(book);
    greeting_string_free(name);
    return signed_it;
}

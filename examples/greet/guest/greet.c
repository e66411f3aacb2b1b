/* The guest of the greet example: the world demo:greet/greeting in C, without a C library.
 *
 * Usually a binding generator writes the canonical ABI for a guest. Here it is written
 * out, so that the whole of what crosses the boundary can be read in one file: strings
 * and lists are a pointer and a length, a result too large for one core value is stored
 * where the caller or the callee says, and a resource is a number.
 */

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

/* -- The types of the WIT file; C on wasm32 lays them out as the canonical ABI does ------ */

typedef struct {
    const char *ptr;
    u32 len;
} string;

typedef struct {
    string name;
    u32 visits;
} visitor;

typedef struct {
    visitor *ptr;
    u32 len;
} visitor_list;

enum { EMPTY_NAME, NAME_TOO_LONG };

typedef struct {
    u8 tag;
    u32 limit; /* of NAME_TOO_LONG */
} sign_error;

enum { OK, ERR };

typedef struct {
    u8 tag;
    union {
        visitor ok;
        sign_error err;
    };
} sign_result;

typedef struct {
    u8 tag;
    string text; /* the greeting, or the reason why there is none */
} greet_result;

typedef u32 book; /* a handle */

/* -- The imports ------------------------------------------------------------------------ */

#define VISITORS "demo:greet/visitors@0.1.0"

IMPORT(VISITORS, "[constructor]book") book book_open(const char *title, u32 title_len);
IMPORT(VISITORS, "[method]book.sign") void book_sign(book, const char *name, u32 name_len, sign_result *);
IMPORT(VISITORS, "[method]book.entries") void book_entries(book, visitor_list *);
IMPORT(VISITORS, "[resource-drop]book") void book_drop(book);

/* -- Memory ----------------------------------------------------------------------------- */

/* One call's memory is an arena behind the static data. The host allocates in it too, for
 * the arguments and for what its functions return; the call's post-return empties it. */

extern u8 __heap_base;
static u32 arena_end; /* 0: empty */

static void *alloc(u32 align, u32 size) {
    const u64 page = 65536;
    u64 at = arena_end ? arena_end : (u32)&__heap_base;
    at = (at + align - 1) & ~(u64)(align - 1);
    u64 end = at + size;
    u64 have = __builtin_wasm_memory_size(0) * page;
    if (end > have && __builtin_wasm_memory_grow(0, (end - have + page - 1) / page) == -1ul)
        __builtin_trap();
    arena_end = end;
    return (void *)(u32)at;
}

EXPORT("cabi_realloc")
void *cabi_realloc(void *old, u32 old_size, u32 align, u32 size) {
    void *p = alloc(align, size);
    __builtin_memcpy(p, old, old_size < size ? old_size : size);
    return p;
}

/* -- Text ------------------------------------------------------------------------------- */

/* Appended pieces lie one behind the other as long as nothing else is allocated between. */

static void append(string *s, const char *piece, u32 len) {
    char *p = alloc(1, len);
    __builtin_memcpy(p, piece, len);
    if (s->len == 0)
        s->ptr = p;
    s->len += len;
}

#define APPEND(s, literal) append(s, literal, sizeof(literal) - 1)

static void append_number(string *s, u32 n) {
    char digits[10];
    u32 at = sizeof digits;
    do
        digits[--at] = '0' + n % 10;
    while (n /= 10);
    append(s, digits + at, sizeof digits - at);
}

/* -- The export ------------------------------------------------------------------------- */

static void explain(string *text, const sign_error *err) {
    if (err->tag == EMPTY_NAME) {
        APPEND(text, "the book takes no empty name");
    } else {
        APPEND(text, "the book takes names of at most ");
        append_number(text, err->limit);
        APPEND(text, " bytes");
    }
}

static void welcome(string *text, const visitor *who, const visitor_list *everyone) {
    APPEND(text, "Hello ");
    append(text, who->name.ptr, who->name.len);
    if (who->visits > 1) {
        APPEND(text, ", welcome back! The book has your name ");
        append_number(text, who->visits);
        APPEND(text, " times now.");
    } else if (everyone->len > 1) {
        const string *previous = &everyone->ptr[everyone->len - 2].name;
        APPEND(text, ", your name stands below that of ");
        append(text, previous->ptr, previous->len);
        APPEND(text, ".");
    } else {
        APPEND(text, ", you are the first in the book!");
    }
}

#define GREETER_GREET "demo:greet/greeter@0.1.0#greet"

EXPORT(GREETER_GREET)
const greet_result *greet(const char *name, u32 name_len) {
    static const char title[] = "Guests of the house";
    static greet_result result;
    sign_result signature;
    visitor_list everyone;

    book b = book_open(title, sizeof(title) - 1);
    book_sign(b, name, name_len, &signature);
    result = (greet_result){.tag = signature.tag};
    if (signature.tag == OK) {
        book_entries(b, &everyone);
        welcome(&result.text, &signature.ok, &everyone);
    } else {
        explain(&result.text, &signature.err);
    }
    book_drop(b);
    return &result;
}

/* The host has read the result. */
EXPORT("cabi_post_" GREETER_GREET)
void greet_done(const greet_result *result) {
    (void)result;
    arena_end = 0;
}
